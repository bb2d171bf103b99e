"""Where people are who use up goods: the shelters in use."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters.boards.queries import PeopleAt
from relief_ops.geo.models import AreaClosure
from shelters.models import Shelter, ShelterStatus
from shelters.queries.present import present
from shelters.rules import SERVING


def people_at(session: Session, disaster_id: UUID, area_id: UUID) -> list[PeopleAt]:
    """Return the shelters of an area that serve a disaster, with how many people are inside."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    rows = session.execute(
        select(Shelter.id, Shelter.area_id, Shelter.name, present())
        .join(ShelterStatus, ShelterStatus.shelter_id == Shelter.id)
        .where(ShelterStatus.disaster_id == disaster_id, ShelterStatus.state.in_(SERVING),
               Shelter.area_id.in_(below))
        .order_by(Shelter.id)
        .execution_options(any_drill=True)
    )  # fmt: skip
    return [
        PeopleAt(place_id=row[0], area_id=row[1], name=row[2], people=people)
        for row in rows
        if (people := int(row[3])) > 0
    ]
