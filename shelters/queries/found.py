"""By what somebody is found who asks for one household exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from relief_ops import geo, vault
from relief_ops.auth import viewer
from relief_ops.i18n import gettext as _
from shelters import rules
from shelters.models import Arrival, ArrivalMember, Shelter
from shelters.rules import HOLDING


@dataclass(frozen=True)
class Held:
    """A shelter in which a household holds places; asked of a number, perhaps of a `member`."""

    shelter_id: UUID
    name: str
    arrival_id: UUID
    member: bool = False


def number_held(session: Session, disaster_id: UUID, blind: bytes) -> list[Held]:
    """Return where an identity number holds places in a disaster, of heads before members."""
    found = places_held(session, disaster_id, Arrival.id_number_blind == blind)
    return found + [
        replace(each, member=True)
        for each in places_held(session, disaster_id, numbered(session, blind))
    ]


def numbered(session: Session, blind: bytes) -> ColumnElement[bool]:
    """Return the condition that a registration names somebody with this number with its head.

    Their ids are fetched: within another condition they would be looked for row by row.
    """
    named = select(ArrivalMember.arrival_id).where(ArrivalMember.id_number_blind == blind)
    everywhere = named.execution_options(scope="shared", any_drill=True)
    return Arrival.id.in_(set(session.scalars(everywhere)))


_MEMBERS = (
    select(ArrivalMember)
    .where(ArrivalMember.arrival_id == bindparam("of"))
    .order_by(ArrivalMember.position)
    .execution_options(scope="shared")
)


def members(session: Session, arrival_id: UUID) -> Sequence[ArrivalMember]:
    """Return who is named with the head of a registration the caller has at hand."""
    return session.scalars(_MEMBERS, {"of": arrival_id}).all()


def members_of(
    session: Session, shelter_id: UUID, disaster_id: UUID
) -> dict[UUID, list[ArrivalMember]]:
    """Return who is named with the heads of a shelter's registrations, by registration."""
    statement = (
        select(ArrivalMember)
        .join(Arrival, Arrival.id == ArrivalMember.arrival_id)
        .where(
            Arrival.shelter_id == shelter_id, Arrival.disaster_id == disaster_id,
            Arrival.stay.in_(HOLDING),
        )
        .order_by(ArrivalMember.position)
    )  # fmt: skip
    found: dict[UUID, list[ArrivalMember]] = {}
    for each in session.scalars(statement):
        found.setdefault(each.arrival_id, []).append(each)
    return found


def part_id(comes: UUID, of: UUID) -> UUID:
    """Return the id of the stay, with that household until now, of who comes elsewhere."""
    return uuid5(comes, of.hex)


def opened_of(row: ArrivalMember, column: str) -> str:
    """Return a personal field of somebody named with a head, or nothing where nobody said it."""
    stored: bytes | None = getattr(row, f"{column}_sealed")
    return vault.unseal("arrival_member", column, row.id, stored) if stored else ""


def places_held(session: Session, disaster_id: UUID, who: ColumnElement[bool]) -> list[Held]:
    """Return where somebody holds places in a disaster, in any area, the earliest first."""
    rows = session.execute(
        select(Shelter.id, Shelter.name, Shelter.hidden, Shelter.area_id, Arrival.id)
        .join(Arrival, Arrival.shelter_id == Shelter.id)
        .where(Arrival.disaster_id == disaster_id, Arrival.stay.in_(HOLDING), who)
        .order_by(Arrival.arrived_at, Arrival.id)
        .execution_options(scope="shared", any_drill=True)
    )
    return [Held(row[0], name_for(*row[1:4]), row[4]) for row in rows]


def name_for(name: str, hidden: bool, area_id: UUID) -> str:
    """Return what a shelter is called to the viewer: one that is hidden only in its own areas."""
    who = viewer()
    if not hidden or (who is not None and who.sees(area_id, geo.cached_tree())):
        return name
    return _("a shelter of another area")


def phone_index(phone: str) -> bytes | None:
    """Return what a household's telephone number is found by, or None without one."""
    digits = rules.digits_of(phone)
    return vault.blind(f"phone:{digits}") if digits else None
