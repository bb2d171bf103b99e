"""The script of a drill, read from relief_ops/data: instants, totals and published cells."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DATA = Path(__file__).parents[1] / "data"
TWO_HOURS = timedelta(hours=2)


@dataclass(frozen=True)
class Cell:
    """A published figure: what the sum of `indicators` over the area was, at that instant."""

    at: datetime
    area_code: str
    column: str
    indicators: tuple[str, ...]
    value: Decimal


@dataclass(frozen=True)
class Scenario:
    """One script. Times carry the local zone; totals are scaled integers by group."""

    raw: dict[str, Any]
    starts_at: datetime
    ends_at: datetime
    instants: tuple[datetime, ...]
    recount_at: datetime
    rounds: tuple[datetime, ...]
    cells: tuple[Cell, ...]

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the rows of one of the script's CSV files."""
        with (DATA / self.raw["files"][name]).open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)

    @property
    def codes(self) -> dict[str, str]:
        """Return the code of the city and of each county by its name."""
        return _codes(self.raw)

    def scale(self, series: str) -> int:
        """Return how many decimals a figure has."""
        return int(self.raw["scales"].get(series, 0))

    def totals(self, series: str) -> dict[str, tuple[int, ...]]:
        """Return the scaled totals of both groups, published figures in place of invented."""
        unit = 10 ** self.scale(series)
        groups = {
            group: [int(Decimal(str(value)) * unit) for value in values]
            for group, values in self.raw["totals"][series].items()
        }
        for index, instant in enumerate(self.instants[: len(groups["rest"])]):
            self._publish(series, groups, index, instant)
        return {group: tuple(values) for group, values in groups.items()}

    def _publish(
        self, series: str, groups: dict[str, list[int]], index: int, instant: datetime
    ) -> None:
        unit = 10 ** self.scale(series)
        for cell in self.cells:
            if cell.at != instant or cell.indicators != PUBLISHED_AS.get(series, (series,)):
                continue
            if cell.area_code == self.raw["apart"]:
                groups["apart"][index] = int(cell.value * unit)
        for cell in self.cells:
            if cell.at != instant or cell.indicators != PUBLISHED_AS.get(series, (series,)):
                continue
            if cell.area_code != self.raw["apart"]:
                groups["rest"][index] = int(cell.value * unit) - groups["apart"][index]


PUBLISHED_AS = {"relocated": ("relocated_cum",), "collapsed": ("collapsed_rooms",)}


def load(key: str = "fitow-2013") -> Scenario:
    """Read a script by its key. Raises FileNotFoundError for an unknown one."""
    raw = json.loads((DATA / f"{key.replace('-', '_')}_drill.json").read_text("utf-8"))
    zone = ZoneInfo(raw["zone"])

    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=zone)

    starts_at, instants = instant(raw["starts_at"]), tuple(map(instant, raw["instants"]))
    until = instant(raw["two_hourly_until"])
    rounds = {*instants, *map(instant, raw["daily"])}
    rounds |= {starts_at + step * TWO_HOURS for step in range((until - starts_at) // TWO_HOURS + 1)}
    return Scenario(
        raw,
        starts_at,
        instant(raw["ends_at"]),
        instants,
        instant(raw["recount_at"]),
        tuple(sorted(rounds)),
        tuple(_cells(raw, zone)),
    )


def _cells(raw: dict[str, Any], zone: ZoneInfo) -> Iterator[Cell]:
    """Yield every figure cell that is not blank."""
    codes = _codes(raw)
    with (DATA / raw["files"]["reports"]).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["as_of"]).replace(tzinfo=zone)
            for column, asked in raw["columns"].items():
                if row[column] and "count" not in asked:
                    value = Decimal(row[column]) * asked.get("times", 1)
                    yield Cell(at, codes[row["area"]], column, tuple(asked["add"]), value)


def _codes(raw: dict[str, Any]) -> dict[str, str]:
    with (DATA / raw["files"]["divisions"]).open(encoding="utf-8-sig", newline="") as file:
        return {
            row["name"]: row["code"]
            for row in csv.DictReader(file)
            if row["level"] in ("city", "county")
        }
