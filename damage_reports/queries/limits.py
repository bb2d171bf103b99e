"""How long is too long: dated parameters, in minutes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from relief_ops import clock, parameters
from relief_ops.disasters.models import Disaster

ESCALATE = "report.overdue_escalation_minutes"
REMIND_AGAIN = "report.remind_again_minutes"
SILENCE = "contact.silence_minutes"
# What holds where no version of the parameter is in force.
DEFAULTS = {ESCALATE: 30, REMIND_AGAIN: 15, SILENCE: 60}


def limit(session: Session, disaster: Disaster, key: str) -> timedelta:
    """Return the limit that was in force on the day the disaster began."""
    on = clock.local_date(disaster.started_at)
    held = parameters.values(session, [key], on=on, area_id=disaster.area_id)
    return timedelta(minutes=int(held[key].value) if key in held else DEFAULTS[key])
