"""Creating, claiming and finishing background work.

The worker asks the table; nothing else carries the job. A claim lasts a minute and is
renewed by each step, so work orphaned by a killed worker is taken up by the next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, db
from relief_ops.jobs.models import JobRow, JobState

CLAIM = timedelta(minutes=1)
ATTEMPTS = 5
log = logging.getLogger(__name__)
Step = Callable[[UUID], bool]


def create(
    session: Session,
    job_id: UUID,
    *,
    kind: str,
    arguments: Mapping[str, Any],
    actor_id: UUID | None,
) -> JobRow:
    """Put a job in the queue, in the caller's transaction: it exists if the change does."""
    job = JobRow(
        id=job_id,
        kind=kind,
        arguments=dict(arguments),
        state=JobState.WAITING,
        actor_id=actor_id,
        created_at=clock.now(),
    )
    session.add(job)
    return job


def claim(session: Session) -> JobRow | None:
    """Take the oldest job that waits, or whose worker went silent."""
    job = session.scalar(_due().with_for_update(skip_locked=True))
    if job is None:
        return None
    job.attempts += 1
    job.state = JobState.RUNNING if job.attempts <= ATTEMPTS else JobState.FAILED
    job.claimed_until = clock.now() + CLAIM
    return job if job.state == JobState.RUNNING else None


def _due() -> Select[JobRow]:
    silent = (JobRow.state == JobState.RUNNING) & (JobRow.claimed_until < clock.now())
    waiting = or_(JobRow.state == JobState.WAITING, silent)
    return select(JobRow).where(waiting).order_by(JobRow.created_at).limit(1)


def report_progress(
    job: JobRow, *, done: int, total: int | None, cursor: Mapping[str, Any] | None
) -> None:
    """Say how far a job is and where to go on; renews the claim."""
    job.done, job.total = done, total
    job.cursor = dict(cursor) if cursor is not None else None
    job.claimed_until = clock.now() + CLAIM


def finish(job: JobRow, *, result: Mapping[str, Any] | None = None) -> None:
    """Close a job that is done."""
    job.state, job.claimed_until = JobState.DONE, None
    job.result = dict(result or {})


def cancel(session: Session, job_id: UUID) -> None:
    """Cancel a job; a running one stops after its step."""
    job = session.get(JobRow, job_id, with_for_update=True)
    if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
        job.state = JobState.CANCELLED


def run_due(steps: Mapping[str, Step]) -> bool:
    """Claim one job and run its steps to the end; return whether there was one."""
    with db.reading() as session:
        if session.scalar(_due().with_only_columns(JobRow.id)) is None:
            return False
    with db.transaction() as session:
        job = claim(session)
        claimed = (job.id, job.kind) if job else None
    if claimed is None:
        return False
    job_id, kind = claimed
    try:
        while _running(job_id) and steps[kind](job_id):
            pass
        with db.transaction() as session:
            job = session.get(JobRow, job_id, with_for_update=True)
            if job is not None and job.state == JobState.RUNNING:
                finish(job, result=job.result)
    except Exception as error:
        log.exception("job %s of kind %s failed", job_id, kind)
        with db.transaction() as session:
            job = session.get_one(JobRow, job_id, with_for_update=True)
            job.state, job.error = JobState.FAILED, f"{type(error).__name__}: {error}"[:400]
    return True


def _running(job_id: UUID) -> bool:
    with db.reading() as session:
        return session.scalar(select(JobRow.state).where(JobRow.id == job_id)) == JobState.RUNNING
