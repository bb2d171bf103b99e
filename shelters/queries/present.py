"""Who is in the shelters now: the last headcount, and who was registered as coming since."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from shelters.models import Arrival, ShelterStatus
from shelters.rules import NOT_THERE, Stay

STATUS, ARRIVAL = ShelterStatus, Arrival.__table__.c


def expected_in(
    session: Session, disaster_id: UUID, shelter_ids: Collection[UUID]
) -> dict[UUID, int]:
    """Return for how many people shelters of any area must care: those there, those announced."""
    rows = session.execute(
        select(STATUS.shelter_id, present() + STATUS.on_the_way)
        .where(STATUS.disaster_id == disaster_id, STATUS.shelter_id.in_(list(shelter_ids)))
        .execution_options(scope="shared", any_drill=True)
    )
    return {row[0]: max(0, int(row[1])) for row in rows}


def present() -> Any:
    """Return who is in a shelter: counted and since registered, or registered and come."""
    since = func.coalesce(STATUS.counted_up_to, STATUS.counted_at)
    came = _registered(ARRIVAL.stay == Stay.ARRIVED, ARRIVAL.arrived_at > since)
    left = _registered(
        ARRIVAL.stay.not_in(NOT_THERE), ARRIVAL.arrived_at <= since, ARRIVAL.left_at > since
    )
    return case(
        (STATUS.counted.is_(None), STATUS.registered - STATUS.on_the_way),
        else_=STATUS.counted + came - left,
    )


def _registered(*conditions: Any) -> Any:
    of = (ARRIVAL.shelter_id == STATUS.shelter_id, ARRIVAL.disaster_id == STATUS.disaster_id)
    people = select(func.coalesce(func.sum(ARRIVAL.people), 0)).where(and_(*of, *conditions))
    return people.correlate(STATUS).scalar_subquery()
