"""The pages of tables of what another source says: the file, its wrong cells, what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.routes import claim_imports, imports, tables
from damage_reports.routes.api import disaster_of
from damage_reports.routes.form_pages import as_instant
from damage_reports.routes.import_pages import (
    SHOWN_ERRORS,
    asked_disaster,
    outcomes_file,
    stage_words,
    watched,
)
from damage_reports.routes.pages import blueprint
from damage_reports.rules import REPORT
from relief_ops import clock, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _


def _usable(session: Session) -> dict[str, queries.Source]:
    """Return the sources that may say something now, by code."""
    found = queries.sources(session).items()
    return {code: each for code, each in found if each.active and code != REPORT}


@blueprint.get("/reports/sources/import")
def claim_import_form() -> ResponseReturnValue:
    """Show the form that takes a file of a source's figures, and the files sent in last."""
    require("figure_claim.file")
    with reading() as session:
        return _form(session, None)


def _form(session: Session, error: ReliefError | None) -> ResponseReturnValue:
    actor_id = require("figure_claim.file")
    disaster_id = asked_disaster()
    seen = disasters.looking(session, disaster_id=disaster_id) if disaster_id else look(session)
    if seen.disaster is None:
        return web.page("reports/none.html")
    before = queries.imports_of(session, actor_id, claims=True)
    now = f"{clock.local(seen.view.now):%Y-%m-%dT%H:%M}"
    shown = web.page(
        "reports/claim_import.html", seen=seen, sources=_usable(session),
        source=request.values.get("source", ""), as_of=request.form.get("as_of") or now,
        error=error, new_id=request.form.get("id") or str(uuid6.uuid7()), claims=True,
        before=[{"row": each, "stage": imports.stage_of(session, each)[0]} for each in before],
        names=queries.source_names(session), stages=stage_words(claims=True),
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/reports/sources/import")
def send_claim_import() -> ResponseReturnValue:
    """Take a file in and show how far its check is."""
    require("figure_claim.file")
    given: dict[str, Any] = request.form.to_dict()
    try:
        import_id = UUID(given.get("id", ""))
        given["as_of"] = as_instant(given.get("as_of", ""))
        claim_imports.take(import_id, claim_imports.check_order(given))
    except ValueError:
        error: ReliefError = Invalid(_("The form lost its id. Reload the page."))
    except ReliefError as problem:
        if problem.status not in SHOWN_ERRORS:
            raise
        error = problem
    else:
        return web.see_other("report_pages.watch_claim_import", import_id=import_id)
    with reading() as session:
        return _form(session, error)


@blueprint.get("/reports/sources/import/template")
def claim_import_template() -> ResponseReturnValue:
    """Give the workbook for ?source= to fill in for the reader's areas.

    With ?filled= it holds what the source says now.
    """
    with reading() as session:
        seen = look(session)
        require("figure_claim.file", seen.area.id)
        disaster, code = disaster_of(seen), request.args.get("source", "")
        source = _usable(session).get(code)
        if source is None:
            wrong = FieldError("source", "unknown", _("There is no such source."))
            raise Invalid(_("The address has a bad value: %(name)s.", name="source"), [wrong])
        data = tables.claim_template(
            session, seen, disaster, code, filled=bool(request.args.get("filled"))
        )
        name = f"{tables.title(seen, disaster)} {source.name}.xlsx"
    return web.attachment(data, sheets.XLSX, name)


@blueprint.get("/reports/sources/import/<uuid:import_id>")
def watch_claim_import(import_id: UUID) -> ResponseReturnValue:
    """Show how far a table is, what is wrong in it, and what became of each row."""
    return watched(import_id, None, claims=True)


@blueprint.post("/reports/sources/import/<uuid:import_id>/application")
def apply_claim_import(import_id: UUID) -> ResponseReturnValue:
    """Have the figures kept, the wrong rows left out if that was ticked."""
    return _after(import_id, lambda: imports.apply(
        import_id, web.check(schemas.PutImportApplication, web.form_fields()), claims=True
    ))  # fmt: skip


@blueprint.post("/reports/sources/import/<uuid:import_id>/cancellation")
def cancel_claim_import(import_id: UUID) -> ResponseReturnValue:
    """Stop the check or the keeping."""
    return _after(import_id, lambda: imports.stop(import_id, claims=True))


def _after(import_id: UUID, act: Any) -> ResponseReturnValue:
    require("figure_claim.file")
    try:
        act()
    except ReliefError as error:
        if error.status not in SHOWN_ERRORS:
            raise
        return watched(import_id, error, claims=True)
    return web.see_other("report_pages.watch_claim_import", import_id=import_id)


@blueprint.get("/reports/sources/import/<uuid:import_id>/rows")
def claim_import_rows(import_id: UUID) -> ResponseReturnValue:
    """Give every row and every remark on a cell of a table as a workbook."""
    return outcomes_file(import_id, claims=True)
