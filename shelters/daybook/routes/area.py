"""The incidents of all shelters of an area: over the API, as a page, as a workbook."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.i18n import gettext as _
from shelters.daybook.models import Incident
from shelters.daybook.queries import incidents as queries
from shelters.daybook.queries.incidents import MOST_ROWS, ROWS, SORTS, Wanted
from shelters.daybook.routes.blueprint import blueprint
from shelters.daybook.routes.wording import FIELDS, incident_wording, value_words
from shelters.daybook.rules.incidents import IncidentState, Kind
from shelters.models import Shelter
from shelters.queries.one import area_words
from shelters.routes.blueprint import look

KEPT = ("disaster", "area", "kind", "state", "serious", "sort", "order")
COLUMNS = ("happened_at", "kind", "syndrome", "people", "severity", "state")


def wanted() -> Wanted:
    """Read which incidents are wanted; what makes no sense is left out."""
    args = request.args
    kind, state = args.get("kind", ""), args.get("state", "")
    sort = args.get("sort", "")
    return Wanted(
        kind=kind if kind in set(Kind) else "",
        state=state if state in set(IncidentState) else "",
        serious=args.get("serious") == "1",
        sort=sort if sort in SORTS else "happened_at",
        descending=args.get("order", "" if sort in SORTS else "desc") == "desc",
        page=_between(args.get("page", ""), 1, 1_000_000, otherwise=1),
        rows=_between(args.get("rows", ""), 1, MOST_ROWS, otherwise=ROWS),
    )


def _between(text: str, least: int, most: int, *, otherwise: int) -> int:
    plain = text.isascii() and text.isdigit() and len(text) < 9
    return max(least, min(most, int(text))) if plain else otherwise


@blueprint.get("/api/v1/shelters/incidents")
def list_area_incidents() -> ResponseReturnValue:
    """List the incidents of an area: ?disaster=&area=&kind=&state=&serious=1&sort=&page=&rows=."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        found = queries.page_of(session, seen.view, wanted())
        rows = [_row(seen, each) for each in found.rows]
    return {
        "incidents": rows, "total": found.total, "open": found.open, "page": found.page,
        "pages": found.pages,
    }  # fmt: skip


def _row(seen: disasters.Looking, pair: tuple[Incident, Shelter]) -> dict[str, Any]:
    row, shelter = pair
    code, name = (
        area_words(seen.tree, shelter.area_id) if shelter.area_id in seen.tree else ("", "")
    )
    return queries.shown(row) | {
        "shelter_id": shelter.id, "shelter": shelter.name, "area_code": code, "area_name": name,
    }  # fmt: skip


@blueprint.get("/shelters/daybook")
@blueprint.doc(hide=True)
def page_area() -> ResponseReturnValue:
    """Show one page of the incidents of an area."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        asked = wanted()
        found = queries.page_of(session, seen.view, asked)
        rows = [_row(seen, each) for each in found.rows]
    return web.page(
        "daybook/area.html", seen=seen, asked=asked, found=found, rows=rows, link=_link,
        sort_link=_sort_link, **incident_wording(),
    )  # fmt: skip


def _link(**changes: Any) -> str:
    """Return the list's address with some of what is asked for changed."""
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)}
    return "/shelters/daybook?" + urlencode(kept | changes)


def _sort_link(sort: str) -> dict[str, str]:
    """Return where a heading leads, and how the column is sorted now."""
    asked = wanted()
    same = asked.sort == sort
    order = "asc" if same and asked.descending else "desc" if same else "asc"
    direction = ("descending" if asked.descending else "ascending") if same else "none"
    return {"href": _link(sort=sort, order=order), "direction": direction}


@blueprint.get("/shelters/daybook/export")
@blueprint.doc(hide=True)
def export_area() -> ResponseReturnValue:
    """Send the wanted incidents as .xlsx; no account is in it."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        rows = _filed(session, seen)
    drill = _("DRILL") if seen.drill else ""
    note = f"{drill} {seen.area.name} {_('Incidents')} {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    headings = [
        _("Area"), _("Shelter"), *(str(FIELDS[each]) for each in COLUMNS), _("Last change"),
    ]  # fmt: skip
    sheet = sheets.Sheet(name=_("Incidents"), headings=headings, rows=rows, note=note.strip())
    return web.attachment(
        lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{_('Incidents')}.xlsx"
    )


def _filed(session: Session, seen: disasters.Looking) -> list[list[Any]]:
    pairs = queries.everything(session, seen.view, wanted())
    return [_cells(_row(seen, pair)) for pair in pairs]


def _cells(row: dict[str, Any]) -> list[Any]:
    plain = {"happened_at", "people"}
    said = [
        row[name] if name in plain or row[name] is None else value_words(name, row[name])
        for name in COLUMNS
    ]
    return [row["area_name"], row["shelter"], *said, row["received_at"]]
