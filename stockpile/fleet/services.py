"""Entering what trucks stand at a depot."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.errors import Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.fleet import events, queries, schemas
from stockpile.fleet.models import DepotTrucks
from stockpile.models import Depot

LITRES = 1000  # in a cubic metre


def enter(
    session: Session, attempt: Attempt, order: schemas.PutTrucks, depot: Depot, *, actor_id: UUID
) -> Receipt:
    """Enter trucks of one kind, or how many of them there are by now."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.find(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = DepotTrucks(id=attempt.id, depot_id=depot.id, drill_id=depot.drill_id)
    elif found.depot_id != depot.id:
        raise Invalid(_("Trucks stay with their depot. Enter them anew where they stand now."))
    found.name, found.number, found.trips = order.name, order.number, order.trips
    found.litres, found.kilograms = int(order.cubic_metres * LITRES), order.kilograms
    found.off = order.off
    found.area_id, found.actor_id, found.revision = depot.area_id, actor_id, revision
    session.add(found)
    session.flush()
    event = events.TrucksEntered(depot.id, order.number, revision)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=revision)
