"""Who is to go to a shelter, and how many places shelters on safe ground have left for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.geo.models import AreaClosure
from shelters.evacuation.queries.leaving import people_to_place
from shelters.models import Shelter, ShelterStatus
from shelters.queries import flags
from shelters.queries.phases import phase_of
from shelters.rules import ADMITTING


@dataclass(frozen=True)
class Room:
    """Of an area and those ordered with it: who needs a place, and who finds one near.

    `ready` is how many shelters near there take people in, in none of which water stands.
    """

    area: AreaNode
    people: int
    free: int
    ready: int

    @property
    def lacking(self) -> int:
        """Return how many people would find no place."""
        return max(0, self.people - self.free)

    @property
    def enough(self) -> bool:
        """Whether a shelter stands ready and has a place for everybody."""
        return self.ready > 0 and not self.lacking


def rooms_of(
    session: Session, disaster: Disaster, areas: Collection[AreaNode], tree: AreaTree, *,
    at: datetime,
) -> list[Room]:  # fmt: skip
    """Return the room for the people of some areas that move together.

    A village has its township's shelters; those of one township share them.
    """
    near = {each.id: tree.ancestor_at(each.id, "township") or each for each in areas}
    found: dict[UUID, Room] = {}
    for place in {each.id: each for each in near.values()}.values():
        moving = [each for each in areas if near[each.id].id == place.id]
        people = people_to_place(session, disaster, [each.id for each in moving])
        free, ready = _free(session, disaster.id, place.id, at)
        found |= {each.id: Room(each, people, free, ready) for each in moving}
    return [found[each.id] for each in areas]


def _free(session: Session, disaster_id: UUID, area_id: UUID, at: datetime) -> tuple[int, int]:
    """Return the free places in and below an area, and of how many shelters on safe ground.

    Places to sleep in: those the shelters are rated for by night, or after the impact.
    """
    rated = f"capacity_{phase_of(session, disaster_id, area_id, at, overnight=True)}"
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    rows = session.execute(
        select(ShelterStatus, getattr(Shelter, rated))
        .join(Shelter, Shelter.id == ShelterStatus.shelter_id)
        .where(
            ShelterStatus.disaster_id == disaster_id,
            ShelterStatus.state.in_(ADMITTING),
            ShelterStatus.area_id.in_(below),
        )
        .execution_options(scope="shared", any_drill=True)
    ).all()
    wet = flags.over(session, [status.shelter_id for status, _rated in rows], disaster_id, at)
    safe = [row for row in rows if row[0].shelter_id not in wet]
    free = (min(status.capacity_max, places) - status.inside for status, places in safe)
    return sum(max(0, each) for each in free), len(safe)
