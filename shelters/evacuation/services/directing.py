"""Telling households of the list to which shelter they go."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.events import record
from shelters.evacuation.events import HouseholdsDirected
from shelters.evacuation.models import ListedHousehold
from shelters.evacuation.services.standing import rooms

BATCH = 500


def direct(
    session: Session, disaster: Disaster, going: Mapping[UUID, UUID | None], *, act_id: UUID,
    actor_id: UUID,
) -> int:  # fmt: skip
    """Write to which shelter households go, None for none known; return how many changed.

    One act for all of them is one event, and none where nothing changes.
    """
    changed = [row for row in _held(session, disaster, going) if row.shelter_id != going[row.id]]
    for row in changed:
        row.shelter_id = going[row.id]
        row.revision += 1
    if changed:
        event = HouseholdsDirected(
            act_id, disaster.id, len(changed), sum(row.people for row in changed)
        )
        areas = rooms({row.area_id for row in changed}, disasters.division_tree(session, disaster))
        record(session, event, actor_id=actor_id, subject=act_id, areas=areas)
    return len(changed)


def _held(
    session: Session, disaster: Disaster, going: Mapping[UUID, UUID | None]
) -> list[ListedHousehold]:
    wanted = sorted(going)
    found: list[ListedHousehold] = []
    for start in range(0, len(wanted), BATCH):
        found += session.scalars(
            select(ListedHousehold)
            .where(ListedHousehold.id.in_(wanted[start : start + BATCH]))
            .order_by(ListedHousehold.id)
            .with_for_update()
            .execution_options(any_drill=True)
        )
    return [row for row in found if row.drill_id == disaster.drill_id]
