"""Reading the volunteers of a shelter: masked, with their duty and what they can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import vault
from relief_ops.auth.lookup import names as names_of
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from shelters.daybook.models import Volunteer, VolunteerDuty, VolunteerVersion
from shelters.daybook.rules.volunteers import Skill, per_skill, person_text, served
from shelters.rules import mask_name, mask_phone

TABLE = "shelter_volunteer"
PERSONAL = ("name", "phone")
VALUES = ("organisation", "skills", "duty_from", "duty_to")
KEPT = (
    "revision", "name_sealed", "phone_sealed", *VALUES, "actor_id", "received_at", "area_id",
)  # fmt: skip
MOST = 500


@dataclass(frozen=True)
class Helper:
    """A volunteer with their spells of duty, the latest first, and the one not over."""

    row: Volunteer
    duties: list[VolunteerDuty]
    seconds: int

    @property
    def duty(self) -> VolunteerDuty | None:
        """Return the spell that is not over, or None."""
        return next((each for each in self.duties if each.left_at is None), None)

    @property
    def hours(self) -> float:
        """Return the hours served, to a tenth."""
        return round(self.seconds / 3600, 1)


def helpers(session: Session, shelter_id: UUID, disaster_id: UUID, now: datetime) -> list[Helper]:
    """Return the volunteers of a shelter in a disaster: who is on duty first."""
    of = (Volunteer.shelter_id == shelter_id, Volunteer.disaster_id == disaster_id)
    rows = session.scalars(select(Volunteer).where(*of).order_by(Volunteer.id).limit(MOST)).all()
    duties = _duties(session, shelter_id, disaster_id)
    found = [_helper(row, duties[row.id], now) for row in rows]
    return sorted(found, key=lambda each: each.duty is None)


def _helper(row: Volunteer, duties: list[VolunteerDuty], now: datetime) -> Helper:
    spells = ((each.arrived_at, each.left_at) for each in duties)
    return Helper(row, duties, int(served(spells, now).total_seconds()))


def _duties(
    session: Session, shelter_id: UUID, disaster_id: UUID
) -> dict[UUID, list[VolunteerDuty]]:
    found: dict[UUID, list[VolunteerDuty]] = defaultdict(list)
    rows = session.scalars(
        select(VolunteerDuty)
        .where(VolunteerDuty.shelter_id == shelter_id, VolunteerDuty.disaster_id == disaster_id)
        .order_by(VolunteerDuty.arrived_at.desc())
    )
    for each in rows:
        found[each.volunteer_id].append(each)
    return found


def skills_on_duty(found: Sequence[Helper]) -> dict[Skill, int]:
    """Return how many of those on duty now have each skill."""
    return per_skill(each.row.skills for each in found if each.duty)


def shown(each: Helper, *, full: bool = False) -> dict[str, Any]:
    """Return a volunteer as the API and the page show them: masked, unless the look is recorded."""
    row, duty = each.row, each.duty
    names = ("id", "organisation", "skills", "duty_from", "duty_to", "revision")
    said = clear(row)
    return {name: getattr(row, name) for name in names} | {
        "name": said["name"] if full else mask_name(said["name"]),
        "phone": said["phone"] if full else mask_phone(said["phone"]),
        "duty_id": duty.id if duty else None,
        "on_duty_since": duty.arrived_at if duty else None,
        "hours": each.hours,
    }


def history(session: Session, volunteer_id: UUID) -> list[dict[str, Any]]:
    """Return what each revision of a volunteer changed, and who made it, the latest first.

    Of name and telephone it is said that they changed, never from what to what.
    """
    rows = session.scalars(
        select(VolunteerVersion)
        .where(VolunteerVersion.volunteer_id == volunteer_id)
        .order_by(VolunteerVersion.revision.desc())
    ).all()
    called = names_of(session, (each.actor_id for each in rows))
    return [
        {
            "revision": row.revision,
            "at": row.received_at,
            "by": called.get(row.actor_id, "") if row.actor_id else "",
            "changed": _changed(volunteer_id, before, row) if before else {},
        }
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ]


def _changed(
    volunteer_id: UUID, before: VolunteerVersion, after: VolunteerVersion
) -> dict[str, Any]:
    found = {
        name: [getattr(before, name), getattr(after, name)]
        for name in VALUES
        if getattr(before, name) != getattr(after, name)
    }
    was, now = _opened(volunteer_id, before), _opened(volunteer_id, after)
    return {name: None for name in PERSONAL if was[name] != now[name]} | found


def disagreements(session: Session) -> list[str]:
    """Return the volunteers that are not what their latest version says."""
    rows = session.scalars(select(VolunteerVersion).order_by(VolunteerVersion.revision))
    last = {row.volunteer_id: row for row in rows}
    return [
        f"volunteer {row.id} of shelter {row.shelter_id}"
        for row in session.scalars(select(Volunteer))
        if (said := last.get(row.id)) is None
        or any(getattr(row, name) != getattr(said, name) for name in KEPT)
    ]


def clear(row: Volunteer) -> dict[str, str]:
    """Return name and telephone in clear, empty once forgotten; whoever shows them records it."""
    return _opened(row.id, row)


def _opened(volunteer_id: UUID, row: Volunteer | VolunteerVersion) -> dict[str, str]:
    sealed = {name: getattr(row, f"{name}_sealed") for name in PERSONAL}
    return {
        name: vault.unseal(TABLE, name, volunteer_id, each) if each else ""
        for name, each in sealed.items()
    }


def volunteer(session: Session, shelter_id: UUID, volunteer_id: UUID) -> Volunteer:
    """Return one volunteer of a shelter the viewer found. Raises NotFound."""
    found = session.get(Volunteer, volunteer_id)
    if found is None or found.shelter_id != shelter_id:
        raise NotFound(_("There is no such thing, or not in your areas."))
    return found


def blind(name: str, phone: str) -> bytes:
    """Return what finds the same person again without saying who it is."""
    return vault.blind(person_text(name, phone))


def same_person(
    session: Session, shelter_id: UUID, disaster_id: UUID, person: bytes
) -> Volunteer | None:
    """Return the volunteer of a shelter who is this person, or None."""
    return session.scalar(
        select(Volunteer).where(
            Volunteer.shelter_id == shelter_id,
            Volunteer.disaster_id == disaster_id,
            Volunteer.person_blind == person,
        )
    )


def duty(session: Session, volunteer_id: UUID, duty_id: UUID) -> VolunteerDuty:
    """Return one spell of duty of a volunteer. Raises NotFound."""
    found = session.get(VolunteerDuty, duty_id)
    if found is None or found.volunteer_id != volunteer_id:
        raise NotFound(_("There is no such thing, or not in your areas."))
    return found


def spells_of(session: Session, disaster_id: UUID, person: bytes | None) -> Sequence[VolunteerDuty]:
    """Return every spell of duty of a person in a disaster, whosever shelter it is in."""
    return session.scalars(
        select(VolunteerDuty)
        .where(VolunteerDuty.disaster_id == disaster_id, VolunteerDuty.person_blind == person)
        .execution_options(scope="shared")
    ).all()
