"""The sheets of a file of receipts: where its table lies, and what each row orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from relief_ops import web
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import catalogue, lazy
from relief_ops.i18n import gettext as _
from relief_ops.sheets import Grid
from stockpile import schemas
from stockpile.routes import cells
from stockpile.rules import Move

VERSION = 1
MARK = re.compile(r"(?:模板版本|template version)\s*(\d+)", re.IGNORECASE)
SEARCHED, ENOUGH = 10, 3
# The columns of the template, by the field of an order each fills.
COLUMNS = {
    "to": lazy("Depot (name or id)"),
    "item": lazy("Item (name or code)"),
    "quantity": lazy("Quantity (in the item's unit)"),
    "kind": lazy("How it came (bought or donated)"),
    "donor": lazy("Donor (whoever gave it)"),
    "made_on": lazy("Made (day)"),
    "expires_on": lazy("Expires (day; empty: by shelf life)"),
    "price_yuan": lazy("Price of a piece (yuan)"),
    "document": lazy("Paper number (empty: the file)"),
    "purpose": lazy("Given for (empty: anything)"),
    "owner": lazy("Whose it is (empty: the depot's)"),
    "reason": lazy("Note (if any)"),
}
# What stands for a cell that could not be read, so that the others of its row are looked at.
INSTEAD = {"to": UUID(int=0), "item": "x", "quantity": 1}
TEXTS = ("donor", "document", "purpose", "owner", "reason")


@dataclass(frozen=True)
class Known:
    """What a row may name: depots by name and id, items by name and code; None where two are."""

    depots: Mapping[str, UUID | None]
    items: Mapping[str, str | None]
    today: date
    paper: str  # what is written as the document of a row that has none


@dataclass
class Table:
    """The table of one sheet: its rows by field, where each cell stands, and what is wrong."""

    grid: Grid
    top: int  # the row of the headings, from 1
    columns: dict[int, str]  # column from 1 → field
    wrong: list[FieldError] = field(default_factory=list)
    bad: set[tuple[int, int]] = field(default_factory=set)  # cells nothing is read from

    def where(self, row: int, name: str) -> str:
        """Return the sheet and the cell of a field in a row."""
        column = next((at for at, each in self.columns.items() if each == name), 1)
        return f"{self.grid.name}!{self.grid.cell(row, column)}"

    def complain(self, row: int, name: str, words: str) -> None:
        """Remember what is wrong with one cell."""
        self.wrong.append(FieldError(self.where(row, name), "invalid", words))

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the number of each row that says something, and its values by field."""
        for number, found in enumerate(self.grid.rows[self.top :], start=self.top + 1):
            values = {
                name: found[column - 1] if column <= len(found) else None
                for column, name in self.columns.items()
            }
            said = any(cells.plain(each) for each in values.values())
            if said or any((number, column) in self.bad for column in self.columns):
                yield number, values


def headings() -> list[str]:
    """Return the headings of the template, in the reader's language."""
    return [str(each) for each in COLUMNS.values()]


def mark() -> str:
    """Return the line by which a template is known again."""
    return _("Goods taken in: template version %(n)d", n=VERSION)


def tables(grids: list[Grid]) -> list[Table]:
    """Return the table of each sheet that has one. Raises Invalid where no sheet does."""
    found = [each for each in map(_table, grids) if each is not None]
    if not found:
        words = _("No sheet has the headings of the template. Take the template from this page.")
        raise Invalid(words, [FieldError("file", "headings", words)])
    for each in found:
        _check_template(each)
        _mark_special(each)
    return found


def _table(grid: Grid) -> Table | None:
    known = {_name(each.message): name for name, each in COLUMNS.items()}
    known |= {_name(catalogue()[each.message]): name for name, each in COLUMNS.items()}
    best: Table | None = None
    for number, found in enumerate(grid.rows[:SEARCHED], start=1):
        columns: dict[int, str] = {}
        for column, cell in enumerate(found, start=1):
            name = known.get(_name(cells.plain(cell)))
            if name and name not in columns.values():
                columns[column] = name
        if len(columns) >= ENOUGH and (best is None or len(columns) > len(best.columns)):
            best = Table(grid, number, columns)
    return best


def _name(heading: str) -> str:
    """Return a heading without what people change: spaces, and how wide its brackets are."""
    return re.sub(r"\s", "", cells.plain(heading)).lower()


def _check_template(table: Table) -> None:
    """Note another version, a column that is missing, and one nobody would read."""
    for number, found in enumerate(table.grid.rows[: table.top - 1], start=1):
        for column, cell in enumerate(found, start=1):
            said = MARK.search(cells.plain(cell))
            if said and int(said[1]) != VERSION:
                words = _("This is version %(n)s of the template. Take the one of this page, and "
                          "copy your rows into it.", n=said[1])  # fmt: skip
                place = f"{table.grid.name}!{table.grid.cell(number, column)}"
                table.wrong.append(FieldError(place, "version", words))
    row = f"{table.grid.name}!{table.top}"
    for name, heading in COLUMNS.items():
        if name not in table.columns.values():
            words = _("The column “%(name)s” is missing. Take the template of this page: empty "
                      "columns stay in it.", name=heading)  # fmt: skip
            table.wrong.append(FieldError(row, "missing", words))
    for column, cell in enumerate(table.grid.rows[table.top - 1], start=1):
        text = cells.plain(cell)
        if text and column not in table.columns:
            words = _("The template has no column “%(name)s”, or has it once. Take it out.",
                      name=text[:40])  # fmt: skip
            place = f"{table.grid.name}!{table.grid.cell(table.top, column)}"
            table.wrong.append(FieldError(place, "unknown", words))


def _mark_special(table: Table) -> None:
    """Note formulas, errors and merged cells: what such a cell says cannot be relied on."""
    grid, used = table.grid, table.columns
    formula = _("This is a formula. Copy the cell and paste its value only.")
    failed = _("This cell shows an error. Write the value itself.")
    merged = _("These cells are merged. Split them, and fill in each row.")
    for special, words in ((grid.formulas, formula), (grid.failed, failed)):
        for row, column in sorted(special):
            if row > table.top and column in used:
                table.bad.add((row, column))
                table.complain(row, used[column], words)
    for (top, left), (bottom, right) in grid.merged:
        rows = range(max(top, table.top + 1), min(bottom, len(grid.rows)) + 1)
        spoilt = [(row, each) for row in rows for each in used if left <= each <= right]
        table.bad.update(spoilt)
        if spoilt:
            table.complain(spoilt[0][0], used[spoilt[0][1]], merged)


def order(
    table: Table, row: int, values: dict[str, Any], known: Known
) -> schemas.PutMovement | None:
    """Return what a row orders; None where something is wrong with it, which is noted."""
    before = len(table.wrong)
    spoilt = {name for column, name in table.columns.items() if (row, column) in table.bad}
    asked: dict[str, Any] = {}
    for name, reader in READERS.items():
        if name in spoilt or name not in table.columns.values():
            continue
        try:
            found = reader(values.get(name), known)
        except ValueError as error:
            table.complain(row, name, str(error))
            continue
        if found not in (None, ""):
            asked[name] = found
    _together(table, row, asked, known)
    found_out = {each.field for each in table.wrong[before:]}
    try:
        checked = web.check(schemas.PutMovement, INSTEAD | asked)
    except Invalid as error:
        for each in error.errors:
            name = each.field if each.field in COLUMNS else "to"
            if table.where(row, name) not in found_out:
                table.complain(row, name, each.message)
    return checked if not spoilt and len(table.wrong) == before else None


def _together(table: Table, row: int, asked: dict[str, Any], known: Known) -> None:
    """Check what cells say together, and fill in what follows from others."""
    made, expires = asked.get("made_on"), asked.get("expires_on")
    if made and expires and expires < made:
        table.complain(row, "expires_on", _("It expires before it was made."))
        del asked["expires_on"]  # said here, at the day it expires
    if made and made > known.today:
        table.complain(row, "made_on", _("This day has not come yet."))
    if "kind" not in asked:
        asked["kind"] = Move.DONATION if asked.get("donor") else Move.RECEIVE
    if asked["kind"] == Move.DONATION and not asked.get("donor"):
        table.complain(row, "donor", _("Say who gave it; what nobody gave was bought."))
    asked.setdefault("document", known.paper)


def _depot(value: Any, known: Known) -> UUID:
    text = _said(value)
    if text not in known.depots:
        words = _("There is no depot “%(name)s” where you may take goods in. Its name stands on "
                  "the sheet of depots.", name=text[:40])  # fmt: skip
        raise ValueError(words + cells.near(text, list(known.depots)))
    found = known.depots[text]
    if found is None:
        raise ValueError(
            _("More than one is called %(text)s. Give its code or id.", text=text[:40])
        )
    return found


def _item(value: Any, known: Known) -> str:
    text = _said(value)
    found = known.items.get(text)
    if found is None:
        words = _("There is no item “%(name)s”. Its name or code stands on the sheet of items.",
                  name=text[:40])  # fmt: skip
        raise ValueError(words + cells.near(text, list(known.items)))
    return found


def _said(value: Any) -> str:
    text = cells.plain(value)
    if not text:
        raise ValueError(_("This is required."))
    return text


def _quantity(value: Any, _known: Known) -> int:
    _said(value)
    return cells.whole_number(value)


def _kind(value: Any, _known: Known) -> Move | None:
    text = cells.plain(value).lower()
    words = {"bought": Move.RECEIVE, "donated": Move.DONATION}
    named = {each: kind for word, kind in words.items() for each in (word, _(word).lower())}
    named |= {catalogue().get(word, word): kind for word, kind in words.items()}
    if text and text not in named:
        raise ValueError(_("Write %(bought)s or %(donated)s, or leave it empty.",
                           bought=_("bought"), donated=_("donated")))  # fmt: skip
    return named.get(text)


def _day(value: Any, _known: Known) -> date | None:
    return cells.day(value) if cells.plain(value) else None


def _text(value: Any, _known: Known) -> str:
    return cells.plain(value)


READERS: dict[str, Callable[[Any, Known], Any]] = {
    "to": _depot,
    "item": _item,
    "quantity": _quantity,
    "kind": _kind,
    "made_on": _day,
    "expires_on": _day,
    "price_yuan": lambda value, _known: cells.price(value),
    **dict.fromkeys(TEXTS, _text),
}
