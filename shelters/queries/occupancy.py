"""How full one shelter was in a disaster, minute by minute."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from shelters.models import Arrival, Headcount, ShelterStep
from shelters.rules import EMPTY, NOT_THERE, Standing
from shelters.rules.occupancy import Counted, Minute, Stayed, occupancy


def occupancy_of(session: Session, shelter_id: UUID, disaster: Disaster) -> list[Minute]:
    """Return each minute in which people came, left or were counted, by what is known now."""
    drill, disaster_id = disasters.drill_of(session, disaster), disaster.id
    counts = session.execute(
        select(Headcount.as_of, Headcount.received_at, Headcount.total).where(
            Headcount.shelter_id == shelter_id, Headcount.disaster_id == disaster_id,
            Headcount.standing == Standing.CURRENT,
        )
    )  # fmt: skip
    stays = session.execute(
        select(Arrival.people, Arrival.arrived_at, Arrival.left_at).where(
            Arrival.shelter_id == shelter_id, Arrival.disaster_id == disaster_id,
            Arrival.stay.not_in(NOT_THERE), Arrival.people > 0,
        )
    )  # fmt: skip
    emptied = session.scalars(
        select(ShelterStep.at).where(
            ShelterStep.shelter_id == shelter_id, ShelterStep.disaster_id == disaster_id,
            ShelterStep.state.in_(EMPTY),
        )
    )  # fmt: skip
    return occupancy(
        [Counted(min(as_of, clock.at(at, drill)), total) for as_of, at, total in counts],
        [Stayed(*each) for each in stays],
        emptied,
    )
