"""Rows of files as the register would take them: each wrong cell named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from relief_ops import geo, sheets
from relief_ops.auth import viewer
from relief_ops.errors import Invalid
from relief_ops.geo.geojson import Coordinates, read_features, to_world
from relief_ops.i18n import gettext as _
from relief_ops.web import check
from shelters.routes.columns import known_headings
from shelters.routes.wording import kind_words
from shelters.rules import Kind
from shelters.schemas import CellError, ParsedRow, PutShelter

MOST_ROWS = 5_000
YES = {"是", "yes", "true", "1", "y", "√"}
NO = {"", "否", "no", "false", "0", "n"}
AREA_NAMES = ("area", "area_name")


@dataclass(frozen=True)
class RawRow:
    """One row as a file has it: values by field, and where each stood."""

    sheet: str
    number: int
    values: dict[str, Any]
    cells: Mapping[str, str]

    def cell(self, field: str) -> str:
        """Return the address of a field's cell, or of the row."""
        return self.cells.get(field) or self.cells.get("name") or str(self.number)


def raw_rows(data: bytes) -> list[RawRow]:
    """Return the rows of a workbook, a CSV or a GeoJSON file, told by its content."""
    is_json = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    rows = list(_features(data) if is_json else _sheet_rows(data))
    if not rows:
        raise Invalid(_("No shelter was found. The headings must be those of the template."))
    if len(rows) > MOST_ROWS:
        raise Invalid(_("At most %(rows)d rows are taken at once.", rows=MOST_ROWS))
    return rows


def _sheet_rows(data: bytes) -> Iterable[RawRow]:
    headings = known_headings() | {_("Area"): "area", "area_name": "area", "area": "area"}
    for row in sheets.read_rows(data, headings=tuple(headings)):
        values = {headings[name]: value for name, value in row.values.items()}
        cells = {headings[name]: row.cell(name) for name in row.values}
        yield RawRow(row.sheet, row.number, values, cells)


def _features(data: bytes) -> Iterable[RawRow]:
    headings = known_headings() | dict.fromkeys(AREA_NAMES, "area")
    for feature in read_features(data):
        said = feature.properties.items()
        values = {headings[name]: value for name, value in said if name in headings}
        if feature.point is not None:
            values["lon"], values["lat"] = feature.point
        cells = dict.fromkeys(values, _("feature %(n)d", n=feature.number))
        yield RawRow("GeoJSON", feature.number, values, cells)


def parsed_rows(
    rows: Iterable[RawRow], tree: geo.AreaTree, *, system: Coordinates, drill_id: UUID | None
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
    system: Coordinates, drill_id: UUID | None,
) -> ParsedRow:  # fmt: skip
    errors: dict[str, str] = {}
    values = {name: _read(name, row.values.get(name), errors) for name in row.values}
    area = _area(row, tree, names, errors)
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


def _read(name: str, value: Any, errors: dict[str, str]) -> Any:
    """Return a cell's value as the schema wants it; what cannot be read is an error."""
    if isinstance(value, str) and value.startswith("'"):
        value = value[1:]
    reader = READERS.get(name, _text)
    try:
        return reader(value)
    except ValueError as error:
        errors[name] = str(error)
        return None


def _text(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(value).strip()


def _number(value: Any) -> Any:
    text = str(value).strip().replace(",", "") if value is not None else ""
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise ValueError(_("“%(value)s” is not a number.", value=text[:40])) from None
    if not number.is_integer():
        raise ValueError(_("“%(value)s” is not a whole number.", value=text[:40]))
    return int(number)


def _degrees(value: Any) -> Any:
    text = str(value).strip() if value is not None else ""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise ValueError(_("“%(value)s” is not a number.", value=text[:40])) from None


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if value is None or isinstance(value, date):
        return value and value.isoformat()
    text = str(value).strip().replace("/", "-").replace(".", "-")
    try:
        parts = [int(part) for part in text.split("-")]
        return date(*parts).isoformat()
    except (TypeError, ValueError):
        raise ValueError(_("“%(value)s” is not a day.", value=text[:40])) from None


def _yes(value: Any) -> bool:
    text = "" if value is None else str(value).strip().lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise ValueError(_("“%(value)s” is neither yes nor no.", value=text[:40]))


def _kind(value: Any) -> Any:
    text = "" if value is None else str(value).strip()
    words = {kind_words(each): each.value for each in Kind} | {
        each.value: each.value for each in Kind
    }
    shorter = {"避灾点": Kind.POINT_VILLAGE.value}
    found = (words | shorter).get(text)
    if found is None:
        choices = "、".join(kind_words(each) for each in Kind)
        raise ValueError(_("This is not one of the choices: %(choices)s.", choices=choices))
    return found


READERS: dict[str, Callable[[Any], Any]] = {
    "kind": _kind,
    "lon": _degrees,
    "lat": _degrees,
    "hidden": _yes,
    "safety_checked_until": _day,
    **dict.fromkeys(
        ("capacity_max", "capacity_day", "capacity_night", "capacity_after", "wheelchair",
         "infant", "medical", "pets"),
        _number,
    ),
}  # fmt: skip


def _area(
    row: RawRow, tree: geo.AreaTree, names: Mapping[str, list[geo.AreaNode]],
    errors: dict[str, str],
) -> geo.AreaNode | None:  # fmt: skip
    """Return the area a row names by code or by words, if the reader may write there."""
    code, words = _text(row.values.get("area_code")), _text(row.values.get("area"))
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
    from shelters.routes.columns import COLUMNS, heading

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
