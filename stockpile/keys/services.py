"""Giving keys and taking them back; reading whom to call; forgetting them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, receipts, vault
from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition, Invalid
from relief_ops.events import Event, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.keys import events, queries, schemas
from stockpile.keys.models import DepotKey
from stockpile.models import Depot
from stockpile.queries import register

TABLE = DepotKey.__tablename__


def give(
    session: Session, attempt: Attempt, order: schemas.PutKey, depot: Depot, *, actor_id: UUID
) -> Receipt:
    """Give somebody a depot's key, or change who has it and for how long."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.find(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = DepotKey(id=attempt.id, depot_id=depot.id, drill_id=depot.drill_id, back=False)
    elif found.depot_id != depot.id:
        raise Invalid(_("A key stays with its depot. Take it back and give another."))
    elif found.back:
        raise IllegalTransition(_("This key was handed back. Give it anew."))
    found.name_sealed = vault.seal(TABLE, "name", found.id, order.name)
    found.phone_sealed = vault.seal(TABLE, "phone", found.id, order.phone)
    found.from_at, found.until_at = order.from_at, order.until_at
    found.area_id, found.actor_id, found.revision = depot.area_id, actor_id, revision
    session.add(found)
    session.flush()
    _say(session, events.KeyGiven(depot.id, revision), found, actor_id)
    return receipts.keep(session, attempt, revision=revision)


def take_back(session: Session, attempt: Attempt, found: DepotKey, *, actor_id: UUID) -> Receipt:
    """Say that a key was handed back; one that was still to be given never is."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.back:
        raise IllegalTransition(_("This key was handed back already."))
    now = register.now_in(session, found.drill_id)
    found.back = True
    if found.from_at < now and (found.until_at is None or found.until_at > now):
        found.until_at = now
    found.revision += 1
    _say(session, events.KeyBack(found.depot_id), found, actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def read_contact(session: Session, found: DepotKey, *, actor_id: UUID) -> dict[str, str]:
    """Return whom to call in full; that somebody read it is on the record."""
    _say(session, events.KeyContactRead(found.depot_id), found, actor_id)
    return queries.contact(found)


def _say(session: Session, event: Event, found: DepotKey, actor_id: UUID) -> None:
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])


def forget_holders(session: Session, disaster_id: UUID, really: bool) -> int:
    """Return how many keys somebody had and has no more name him; empty them if `really`.

    A drill's all do. Whoever still has a real one is forgotten once it is handed back.
    """
    disaster = session.get(Disaster, disaster_id, execution_options=register.ANY_DRILL)
    if disaster is None or disaster.ended_at is None:
        return 0
    row = DepotKey.__table__.c
    over: Any = row.drill_id == disaster.drill_id
    if disaster.drill_id is None:
        over = row.drill_id.is_(None) & (row.back | (row.until_at <= clock.now()))
    return vault.emptied(session, (DepotKey.name_sealed, DepotKey.phone_sealed), over, really)
