"""A roster as a file: in full, for a stated purpose, with who took it and when on it."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from damage_reports.rosters import services
from damage_reports.rosters.routes.blueprint import (
    blueprint,
    disaster_of,
    read_purpose,
    roster_of,
    seen,
    wanted,
)
from damage_reports.rosters.routes.pages import show_list
from damage_reports.rosters.routes.words import APART, CHOICES, COLUMNS, ROSTERS
from damage_reports.rosters.rules import FIELDS, Roster
from relief_ops import clock, sheets, web
from relief_ops.auth import require, viewer
from relief_ops.db import transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post("/rosters/<string:roster>/export")
@blueprint.doc(hide=True)
def export(roster: str) -> ResponseReturnValue:
    """Send the rows of an area in full as .xlsx or .csv; the act is recorded before."""
    require("roster.read_full")
    kind = roster_of(roster)
    try:
        return _export(kind)
    except Invalid as problem:
        return show_list(kind, problem)


def _export(kind: Roster) -> Response:
    with transaction() as session:
        found = seen(session, "roster.read")
        actor_id = require("roster.read_full", found.area.id)
        purpose = read_purpose(request.form.get("purpose", ""))
        rows = services.export(
            session, wanted(found, kind), found.tree, purpose=purpose, actor_id=actor_id
        )
    return _file(found, kind, rows)


def _file(found: disasters.Looking, kind: Roster, rows: list[dict[str, Any]]) -> Response:
    drill = _("DRILL") if found.drill else ""
    title = f"{disaster_of(found).name} {found.area.name} {ROSTERS[kind]}"
    title = f"{drill} {title}".strip()
    who = viewer()
    taken = f"{who.login if who else ''} {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    fields = FIELDS[kind]
    headings = [_("Area"), *(str(APART.get(each, COLUMNS[each])) for each in fields), _("Taken by")]
    cells = [
        [row["area_name"], *(_cell(each, row.get(each)) for each in fields), f"{drill} {taken}"]
        for row in rows
    ]
    if request.form.get("format") == "csv":
        return web.attachment(
            sheets.write_csv(headings, cells), "text/csv; charset=utf-8", f"{title}.csv"
        )
    sheet = sheets.Sheet(
        name=str(ROSTERS[kind]), headings=headings, rows=cells, note=f"{title} · {taken}"
    )
    return web.attachment(sheets.write_workbook([sheet]), XLSX, f"{title}.xlsx")


def _cell(field: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(CHOICES[field][value]) if field in CHOICES else value
