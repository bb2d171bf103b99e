"""Reading workbooks and CSV files into plain rows that know where they stood."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from relief_ops.errors import Malformed, TooLarge, UnsupportedType
from relief_ops.i18n import gettext as _
from relief_ops.sheets.limits import LIMITS, Limits
from relief_ops.sheets.package import OLE, ZIP, check_package, check_size

__all__ = ["LIMITS", "Grid", "Limits", "Row", "column_letters", "read_grids", "read_rows"]


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its values by heading, and the cell each stood in."""

    sheet: str
    number: int
    values: dict[str, Any]
    columns: dict[str, str] = field(repr=False)

    def cell(self, heading: str) -> str:
        """Return the address of a value, as C7; the row alone where the column is missing."""
        return f"{self.columns.get(heading, '')}{self.number}"

    def text(self, heading: str) -> str:
        """Return a value as text without the spaces around it."""
        value = self.values.get(heading)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()


@dataclass(frozen=True)
class Grid:
    """One sheet as it lies: its rows of cells from A1, and what is special about some.

    Places are (row, column) from 1. `merged` are the corners of merged cells, `formulas` the
    cells whose value was worked out, `failed` those that show an error such as #DIV/0!.
    """

    name: str
    rows: list[list[Any]] = field(repr=False)
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    formulas: Set[tuple[int, int]] = frozenset()
    failed: Set[tuple[int, int]] = frozenset()

    def cell(self, row: int, column: int) -> str:
        """Return the address of a place, as C7."""
        return f"{column_letters(column - 1)}{row}"


def read_grids(data: bytes, *, limits: Limits = LIMITS) -> list[Grid]:
    """Return every sheet of a file as it lies. Raises as `read_rows` does."""
    return list(_grids(data, limits))


def _grids(data: bytes, limits: Limits) -> Iterator[Grid]:
    check_size(data, limits)
    if data.startswith(OLE):
        raise UnsupportedType(_("Old or encrypted workbooks are not taken. Save it as .xlsx."))
    return _workbook(data, limits) if data.startswith(ZIP) else _csv(data, limits)


def read_rows(
    data: bytes, *, headings: Sequence[str] | None = None, limits: Limits = LIMITS
) -> list[Row]:
    """Return the rows below the headings of every sheet; empty rows are left out.

    The type is told by the content, never the name. Sheets without any of `headings` (a title
    page, notes) are skipped. Raises UnsupportedType, Malformed or TooLarge; formulas count as
    the values they were saved with.
    """
    found: list[Row] = []
    for grid in _grids(data, limits):
        found.extend(_rows(grid.name, grid.rows, headings, limits))
        if len(found) > limits.rows:
            raise TooLarge(_("At most %(rows)d rows are taken at once.", rows=limits.rows))
    return found


def _workbook(data: bytes, limits: Limits) -> Iterator[Grid]:
    special = check_package(data, limits)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > limits.rows + 100 or sheet.total_width > limits.columns:
                raise TooLarge(
                    _("Sheet %(name)s is too large: at most %(rows)d rows and %(columns)d columns.",
                      name=name, rows=limits.rows, columns=limits.columns)
                )  # fmt: skip
            seen = special.get(name)
            yield Grid(
                name,
                sheet.to_python(skip_empty_area=False),
                _merged(sheet.merged_cell_ranges),
                seen.formulas if seen else frozenset(),
                seen.failed if seen else frozenset(),
            )
    except (CalamineError, ValueError, KeyError) as error:
        raise Malformed(_("The file is damaged and cannot be opened.")) from error


def _merged(ranges: Any) -> tuple[Any, ...]:
    return tuple(
        ((top + 1, left + 1), (bottom + 1, right + 1))
        for (top, left), (bottom, right) in ranges or ()
    )


def _csv(data: bytes, limits: Limits) -> Iterator[Grid]:
    text = _decoded(data)
    if text.lstrip()[:1] in ("<", "{") or "\x00" in text:
        raise UnsupportedType(_("This is neither an Excel workbook (.xlsx) nor a CSV file."))
    grid: list[list[Any]] = []
    try:
        for cells in csv.reader(io.StringIO(text), strict=True):
            if len(cells) > limits.columns or len(grid) > limits.rows + 100:
                raise TooLarge(_("At most %(rows)d rows are taken at once.", rows=limits.rows))
            grid.append([cell or None for cell in cells])
    except csv.Error as error:
        raise Malformed(_("The file is damaged and cannot be opened.")) from error
    yield Grid("CSV", grid)


def _decoded(data: bytes) -> str:
    """Return a CSV's text: UTF-8, or GB 18030 as Chinese office programs write it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnsupportedType(_("The text is neither UTF-8 nor GB 18030."))


def _rows(
    sheet: str, grid: list[list[Any]], headings: Sequence[str] | None, limits: Limits
) -> Iterator[Row]:
    start, names = _headings(grid, headings)
    if not names:
        return
    columns = {name: column_letters(index) for index, name in names.items()}
    for number, cells in enumerate(grid[start + 1 :], start=start + 2):
        values = {name: _value(cells[index], limits) if index < len(cells) else None
                  for index, name in names.items()}  # fmt: skip
        if any(value is not None for value in values.values()):
            yield Row(sheet, number, values, columns)


def _headings(grid: list[list[Any]], wanted: Sequence[str] | None) -> tuple[int, dict[int, str]]:
    """Return which of the first rows holds the headings, and column → heading."""
    best: tuple[int, dict[int, str]] = (0, {})
    for number, cells in enumerate(grid[:10]):
        names: dict[int, str] = {}
        for index, cell in enumerate(cells):
            name = str(cell).strip() if cell not in (None, "") else ""
            if name and name not in names.values() and (wanted is None or name in wanted):
                names[index] = name
        if len(names) > len(best[1]):
            best = (number, names)
        if wanted is None and names:
            break
    return best


def _value(value: Any, limits: Limits) -> Any:
    """Return a cell as text, a number, a day, an instant or None."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = value.strip()
        if len(text) > limits.text:
            raise TooLarge(_("A cell holds more than %(most)d characters.", most=limits.text))
        return text or None
    if isinstance(value, bool | int | float | date | datetime | time | Decimal):
        return value
    return str(value)


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0: A, B … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
