"""How long is too long, how many are too many: dated parameters."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from relief_ops import clock, parameters
from relief_ops.disasters.models import Disaster

ESCALATE = "report.overdue_escalation_minutes"
REMIND_AGAIN = "report.remind_again_minutes"
SILENCE = "contact.silence_minutes"
HOLD = "report.hold_minutes"
BYPASS = "report.bypass_dead_missing"
# What holds where no version of the parameter is in force.
DEFAULTS = {ESCALATE: 30, REMIND_AGAIN: 15, SILENCE: 60, HOLD: 10, BYPASS: 10}


def limit(session: Session, disaster: Disaster, key: str) -> timedelta:
    """Return the limit that was in force on the day the disaster began."""
    return timedelta(minutes=number(session, disaster, key))


def number(session: Session, disaster: Disaster, key: str) -> int:
    """Return the parameter that was in force on the day the disaster began, in its own unit."""
    on = clock.local_date(disaster.started_at)
    held = parameters.values(session, [key], on=on, area_id=disaster.area_id)
    return int(held[key].value) if key in held else DEFAULTS[key]
