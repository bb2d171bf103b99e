"""What changed since a plan was made."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters.models import Disaster
from stockpile.models import ReservationLine
from stockpile.plans import rules
from stockpile.plans.models import AllocationLine, AllocationPlan
from stockpile.plans.queries.asking import waiting
from stockpile.queries import road
from stockpile.queries.register import LEDGER
from stockpile.rules import LineState

Drawn = tuple[UUID, UUID, UUID]  # to which need, out of which depot, of which lot


def since(session: Session, found: AllocationPlan, disaster: Disaster) -> int:
    """Return how many needs are new, changed or gone since a plan was made."""
    now = {
        str(each.id): [each.outstanding, each.priority]
        for each in waiting(session, disaster, found.area_id, found.items)
    }
    seen = found.seen or {}
    return sum(now.get(key) != seen.get(key) for key in {*now, *seen})


def still_promised(session: Session, found: AllocationPlan) -> dict[Drawn, int] | None:
    """Return how much a plan promises still, by where it goes; None before it is applied.

    What was given back is not, nor what turned back on its way: its need is open again.
    """
    if found.applied_at is None:
        return None
    left: Counter[Drawn] = Counter()
    for each in _promised(session, found):
        if each.state not in (LineState.RELEASED, LineState.TURNED_BACK):
            left[each.need_id, each.depot_id, each.lot_id] += each.quantity
    return dict(left)


def has_open(session: Session, found: AllocationPlan) -> bool:
    """Whether anything a plan promised still lies in its depot."""
    return any(each.state == LineState.OPEN for each in _promised(session, found))


def _promised(session: Session, found: AllocationPlan) -> list[ReservationLine]:
    # Whoever reads a part of the plan may hold the depot and not the need.
    served = select(AllocationLine.need_id).where(AllocationLine.plan_id == found.id)
    needs = set(session.scalars(served.execution_options(**LEDGER)))
    return road.lines_of(session, [rules.reservation_id(found.id, each) for each in needs])
