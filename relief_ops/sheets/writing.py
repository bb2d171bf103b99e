"""Writing workbooks and CSV files: text stays text, whatever it looks like."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from relief_ops import clock

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
WIDEST = 40
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: its name, its headings, its rows in the order of the headings.

    `above` are rows over the headings, `under` one below them (hashtags).
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    note: str = ""
    above: Sequence[Sequence[Any]] = ()
    under: Sequence[str] = ()


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx file; no cell of it is a formula or a link."""
    import xlsxwriter

    target = io.BytesIO()
    # Each row leaves the memory as it is written: 100,000 of them are 100 MB less.
    with xlsxwriter.Workbook(target, OPTIONS | {"constant_memory": True}) as book:
        for sheet in sheets:
            fill(book, sheet)
    return target.getvalue()


def fill(book: Any, sheet: Sheet) -> None:
    """Add a sheet to a workbook that is being written."""
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    _fill(book.add_worksheet(sheet_name(sheet.name)), sheet, (bold, day, moment))


def sheet_name(name: str) -> str:
    """Return a name as a sheet may have it: 31 characters, none of those Excel refuses."""
    return "".join("_" if each in "[]:*?/\\'" else each for each in name)[:31] or "Sheet"


def _fill(page: Any, sheet: Sheet, formats: tuple[Any, Any, Any]) -> None:
    bold, day, moment = formats
    above = [*([[sheet.note]] if sheet.note else []), *sheet.above]
    for number, row in enumerate(above):
        for column, value in enumerate(row):
            _put(page, (number, column), value, day, moment)
    top = len(above)
    widths = [_width(each) for each in sheet.headings]
    for column, heading in enumerate(sheet.headings):
        page.write_string(top, column, heading, bold)
    for column, tag in enumerate(sheet.under):
        page.write_string(top + 1, column, tag)
    first = top + 1 + bool(sheet.under)
    for number, row in enumerate(sheet.rows, start=first):
        for column, value in enumerate(row):
            _put(page, (number, column), value, day, moment)
            widths[column] = max(widths[column], _width(value))
    page.freeze_panes(first, 0)
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width + 2, WIDEST))


def _put(page: Any, at: tuple[int, int], value: Any, day: Any, moment: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(*at, value)
    elif isinstance(value, int | float | Decimal):
        page.write_number(*at, value)
    elif isinstance(value, datetime):
        page.write_datetime(*at, clock.local(value).replace(tzinfo=None), moment)
    elif isinstance(value, date):
        page.write_datetime(*at, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    else:
        page.write_string(*at, harmless(str(value)))


def _width(value: Any) -> int:
    return sum(2 if ord(each) > 0x2E80 else 1 for each in str(value)[:WIDEST]) if value else 0


def harmless(text: str) -> str:
    """Return text that no spreadsheet program takes for a formula.

    The apostrophe stays even in .xlsx, where a text cell is safe, because such files are
    often saved on as CSV.
    """
    return f"'{text}" if text.startswith(RISKY) else text


def write_csv(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], *, above: Sequence[Sequence[Any]] = ()
) -> bytes:
    """Return a CSV file in UTF-8 with a mark, as Excel expects it; numbers stay numbers."""
    target = io.StringIO()
    writer = csv.writer(target)
    for row in above:
        writer.writerow([_plain(value) for value in row])
    writer.writerow([harmless(each) for each in headings])
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return ("﻿" + target.getvalue()).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.local(value).isoformat(timespec="minutes")
    if value is None or isinstance(value, bool | int | float | Decimal | date | UUID):
        return value
    return harmless(str(value))
