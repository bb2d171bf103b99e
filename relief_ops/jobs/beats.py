"""The sign of life workers leave, so that anybody can see whether background work is done."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.jobs.models import JobRow, JobState, WorkerBeat

BEAT_SECONDS = 30.0
SILENT = timedelta(seconds=120)
FORGOTTEN = timedelta(days=1)


def beat(session: Session, worker_id: UUID) -> None:
    """Note that a worker lives, and forget those that have not for a day."""
    now = clock.now()
    session.execute(delete(WorkerBeat).where(WorkerBeat.at < now - FORGOTTEN))
    session.merge(WorkerBeat(id=worker_id, at=now))


def working(session: Session) -> bool:
    """Whether a worker gave a sign of life lately, or holds a job it is at."""
    now = clock.now()
    last = session.scalar(select(func.max(WorkerBeat.at)))
    if last is not None and last > now - SILENT:
        return True
    busy = (JobRow.state == JobState.RUNNING) & (JobRow.claimed_until > now)
    return session.scalar(select(JobRow.id).where(busy).limit(1)) is not None
