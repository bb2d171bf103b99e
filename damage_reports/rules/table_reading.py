"""Reading a table of many areas' figures: rows by area, and every cell that cannot be taken.

Two layouts are read: one row for each area with a column for each figure, and one row for
each figure of an area. Columns are found by their HXL hashtags or by their headings. An
empty cell says nothing, a word such as 尚未掌握 says that the figure is not yet known. A
formula counts as the value saved with it, and that is noted; without one the cell is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from damage_reports.rules.table_cells import explain_figure, explain_reading, read_cell
from damage_reports.rules.tables import (
    AREA_CODE,
    AREA_NAME,
    INDICATOR,
    LEFT_OUT,
    MARKS,
    REASONS,
    ROUND,
    SOURCE,
    VALUE,
    VERSION,
    Table,
    plain,
)
from relief_ops.i18n import gettext as _

HEAD_ROWS = 12
LONGEST_REASON = 400
Corner = tuple[int, int]


class Grid(Protocol):
    """A sheet as it lies; places are (row, column) from 1."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def rows(self) -> list[list[Any]]: ...  # noqa: D102
    @property
    def merged(self) -> tuple[tuple[Corner, Corner], ...]: ...  # noqa: D102
    @property
    def formulas(self) -> Set[Corner]: ...  # noqa: D102
    @property
    def failed(self) -> Set[Corner]: ...  # noqa: D102
    def cell(self, row: int, column: int) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of one cell: its address with the sheet, its field, the words."""

    cell: str
    field: str
    message: str


@dataclass(slots=True)
class AreaFigures:
    """What a table says of one area, where each figure stands, and what is wrong with it."""

    sheet: str
    number: int
    code: str
    name: str
    place: str
    values: dict[str, Decimal | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    troubles: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def cell_of(self, code: str) -> str:
        """Return where a figure stands, or the area itself."""
        return self.cells.get(code, self.place)

    def wrong(self, name: str, message: str, cell: str = "") -> None:
        """Note that something cannot be taken."""
        self.troubles.append(Remark(cell or self.cell_of(name), name, message))


@dataclass
class TableRead:
    """What a file holds: areas with figures, and what is wrong with the file as a whole."""

    rows: list[AreaFigures] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    blank: int = 0


def read_tables(
    grids: Iterable[Grid], table: Table, *, round_: str = "", source: str = ""
) -> TableRead:
    """Return what the sheets say that have the columns of the template; others are left out.

    A table is of a round, or of what another `source` says; a sheet marked otherwise is wrong.
    """
    found, seen = TableRead(), False
    for grid in grids:
        head = _head(grid, table)
        if head is not None:
            seen = True
            _Sheet(grid, table, head, found).read({ROUND: round_, SOURCE: source})
    if not seen:
        message = _("No table of figures was found. The headings must be those of the template.")
        found.problems.append(Remark("", "file", message))
    return found


@dataclass(frozen=True)
class _Head:
    """Where the headings stand and what each column holds; `first` is the first row of figures."""

    row: int
    first: int
    roles: Mapping[int, str]


def _head(grid: Grid, table: Table) -> _Head | None:
    best: _Head | None = None
    for number, cells in enumerate(grid.rows[:HEAD_ROWS], start=1):
        roles = {
            column: table.headings[name]
            for column, cell in enumerate(cells, start=1)
            if cell not in (None, "") and (name := plain(cell)) in table.headings
        }
        if best is not None and number == best.first and _is_tags(cells):
            best = _Head(best.row, number + 1, dict(best.roles) | roles)
        elif best is None or len(roles) > len(best.roles):
            best = _Head(number, number + 1, roles)
    if best is None or not {AREA_CODE, AREA_NAME} & set(best.roles.values()):
        return None
    return best if len(best.roles) > 1 else None


def _is_tags(cells: Sequence[Any]) -> bool:
    said = [str(each).strip() for each in cells if each not in (None, "")]
    return bool(said) and sum(each.startswith("#") for each in said) * 2 > len(said)


class _Sheet:
    """Reads one sheet into `found`."""

    def __init__(self, grid: Grid, table: Table, head: _Head, found: TableRead) -> None:
        self.grid, self.table, self.head, self.found = grid, table, head, found
        self.columns: dict[str, list[int]] = {}
        for column, role in head.roles.items():
            self.columns.setdefault(role, []).append(column)
        self.long = INDICATOR in self.columns and VALUE in self.columns
        self.merged = self._merged()
        self.special = bool(grid.formulas or grid.failed)
        self.areas: dict[tuple[str, str], AreaFigures] = {}

    def read(self, marks: Mapping[str, str]) -> None:
        """Read the sheet from its marks to its last row."""
        self._check_marks(marks)
        self._check_headings()
        take = self._long_row if self.long else self._wide_row
        for number in range(self.head.first, len(self.grid.rows) + 1):
            take(number, self.grid.rows[number - 1])

    def at(self, row: int, column: int) -> str:
        """Return an address with its sheet."""
        return f"{self.grid.name}!{self.grid.cell(row, column)}"

    def _problem(self, row: int, column: int, name: str, message: str) -> None:
        self.found.problems.append(Remark(self.at(row, column), name, message))

    def _check_marks(self, marks: Mapping[str, str]) -> None:
        wanted = {VERSION: self.table.version, **marks}
        said = _strange_marks(marks)
        for name, row, column, text in self._marks():
            if text != wanted[name]:
                words = said[name] % {"theirs": text[:40], "ours": wanted[name]}
                self._problem(row, column, name, words)

    def _marks(self) -> Iterator[tuple[str, int, int, str]]:
        known = {plain(word): name for name, words in MARKS.items() for word in words}
        for number, cells in enumerate(self.grid.rows[: self.head.row - 1], start=1):
            for column, (mark, value) in enumerate(pairwise(cells), start=1):
                name = known.get(plain(mark).rstrip(":")) if isinstance(mark, str) else None
                if name and value not in (None, ""):
                    yield name, number, column + 1, str(value).strip().removeprefix("'")

    def _check_headings(self) -> None:
        """Name every column that is not of the form: nothing is left out in silence."""
        row = self.head.row
        for column, cell in enumerate(self.grid.rows[row - 1], start=1):
            if cell in (None, "") or column in self.head.roles or plain(cell) in LEFT_OUT:
                continue
            strange = plain(cell) in self.table.strange
            asked = _("This form (%(edition)s) does not ask for that. Take the column out.",
                      edition=self.table.edition)  # fmt: skip
            other = _("The template has no such column. Take it out, or name it as there.")
            self._problem(row, column, "heading", asked if strange else other)
        for role, places in self.columns.items():
            if len(places) > 1 and role not in (AREA_CODE, AREA_NAME):
                self._problem(row, places[1], role, _("This column stands twice. Keep one."))

    def _merged(self) -> dict[int, int]:
        """Return row → column of merged cells that reach into the figures."""
        found: dict[int, int] = {}
        for (top, left), (bottom, _right) in self.grid.merged:
            for row in range(max(top, self.head.first), min(bottom, len(self.grid.rows)) + 1):
                found.setdefault(row, left)
        return found

    def _text(self, cells: Sequence[Any], role: str) -> str:
        """Return the last text a row has in the columns of a role: the deepest area."""
        for column in reversed(self.columns.get(role, ())):
            if column <= len(cells) and cells[column - 1] not in (None, ""):
                return as_text(cells[column - 1])
        return ""

    def _area(self, number: int, cells: Sequence[Any]) -> AreaFigures:
        code, name = self._text(cells, AREA_CODE), self._text(cells, AREA_NAME)
        role = AREA_CODE if code or AREA_CODE in self.columns else AREA_NAME
        place = self.at(number, self.columns[role][-1])
        return AreaFigures(self.grid.name, number, code, name, place)

    def _wide_row(self, number: int, cells: list[Any]) -> None:
        area = self._area(number, cells)
        for role, places in self.columns.items():
            if role in self.table.by_code:
                self._take(area, role, (number, places[0]), cells)
        area.reason = self._reason(area, number, cells)
        self._note_merged(area, number)
        if area.cells or area.troubles:
            self.found.rows.append(area)
        elif area.code or area.name:
            self.found.blank += 1

    def _long_row(self, number: int, cells: list[Any]) -> None:
        said = self._text(cells, INDICATOR)
        made = self._area(number, cells)
        if not (said or made.code or made.name):
            return
        area = self.areas.get((made.code, made.name))
        if area is None:
            area = self.areas[made.code, made.name] = made
            self.found.rows.append(area)
        self._note_merged(area, number)
        place = (number, self.columns[INDICATOR][0])
        code = self.table.headings.get(plain(said), "")
        if code not in self.table.by_code:
            area.wrong("indicator", _("This form does not ask for that."), self.at(*place))
        elif code in area.cells:
            twice = _("The same figure stands in %(cell)s already.", cell=area.cells[code])
            area.wrong(code, twice, self.at(*place))
        else:
            self._take(area, code, (number, self.columns[VALUE][0]), cells)
            if reason := self._reason(area, number, cells):
                area.reasons[code] = reason

    def _reason(self, area: AreaFigures, number: int, cells: Sequence[Any]) -> str:
        text = self._text(cells, REASONS)
        if len(text) > LONGEST_REASON:
            place = self.at(number, self.columns[REASONS][0])
            too_long = _("This is too long: at most %(most)s characters.", most=LONGEST_REASON)
            area.wrong(REASONS, too_long, place)
        return text[:LONGEST_REASON]

    def _note_merged(self, area: AreaFigures, number: int) -> None:
        if number in self.merged:
            message = _("Cells are merged here. Unmerge them and write each cell on its own.")
            area.wrong("merged", message, self.at(number, self.merged[number]))

    def _take(self, area: AreaFigures, code: str, place: Corner, cells: Sequence[Any]) -> None:
        """Read one figure; an empty cell says nothing unless a formula or an error is in it."""
        raw = cells[place[1] - 1] if place[1] <= len(cells) else None
        if raw in (None, "") and not self.special:
            return
        computed = place in self.grid.formulas
        if raw in (None, "") or (isinstance(raw, str) and not raw.strip()):
            if computed or place in self.grid.failed:
                area.cells[code] = self.at(*place)
                area.wrong(code, _broken(failed=place in self.grid.failed))
            return
        area.cells[code] = self.at(*place)
        try:
            area.values[code], note = read_cell(raw, scale=self.table.by_code[code].scale)
        except ValueError as error:
            area.wrong(code, explain_figure(str(error)))
            return
        if note := note or ("formula" if computed else ""):
            words = explain_reading(note, area.values[code])
            area.notes.append(Remark(area.cells[code], code, words))


def _strange_marks(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return what is said of a mark that is not the one wanted, or of one where none is."""
    edition = _("This is another edition of the template (%(theirs)s, now "
                "%(ours)s). Download it again and copy the figures over.")  # fmt: skip
    round_ = _("This workbook is for round %(theirs)s, not %(ours)s.")
    if not wanted[ROUND]:
        round_ = _("This workbook holds reports of round %(theirs)s. What another source says "
                   "has a workbook of its own.")  # fmt: skip
    source = _("This workbook is of the source %(theirs)s, not %(ours)s.")
    if not wanted[SOURCE]:
        source = _("This workbook holds what another source (%(theirs)s) says. It is no report.")
    return {VERSION: edition, ROUND: round_, SOURCE: source}


def _broken(*, failed: bool) -> str:
    if failed:
        return _("The cell shows an error instead of a figure. Write the figure itself.")
    return _(
        "No value was saved with this formula. Open the file, save it and send it again, "
        "or write the figure itself."
    )


def as_text(value: object) -> str:
    """Return a cell as text; 990101000000.0 is the code 990101000000."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().removeprefix("'")
