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
from shelters.queries.words import state_words
from shelters.routes.blueprint import blueprint, look, wanted
from shelters.routes.columns import COLUMNS, heading
from shelters.routes.wording import kind_words

SITUATION = ("state", "occupied", "registered", "counted", "counted_at", "free", "percent")


@blueprint.get("/shelters/export")
@blueprint.doc(hide=True)
def export() -> ResponseReturnValue:
    """Send the wanted shelters as .xlsx, or as GeoJSON with ?format=geojson."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        rows = queries.exported(session, seen.view, wanted())
    if request.args.get("format") == "geojson":
        return web.attachment(lambda: _geojson(rows), "application/geo+json", "shelters.geojson")
    drill = _("DRILL") if seen.drill else ""
    return web.attachment(lambda: _workbook(rows, drill), sheets.XLSX, "shelters.xlsx")


def _workbook(rows: list[dict[str, Any]], note: str) -> bytes:
    names = [each for each in COLUMNS if each not in ("manager", "phone")]
    headings = [heading(each) for each in (*names, *SITUATION)]
    cells = ([_cell(row, name) for name in (*names, *SITUATION)] for row in rows)
    return sheets.write_workbook(
        [sheets.Sheet(name=_("Shelters"), headings=headings, rows=cells, note=note)]
    )


def _cell(row: dict[str, Any], name: str) -> Any:
    value = row[name]
    if name == "kind":
        return kind_words(value)
    return state_words(value) if name == "state" else value


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
