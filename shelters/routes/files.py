"""The list as a file: a workbook or GeoJSON, with the filters of the page."""

from __future__ import annotations

from typing import Any

import orjson
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.i18n import gettext as _
from shelters import queries
from shelters.queries.words import state_words, usage_words
from shelters.routes.blueprint import blueprint, look, wanted
from shelters.routes.columns import COLUMNS, PERSONAL, SITUATION, heading
from shelters.routes.wording import kind_words, risk_words
from shelters.rules.register import FEATURES

CSV = "text/csv; charset=utf-8"
NAMES = (*(each for each in COLUMNS if each not in PERSONAL), *SITUATION)


@blueprint.get("/shelters/export")
@blueprint.doc(hide=True)
def export() -> ResponseReturnValue:
    """Send the wanted shelters as .xlsx, or with ?format= as csv or geojson."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        rows = queries.exported(session, seen.view, wanted())
    if request.args.get("format") == "geojson":
        return web.attachment(lambda: _geojson(rows), "application/geo+json", "shelters.geojson")
    drill = _("DRILL") if seen.drill else ""
    if request.args.get("format") == "csv":
        return web.attachment(lambda: _csv(rows, drill), CSV, "shelters.csv")
    return web.attachment(lambda: _workbook(rows, drill), sheets.XLSX, "shelters.xlsx")


def _workbook(rows: list[dict[str, Any]], note: str) -> bytes:
    cells = ([_cell(row, name) for name in NAMES] for row in rows)
    headings = [heading(each) for each in NAMES]
    return sheets.write_workbook(
        [sheets.Sheet(name=_("Shelters"), headings=headings, rows=cells, note=note)]
    )


def _csv(rows: list[dict[str, Any]], note: str) -> bytes:
    cells = ([_cell(row, name) for name in NAMES] for row in rows)
    above = [[note]] if note else []
    return sheets.write_csv([heading(each) for each in NAMES], cells, above=above)


def _cell(row: dict[str, Any], name: str) -> Any:
    value = row[name]
    if value is None:
        return None
    if name in FEATURES or name == "hidden":
        return _("yes") if value else _("no")
    words = CODES.get(name)
    return words(value) if words else value


CODES = {
    "kind": kind_words,
    "state": state_words,
    "usage": usage_words,
    "flood_risk": risk_words,
    "geological_risk": risk_words,
    "appraisal": str.upper,
}


def _geojson(rows: list[dict[str, Any]]) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": row["id"],
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
            if row["lon"] is not None
            else None,
            "properties": {key: value for key, value in row.items() if key not in ("lon", "lat")},
        }
        for row in rows
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})
