"""Of a household whose people are not all in one place, those in shelters count there.

The others count where its state says; both are people, never rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, literal

from relief_ops.db import Instant
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold

_COUNTED = func.coalesce(EvacuationStanding.sheltered, 0)
SHELTERED = case((ListedHousehold.people < _COUNTED, ListedHousehold.people), else_=_COUNTED)
REST = ListedHousehold.people - SHELTERED


def tried_at(order: EvacuationOrder) -> Any:
    """Return since when nobody answers: the first try, or the order where nobody tried yet."""
    return _or_ordered(EvacuationStanding.first_tried_at, order)


def said_at(order: EvacuationOrder) -> Any:
    """Return since when somebody stands where they stand, or since the order."""
    return _or_ordered(EvacuationStanding.since_at, order)


def _or_ordered(column: Any, order: EvacuationOrder) -> Any:
    """Say the moment as our own type: SQLAlchemy's writes another text, which sorts elsewhere."""
    return func.coalesce(column, literal(order.issued_at, Instant()))
