"""Who is looking at which report now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.models import Hold, Report
from relief_ops import clock
from relief_ops.auth import lookup


@dataclass(frozen=True)
class Held:
    """Somebody has a report before them: since when and until when, in real time."""

    actor_id: UUID
    name: str
    since: datetime
    until: datetime


def hold_of(session: Session, report: Report, *, lock: bool = False) -> Hold | None:
    """Return the row of a report's grain, whether or not it is over."""
    grain = select(Hold).where(
        Hold.disaster_id == report.disaster_id,
        Hold.area_id == report.area_id,
        Hold.round == report.round,
    )
    return session.scalar(grain.with_for_update() if lock else grain)


def holds(session: Session, disaster_id: UUID, round_: str) -> dict[UUID, Held]:
    """Return by area who has its report of a round before them now."""
    rows = session.scalars(
        select(Hold).where(
            Hold.disaster_id == disaster_id, Hold.round == round_, Hold.held_to > clock.now()
        )
    ).all()
    names = lookup.names(session, {row.actor_id for row in rows})
    return {
        row.area_id: Held(row.actor_id, names.get(row.actor_id, ""), row.held_from, row.held_to)
        for row in rows
    }
