"""Importing areas over pages: check first, see every wrong row, then all or nothing.

Rows are looked through at once; outlines by the worker, whose progress has a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.admin import importing, jobs, kept, services
from relief_ops.auth import passwords, require
from relief_ops.auth.home import own_root, writes
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid, NotFound, ReliefError
from relief_ops.geo import outline_files
from relief_ops.geo.frames import System
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow, JobState

blueprint = APIBlueprint("area_import", __name__, enable_openapi=False, url_prefix="/areas/import")
T = TypeVar("T")
SHOWN_ERRORS = (400, 413, 415, 422)
OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@blueprint.get("")
def form() -> ResponseReturnValue:
    """Show what can be imported and how the files look."""
    _require()
    return _page(_asked({}))


def _require() -> UUID:
    return require("area.write", own_root(geo.cached_tree()).id)


def _page(asked: importing.Asked, error: ReliefError | None = None, **more: Any) -> tuple[str, int]:
    given = {"made": None, "kept": "", "imported": None} | more
    shown = web.page(
        "admin/import.html", asked=asked, error=error, systems=list(System), kinds=importing.KINDS,
        **given,
    )  # fmt: skip
    wrong = given["made"] is not None and given["made"].problems
    return shown, error.status if error else 422 if wrong else 200


def _asked(form: Any) -> importing.Asked:
    try:
        valid_from = date.fromisoformat(form.get("valid_from") or "2000-01-01")
        system = System(form.get("system") or System.WGS84)
    except ValueError:
        raise Invalid(_("This is not a valid id, date or time.")) from None
    kind = form.get("kind", "divisions")
    return importing.Asked(
        kind=kind, system=system, valid_from=valid_from, inside=writes("area.write")
    )


@blueprint.post("")
def take() -> ResponseReturnValue:
    """Check a file, or import the one just checked."""
    actor_id = _require()
    asked = _asked({})
    try:
        asked = _asked(request.form)
        if name := request.form.get("kept", ""):
            return _confirmed(name, asked, actor_id)
        data = _sent()
        if asked.kind == "outlines":
            return _queued(data, asked, actor_id)
        with reading() as session:
            made = _apart(lambda: importing.plan(session, data, asked))
        return _page(asked, made=made, kept="" if made.problems else kept.keep(data))
    except ReliefError as error:
        if error.status not in SHOWN_ERRORS:
            raise
        return _page(asked, error)


def _apart(work: Callable[[], T]) -> T:
    """Work beside the loop of sockets, in the language of whoever asked."""
    context = copy_context()
    return passwords.off_loop(lambda: context.run(work))


def _sent() -> bytes:
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    if not data:
        raise Invalid(_("Choose a file.") if sent is None else _("The file is empty."))
    return data


def _confirmed(name: str, asked: importing.Asked, actor_id: UUID) -> ResponseReturnValue:
    """Check a kept file once more and write it, in one transaction."""
    data = kept.read(name)
    if asked.kind == "outlines":
        raise Invalid(_("Choose what the file holds."))
    with reading() as session:
        _apart(lambda: importing.plan(session, data, asked))
    with transaction() as session:
        count = _write(session, data, asked, actor_id)
    kept.drop(name)
    return _page(asked, imported=count)


def _write(session: Session, data: bytes, asked: importing.Asked, actor_id: UUID) -> int:
    return importing.carry_out(
        session, importing.plan(session, data, asked), asked, actor_id=actor_id
    )


def _queued(data: bytes, asked: importing.Asked, actor_id: UUID) -> ResponseReturnValue:
    """Refuse at once what cannot be outlines, and leave the rest to the worker."""
    outline_files.refuse(data)
    name = kept.keep(data)
    with transaction() as session:
        job_id = jobs.ask(session, uuid6.uuid7(), asked, name, write=False, actor_id=actor_id)
    return web.see_other("area_import.watch", job_id=job_id)


@blueprint.get("/<uuid:job_id>")
def watch(job_id: UUID) -> ResponseReturnValue:
    """Show how far the worker is with a file of outlines, and what it found."""
    actor_id = _require()
    with reading() as session:
        job = _job(session, job_id, actor_id)
    found, over = job.result or {}, job.state in OVER
    shown = web.page("admin/import_job.html", job=job, found=found, over=over)
    status = int(found.get("status") or (422 if found.get("wrong") else 200))
    return shown, status if over and "HX-Request" not in request.headers else 200


def _job(session: Session, job_id: UUID, actor_id: UUID) -> JobRow:
    job = session.get(JobRow, job_id)
    if job is None or job.kind != jobs.KIND or job.actor_id != actor_id:
        raise NotFound(_("There is no such thing, or not in your areas."))
    return job


@blueprint.post("/<uuid:job_id>")
def confirm(job_id: UUID) -> ResponseReturnValue:
    """Have the outlines of a checked file written; what is wrong is found out again there."""
    actor_id = _require()
    with transaction() as session:
        job = _job(session, job_id, actor_id)
        asked, name = jobs.asked_of(job), job.arguments["file"]
        writing = jobs.ask(
            session, jobs.writing_of(job_id), asked, name, write=True, actor_id=actor_id
        )
    return web.see_other("area_import.watch", job_id=writing)


@blueprint.post("/<uuid:job_id>/cancellation")
def cancel(job_id: UUID) -> ResponseReturnValue:
    """Take one's own file out of the worker's hands; nothing of it is written."""
    actor_id = _require()
    with transaction() as session:
        _job(session, job_id, actor_id)
        services.cancel_job(session, job_id, actor_id=actor_id)
    return web.see_other("area_import.watch", job_id=job_id)
