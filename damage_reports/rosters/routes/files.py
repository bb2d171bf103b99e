"""A roster as a file: in full, for a stated purpose, with who took it and when on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
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
from relief_ops import clock, papers, sheets, web
from relief_ops.auth import require, viewer
from relief_ops.db import transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _

PAPER = Path(__file__).parents[1] / "templates" / "rosters" / "roster.docx"


@blueprint.post("/rosters/<string:roster>/export")
@blueprint.doc(hide=True)
def export(roster: str) -> ResponseReturnValue:
    """Send the rows of an area in full as .xlsx, .csv or .docx; the act is recorded before."""
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


@dataclass(frozen=True)
class _Taken:
    """A roster as it is taken away: what it is, by whom and when, and its table."""

    title: str
    taken: str
    found: disasters.Looking
    kind: Roster
    headings: list[str]
    rows: list[list[Any]]


def _file(found: disasters.Looking, kind: Roster, rows: list[dict[str, Any]]) -> Response:
    drill = _("DRILL") if found.drill else ""
    title = f"{drill} {disaster_of(found).name} {found.area.name} {ROSTERS[kind]}".strip()
    who = viewer()
    taken = f"{who.login if who else ''} {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    fields = FIELDS[kind]
    headings = [_("Area"), *(str(APART.get(each, COLUMNS[each])) for each in fields), _("Taken by")]
    cells = [
        [row["area_name"], *(_cell(each, row.get(each)) for each in fields), f"{drill} {taken}"]
        for row in rows
    ]
    wanted_kind = request.form.get("format", "")
    ending = wanted_kind if wanted_kind in MAKE else "xlsx"
    make, content = MAKE[ending]
    what = _Taken(title, taken, found, kind, headings, cells)
    return web.attachment(lambda: make(what), content, f"{title}.{ending}")


def _workbook(what: _Taken) -> bytes:
    note = f"{what.title} · {what.taken}"
    sheet = sheets.Sheet(
        name=str(ROSTERS[what.kind]), headings=what.headings, rows=what.rows, note=note
    )
    return sheets.write_workbook([sheet])


def _csv(what: _Taken) -> bytes:
    """Return the rows under headings and hashtags of ours: HXL has none for single persons."""
    tags = ["#adm+name", *(f"#meta+{what.kind}+{each}" for each in FIELDS[what.kind])]
    return sheets.write_csv(what.headings, [[*tags, "#meta+taken_by"], *what.rows])


def _paper(what: _Taken) -> bytes:
    """Return the roster as a Word file with room for the signatures; empty columns stay away."""
    told = [n for n in range(len(what.headings) - 1) if any(row[n] for row in what.rows) or n < 2]
    context = {
        "title": what.title, "corner": [what.taken], "notes": [],
        "head": [(_("Filled in by"), f"{what.found.area.name} {what.found.area.code}")],
        "headings": [_("No."), *(what.headings[n] for n in told)],
        "rows": [
            [str(number), *(str(row[n] or "") for n in told)]
            for number, row in enumerate(what.rows, start=1)
        ],
        "foot": "      ".join(f"{each} ____________" for each in _signatures()),
    }  # fmt: skip
    return papers.fill_paper(PAPER, context)


def _signatures() -> tuple[str, ...]:
    return _("Unit head:"), _("Statistics head:"), _("Filled in by:"), _("Reported on:")


MAKE: dict[str, tuple[Callable[[_Taken], bytes], str]] = {
    "xlsx": (_workbook, sheets.XLSX),
    "csv": (_csv, "text/csv; charset=utf-8"),
    "docx": (_paper, papers.DOCX),
}


def _cell(field: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(CHOICES[field][value]) if field in CHOICES else value
