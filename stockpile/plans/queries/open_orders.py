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
    row = ReservationLine
    served = session.execute(
        select(AllocationLine.plan_id, row.need_id, row.reservation_id, row.id, row.depot_id)
        .join(row, row.need_id == AllocationLine.need_id)
        .where(
            AllocationLine.plan_id.in_([each.plan_id for each in orders]),
            row.state == LineState.OPEN,
        )
        .distinct()
        .execution_options(**LEDGER)
    )
    lying = [
        (plan_id, depot)
        for plan_id, need_id, promise, _line, depot in served
        if promise == rules.reservation_id(plan_id, need_id)
    ]
    loads = Counter(plan_id for plan_id, _depot in lying)
    depots = Counter(plan_id for plan_id, _depot in set(lying))
    found = [
        OpenOrder(each.plan_id, each.number, each.signed_at, loads[each.plan_id],
                  depots[each.plan_id])
        for each in orders if loads[each.plan_id]
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.since, each.plan_id))
