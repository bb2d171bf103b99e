"""Writing the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.errors import FieldConflict, FieldError, Invalid, NotFound
from relief_ops.events import record
from relief_ops.geo.models import Place
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries
from shelters.events import ContactRead, ShelterWritten
from shelters.models import SafetyCheck, Shelter, ShelterPhoto, ShelterStatus
from shelters.queries import one
from shelters.queries.one import CAPACITIES
from shelters.queries.safety import has_checks
from shelters.queries.words import fault_words
from shelters.rules import SERVING, Kind, spelled
from shelters.rules.points import point_fault
from shelters.rules.register import CONTACTS, DETAILS
from shelters.schemas import PutShelter
from shelters.services import places
from shelters.services.life_cycle import follow_figures

PLAIN = ("name", "kind", "address", "wheelchair", "infant", "medical", "pets",
         "public_phone", "hidden", "grade", "remarks", *DETAILS)  # fmt: skip


def put_shelter(
    session: Session, attempt: Attempt, order: PutShelter, *, area_id: UUID, actor_id: UUID
) -> Receipt:
    """Enter a shelter or change it. Raises StaleBase with what differs, NotFound out of scope."""
    found = _known(session, attempt.id, order)
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found is not None and attempt.edit:
        receipts.check_revision(attempt, found.revision, fields=_differences(found, order))
    revision = receipts.next_revision(attempt, found.revision if found else None)
    known = found is not None
    if found is None:
        found = Shelter(id=attempt.id, drill_id=order.drill_id)
    if known:
        _check_people(session, found, order.capacity_max)
    _check_code(session, found, order)
    _check_point(session, found.id, order, area_id)
    _set_safety_day(found, order, decided=known and has_checks(session, found.id))
    geo.place(
        session, found.id, kind="shelter", name=order.name, area_id=area_id, point=order.point,
        drill_id=order.drill_id,
    )  # fmt: skip
    session.flush()
    moved = known and found.area_id != area_id
    _write(found, order, area_id, revision)
    session.add(found)
    session.flush()
    if known:
        _carry(session, found, moved=moved)
        _follow(session, found, actor_id=actor_id)
    event = ShelterWritten(found.id, Kind(found.kind), found.capacity_max, revision)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=revision)


def _check_point(session: Session, shelter_id: UUID, order: PutShelter, area_id: UUID) -> None:
    """Refuse a new point that cannot be meant: at 0° N 0° E, swapped, far from its area."""
    if order.point is None or order.point == one.point_of(session, shelter_id):
        return
    tree = geo.tree(session)
    above = tree.ancestors(area_id) if area_id in tree else ()
    home = next((each for each in above if each.point), None)
    if fault := point_fault(order.point, home.point if home else None):
        words = fault_words(fault, home.name if home else "")
        raise Invalid(words, [FieldError("lon", fault, words)])


def _known(session: Session, shelter_id: UUID, order: PutShelter) -> Shelter | None:
    """Return the shelter if it is there; an id that is somebody else's place is not found."""
    if session.get(Place, shelter_id) is None:
        return None
    found = queries.lock_shelter(session, shelter_id)
    if found.drill_id != order.drill_id:
        raise NotFound(_("There is no such shelter, or not in your areas."))
    return found


def _differences(found: Shelter, order: PutShelter) -> list[FieldConflict]:
    """Return where what is stored and what was sent differ; the base is no longer known."""
    pairs = {name: (getattr(found, name), _sent(order, name)) for name in (*PLAIN, *CAPACITIES)}
    return [
        FieldConflict(name, None, _json(theirs), _json(yours))
        for name, (theirs, yours) in pairs.items()
        if theirs != yours
    ]


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _sent(order: PutShelter, name: str) -> Any:
    value = getattr(order, name)
    return order.capacity_max if value is None and name.startswith("capacity_") else value


def _check_people(session: Session, found: Shelter, capacity_max: int) -> None:
    """Refuse a capacity below the people registered, or one lowered below those counted inside."""
    within = ShelterStatus.registered - ShelterStatus.overflow
    most = select(
        func.coalesce(func.max(within), 0),
        func.coalesce(func.max(within + ShelterStatus.unregistered), 0),
    )
    row = session.execute(most.where(ShelterStatus.shelter_id == found.id)).one()
    registered, with_counted = int(row[0] or 0), int(row[1] or 0)
    lowered = found.capacity_max is not None and capacity_max < found.capacity_max
    inside = with_counted if lowered else registered
    if inside > capacity_max:
        words = _(
            "%(people)d people are inside now, more than %(places)d. Move %(over)d of them to "
            "another shelter and check them out first, or keep at least %(people)d places.",
            people=inside, places=capacity_max, over=inside - capacity_max,
        )  # fmt: skip
        wrong = FieldError("capacity_max", "people_inside", words)
        raise Invalid(_("Some fields need another look."), [wrong])


def _check_code(session: Session, found: Shelter, order: PutShelter) -> None:
    """Refuse a code that another real shelter has; in a drill codes are nobody's."""
    if not order.code or order.drill_id is not None:
        return
    same = select(Shelter.id).where(
        Shelter.code == order.code, Shelter.drill_id.is_(None), Shelter.id != found.id
    )
    with session.no_autoflush:
        taken = session.scalar(same.execution_options(scope="shared", any_drill=True))
    if taken is not None:
        words = _("Another shelter has the code %(code)s already.", code=order.code)
        raise Invalid(
            _("Some fields need another look."), [FieldError("code", "code_taken", words)]
        )


def _set_safety_day(found: Shelter, order: PutShelter, *, decided: bool) -> None:
    """Take the day typed, unless checks decide it: then another day than theirs is refused."""
    day = order.safety_checked_until
    if not decided:
        found.safety_checked_until = day
    elif day not in (None, found.safety_checked_until):
        words = _("The recorded safety checks decide this day. Record a check instead.")
        wrong = FieldError("safety_checked_until", "decided_by_checks", words)
        raise Invalid(_("Some fields need another look."), [wrong])


def _write(found: Shelter, order: PutShelter, area_id: UUID, revision: int) -> None:
    for name in (*PLAIN, *CAPACITIES):
        setattr(found, name, _sent(order, name))
    found.area_id = area_id
    found.spelling = spelled(order.name)
    found.manager_sealed = _sealed("manager", found.id, order.manager)
    found.phone_sealed = _sealed("phone", found.id, order.phone)
    found.contacts_sealed = _sealed("contacts", found.id, _contacts(order))
    found.written_at = clock.now()
    found.revision = revision


def _contacts(order: PutShelter) -> str:
    """Return the further contacts as one text to be sealed; empty without any."""
    said = {name: text for name in CONTACTS if (text := getattr(order, name))}
    return orjson.dumps(said).decode() if said else ""


def _sealed(column: str, row_id: UUID, text: str) -> bytes | None:
    return vault.seal("shelter", column, row_id, text) if text else None


def _carry(session: Session, found: Shelter, *, moved: bool) -> None:
    """Give the new capacity and area to what repeats them: standings, checks, photos."""
    session.execute(
        update(ShelterStatus)
        .where(ShelterStatus.shelter_id == found.id)
        .values(capacity_max=found.capacity_max + ShelterStatus.overflow, area_id=found.area_id)
    )
    for table in (SafetyCheck, ShelterPhoto) if moved else ():
        session.execute(
            update(table).where(table.shelter_id == found.id).values(area_id=found.area_id)
        )


def _follow(session: Session, found: Shelter, *, actor_id: UUID) -> None:
    """Let a shelter in use be full, or open again, by the places it has now."""
    statement = select(ShelterStatus).where(
        ShelterStatus.shelter_id == found.id, ShelterStatus.state.in_(SERVING)
    )
    fresh = statement.execution_options(populate_existing=True, scope="shared")
    for status in session.scalars(fresh).all():
        places.compare(session, status)
        at = disasters.now_of(session, disasters.disaster(session, status.disaster_id))
        follow_figures(session, found, status, at=at, actor_id=actor_id)


def merged(session: Session, shelter_id: UUID, said: Mapping[str, Any]) -> PutShelter:
    """Return a shelter's record with only what is said here changed, as an order to write it.

    Smaller capacities that would stand above a lowered greatest one come down with it.
    """
    found = queries.shelter(session, shelter_id)
    point = one.point_of(session, shelter_id)
    stored = {name: getattr(found, name) for name in (*PLAIN, *CAPACITIES)}
    manager, phone = queries.contact(found)
    stored |= {"manager": manager, "phone": phone, "drill_id": found.drill_id}
    stored |= one.contacts(found)
    stored |= {"lon": point[0], "lat": point[1]} if point else {}
    wanted = stored | {"safety_checked_until": found.safety_checked_until} | dict(said)
    if has_checks(session, shelter_id):
        wanted["safety_checked_until"] = None
    for name in ("capacity_day", "capacity_night", "capacity_after"):
        if name not in said:
            wanted[name] = min(stored[name], wanted["capacity_max"])
    return PutShelter.model_validate(wanted)


def read_contact(session: Session, shelter_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """Return a shelter's contact in full; that somebody read it is on the record."""
    found = queries.shelter(session, shelter_id)
    manager, phone = queries.contact(found)
    event = ContactRead(found.id)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return {"manager": manager, "phone": phone, **one.contacts(found)}
