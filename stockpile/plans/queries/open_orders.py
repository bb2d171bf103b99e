"""Orders of which something still lies in its depot, the oldest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from stockpile.models import ReservationLine
from stockpile.plans import rules
from stockpile.plans.models import AllocationLine, DispatchOrder
from stockpile.queries.register import LEDGER
from stockpile.rules import LineState


@dataclass(frozen=True)
class OpenOrder:
    """An order that is not all on the road: so many loads of it lie in their depots since."""

    plan_id: UUID
    number: str
    since: datetime
    loads: int
    depots: int


def open_orders(session: Session, plan_ids: Collection[UUID]) -> list[OpenOrder]:
    """Return the open orders of these plans, each since its signature, the oldest first."""
    wanted = select(DispatchOrder).where(DispatchOrder.plan_id.in_(plan_ids))
    orders = list(session.scalars(wanted.execution_options(**LEDGER)))
    served = select(AllocationLine.plan_id, AllocationLine.need_id).where(
        AllocationLine.plan_id.in_([each.plan_id for each in orders])
    )
    plan_of = {
        rules.reservation_id(plan_id, need_id): plan_id
        for plan_id, need_id in session.execute(served.distinct().execution_options(**LEDGER))
    }
    lying = session.execute(
        select(ReservationLine.reservation_id, ReservationLine.depot_id)
        .where(ReservationLine.reservation_id.in_(plan_of), ReservationLine.state == LineState.OPEN)
        .execution_options(**LEDGER)
    ).all()
    loads = Counter(plan_of[promise] for promise, _depot in lying)
    depots = Counter(plan for plan, _depot in {(plan_of[promise], at) for promise, at in lying})
    found = [
        OpenOrder(each.plan_id, each.number, each.signed_at, loads[each.plan_id],
                  depots[each.plan_id])
        for each in orders if loads[each.plan_id]
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.since, each.plan_id))
