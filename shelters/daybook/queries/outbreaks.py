"""Illness in shelters as the rule of outbreaks sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import parameters
from shelters.daybook.models import Incident
from shelters.daybook.rules.incidents import OF_HEALTH, IncidentState, Syndrome
from shelters.daybook.rules.outbreaks import HOURS, PEOPLE, Case, Outbreak, Threshold, outbreaks

DEFAULTS = {HOURS: 24, PEOPLE: 5}
_COLUMNS = (
    Incident.shelter_id, Incident.syndrome, Incident.happened_at, Incident.people, Incident.state,
)  # fmt: skip


def threshold(session: Session, on: date, area_id: UUID) -> Threshold:
    """Return the numbers in force for an outbreak."""
    held = parameters.values(session, DEFAULTS, on=on, area_id=area_id)
    number = {key: int(held[key].value) if key in held else DEFAULTS[key] for key in DEFAULTS}
    return Threshold(number[HOURS], number[PEOPLE])


def outbreaks_in(
    session: Session, conditions: Sequence[Any], numbers: Threshold, now: datetime
) -> dict[UUID, list[Outbreak]]:
    """Return what looks like an outbreak among the incidents of these conditions, by shelter."""
    rows = session.execute(
        select(*_COLUMNS).where(
            Incident.kind.in_(OF_HEALTH), Incident.syndrome.is_not(None), *conditions
        )
    )
    by_shelter: dict[UUID, list[Case]] = defaultdict(list)
    for row in rows:
        by_shelter[row.shelter_id].append(_case(row))
    found = ((key, outbreaks(cases, numbers, now)) for key, cases in by_shelter.items())
    return {key: each for key, each in found if each}


def _case(row: Any) -> Case:
    closed = row.state == IncidentState.CLOSED
    return Case(Syndrome(row.syndrome), row.happened_at, row.people, closed)


def outbreaks_at(
    session: Session, shelter_id: UUID, disaster_id: UUID, numbers: Threshold, now: datetime
) -> list[Outbreak]:
    """Return what looks like an outbreak in one shelter."""
    of: Iterable[Any] = (Incident.shelter_id == shelter_id, Incident.disaster_id == disaster_id)
    return outbreaks_in(session, list(of), numbers, now).get(shelter_id, [])
