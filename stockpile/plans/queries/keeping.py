"""What depots keep back, looked at again when a plan that minds it is applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops.disasters.models import Disaster
from stockpile.models import Balance
from stockpile.plans.models import AllocationLine
from stockpile.plans.queries.asking import free_stock
from stockpile.queries import register


def below_least(
    session: Session, disaster: Disaster, lines: Iterable[AllocationLine],
    held: Mapping[UUID, Balance], *, now: datetime,
) -> int:  # fmt: skip
    """Return how many depots these lines would bring below what they should hold.

    Other stock may have left since the plan was made. `held` is what the lines draw on.
    """
    drawn: Counter[tuple[UUID, str]] = Counter()
    for line in lines:
        row = held.get(line.balance_id)
        if row is not None:
            drawn[row.account_id, row.item_code] += line.quantity
    free: Counter[tuple[UUID, str]] = Counter()
    for code in {code for _depot, code in drawn}:
        for row in free_stock(session, disaster, code, now):
            free[row.account_id, code] += row.free
    least = register.minimums(session, {depot for depot, _code in drawn})
    short = {
        each.depot_id
        for each in least
        if (key := (each.depot_id, each.item_code)) in drawn
        and free[key] - drawn[key] < each.quantity
    }
    return len(short)
