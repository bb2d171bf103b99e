"""What changed since a plan was made."""

from __future__ import annotations

from sqlalchemy.orm import Session

from relief_ops.disasters.models import Disaster
from stockpile.plans.models import AllocationPlan
from stockpile.plans.queries.asking import open_needs


def since(session: Session, found: AllocationPlan, disaster: Disaster) -> int:
    """Return how many needs are new, changed or gone since a plan was made."""
    now = {
        str(each.need.id): [each.need.outstanding, each.need.priority]
        for each in open_needs(session, disaster, found.area_id, found.items)
    }
    seen = found.seen or {}
    return sum(now.get(key) != seen.get(key) for key in {*now, *seen})
