"""Households of which nobody knows for sure where they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.rules import Doubt, State
from shelters.models import Arrival
from shelters.rules import LeftTo, Stay

ROW, STANDING = ListedHousehold, EvacuationStanding
ARRIVAL = Arrival.__table__.c  # in any area: whoever lists a row may know that it arrived


def doubted(doubt: Doubt, order_id: UUID, *, before: datetime) -> ColumnElement[bool]:
    """Return the condition that a row is in doubt under an order, and was so at a moment."""
    if doubt == Doubt.NOT_COME:
        expected = and_(ARRIVAL.stay == Stay.ON_THE_WAY, ARRIVAL.arrived_at <= before)
        rows = select(ARRIVAL.listed_id).where(expected, _of_disaster(order_id))
        never: ColumnElement[bool] = ROW.id.in_(rows.where(ARRIVAL.listed_id.is_not(None)))
        return never
    state = State.ON_THE_WAY if doubt == Doubt.LONG_WAY else State.AT_SHELTER
    said = ROW.id.in_(
        select(STANDING.household_id).where(
            STANDING.order_id == order_id, STANDING.state == state, STANDING.since_at <= before
        )
    )
    return said if doubt == Doubt.LONG_WAY else and_(said, _inside(order_id) < ROW.people)


def _inside(order_id: UUID) -> Any:
    """Return how many people of a row are inside a shelter, or left one for a hospital."""
    there = or_(ARRIVAL.stay == Stay.ARRIVED, ARRIVAL.left_to == LeftTo.HOSPITAL)
    return (
        select(func.coalesce(func.sum(ARRIVAL.people), 0))
        .where(ARRIVAL.listed_id == ROW.id, there, _of_disaster(order_id))
        .correlate(ROW)
        .scalar_subquery()
    )


def _of_disaster(order_id: UUID) -> ColumnElement[bool]:
    disaster = select(EvacuationOrder.disaster_id).where(EvacuationOrder.id == order_id)
    found: ColumnElement[bool] = ARRIVAL.disaster_id == disaster.scalar_subquery()
    return found
