"""What speaks against a shelter: its safety check has lapsed, or it lies in dangerous ground."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.hazards.models import Hazard
from relief_ops.geo.models import Place
from shelters.rules import is_lapsed


@dataclass(frozen=True)
class Flag:
    """One thing against a shelter: its code, and the hazard it lies in."""

    code: str
    hazard_id: UUID | None = None
    hazard_name: str = ""
    hazard_kind: str = ""

    def shown(self) -> dict[str, Any]:
        """Return the flag as the API shows it."""
        return {"code": self.code, "hazard": self.hazard_id, "name": self.hazard_name}


def over(
    session: Session, shelter_ids: Collection[UUID], disaster_id: UUID, at: datetime
) -> dict[UUID, Hazard]:
    """Return the dangerous ground that shelters lie in at an instant."""
    if not shelter_ids or not hazards.ground_stands(session, disaster_id, at):
        return {}
    place = Place.__table__.c
    rows = session.execute(
        select(Place.id, func.ST_X(place.point), func.ST_Y(place.point)).where(
            Place.id.in_(list(shelter_ids)), place.point.is_not(None)
        )
    )
    points = {key: (lon, lat) for key, lon, lat in rows}
    return hazards.ground(session, disaster_id, points, at)


def flags(
    session: Session, checked: dict[UUID, date | None], disaster_id: UUID | None, at: datetime
) -> dict[UUID, list[Flag]]:
    """Return what speaks against each shelter; `checked` says until when each was found safe."""
    wet = over(session, checked.keys(), disaster_id, at) if disaster_id else {}
    found: dict[UUID, list[Flag]] = {}
    for shelter_id, until in checked.items():
        said = [Flag("safety_lapsed")] if is_lapsed(until, clock.local_date(at)) else []
        if hazard := wet.get(shelter_id):
            said.append(Flag("in_danger", hazard.id, hazard.name, hazard.kind))
        if said:
            found[shelter_id] = said
    return found
