"""Asking for supplies: one order, one need for each item."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import services as needs
from relief_ops.events import record
from relief_ops.receipts import Attempt, Receipt
from shelters.models import Shelter
from shelters.supplies import queries
from shelters.supplies.events import SuppliesAsked
from shelters.supplies.schemas import PutOrder


def put_order(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutOrder, *, disaster: Disaster,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Open a need for each item of the order, all or none. Raises Invalid for unknown items."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    people, _counted_at = queries.people_in(session, shelter.id, disaster.id)
    event = SuppliesAsked(disaster.id, people.total, order.days, len(order.items))
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    needs.hold_forecasts(
        session, disaster, items=order.items, place_id=shelter.id, area_id=shelter.area_id
    )
    for code, quantity in sorted(order.items.items()):
        asked = needs.Asked(
            item=code, quantity=quantity, priority=order.priority, due_at=order.due_at
        )
        needs.open_need(
            session, uuid5(attempt.id, code), asked, disaster=disaster, place_id=shelter.id,
            area_id=shelter.area_id, actor_id=actor_id,
        )  # fmt: skip
    return receipts.keep(session, attempt, revision=1)
