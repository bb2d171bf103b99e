"""Writing the register."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, vault
from relief_ops.errors import FieldConflict, FieldError, Invalid, NotFound
from relief_ops.events import record
from relief_ops.geo.models import Place
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries
from shelters.events import ContactRead, ShelterWritten
from shelters.models import Shelter, ShelterStatus
from shelters.queries.one import CAPACITIES
from shelters.rules import Kind, spelled
from shelters.schemas import PutShelter

PLAIN = ("name", "kind", "address", "wheelchair", "infant", "medical", "pets",
         "public_phone", "safety_checked_until", "hidden", "grade", "remarks")  # fmt: skip


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
    if found is None:
        found = Shelter(id=attempt.id, drill_id=order.drill_id)
    _check_people(session, found, order.capacity_max)
    geo.place(
        session, found.id, kind="shelter", name=order.name, area_id=area_id, point=order.point,
        drill_id=order.drill_id,
    )  # fmt: skip
    session.flush()
    _write(found, order, area_id, revision)
    session.add(found)
    _carry(session, found)
    event = ShelterWritten(found.id, Kind(found.kind), found.capacity_max, revision)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=revision)


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
    """Refuse a capacity below the people already registered in any disaster."""
    inside = session.scalar(
        select(ShelterStatus.registered - ShelterStatus.overflow)
        .where(ShelterStatus.shelter_id == found.id)
        .order_by((ShelterStatus.registered - ShelterStatus.overflow).desc())
        .limit(1)
    )
    if inside and inside > capacity_max:
        words = _("%(people)d people are registered here already.", people=inside)
        wrong = FieldError("capacity_max", "people_inside", words)
        raise Invalid(_("Some fields need another look."), [wrong])


def _write(found: Shelter, order: PutShelter, area_id: UUID, revision: int) -> None:
    for name in (*PLAIN, *CAPACITIES):
        setattr(found, name, _sent(order, name))
    found.area_id = area_id
    found.spelling = spelled(order.name)
    found.manager_sealed = _sealed("manager", found.id, order.manager)
    found.phone_sealed = _sealed("phone", found.id, order.phone)
    found.written_at = clock.now()
    found.revision = revision


def _sealed(column: str, row_id: UUID, text: str) -> bytes | None:
    return vault.seal("shelter", column, row_id, text) if text else None


def _carry(session: Session, found: Shelter) -> None:
    """Give the new capacity and area to the standings, which repeat them."""
    session.flush()
    session.execute(
        update(ShelterStatus)
        .where(ShelterStatus.shelter_id == found.id)
        .values(capacity_max=found.capacity_max + ShelterStatus.overflow, area_id=found.area_id)
    )


def read_contact(session: Session, shelter_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """Return a shelter's contact in full; that somebody read it is on the record."""
    found = queries.shelter(session, shelter_id)
    manager, phone = queries.contact(found)
    event = ContactRead(found.id)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return {"manager": manager, "phone": phone}
