"""The administrators' pages of background work and of policy numbers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import geo, receipts, web
from relief_ops.admin import parameters, queries, services
from relief_ops.admin.users import may
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, ReliefError
from relief_ops.jobs import JobState
from relief_ops.parameters import queries as figures

blueprint = APIBlueprint("work", __name__, enable_openapi=False, url_prefix="/admin")


@blueprint.get("/jobs")
def jobs() -> ResponseReturnValue:
    """List background work with how far it is."""
    require("job.read")
    state = request.args.get("state", "")
    page = max(1, request.args.get("page", 1, type=int) or 1)
    with reading() as session:
        found = queries.jobs(session, state=state, page=page)
        names = queries.names_of(session, [row.actor_id for row in found.rows if row.actor_id])
    return web.page(
        "admin/jobs.html", found=found, names=names, state=state, states=list(JobState), may=may,
        link=lambda **changes: "?" + urlencode({"state": state} | changes),
    )  # fmt: skip


@blueprint.post("/jobs/<uuid:job_id>/cancellation")
def cancel(job_id: UUID) -> ResponseReturnValue:
    """Cancel a job; a running one stops after its present step."""
    with transaction() as session:
        actor_id = require("job.cancel", own_root(geo.tree(session)).id)
        services.cancel_job(session, job_id, actor_id=actor_id)
    return web.see_other("work.jobs")


@blueprint.get("/parameters")
def listed() -> ResponseReturnValue:
    """List every version of every policy number with its source and how sure it is."""
    require("parameter.read")
    text = request.args.get("q", "").strip()
    doubtful = request.args.get("flagged") == "1"
    with reading() as session:
        found = [figures.shown(row) for row in figures.versions(session)]
        tree = geo.tree(session)
    rows = [
        row
        for row in found
        if (
            not text or any(text in str(row[each]) for each in ("key", "source", "note", "article"))
        )
        and (not doubtful or row["flagged"])
    ]
    areas = {node.code: node.name for node in tree}
    return web.page(
        "admin/parameters.html", rows=rows, text=text, doubtful=doubtful, areas=areas, may=may,
        flagged=sum(row["flagged"] for row in found), total=len(found),
    )  # fmt: skip


@blueprint.get("/parameters/new")
def new() -> ResponseReturnValue:
    """Show an empty form, or one filled from another version (?from=)."""
    require("parameter.write")
    typed: dict[str, Any] = {}
    with reading() as session:
        if origin := request.args.get("from", type=UUID):
            typed = figures.shown(figures.parameter(session, origin))
    typed |= {"revision": "", "effective_from": "", "effective_to": ""}
    return _form(uuid6.uuid7(), typed)


@blueprint.get("/parameters/<uuid:parameter_id>")
def edit(parameter_id: UUID) -> ResponseReturnValue:
    """Show the form of one version, to correct it."""
    require("parameter.write")
    with reading() as session:
        typed = figures.shown(figures.parameter(session, parameter_id))
    return _form(parameter_id, typed)


def _form(
    parameter_id: UUID, typed: dict[str, Any], error: ReliefError | None = None
) -> ResponseReturnValue:
    errors = list(getattr(error, "errors", ())) if error else []
    if error and not errors:
        errors = [FieldError("key", error.code, str(error))]
    shown = web.page(
        "admin/parameter_form.html", parameter_id=parameter_id, typed=typed, errors=errors
    )
    return shown, error.status if error else 200


@blueprint.post("/parameters/<uuid:parameter_id>")
def save(parameter_id: UUID) -> ResponseReturnValue:
    """Enter a version or correct one."""
    require("parameter.write")
    fields = web.form_fields()
    revision = str(fields.pop("revision", ""))
    try:
        order = web.check(parameters.PutParameter, fields)
        attempt = receipts.Attempt(
            id=parameter_id, base=revision, digest=web.body_digest(), edit=bool(revision),
            mutable=True,
        )  # fmt: skip
        with transaction() as session:
            actor_id = require("parameter.write", own_root(geo.tree(session)).id)
            parameters.put(session, attempt, order, actor_id=actor_id)
    except ReliefError as error:
        if error.status not in (409, 412, 422, 428):
            raise
        return _form(parameter_id, fields | {"revision": revision}, error)
    return web.see_other("work.listed")
