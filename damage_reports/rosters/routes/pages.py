"""The pages that show: figures beside the rosters, one roster, one row with its history."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries as reports
from damage_reports.rosters import queries, rules, services
from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.routes.blueprint import (
    blueprint,
    disaster_of,
    may,
    of_row,
    read_purpose,
    roster_of,
    seen,
    wanted,
)
from damage_reports.rosters.routes.words import WORDS
from damage_reports.rosters.rules import Roster
from damage_reports.rules import RoundKind
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Invalid

KEPT = ("disaster", "area", "show", "sort", "order")
PRINTED = 2_000
SHOWN = {
    Roster.CASUALTIES: ("status", "happened_at"),
    Roster.HOUSES: ("family_type", "structure", *rules.rows.ROOMS),
    Roster.RELOCATED: ("people", "placement", "moved_at", "returned_at"),
}


@blueprint.get("/rosters")
@blueprint.doc(hide=True)
def reconcile() -> ResponseReturnValue:
    """Show the reported figures of an area beside its rosters, and where they differ below."""
    with reading() as session:
        found = seen(session, "roster.read")
        if found.disaster is None:
            return web.page("reports/none.html")
        both = queries.reconciliation(
            session, disaster=found.disaster, area=found.area, tree=found.tree, now=found.view.now
        )
        form = reports.form_of(session, found.disaster.form_version)
        final = [each for each in reports.rounds(session, found.disaster)
                 if each.kind == RoundKind.FINAL]  # fmt: skip
        return web.page(
            "rosters/reconcile.html", seen=found, found=both, final=final[-1] if final else None,
            form=form, may_write=may("roster.write", found.area.id), **WORDS,
        )  # fmt: skip


@blueprint.get("/rosters/<string:roster>")
@blueprint.doc(hide=True)
def page_list(roster: str) -> ResponseReturnValue:
    """Show one page of a roster."""
    return show_list(roster_of(roster))


@blueprint.post("/rosters/<string:roster>")
@blueprint.doc(hide=True)
def page_found(roster: str) -> ResponseReturnValue:
    """Show the rows with a number or a name; what is looked for never stands in an address."""
    return show_list(roster_of(roster))


def show_list(roster: Roster, error: Invalid | None = None) -> ResponseReturnValue:
    """Draw the page of a roster, with what went wrong on it if something did."""
    require("roster.read")
    with reading() as session:
        found = seen(session, "roster.read")
        asked = wanted(found, roster)
        try:
            page = queries.page_of(session, asked)
        except Invalid as problem:
            error, page = problem, queries.Page([], 0, 1, 1, {})
        shown = web.page(
            "rosters/list.html", seen=found, roster=roster, asked=asked, page=page, error=error,
            rows=[queries.shown(each, found.tree) for each in page.rows],
            columns_shown=SHOWN[roster], indicators=_indicators(session, found, roster),
            wrong=error.errors[0].field if error and error.errors else "", link=_link,
            sort_link=_sort_link, may_write=may("roster.write", found.area.id),
            may_export=may("roster.read_full", found.area.id), **WORDS,
        )  # fmt: skip
    return shown, error.status if error else 200


def _indicators(
    session: Session, found: disasters.Looking, roster: Roster
) -> dict[str, reports.Field]:
    """Return the indicators of the disaster's form that the rows of a roster are counted under."""
    form = reports.form_of(session, disaster_of(found).form_version)
    return {code: form[code] for code in rules.INDICATORS[roster] if code in form}


def _link(**changes: Any) -> str:
    """Return the list's address with some of what is asked for changed."""
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)}
    return f"{request.path}?{urlencode(kept | changes)}"


def _sort_link(column: str) -> dict[str, str]:
    """Return where a heading leads, and how the column is sorted now."""
    sorted_now = request.args.get("sort", "received_at") == column
    falling = sorted_now and request.args.get("order", "desc") != "asc"
    direction = ("descending" if falling else "ascending") if sorted_now else "none"
    return {"href": _link(sort=column, order="asc" if falling else "desc"), "direction": direction}


@blueprint.get("/rosters/<string:roster>/print")
@blueprint.doc(hide=True)
def page_print(roster: str) -> ResponseReturnValue:
    """Show a roster as a sheet of paper, masked, with room for the three signatures."""
    kind = roster_of(roster)
    with reading() as session:
        found = seen(session, "roster.read")
        rows = queries.everything(session, wanted(found, kind))
        sums = queries.total(
            session, disaster_of(found).id, found.area.id, roster=kind, at=found.view.now
        )
        return web.page(
            "rosters/print.html", seen=found, roster=kind, columns_shown=SHOWN[kind], sums=sums,
            rows=[queries.shown(each, found.tree) for each in rows[:PRINTED]], total=len(rows),
            indicators=_indicators(session, found, kind), **WORDS,
        )  # fmt: skip


@blueprint.get("/rosters/rows/<uuid:row_id>")
@blueprint.doc(hide=True)
def page_row(row_id: UUID) -> ResponseReturnValue:
    """Show one row, every revision of it, and what was decided about it."""
    require("roster.read")
    with reading() as session:
        row = queries.row(session, row_id)
        require("roster.read", row.area_id)
        return _row_page(session, row)


@blueprint.post("/rosters/rows/<uuid:row_id>/full")
@blueprint.doc(hide=True)
def page_full(row_id: UUID) -> ResponseReturnValue:
    """Show one revision in full; the reading is recorded first."""
    require("roster.read_full")
    opened, error = None, None
    try:
        with transaction() as session:
            row = queries.row(session, row_id)
            _disaster, tree = of_row(session, row)
            actor_id = require("roster.read_full", row.area_id)
            purpose = read_purpose(request.form.get("purpose", ""))
            opened = services.read_row(session, row, tree, purpose=purpose, actor_id=actor_id)
    except Invalid as problem:
        error = problem
    with reading() as session:
        shown = _row_page(session, queries.row(session, row_id), opened=opened, error=error)
    return shown, error.status if error else 200


def _row_page(
    session: Session, row: RosterRow, *, opened: dict[str, Any] | None = None,
    error: Invalid | None = None,
) -> str:  # fmt: skip
    disaster, tree = of_row(session, row)
    revisions = queries.history(session, row.record_id)
    other = queries.standing(session, row.same_as) if row.same_as else None
    return web.page(
        "rosters/row.html",
        row=queries.shown(row, tree),
        roster=Roster(row.roster),
        disaster=disaster,
        revisions=[queries.shown(each, tree) for each in revisions],
        standing=next((each.id for each in revisions if each.current), None),
        decisions=queries.decisions(session, row.record_id),
        same=queries.shown(other, tree) if other else None,
        opened=opened,
        error=error,
        match_id=str(uuid6.uuid7()),
        may_write=may("roster.write", row.area_id),
        may_read=may("roster.read_full", row.area_id),
        may_settle=may("roster.settle", row.area_id),
        masked=queries.masked,
        **WORDS,
    )
