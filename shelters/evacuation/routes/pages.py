"""The list's pages: one page of it, one row with its steps, and the whole of it as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, sheets, web
from relief_ops.auth import looking_at, require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from shelters.evacuation import queries, services
from shelters.evacuation.models import ListedHousehold
from shelters.evacuation.queries.words import RISKS
from shelters.evacuation.routes.api import shown_cadres
from shelters.evacuation.routes.blueprint import (
    blueprint,
    may,
    order_of,
    read_purpose,
    seen,
    tree_for,
    wanted,
)
from shelters.evacuation.routes.columns import COLUMNS, HEADINGS
from shelters.evacuation.routes.words import DESTINATIONS, KINDS, TRANSPORTS, WORDS

KEPT = ("disaster", "area", "kind", "risk", "group", "transport", "cadre", "show")


@blueprint.get("/evacuation/list")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show one page of who must move."""
    return show_list()


@blueprint.post("/evacuation/list")
@blueprint.doc(hide=True)
def page_found() -> ResponseReturnValue:
    """Show the rows with a number or a name; what is looked for never stands in an address."""
    return show_list()


def show_list(error: Invalid | None = None) -> ResponseReturnValue:
    """Draw the page of the list, with what went wrong on it if something did."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        asked = wanted(found)
        try:
            page = queries.page_of(session, asked)
        except Invalid as problem:
            error, page = problem, queries.Page([], 0, 0, 1, 1)
        shown = web.page(
            "evacuation/list.html", seen=found, asked=asked, page=page, error=error, link=_link,
            rows=[queries.shown(each, found.tree) for each in page.rows],
            may_write=may("evacuation.write", found.area.id),
            may_export=may("evacuation.read_full", found.area.id),
            may_look_up=may("evacuation.look_up", found.area.id),
            wrong=error.errors[0].field if error and error.errors else "",
            **_beside(session, page.rows), **WORDS,
        )  # fmt: skip
    return shown, error.status if error else 200


def _beside(session: Session, rows: list[ListedHousehold]) -> dict[str, Any]:
    """Return the names of what rows refer to."""
    return {
        "cadres": queries.named(session, (row.cadre_id for row in rows)),
        "shelters": queries.shelter_names(session, (row.shelter_id for row in rows)),
        "risk_of": queries.risk_kinds(session, (row.risk_id for row in rows)),
    }


def _link(**changes: Any) -> str:
    """Return the list's address with some of what is asked for changed."""
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)} | changes
    return "/evacuation/list?" + urlencode({key: each for key, each in kept.items() if each})


@blueprint.post("/evacuation/list/export")
@blueprint.doc(hide=True)
def export_list() -> ResponseReturnValue:
    """Send the rows wanted in full as a workbook; the act is recorded before."""
    require("evacuation.read_full")
    try:
        with transaction() as session:
            found = seen(session, "evacuation.read")
            actor_id = require("evacuation.read_full", found.area.id)
            purpose = read_purpose(request.form.get("purpose", ""))
            rows = services.export(
                session, wanted(found), found.area, found.tree, purpose=purpose,
                actor_id=actor_id,
            )  # fmt: skip
            beside = _named_beside(session, rows)
    except Invalid as problem:
        return show_list(problem)
    return _file(found, rows, beside)


def _named_beside(session: Session, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cadres": queries.named(session, (row["cadre_id"] for row in rows)),
        "shelters": queries.shelter_names(session, (row["shelter_id"] for row in rows)),
        "risks": queries.risk_kinds(session, (row["risk_id"] for row in rows)),
    }


def _file(found: disasters.Looking, rows: list[dict[str, Any]], beside: dict[str, Any]) -> Response:
    drill, who = _("DRILL") if found.drill else "", viewer()
    taken = f"{who.login if who else ''} {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    note = f"{drill} {found.area.name} {_('Who must move')} · {taken}".strip()
    headings = [_("Area"), *(str(HEADINGS[each]) for each in COLUMNS), _("Taken by")]
    cells = [
        [row["area_name"], *(_cell(row, each, beside) for each in COLUMNS), f"{drill} {taken}"]
        for row in rows
    ]
    sheet = sheets.Sheet(name=_("Who must move"), headings=headings, rows=cells, note=note)
    name = f"{note.split(' · ')[0]}.xlsx"
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, name)


WORDED: Mapping[str, Mapping[Any, Any]] = {
    "kind": KINDS,
    "destination": DESTINATIONS,
    "transport": TRANSPORTS,
}


def _cell(row: dict[str, Any], name: str, beside: dict[str, Any]) -> Any:
    if name in WORDED:
        return str(WORDED[name][row[name]])
    if name in ("cadre_name", "cadre_phone"):
        return beside["cadres"].get(row["cadre_id"], {}).get(name.removeprefix("cadre_"))
    if name == "shelter":
        return beside["shelters"].get(row["shelter_id"])
    if name == "risk":
        kind = beside["risks"].get(row["risk_id"])
        return str(RISKS[kind]) if kind else None
    return row[name]


@blueprint.get("/evacuation/households/<uuid:household_id>")
@blueprint.doc(hide=True)
def page_household(household_id: UUID) -> ResponseReturnValue:
    """Show one row of the list, masked, with its steps."""
    require("evacuation.read")
    with reading() as session:
        return _household_page(session, household_id)


@blueprint.post("/evacuation/households/<uuid:household_id>/full")
@blueprint.doc(hide=True)
def page_full(household_id: UUID) -> ResponseReturnValue:
    """Show one row in full; the reading is recorded first."""
    require("evacuation.read_full")
    opened, error = None, None
    try:
        with transaction() as session:
            row = queries.household(session, household_id)
            actor_id = require("evacuation.read_full", row.area_id)
            tree = tree_for(session, row.drill_id)
            purpose = read_purpose(request.form.get("purpose", ""))
            opened = services.read_rows(
                session, [row], tree.node(row.area_id), tree, purpose=purpose, actor_id=actor_id
            )[0]
    except Invalid as problem:
        error = problem
    with reading() as session:
        shown = _household_page(session, household_id, opened=opened, error=error)
    return shown, error.status if error else 200


def _household_page(
    session: Session, household_id: UUID, *, opened: dict[str, Any] | None = None,
    error: Invalid | None = None,
) -> str:  # fmt: skip
    row = queries.household(session, household_id)
    require("evacuation.read", row.area_id)
    looking_at(session, row.drill_id)
    tree = tree_for(session, row.drill_id)
    disaster = next(
        (each for each in disasters.disasters(session) if each.drill_id == row.drill_id), None
    )
    order = queries.order_moving(session, disaster.id, row.area_id) if disaster else None
    steps = queries.told_of(session, disaster.id, row.id) if disaster else []
    return web.page(
        "evacuation/household.html", row=row, shown=opened or queries.shown(row, tree),
        full=opened is not None, error=error, order=order,
        steps=services.shown_steps(session, steps[::-1], full=opened is not None),
        wrong=error.errors[0].field if error and error.errors else "",
        may_write=may("evacuation.write", row.area_id),
        may_read=may("evacuation.read_full", row.area_id), **_beside(session, [row]), **WORDS,
    )  # fmt: skip


@blueprint.get("/evacuation/places")
@blueprint.doc(hide=True)
def page_places() -> ResponseReturnValue:
    """Show the risk points of an area, and who answers for its households."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        rows = queries.risk_points(session, found.tree.within(found.area.id))
        return web.page(
            "evacuation/places.html", seen=found, cadres=shown_cadres(session, found),
            points=[queries.shown_risk(session, each, found.tree) for each in rows],
            may_write=may("evacuation.write", found.area.id), order=order_of(session, found),
            **WORDS,
        )  # fmt: skip
