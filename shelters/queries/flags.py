"""What speaks against a shelter: its check, its repair, the dangerous ground it lies in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
from shelters.models import Shelter
from shelters.queries.safety import days_and_years
from shelters.rules import is_lapsed
from shelters.rules.register import Result, Usage, is_due


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


@dataclass(frozen=True)
class Facts:
    """What of a shelter's record speaks for or against it."""

    until: date | None
    result: str = ""
    usage: str = Usage.IN_USE


def facts_of(found: Shelter) -> Facts:
    """Return what of a shelter's record speaks for or against it."""
    return Facts(found.safety_checked_until, found.safety_result, found.usage)


def flags(
    session: Session, facts: Mapping[UUID, Facts], disaster_id: UUID | None, at: datetime
) -> dict[UUID, list[Flag]]:
    """Return what speaks against each shelter at an instant, and whose check soon runs out."""
    wet = over(session, facts.keys(), disaster_id, at) if disaster_id else {}
    today = clock.local_date(at)
    holding = any(each.until is not None and each.until >= today for each in facts.values())
    days = days_and_years(session, today, None)[0] if holding else 0
    found: dict[UUID, list[Flag]] = {}
    for shelter_id, each in facts.items():
        said = [Flag(code) for code in codes(each, today, days)]
        if hazard := wet.get(shelter_id):
            said.append(Flag("in_danger", hazard.id, hazard.name, hazard.kind))
        if said:
            found[shelter_id] = said
    return found


def codes(facts: Facts, today: date, days: int) -> list[str]:
    """Return the codes of what a record alone says against its shelter."""
    found = [] if facts.usage == Usage.IN_USE else [facts.usage]
    if facts.result == Result.FAILED:
        return [*found, "safety_failed"]
    if is_lapsed(facts.until, today):
        return [*found, "safety_lapsed"]
    return [*found, "safety_due"] if is_due(facts.until, today, days) else found


def against(session: Session, found: Shelter, disaster_id: UUID | None, at: datetime) -> list[Flag]:
    """Return what must be answered with a reason before a shelter opens."""
    said = flags(session, {found.id: facts_of(found)}, disaster_id, at).get(found.id, [])
    return [each for each in said if each.code != "safety_due"]
