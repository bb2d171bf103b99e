"""The next shelters with room: who does not find a place here is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.geo.models import Place
from relief_ops.geo.predicates import closest
from shelters.models import Shelter, ShelterStatus
from shelters.queries import flags
from shelters.queries.one import ANY_DRILL, point_of
from shelters.rules import State
from shelters.rules.doors import Party

MOST_OTHERS = 3


def others(
    session: Session, full: Shelter, disaster_id: UUID, party: Party, *, at: datetime,
    most: int = MOST_OTHERS,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the nearest other open shelters with so many free places on safe ground.

    Open shelters that are not hidden are public, so every area's are looked at.
    """
    found = {row.id: row for row in _with_room(session, full, disaster_id, party.people)}
    for wet in flags.over(session, found.keys(), disaster_id, at):
        del found[wet]
    here = point_of(session, full.id)
    points = {key: (row.lon, row.lat) for key, row in found.items() if row.lon is not None}
    if here is None or not points:
        best = sorted(found.values(), key=lambda row: (-row.free, row.name))
        return [_other(row, None) for row in best[:most]]
    return [_other(found[key], metres) for key, metres in closest(here, points, most=most)]


def _other(row: Any, metres: float | None) -> dict[str, Any]:
    far = None if metres is None else round(metres)
    return {"id": row.id, "name": row.name, "free": row.free, "metres": far}


def _with_room(session: Session, full: Shelter, disaster_id: UUID, people: int) -> Sequence[Any]:
    table = ShelterStatus
    inside = table.registered + table.unregistered
    free = (table.capacity_max - table.overflow - inside).label("free")
    return session.execute(
        select(
            Shelter.id, Shelter.name, free, func.ST_X(Place.point).label("lon"),
            func.ST_Y(Place.point).label("lat"),
        )
        .join(ShelterStatus, ShelterStatus.shelter_id == Shelter.id)
        .join(Place, Place.id == Shelter.id)
        .where(
            ShelterStatus.disaster_id == disaster_id,
            ShelterStatus.state == State.OPEN,
            Shelter.hidden.is_(False),
            Shelter.id != full.id,
            free >= people,
        )
        .execution_options(scope="shared", **ANY_DRILL)
    ).all()  # fmt: skip
