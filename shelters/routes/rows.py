"""Rows of files as the register would take them: each wrong cell named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from relief_ops import geo, sheets
from relief_ops.auth import viewer
from relief_ops.errors import FieldError, Invalid, TooLarge
from relief_ops.geo.frames import Shape, System, read_shapes
from relief_ops.geo.geojson import read_features, to_world
from relief_ops.geo.outline_files import SQLITE, UNREADABLE
from relief_ops.i18n import gettext as _
from relief_ops.web import check
from shelters.queries.words import fault_words
from shelters.routes.cells import read_cell, text_of
from shelters.routes.columns import COLUMNS, heading, known_headings
from shelters.routes.wording import kind_words
from shelters.rules import Kind
from shelters.rules.points import point_fault
from shelters.schemas import CellError, ParsedRow, PutShelter

MOST_ROWS = 5_000
AREA_NAMES = ("area", "area_name")
SHORTEST = 3  # signs of a column name that may stand for the heading it begins


@dataclass(frozen=True)
class RawRow:
    """One row as a file has it: values by field, and where each stood."""

    sheet: str
    number: int
    values: dict[str, Any]
    cells: Mapping[str, str]
    fault: str = ""

    def cell(self, field: str) -> str:
        """Return the address of a field's cell, or of the row."""
        return self.cells.get(field) or self.cells.get("name") or str(self.number)


def raw_rows(data: bytes, *, system: System, layer: str = "") -> list[RawRow]:
    """Return the rows of a workbook, a CSV, GeoJSON, GeoPackage or zipped shapefile.

    The type is told by the content. `system` and `layer` are what the sender says of a file
    of shapes; the points stay in the system named, but for one the file itself declares.
    """
    if is_of_shapes(data):
        rows = list(_shapes(data, system, layer))
    elif system == System.FILE and not _is_json(data):
        words = _("A workbook does not say its coordinate system. Choose one.")
        raise Invalid(words, [FieldError("coordinates", "missing", words)])
    else:
        rows = list(_features(data) if _is_json(data) else _sheet_rows(data))
    if not rows:
        raise Invalid(_("No shelter was found. The headings must be those of the template."))
    if len(rows) > MOST_ROWS:
        raise TooLarge(_("At most %(rows)d rows are taken at once.", rows=MOST_ROWS))
    return rows


def is_of_shapes(data: bytes) -> bool:
    """Whether a file is a GeoPackage or a zip with a shapefile, by its content."""
    if data.startswith(SQLITE):
        return True
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except UNREADABLE:
        return False
    return not any(name == "[Content_Types].xml" for name in names)


def _is_json(data: bytes) -> bool:
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def _sheet_rows(data: bytes) -> Iterable[RawRow]:
    headings = known_headings() | {_("Area"): "area", "area_name": "area", "area": "area"}
    for row in sheets.read_rows(data, headings=tuple(headings)):
        values = {headings[name]: value for name, value in row.values.items()}
        cells = {headings[name]: row.cell(name) for name in row.values}
        yield RawRow(row.sheet, row.number, values, cells)


def _features(data: bytes) -> Iterable[RawRow]:
    found = read_features(data)
    headings = _columns({name for each in found for name in each.properties})
    for each in found:
        yield _row("GeoJSON", each.number, each.properties, headings, each.point)


def _shapes(data: bytes, system: System, layer: str) -> Iterable[RawRow]:
    """Yield the features of a file of shapes; a chosen system's numbers are left as they are."""
    raw = System.FILE if system == System.FILE else System.WGS84
    found = read_shapes(data, system=raw, layer=layer)
    headings = _columns({name for each in found for name in each.properties})
    kind = "GeoPackage" if data.startswith(SQLITE) else "Shapefile"
    for each in found:
        point, shape = _point(each), each.geometry
        row = _row(kind, each.number, each.properties, headings, point)
        if shape is not None and not shape.is_empty and point is None:
            words = _("This is no point (%(kind)s). A shelter is one point.", kind=shape.geom_type)
            row = replace(row, fault=words)
        yield row


def _point(shape: Shape) -> tuple[float, float] | None:
    """Return where a shape lies if it is one point; a group of one counts as one."""
    found = shape.geometry
    if found is None or found.is_empty:
        return None
    if found.geom_type == "MultiPoint" and len(found.geoms) == 1:
        found = found.geoms[0]
    return (found.x, found.y) if found.geom_type == "Point" else None


def _row(
    kind: str, number: int, said: Mapping[str, Any], headings: Mapping[str, str],
    point: tuple[float, float] | None,
) -> RawRow:  # fmt: skip
    values = {headings[name]: value for name, value in said.items() if name in headings}
    if point is not None:
        values["lon"], values["lat"] = point
    cells = dict.fromkeys([*values, "lon", "lat"], _("feature %(n)d", n=number))
    return RawRow(kind, number, values, cells)


def _columns(names: Collection[str]) -> dict[str, str]:
    """Return which field each column of a file of shapes is.

    A shapefile cuts names at ten bytes: one that begins a single known heading is taken for it.
    Raises Invalid when a column nobody can do without is missing.
    """
    known = known_headings() | dict.fromkeys((*AREA_NAMES, _("Area")), "area")
    found = {name: known[name] for name in names if name in known}
    for name in names:
        meant = {field for heading, field in known.items() if heading.startswith(name)}
        if name not in found and len(name) >= SHORTEST and len(meant) == 1:
            found[name] = meant.pop()
    fields = set(found.values())
    lacking = [each for each in ("name", "kind", "capacity_max") if each not in fields]
    if not fields & {"area", "area_code"}:
        lacking.append("area_code")
    if lacking:
        raise Invalid(
            _("The file lacks these columns: %(columns)s. It has: %(there)s.",
              columns="、".join(heading(each) for each in lacking),
              there="、".join(sorted(names)[:20]) or "—")
        )  # fmt: skip
    return found


def parsed_rows(
    rows: Iterable[RawRow], tree: geo.AreaTree, *, system: System, drill_id: UUID | None
) -> list[ParsedRow]:
    """Return what the register would take of each row, points turned into WGS-84."""
    names = _by_name(tree)
    return [_parsed(row, tree, names, system, drill_id) for row in rows]


def _by_name(tree: geo.AreaTree) -> dict[str, list[geo.AreaNode]]:
    found: dict[str, list[geo.AreaNode]] = {}
    for node in tree:
        found.setdefault(node.name, []).append(node)
    return found


def _parsed(
    row: RawRow, tree: geo.AreaTree, names: Mapping[str, list[geo.AreaNode]],
    system: System, drill_id: UUID | None,
) -> ParsedRow:  # fmt: skip
    errors: dict[str, str] = {}
    values = {name: read_cell(name, row.values.get(name), errors) for name in row.values}
    area = _area(row, tree, names, errors)
    if row.fault:
        errors["lon"] = row.fault
    _look_at_point(values, area, tree, errors)
    values.pop("area", None)
    values |= {"area_code": area.code if area else "0" * 12, "drill_id": drill_id}
    values = {key: value for key, value in values.items() if value is not None}
    order = None
    try:
        order = check(PutShelter, values)
    except Invalid as wrong:
        for each in wrong.errors:
            errors.setdefault(each.field, each.message)
    if order is not None and order.point is not None and not errors:
        lon, lat = to_world(order.point, system)
        order = order.model_copy(update={"lon": lon, "lat": lat})
    listed = tuple(
        CellError(f"{row.sheet}!{row.cell(field)}", field or "row", message)
        for field, message in errors.items()
    )
    whole = order if not listed else None
    return ParsedRow(
        row.sheet, row.number, row.cell("name"), whole, area.id if area else None, listed
    )


def _look_at_point(
    values: dict[str, Any], area: geo.AreaNode | None, tree: geo.AreaTree, errors: dict[str, str]
) -> None:
    """Say what is wrong with a row's point, and take it out so that nothing else is said of it."""
    lon, lat = values.get("lon"), values.get("lat")
    if not isinstance(lon, float) or not isinstance(lat, float):
        return
    home = area and next((each for each in tree.ancestors(area.id) if each.point), None)
    fault = point_fault((lon, lat), home.point if home else None)
    if fault:
        errors["lon"] = fault_words(fault, home.name if home else "")
        values["lon"] = values["lat"] = None


def _area(
    row: RawRow, tree: geo.AreaTree, names: Mapping[str, list[geo.AreaNode]],
    errors: dict[str, str],
) -> geo.AreaNode | None:  # fmt: skip
    """Return the area a row names by code or by words, if the reader may write there."""
    code, words = text_of(row.values.get("area_code")), text_of(row.values.get("area"))
    field = "area_code" if code else "area"
    found = [node for node in tree if node.code == str(code).ljust(12, "0")] if code else []
    if not code and words:
        parts = words.replace("/", " ").split()
        found = [
            node
            for node in names.get(parts[-1], ())
            if set(parts) <= {each.name for each in tree.ancestors(node.id)}
        ]
    if len(found) != 1:
        several = _("Several areas are called so. Give the code.")
        nowhere = _("There is no area with the code %(code)s.", code=code or words or "—")
        errors[field] = several if found else nowhere
        return None
    area: geo.AreaNode = found[0]
    who = viewer()
    if who is None or not who.may("shelter.write", area.id, tree):
        errors[field] = _("This area is not yours.")
        return None
    return area


def template() -> bytes:
    """Return the empty workbook to fill in, with its headings in the reader's language."""
    example = {
        "name": _("Example: Linjiang village shelter point"),
        "kind": kind_words(Kind.POINT_VILLAGE),
        "capacity_max": 50,
    }
    rows = [[example.get(name) for name in COLUMNS]]
    sheet = sheets.Sheet(
        name=_("Shelters"), headings=[heading(name) for name in COLUMNS], rows=rows
    )
    return sheets.write_workbook([sheet])
