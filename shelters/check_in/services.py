"""Looking for a household at the door: on record, found or not, before anything is answered."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.models import Disaster
from relief_ops.events import record
from shelters.check_in import queries
from shelters.check_in.events import HouseholdSought
from shelters.check_in.schemas import FindHousehold
from shelters.evacuation.models import ListedHousehold
from shelters.models import Shelter


def find(
    session: Session, shelter: Shelter, disaster: Disaster, asked: FindHousehold,
    tree: geo.AreaTree, *, actor_id: UUID,
) -> list[ListedHousehold]:  # fmt: skip
    """Return the households that are meant, and record that somebody looked for them."""
    rows = queries.found(session, shelter, disaster, asked, tree)
    event = HouseholdSought(shelter.id, disaster.id, asked.by, len(rows))
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return rows
