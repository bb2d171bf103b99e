"""Outlines in the background: GeoPandas reads them in the worker, never beside the sockets."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import db, i18n, jobs
from relief_ops.admin import importing, kept
from relief_ops.admin.events import ImportAsked
from relief_ops.errors import ReliefError
from relief_ops.events import record
from relief_ops.geo import frames
from relief_ops.jobs import JobRow, JobState
from relief_ops.plugins import Job

KIND = "areas.outlines"
SHOWN = 200


def ask(
    session: Session, job_id: UUID, asked: importing.Asked, name: str, *, write: bool,
    actor_id: UUID,
) -> UUID:  # fmt: skip
    """Queue the check of a kept file, or with `write` its import; asking again changes nothing."""
    if session.get(JobRow, job_id) is not None:
        return job_id
    arguments = {
        "file": name,
        "system": asked.system.value,
        "valid_from": asked.valid_from.isoformat(),
        "inside": None if asked.inside is None else sorted(str(each) for each in asked.inside),
        "write": write,
        "language": i18n.language(),
    }
    jobs.create(session, job_id, kind=KIND, arguments=arguments, actor_id=actor_id)
    tops = importing.tops_of(session, asked.inside or ())
    record(session, ImportAsked(job_id, write), actor_id=actor_id, subject=job_id, areas=tops[:1])
    return job_id


def writing_of(checked: UUID) -> UUID:
    """Return the id of the import that follows a check: one, however often it is asked for."""
    return uuid5(checked, "write")


def asked_of(job: JobRow) -> importing.Asked:
    """Return what a job was asked."""
    said = job.arguments
    inside = said["inside"]
    return importing.Asked(
        kind="outlines",
        system=frames.System(said["system"]),
        valid_from=date.fromisoformat(said["valid_from"]),
        inside=None if inside is None else frozenset(UUID(each) for each in inside),
    )


def step(job_id: UUID) -> bool:
    """Read the file, look through it, and write it if that was asked and nothing is wrong."""
    with db.reading() as session:
        job = session.get_one(JobRow, job_id)
        asked, said = asked_of(job), dict(job.arguments)
    i18n.speak(said["language"])
    try:
        shapes = frames.read_shapes(kept.read(said["file"]), system=asked.system)
        result = _go_through(job_id, shapes, asked)
    except ReliefError as error:
        result = {"error": str(error), "status": error.status}
    if result.get("written"):
        kept.drop(said["file"])
    with db.transaction() as session:
        session.get_one(JobRow, job_id, with_for_update=True).result = result
    return False


def _go_through(job_id: UUID, shapes: list[frames.Shape], asked: importing.Asked) -> dict[str, Any]:
    with db.transaction() as session:
        job = session.get_one(JobRow, job_id, with_for_update=True)
        made = importing.outlines_plan(session, shapes, asked)
        found = {
            "count": made.count,
            "wrong": len(made.problems),
            "problems": [[each.row, each.message] for each in made.problems[:SHOWN]],
            "written": 0,
        }
        jobs.report_progress(job, done=len(shapes), total=len(shapes), cursor=None)
        if job.arguments["write"] and not made.problems and job.state == JobState.RUNNING:
            found["written"] = importing.carry_out(session, made, asked, actor_id=job.actor_id)
    return found


OUTLINES = Job(kind=KIND, step=step)
