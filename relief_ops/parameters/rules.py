"""Which version of a policy number is in force, on plain rows."""

import csv
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "data" / "policy_parameters.csv"
DOUBTFUL = frozenset({"M", "M?", "D"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One version of one policy number: its value, its time, its place and its source."""

    key: str
    area: str
    value: Decimal
    unit: str
    effective_from: date
    effective_to: date | None
    source: str
    article: str
    confidence: str
    note: str

    @property
    def flagged(self) -> bool:
        """Whether the figure still has to be checked against its document."""
        return self.confidence in DOUBTFUL

    def holds(self, on: date) -> bool:
        """Say whether the version is in force on a day, both ends included."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


def read_csv(path: Path) -> list[Row]:
    """Read versions from a CSV file. Raises ValueError naming the line of a bad row."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(line, said) for line, said in enumerate(csv.DictReader(file), start=2)]


def in_force(rows: Iterable[Row], key: str, *, on: date, areas: Sequence[str]) -> Row | None:
    """Return the version in force on a day for the nearest of `areas`, own area first.

    A version without an area holds everywhere, and gives way to any of a named area.
    """
    held = [row for row in rows if row.key == key and row.holds(on)]
    for area in (*areas, ""):
        here = [row for row in held if row.area == area]
        if here:
            return max(here, key=lambda row: row.effective_from)
    return None


def overlaps(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Return the pairs of versions of one key and area that are in force on a common day."""
    ordered = sorted(rows, key=lambda row: (row.key, row.area, row.effective_from))
    return [
        (earlier, later)
        for earlier, later in itertools.pairwise(ordered)
        if (earlier.key, earlier.area) == (later.key, later.area)
        and earlier.holds(later.effective_from)
    ]


def _row(line: int, said: dict[str, str]) -> Row:
    try:
        return Row(
            key=said["key"],
            area=said["area"],
            value=Decimal(said["value"]),
            unit=said["unit"],
            effective_from=date.fromisoformat(said["effective_from"]),
            effective_to=date.fromisoformat(said["effective_to"]) if said["effective_to"] else None,
            source=said["source"],
            article=said["article"],
            confidence=said["confidence"],
            note=said["note"],
        )
    except (ArithmeticError, KeyError, ValueError) as error:
        raise ValueError(f"line {line}: {error}") from error
