"""The pages of tables sent in: choose a file, see every wrong cell, file the rows, see each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.models import ReportImport, ReportImportRow
from damage_reports.routes import imports, tables
from damage_reports.routes.form_pages import as_instant, suggested_round
from damage_reports.routes.imports import SHOWN
from damage_reports.routes.pages import blueprint
from damage_reports.routes.quick_reports import drill_mark
from damage_reports.routes.words import outcome_words
from damage_reports.rules import Outcome, RoundKind, round_words
from relief_ops import clock, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import Invalid, ReliefError
from relief_ops.i18n import gettext as _

SHOWN_ERRORS = (400, 409, 413, 415, 422)
GOING = ("checking", "filing")


@blueprint.get("/reports/import")
def import_form() -> ResponseReturnValue:
    """Show the form that takes a file, and the files sent in last."""
    require("report.submit")
    with reading() as session:
        return _form(session, None)


def _form(session: Session, error: ReliefError | None) -> ResponseReturnValue:
    actor_id = require("report.submit")
    disaster_id = asked_disaster()
    seen = disasters.looking(session, disaster_id=disaster_id) if disaster_id else look(session)
    if seen.disaster is None:
        return web.page("reports/none.html")
    opened = queries.rounds(session, seen.disaster)
    round_ = request.values.get("round") or suggested_round(seen, opened)
    chosen = next((each for each in opened if each.code == round_), None)
    as_of = request.form.get("as_of") or clock.local(
        chosen.as_of if chosen else seen.view.now).strftime("%Y-%m-%dT%H:%M")  # fmt: skip
    shown = web.page(
        "reports/import.html", seen=seen, rounds=opened, round=round_, as_of=as_of, error=error,
        new_id=request.form.get("id") or str(uuid6.uuid7()), round_words=round_words, claims=False,
        before=[{"row": each, "stage": imports.stage_of(session, each)[0]}
                for each in queries.imports_of(session, actor_id)],
        stages=stage_words(),
    )  # fmt: skip
    return shown, error.status if error else 200


def asked_disaster() -> UUID | None:
    """Return the disaster a form that was sent names, if it names one."""
    try:
        return UUID(request.form["disaster_id"]) if request.form.get("disaster_id") else None
    except ValueError:
        return None


def stage_words(*, claims: bool = False) -> dict[str, str]:
    """Return how far a table of reports or of claims is, in words."""
    kept = {
        "checked": _("looked through, nothing kept yet"),
        "filing": _("being kept"),
        "filed": _("kept"),
    }
    return {
        "checking": _("being looked through"),
        "checked": _("looked through, nothing filed yet"),
        "filing": _("being filed"),
        "filed": _("filed"),
        "cancelled": _("cancelled"),
        "failed": _("broken off"),
    } | (kept if claims else {})


@blueprint.post("/reports/import")
def send_import() -> ResponseReturnValue:
    """Take a file in and show how far its check is."""
    require("report.submit")
    given: dict[str, Any] = request.form.to_dict()
    try:
        import_id = UUID(given.get("id", ""))
        given["as_of"] = as_instant(given.get("as_of", ""))
        with reading() as session:
            given["kind"] = _kind_of(session, given)
        imports.take(import_id, imports.check_order(given))
    except ValueError:
        error: ReliefError = Invalid(_("The form lost its id. Reload the page."))
    except ReliefError as problem:
        if problem.status not in SHOWN_ERRORS:
            raise
        error = problem
    else:
        return web.see_other("report_pages.watch_import", import_id=import_id)
    with reading() as session:
        return _form(session, error)


def _kind_of(session: Session, given: dict[str, Any]) -> str:
    """Return the kind of the round that was opened; before any was, a follow-up."""
    order = imports.check_order(given | {"kind": RoundKind.UPDATE})
    opened = queries.rounds(session, disasters.disaster(session, order.disaster_id))
    return next((each.kind for each in opened if each.code == order.round), RoundKind.UPDATE)


@blueprint.get("/reports/import/template")
def import_template() -> ResponseReturnValue:
    """Give the workbook to fill in for the reader's areas; with ?filled= what is filed.

    ?layout=tall has a row for each figure.
    """
    with reading() as session:
        seen = look(session)
        require("report.submit", seen.area.id)
        if seen.disaster is None:
            raise Invalid(_("There is no disaster to report on."))
        opened = queries.rounds(session, seen.disaster)
        round_ = request.args.get("round") or suggested_round(seen, opened)
        data = tables.template(
            session, seen, seen.disaster, round_=round_, filled=bool(request.args.get("filled")),
            tall=request.args.get("layout") == "tall",
        )  # fmt: skip
        name = f"{tables.title(seen, seen.disaster)} {round_words(round_)}.xlsx"
    return web.attachment(data, sheets.XLSX, name.replace(":", ""))


@blueprint.get("/reports/import/<uuid:import_id>")
def watch_import(import_id: UUID) -> ResponseReturnValue:
    """Show how far a table is, what is wrong in it, and what became of each row."""
    return watched(import_id, None)


def watched(
    import_id: UUID, error: ReliefError | None, *, claims: bool = False
) -> ResponseReturnValue:
    """Return the page of a table of reports or of claims."""
    actor_id = require(imports.ASKS[claims])
    with reading() as session:
        found = queries.import_of(session, import_id, actor_id=actor_id, claims=claims)
        shown = web.page("reports/import_one.html", error=error, **_context(session, found))
    return shown, error.status if error else 200


def _context(session: Session, found: ReportImport) -> dict[str, Any]:
    stage, job = imports.stage_of(session, found)
    going = stage in GOING
    wrong = [] if going else queries.import_rows(
        session, found.id, wrong_only=True, most=SHOWN)  # fmt: skip
    told = [] if going else queries.import_rows(
        session, found.id, said_only=True, most=SHOWN)  # fmt: skip
    errors, claims = [each for row in wrong for each in row.troubles], bool(found.figure_source)
    return {
        "found": found,
        "disaster": disasters.disaster(session, found.disaster_id),
        "stage": stage,
        "stages": stage_words(claims=claims),
        "claims": claims,
        "of": queries.source_names(session)[found.figure_source] if claims else "",
        "going": going,
        "job": job,
        "errors": errors[:SHOWN],
        "told": told,
        "notes": 0 if going else queries.notes_of(session, found.id),
        "outcomes": queries.outcomes_of(session, found.id),
        "became": outcome_words(claims=claims),
        "round_words": round_words,
    }


@blueprint.post("/reports/import/<uuid:import_id>/application")
def apply_import(import_id: UUID) -> ResponseReturnValue:
    """Have the rows filed, the wrong ones left out if that was ticked."""
    return _after(import_id, lambda: imports.apply(
        import_id, web.check(schemas.PutImportApplication, web.form_fields())))  # fmt: skip


@blueprint.post("/reports/import/<uuid:import_id>/cancellation")
def cancel_import(import_id: UUID) -> ResponseReturnValue:
    """Stop the check or the filing."""
    return _after(import_id, lambda: imports.stop(import_id))


def _after(import_id: UUID, act: Any) -> ResponseReturnValue:
    require("report.submit")
    try:
        act()
    except ReliefError as error:
        if error.status not in SHOWN_ERRORS:
            raise
        return watched(import_id, error)
    return web.see_other("report_pages.watch_import", import_id=import_id)


@blueprint.get("/reports/import/<uuid:import_id>/rows")
def import_rows(import_id: UUID) -> ResponseReturnValue:
    """Give every row and every remark on a cell of a table as a workbook."""
    return outcomes_file(import_id)


def outcomes_file(import_id: UUID, *, claims: bool = False) -> ResponseReturnValue:
    """Return the workbook of a table of reports or of claims."""
    actor_id = require(imports.ASKS[claims])
    with reading() as session:
        found = queries.import_of(session, import_id, actor_id=actor_id, claims=claims)
        rows, drill = queries.import_rows(session, import_id), _drill(session, found)
    cells = [*found.problems, *(each for row in rows for each in row.troubles)]
    noted = [each for row in rows for each in row.notes]
    wrong, note, became = _("wrong"), _("noted"), outcome_words(claims=claims)
    remarks = sheets.Sheet(
        name=_("Cells"), headings=[_("Cell"), _("Kind of remark"), _("What is said of it")],
        rows=[[x[0], kind, x[2]] for kind, listed in ((wrong, cells), (note, noted))
              for x in listed],
        note=f"{drill}{found.source}",
    )  # fmt: skip
    outcomes = sheets.Sheet(
        name=_("Every row"), headings=[_("Cell"), _("Area"), _("What became of it"), _("Why")],
        rows=[[row.place, row.area, _became(row, became), row.said] for row in rows],
        note=f"{drill}{found.source}",
    )  # fmt: skip
    data = sheets.write_workbook([remarks, outcomes])
    return web.attachment(data, sheets.XLSX, f"{drill}{_('Import')} {str(import_id)[:8]}.xlsx")


def _drill(session: Session, found: ReportImport) -> str:
    disaster = disasters.disaster(session, found.disaster_id)
    return drill_mark(disaster.drill_id is not None)


def _became(row: ReportImportRow, words: Mapping[Outcome, str]) -> str:
    return next((text for each, text in words.items() if each == row.outcome), "")
