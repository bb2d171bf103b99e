"""How far the values of a sheet reach, found out before the workbook is opened.

The library lays out the whole rectangle between a sheet's first and last value. A file of two
kilobytes with one value in the last cell asks for 400 GB, and the process that asks is aborted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.parsers import expat  # a document type is refused before anything is fed

from relief_ops.errors import Malformed, TooLarge
from relief_ops.i18n import gettext as _
from relief_ops.sheets.limits import Limits

CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)
ROW = re.compile(r"[0-9]{1,7}")
XML = (".xml", ".rels")
VALUES = frozenset(("v", "is", "f"))
SHEET_MARK = re.compile(rb"<([^<>\s/]{1,40}:)?sheetData")


class Extent:
    """Follows the cells of one part of a workbook, as the library will.

    It also notes, as (row, column) from 1, what the library tells nobody: which cells hold a
    formula, and which an error (#DIV/0!) that would be read as empty.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.row = self.column = self.rows = self.columns = 0
        self.formulas: set[tuple[int, int]] = set()
        self.failed: set[tuple[int, int]] = set()
        self.follows = True
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._root

    def feed(self, chunk: bytes, before: bytes) -> None:
        """Read on. Raises TooLarge, or Malformed for a sheet where none may be."""
        if self.follows:
            self._parse(chunk, last=False)
        if not self.follows and SHEET_MARK.search((before + chunk).replace(b"\x00", b"")):
            raise _damaged()

    def close(self) -> None:
        """Find out whether the part ended as it must."""
        if self.follows:
            self._parse(b"", last=True)

    def _parse(self, chunk: bytes, *, last: bool) -> None:
        try:
            self.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            if self.name.endswith(XML) or self.rows:
                raise _damaged() from error
            self.follows = False

    def _root(self, name: str, _said: dict[str, str]) -> None:
        """Follow a sheet; what begins as something else must not become one further down."""
        self.follows = name.rpartition(":")[2] == "worksheet"
        self.parser.StartElementHandler = self._start if self.follows else None

    def _start(self, name: str, said: dict[str, str]) -> None:
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind == "c":
            self._cell(said.get("r"))
            if said.get("t") == "e":
                self.failed.add((self.row, self.column))
        elif kind in VALUES:
            self._value()
            if kind == "f":
                self.formulas.add((self.row, self.column))
        elif kind == "row":
            self.row, self.column = _row(said.get("r"), self.row), 0

    def _cell(self, at: str | None) -> None:
        if at is None:
            self.column += 1
            return
        found = CELL.fullmatch(at)
        if found is None:
            raise _damaged()
        letters, digits = found.groups()
        self.row, self.column = int(digits), _column(letters)

    def _value(self) -> None:
        """Count a value; a cell without one counts for nothing, however far out it is."""
        if self.row <= self.rows and self.column <= self.columns:
            return
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        most = self.limits
        if self.rows > most.rows + 100:
            raise TooLarge(_("At most %(rows)d rows are taken at once.", rows=most.rows))
        if self.columns > most.columns or self.rows * self.columns > most.cells:
            raise TooLarge(
                _("Sheet %(name)s is too large: at most %(rows)d rows and %(columns)d columns.",
                  name=self.name.rpartition("/")[2], rows=most.rows, columns=most.columns)
            )  # fmt: skip


def _row(at: str | None, before: int) -> int:
    if at is None:
        return before + 1
    if not ROW.fullmatch(at):
        raise _damaged()
    return int(at)


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for each in letters.upper():
        number = number * 26 + ord(each) - 64
    return number


def _damaged() -> Malformed:
    return Malformed(_("The file is damaged and cannot be opened."))
