"""Who holds places in a shelter now: those inside, and those announced."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters.models import Disaster
from relief_ops.disasters.rules import State
from shelters.models import Arrival, ShelterStatus
from shelters.rules import HOLDING

MOST_INSIDE = 2_000


def holding(session: Session, shelter_id: UUID, disaster_id: UUID) -> list[Arrival]:
    """Return everybody who is inside a shelter or on the way there, whoever came last first.

    Of a group that was named whole nobody is left.
    """
    return list(
        session.scalars(
            select(Arrival)
            .where(
                Arrival.shelter_id == shelter_id, Arrival.disaster_id == disaster_id,
                Arrival.stay.in_(HOLDING), Arrival.people > 0,
            )
            .order_by(Arrival.arrived_at.desc(), Arrival.id)
            .limit(MOST_INSIDE)
        )
    )  # fmt: skip


def taken_for_others(
    session: Session, shelter_id: UUID, disaster_id: UUID
) -> list[tuple[str, int]]:
    """Return the other disasters for which people hold places in a shelter, and how many."""
    people = ShelterStatus.registered + ShelterStatus.unregistered
    rows = session.execute(
        select(Disaster.name, people)
        .join(Disaster, Disaster.id == ShelterStatus.disaster_id)
        .where(
            ShelterStatus.shelter_id == shelter_id, ShelterStatus.disaster_id != disaster_id,
            people > 0, Disaster.state != State.CLOSED,  # nobody checks out of what is over
        )
        .order_by(Disaster.started_at, Disaster.id)
        .execution_options(scope="shared")
    )  # fmt: skip
    return [(row[0], int(row[1])) for row in rows]
