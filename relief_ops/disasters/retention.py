"""What was told of people for one disaster is destroyed when its time is over.

The time runs from the disaster's end; the parameter says how long. Figures, the log and the
record of the destruction stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, parameters, plugins
from relief_ops.disasters.events import PersonalDataDestroyed
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.rules import State
from relief_ops.errors import IllegalTransition
from relief_ops.events import head, record

KEEP, KEEP_DAYS = "personal.keep_days", 365
JUMP = timedelta(days=3)


@dataclass(frozen=True)
class Due:
    """A disaster whose people's data has reached its date, and what there still is, by kind."""

    disaster: Disaster
    rows: dict[str, int]


def due(session: Session) -> list[Due]:
    """Return what is to be destroyed now; nothing is changed."""
    now = clock.now()
    days = _keep_days(session, now)
    ended = (
        select(Disaster)
        .where(Disaster.state == State.CLOSED, Disaster.ended_at <= now - timedelta(days=days))
        .order_by(Disaster.ended_at)
        .execution_options(any_drill=True)
    )
    found = [Due(each, _rows(session, each, really=False)) for each in session.scalars(ended)]
    return [each for each in found if sum(each.rows.values())]


def destroy(session: Session) -> list[Due]:
    """Destroy what is due, once and for good, and record it disaster by disaster.

    Raises IllegalTransition after a jump of the clock: the log would have gone on meanwhile.
    """
    last, now = head(session).at, clock.now()
    if abs(now - last) > JUMP:
        raise IllegalTransition(
            f"The clock says {now:%Y-%m-%d %H:%M}, the log ends at {last:%Y-%m-%d %H:%M}. "
            "Nothing was destroyed. Is the clock right? Then let the worker run a day first."
        )
    found = due(session)
    for each in found:
        rows = sum(_rows(session, each.disaster, really=True).values())
        event = PersonalDataDestroyed(each.disaster.id, rows)
        areas = [each.disaster.area_id]
        record(session, event, actor_id=None, subject=each.disaster.id, areas=areas)
    return found


def _rows(session: Session, disaster: Disaster, *, really: bool) -> dict[str, int]:
    held = plugins.contributed("personal")
    return {each.id: each.rows(session, disaster.id, really) for each in held}


def _keep_days(session: Session, now: datetime) -> float:
    held = parameters.values(session, [KEEP], on=clock.local_date(now))
    return float(held[KEEP].value) if KEEP in held else KEEP_DAYS
