"""The annual report (年报): over the API, as a page and as a workbook."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.routes.pages import blueprint as pages
from relief_ops import clock, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _

FIRST, LAST = 1900, 2200
blueprint = APIBlueprint("report_annual", __name__)


@blueprint.get("/api/v1/annual")
def show_annual() -> ResponseReturnValue:
    """Add up the signed final tables of ?year= (by default the latest) for an area."""
    require("report.read")
    with reading() as session:
        _seen, found = _year(session)
        return queries.shown_year(found)


def _year(session: Session) -> tuple[disasters.Looking, queries.Year]:
    seen = look(session)
    require("report.read", seen.area.id)
    drill_id = seen.view.drill_id
    asked = request.args.get("year")
    year = _number(asked) if asked else clock.local(seen.view.now).year
    if not asked and (known := queries.years(session, drill_id)):
        year = known[0]
    return seen, queries.annual(session, seen.area.code, year, drill_id=drill_id)


def _number(asked: str) -> int:
    if asked.isascii() and asked.isdigit() and FIRST <= int(asked[:5]) <= LAST:
        return int(asked)
    wrong = FieldError("year", "query", _("This is no year."))
    raise Invalid(_("The address has a bad value: %(name)s.", name="year"), [wrong])


@pages.get("/reports/annual")
def annual_page() -> ResponseReturnValue:
    """Show a year of an area: each disaster, and what they add up to."""
    with reading() as session:
        seen, found = _year(session)
        known = queries.years(session, seen.view.drill_id)
    return web.page("reports/annual.html", seen=seen, found=found, years=known)


@pages.get("/reports/annual/export")
def export_annual() -> ResponseReturnValue:
    """Give a year as a workbook, one column a disaster."""
    with reading() as session:
        seen, found = _year(session)
    drill = _("DRILL") + " " if seen.view.drill_id else ""
    title = f"{drill}{seen.area.name} {_('Annual report')} {found.year}"
    verified = found.verified
    sums = found.sums
    sheet = sheets.Sheet(
        name=str(found.year),
        note=title,
        headings=[
            _("Figure"), _("Unit"), *(each.disaster.name for each in verified), _("The year"),
        ],
        rows=[
            [
                field.name, field.unit, *(each.values.get(field.code) for each in verified),
                sums.get(field.code),
            ]
            for field in found.fields
        ],
    )  # fmt: skip
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")
