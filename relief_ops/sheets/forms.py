"""An official form as a workbook: title, head, table with borders, places to sign; fit to paper."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from relief_ops.sheets.writing import OPTIONS, Sheet, fill, harmless, sheet_name

NARROW, WIDE = 11, 34


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form: `head` are pairs under the title, `corner` lines at its right, `foot` below.

    `rows` begin with their labels, `labels` columns wide; everything after is a figure or a
    word. A group that runs over several rows is said in the first of them.
    """

    name: str
    title: str
    corner: Sequence[str]
    head: Sequence[tuple[str, str]]
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    foot: Sequence[str]
    notes: Sequence[str] = ()
    labels: int = 3
    figure_format: str = "#,##0.####"


def write_form(form: Form, *more: Sheet) -> bytes:
    """Return an .xlsx with the form on its first sheet; no cell of it is a formula."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS | {"in_memory": True}) as book:
        _Page(book, form).draw()
        for sheet in more:
            fill(book, sheet)
    return target.getvalue()


class _Page:
    def __init__(self, book: Any, form: Form) -> None:
        self.form, self.row = form, 0
        self.page = book.add_worksheet(sheet_name(form.name))
        self.last = max(len(form.headings) - 1, form.labels)
        edge = {"border": 1, "valign": "vcenter"}
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.right = book.add_format({"align": "right"})
        self.heading = book.add_format(edge | {"bold": True, "align": "center", "text_wrap": True})
        self.label = book.add_format(edge | {"text_wrap": True})
        self.figure = book.add_format(edge | {"num_format": form.figure_format, "align": "right"})
        self.word = book.add_format(edge | {"align": "right", "italic": True})

    def draw(self) -> None:
        """Draw the whole page from top to bottom."""
        self.page.merge_range(0, 0, 0, self.last, harmless(self.form.title), self.title)
        self.row = 1
        for line in self.form.corner:
            self.page.write_string(self.row, self.last, harmless(line), self.right)
            self.row += 1
        for label, value in self.form.head:
            self.page.write_string(self.row, 0, f"{label}：{value}")
            self.row += 1
        self._table()
        for line in (
            *self.form.notes,
            "",
            "    ".join(self.form.foot),
        ):
            self.page.write_string(self.row, 0, harmless(line))
            self.row += 1
        self._paper()

    def _table(self) -> None:
        top = self.row
        for column, heading in enumerate(self.form.headings):
            self.page.write_string(top, column, harmless(heading), self.heading)
        for number, cells in enumerate(self.form.rows, start=top + 1):
            for column, value in enumerate(cells):
                self._put(number, column, value)
        self.page.freeze_panes(top + 1, self.form.labels)
        self.page.repeat_rows(top)
        self.row = top + 1 + len(self.form.rows)

    def _put(self, row: int, column: int, value: Any) -> None:
        if column < self.form.labels:
            self.page.write_string(row, column, harmless(str(value or "")), self.label)
        elif value is None:
            self.page.write_blank(row, column, None, self.figure)
        elif isinstance(value, int | Decimal):
            self.page.write_number(row, column, value, self.figure)
        else:
            self.page.write_string(row, column, harmless(str(value)), self.word)

    def _paper(self) -> None:
        self.page.set_column(0, 0, NARROW)
        self.page.set_column(1, 1, WIDE)
        self.page.set_column(2, self.last, NARROW)
        self.page.set_paper(9)  # A4
        if self.last > 6:
            self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.page.set_footer("&C&P / &N")
