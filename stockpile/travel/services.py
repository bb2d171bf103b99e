"""Entering travel times and taking them back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import db, receipts
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Event, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.queries import register
from stockpile.travel import events, queries, schemas
from stockpile.travel.models import TravelTime

NOBODYS = UUID(int=0)


@dataclass(frozen=True)
class End:
    """One end of a way: a place or an area, and the area it belongs to now."""

    place_id: UUID | None
    area_id: UUID | None
    owner_id: UUID

    @property
    def key(self) -> UUID:
        """Return what the end is known by."""
        found = self.place_id or self.area_id
        assert found is not None, "an end is a place or an area"
        return found


def put_time(
    session: Session, attempt: Attempt, order: schemas.PutTravelTime, *, near: End | None,
    far: End, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Enter how long it takes between two ends, or change it: there is one for two ends."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.find(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = TravelTime(id=attempt.id, drill_id=register.drill(session, order.drill_id))
    elif found.drill_id != order.drill_id:
        raise Invalid(_("A travel time stays in the drill it was entered in."))
    elif found.ended_at is not None:
        raise IllegalTransition(_("This travel time was taken back. Enter another."))
    before = queries.owners(session, found) if revision > 1 else []
    _check_alone(session, found, near, far)
    found.from_place, found.from_area = (near.place_id, near.area_id) if near else (None, None)
    found.to_place, found.to_area, found.area_id = far.place_id, far.area_id, far.owner_id
    found.minutes, found.means, found.detour = order.minutes, order.means, order.detour
    found.note, found.actor_id, found.revision = order.note, actor_id, revision
    found.written_at = register.now_in(session, found.drill_id)
    session.add(found)
    session.flush()
    event = events.TravelTimeSet(found.near, found.far, found.minutes, revision)
    _say(session, event, found, [*before, *queries.owners(session, found)], actor_id)
    return receipts.keep(session, attempt, revision=revision)


def _check_alone(session: Session, found: TravelTime, near: End | None, far: End) -> None:
    one, two = sorted(str(end.key) if end else "" for end in (near, far))
    db.serialise(session, uuid5(found.drill_id or NOBODYS, f"{one}:{two}"))
    other = queries.with_ends(session, near.key if near else None, far.key, found.drill_id)
    if other is not None and other.id != found.id:
        words = _("There is a travel time between these two already. Change that one.")
        raise Invalid(words, [FieldError("to_area_code", "twice", words)])


def end_time(
    session: Session, attempt: Attempt, found: TravelTime, *, owners: list[UUID], actor_id: UUID
) -> Receipt:
    """Take a travel time back; `owners` are the areas its ends lie in."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.ended_at is not None:
        raise IllegalTransition(_("It was taken back already."))
    found.ended_at = register.now_in(session, found.drill_id)
    found.revision += 1
    _say(session, events.TravelTimeEnded(found.near, found.far), found, owners, actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def _say(
    session: Session, event: Event, found: TravelTime, owners: list[UUID], actor_id: UUID
) -> None:
    areas = list(dict.fromkeys(owners))
    record(session, event, actor_id=actor_id, subject=found.id, areas=areas)
