"""Rows of a workbook as the list would take them: each wrong cell named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from relief_ops import geo, sheets
from relief_ops.auth import viewer
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from relief_ops.web import check
from shelters.evacuation.queries import Known
from shelters.evacuation.queries.words import RISKS
from shelters.evacuation.routes.columns import AREA, COLUMNS, HEADINGS, NUMBERS, known_headings
from shelters.evacuation.routes.words import DESTINATIONS, KINDS, TRANSPORTS
from shelters.evacuation.schemas import ParsedRow, PutHousehold
from shelters.schemas import CellError

MOST_ROWS = 20_000
CHOICES: Mapping[str, Mapping[Any, Any]] = {
    "kind": KINDS, "destination": DESTINATIONS, "transport": TRANSPORTS,
}  # fmt: skip
NAMED = ("risk", "shelter", "cadre_name", "cadre_phone")


def raw_rows(data: bytes) -> list[sheets.Row]:
    """Return the rows of a workbook or CSV under our headings. Raises Invalid without any."""
    rows = list(sheets.read_rows(data, headings=tuple(known_headings())))
    if not rows:
        raise Invalid(_("No row was found. The headings must be those of the template."))
    if len(rows) > MOST_ROWS:
        raise Invalid(_("At most %(rows)d rows are taken at once.", rows=MOST_ROWS))
    return rows


def parsed_rows(
    rows: Iterable[sheets.Row], tree: geo.AreaTree, *, drill_id: UUID | None, known: Known
) -> list[ParsedRow]:
    """Return what the list would take of each row, with every cell that is wrong."""
    names: dict[str, list[geo.AreaNode]] = {}
    for node in tree:
        names.setdefault(node.name, []).append(node)
    headings = known_headings()
    look = _Look(headings, tree, names, drill_id, known)
    return [_parsed(row, look) for row in rows]


@dataclass(frozen=True)
class _Look:
    """What every row of one workbook is read with."""

    headings: Mapping[str, str]
    tree: geo.AreaTree
    names: Mapping[str, list[geo.AreaNode]]
    drill_id: UUID | None
    known: Known


def _parsed(row: sheets.Row, look: _Look) -> ParsedRow:
    headings = look.headings
    values = {headings[name]: value for name, value in row.values.items()}
    cells = {headings[name]: row.cell(name) for name in row.values}
    errors: dict[str, str] = {}
    area = _area(values, look.tree, look.names, errors)
    said = {name: _read(name, values.get(name), errors) for name in COLUMNS if name not in NAMED}
    said = {name: value for name, value in said.items() if value not in (None, "")}
    if area is not None:
        said |= _named(values, area, look.tree, look.known, errors)
    said |= {"area_code": area.code if area else "0" * 12, "drill_id": look.drill_id}
    order = None
    try:
        order = check(PutHousehold, said)
    except Invalid as wrong:
        for each in wrong.errors:
            errors.setdefault(each.field, each.message)
    listed = tuple(
        CellError(f"{row.sheet}!{cells.get(field) or row.number}", field or "row", message)
        for field, message in errors.items()
    )
    return ParsedRow(
        sheet=row.sheet, number=row.number, cell=cells.get("id_number", ""),
        order=None if listed else order, area_id=area.id if area else None,
        cadre_name=_text(values.get("cadre_name")), cadre_phone=_text(values.get("cadre_phone")),
        errors=listed,
    )  # fmt: skip


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    return text.removeprefix("'")


def _read(name: str, value: Any, errors: dict[str, str]) -> Any:
    """Return a cell's value as the schema wants it; what cannot be read is an error."""
    text = _text(value)
    if name in CHOICES:
        return _choice(CHOICES[name], name, text, errors)
    if name in NUMBERS and text:
        try:
            return int(text.replace(",", ""))
        except ValueError:
            errors[name] = _("“%(value)s” is not a whole number.", value=text[:40])
            return None
    return text


def _choice(words: Mapping[Any, Any], name: str, text: str, errors: dict[str, str]) -> Any:
    if not text:
        return None
    found: dict[str, StrEnum] = {}
    for each, lazy_words in words.items():
        found |= {each.value: each, str(lazy_words): each}
    if text not in found:
        choices = "、".join(str(each) for each in words.values())
        errors[name] = _("This is not one of the choices: %(choices)s.", choices=choices)
        return None
    return found[text].value


def _area(
    values: Mapping[str, Any], tree: geo.AreaTree, names: Mapping[str, list[geo.AreaNode]],
    errors: dict[str, str],
) -> geo.AreaNode | None:  # fmt: skip
    """Return the area a row names by code or by words, if the reader may write there."""
    code, words = _text(values.get("area_code")), _text(values.get("area"))
    field = "area_code" if code else "area"
    found = [node for node in tree if node.code == code.ljust(12, "0")] if code else []
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
    who = viewer()
    if who is None or not who.may("evacuation.write", found[0].id, tree):
        errors[field] = _("There is no such thing, or not in your areas.")
        return None
    area: geo.AreaNode = found[0]
    return area


def _named(
    values: Mapping[str, Any], area: geo.AreaNode, tree: geo.AreaTree, known: Known,
    errors: dict[str, str],
) -> dict[str, UUID]:  # fmt: skip
    """Return the risk point of the village and the shelter of the township a row names."""
    found: dict[str, UUID] = {}
    kinds = {str(words): each.value for each, words in RISKS.items()}
    risk, shelter = _text(values.get("risk")), _text(values.get("shelter"))
    if risk:
        at = known.risks.get((area.id, kinds.get(risk, risk)))
        if at is None:
            errors["risk"] = _("No risk point of the village is called so, or of this kind.")
        else:
            found["risk_id"] = at
    if shelter:
        near = (known.shelters.get((each.id, shelter)) for each in tree.ancestors(area.id))
        there = next((each for each in near if each), None)
        if there is None:
            errors["shelter"] = _("No shelter near there is called so.")
        else:
            found["shelter_id"] = there
    return found


def template() -> bytes:
    """Return the empty workbook to fill in."""
    headings = [str(each) for each in (*AREA.values(), *HEADINGS.values())]
    sheet = sheets.Sheet(name=_("Who must move"), headings=headings, rows=[], note="")
    return sheets.write_workbook([sheet])
