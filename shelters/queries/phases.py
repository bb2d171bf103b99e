"""Which of its rated capacities a shelter is offered by: the hour, and whether it has struck."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters import queries as disasters
from shelters import rules
from shelters.rules import Phase


def is_struck(session: Session, disaster_id: UUID, area_id: UUID, at: datetime) -> bool | None:
    """Whether the disaster has struck in an area by the orders given; None where none says."""
    first = disasters.struck_at(session, disaster_id, area_id)
    return None if first is None else first <= at


def phase_of(
    session: Session, disaster_id: UUID, area_id: UUID, at: datetime, *, overnight: bool = False
) -> Phase:
    """Return which rated capacity holds in an area at an instant."""
    struck = is_struck(session, disaster_id, area_id, at)
    return rules.phase(clock.local(at).hour, struck=bool(struck), overnight=overnight)
