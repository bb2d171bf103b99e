"""Tables of many areas' figures over the API: sent in, looked at, filed, stopped."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.models import ReportImport, ReportImportRow
from damage_reports.services import imports
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow, JobState
from relief_ops.receipts import Attempt, Receipt

blueprint = APIBlueprint("report_imports", __name__)
SHOWN = 200
ASKS = {False: "report.submit", True: "figure_claim.file"}  # of reports, of claims


@blueprint.put("/api/v1/report-imports/<uuid:import_id>")
def put_import(import_id: UUID) -> ResponseReturnValue:
    """Take in a file (multipart `file`, or the body itself) to be checked in the background.

    `disaster_id`, `round`, `as_of` and `kind` come with it, in the address or the form.
    """
    require("report.submit")
    receipt = take(import_id, check_order(request.values.to_dict()))
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/report-imports/<uuid:import_id>")
def show_import(import_id: UUID) -> ResponseReturnValue:
    """Show how far a table is, every cell that is wrong, and what became of its rows."""
    actor_id = require("report.submit")
    with reading() as session:
        return shown(session, queries.import_of(session, import_id, actor_id=actor_id))


@blueprint.put("/api/v1/report-imports/<uuid:import_id>/application")
@web.takes(schemas.PutImportApplication)
def put_application(import_id: UUID, order: schemas.PutImportApplication) -> ResponseReturnValue:
    """Have the rows of a checked table filed."""
    receipt = apply(import_id, order)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/report-imports/<uuid:import_id>/cancellation")
def put_cancellation(import_id: UUID) -> ResponseReturnValue:
    """Stop the check or the filing; what was filed stays."""
    receipt = stop(import_id)
    return receipt.json(), receipt.status


def check_order(given: dict[str, Any]) -> schemas.PutImport:
    """Return what was said beside the file. Raises Invalid naming each bad field."""
    known = {key: value for key, value in given.items() if key in schemas.PutImport.model_fields}
    return web.check(schemas.PutImport, {key: value for key, value in known.items() if value})


def take(import_id: UUID, order: schemas.PutImport) -> Receipt:
    """Keep the file of this request and have it checked."""
    data, source, attempt = uploaded(import_id, order)
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        actor_id = require("report.submit")
        return imports.check_in(
            session, attempt, order, data, source=source, disaster=disaster, actor_id=actor_id
        )


def uploaded(import_id: UUID, order: BaseModel) -> tuple[bytes, str, Attempt]:
    """Return the file of this request, its name, and the try it is. Raises Invalid for none."""
    data, source = _file()
    if not data:
        wrong = FieldError("file", "missing", _("The file is empty."))
        raise Invalid(_("Choose a file first."), [wrong])
    digest = hashlib.sha256(data + order.model_dump_json().encode()).hexdigest()
    return data, source, Attempt(id=import_id, base="", digest=digest)


def _file() -> tuple[bytes, str]:
    sent = request.files.get("file")
    if sent is not None:
        return sent.read(), (sent.filename or "")[:120]
    if request.mimetype == "multipart/form-data":
        return b"", ""
    return request.get_data(), ""


def apply(import_id: UUID, order: schemas.PutImportApplication, *, claims: bool = False) -> Receipt:
    """Have the rows filed."""
    actor_id = require(ASKS[claims])
    attempt = web.attempt(uuid5(import_id, "application"), revised=True)
    with transaction() as session:
        return imports.file_all(
            session, attempt, import_id, order, actor_id=actor_id, claims=claims
        )


def stop(import_id: UUID, *, claims: bool = False) -> Receipt:
    """Stop whatever goes on with a table."""
    actor_id = require(ASKS[claims])
    attempt = web.attempt(uuid5(import_id, "cancellation"), revised=True)
    with transaction() as session:
        return imports.cancel(session, attempt, import_id, actor_id=actor_id, claims=claims)


def stage_of(session: Session, found: ReportImport) -> tuple[str, JobRow | None]:
    """Return how far a table is, in a word, and the job that works on it or did last."""
    filing = session.get(JobRow, imports.filing_of(found.id))
    job = filing or session.get(JobRow, found.id)
    if job is not None and job.state in (JobState.CANCELLED, JobState.FAILED):
        return str(job.state), job
    if found.applied_at:
        return "filed", job
    if filing is not None:
        return "filing", job
    return ("checked" if found.checked_at else "checking"), job


def shown(session: Session, found: ReportImport) -> dict[str, Any]:
    """Return a table as the API shows it; every wrong cell is named."""
    stage, job = stage_of(session, found)
    wrong = queries.import_rows(session, found.id, wrong_only=True)
    told = queries.import_rows(session, found.id, said_only=True)
    return {
        "id": found.id,
        "disaster_id": found.disaster_id,
        **(
            {"figure_source": found.figure_source}
            if found.figure_source
            else {"round": found.round}
        ),
        "as_of": found.as_of,
        "source": found.source,
        "stage": stage,
        "done": job.done if job else 0,
        "total": found.total,
        "wrong": found.wrong,
        "blank": found.blank,
        "problems": [_remark(each) for each in found.problems],
        "errors": [_remark(each) for row in wrong for each in row.troubles],
        "outcomes": {str(k): n for k, n in queries.outcomes_of(session, found.id).items()},
        "rows": [_row(each) for each in told],
    }


def _remark(said: list[str]) -> dict[str, str]:
    return dict(zip(("cell", "field", "message"), said, strict=True))


def _row(row: ReportImportRow) -> dict[str, Any]:
    return {
        "cell": row.place, "area": row.area, "outcome": row.outcome, "said": row.said,
        "report_id": row.report_id,
    }  # fmt: skip
