"""Background work survives its worker and stops when told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import uuid6

from relief_ops import clock, db, jobs
from relief_ops.jobs import JobRow, JobState


def queue(kind="count") -> UUID:
    job_id = UUID(str(uuid6.uuid7()))
    with db.transaction() as session:
        jobs.create(session, job_id, kind=kind, arguments={"to": 3}, actor_id=None)
    return job_id


def state(job_id):
    with db.reading() as session:
        job = session.get_one(JobRow, job_id)
        return job.state, job.done, job.error


def counting(job_id):
    with db.transaction() as session:
        job = session.get_one(JobRow, job_id, with_for_update=True)
        done = job.done + 1
        jobs.report_progress(job, done=done, total=3, cursor={"at": done})
    return done < 3


def test_a_job_runs_in_steps_to_its_end(app):
    job_id = queue()

    assert jobs.run_due({"count": counting})
    assert state(job_id) == (JobState.DONE, 3, "")
    assert not jobs.run_due({"count": counting})


def test_a_job_that_fails_says_why_and_blocks_nothing(app):
    job_id, other = queue("broken"), queue()

    def broken(_job_id):
        raise ValueError("no such sheet")

    steps = {"broken": broken, "count": counting}
    jobs.run_due(steps)
    jobs.run_due(steps)

    assert state(job_id) == (JobState.FAILED, 0, "ValueError: no such sheet")
    assert state(other)[0] == JobState.DONE


def test_an_orphaned_job_goes_on_where_it_stood(app):
    job_id = queue()
    with db.transaction() as session:
        job = jobs.claim(session)
        jobs.report_progress(job, done=2, total=3, cursor={"at": 2})
        job.claimed_until = clock.now() - timedelta(seconds=1)

    jobs.run_due({"count": counting})
    assert state(job_id) == (JobState.DONE, 3, "")


def test_a_cancelled_job_stops_after_its_step(app):
    job_id = queue()

    def cancelled_meanwhile(job_id):
        counting(job_id)
        with db.transaction() as session:
            jobs.cancel(session, job_id)
        return True

    jobs.run_due({"count": cancelled_meanwhile})
    assert state(job_id) == (JobState.CANCELLED, 1, "")
