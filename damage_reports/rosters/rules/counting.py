"""What the rows of a roster add up to, and how that stands beside the reported figures.

V16: dead and missing; V17: damaged dwellings; V27: people relocated. The sums are taken in
SQL (`queries.counting`); `count` says the same in plain Python and is the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from damage_reports.rosters.rules.rows import Outcome, Placement, Roster, Status

GRADES = ("collapsed", "severe", "minor")
INDICATORS: Mapping[Roster, tuple[str, ...]] = {
    Roster.CASUALTIES: ("deaths", "missing"),
    Roster.HOUSES: tuple(
        f"{grade}_{what}"
        for grade in GRADES
        for what in ("rooms", "dwelling_rooms", "dwelling_households")
    ),
    Roster.RELOCATED: tuple(
        f"relocated{how}_{span}" for how in ("", "_central", "_scattered") for span in ("cum", "rt")
    ),
}
RULES: Mapping[str, str] = {
    code: rule
    for rule, roster in zip(("V16", "V17", "V27"), Roster, strict=True)
    for code in INDICATORS[roster]
}
Counted = dict[str, int]


class State(StrEnum):
    """How a figure stands beside its roster."""

    EQUAL = "equal"
    DIFFERS = "differs"
    NOT_REPORTED = "not_reported"
    EXPLAINED = "explained"


@dataclass(frozen=True)
class Line:
    """One indicator of one area: the figure, the count, and the reason given for a difference."""

    indicator: str
    roster: Roster
    reported: Decimal | None
    counted: int
    reason: str = ""

    @property
    def difference(self) -> Decimal:
        """Return how much more is reported than stands in the roster."""
        return (self.reported or Decimal(0)) - self.counted

    @property
    def state(self) -> State:
        """Return how it stands; a figure nobody gave equals an empty roster."""
        if not self.difference:
            return State.EQUAL
        if self.reason.strip():
            return State.EXPLAINED
        return State.NOT_REPORTED if self.reported is None else State.DIFFERS

    @property
    def rule(self) -> str:
        """Return the rule of the national form it falls under."""
        return RULES[self.indicator]


def lines(
    reported: Mapping[str, Decimal], counted: Mapping[str, int],
    reasons: Mapping[str, str] | None = None,
) -> list[Line]:  # fmt: skip
    """Return every indicator that has a roster, its figure beside the count."""
    given = reasons or {}
    return [
        Line(code, roster, reported.get(code), counted.get(code, 0), given.get(code, ""))
        for roster, codes in INDICATORS.items()
        for code in codes
    ]


def fact(code: str) -> str:
    """Return the name under which a count is a fact of the rules of the form."""
    return f"roster_{code}"


def count(roster: Roster, rows: Iterable[Mapping[str, Any]], *, at: datetime) -> Counted:
    """Add up rows that count: none replaced, removed, or settled as the same as another."""
    kept = list(rows)
    return {code: sum(_WORTH[roster](code, row, at) for row in kept) for code in INDICATORS[roster]}


def _casualty(code: str, row: Mapping[str, Any], _at: datetime) -> int:
    dead = row["status"] == Status.DEAD or row.get("outcome") in (
        Outcome.CONFIRMED_DEAD,
        Outcome.DECLARED_DEAD,
    )
    missing = row["status"] == Status.MISSING and not row.get("outcome")
    return int(dead if code == "deaths" else missing)


def _house(code: str, row: Mapping[str, Any], _at: datetime) -> int:
    if not code.endswith("_households"):
        return int(row.get(code) or 0)
    worst = next((each for each in GRADES if row.get(f"{each}_dwelling_rooms")), None)
    return int(code == f"{worst}_dwelling_households")


def _relocated(code: str, row: Mapping[str, Any], at: datetime) -> int:
    how = next((each for each in Placement if f"_{each}_" in code), None)
    if (how and row["placement"] != how) or row["moved_at"] > at:
        return 0
    back = row.get("returned_at")
    return 0 if code.endswith("_rt") and back and back <= at else int(row["people"])


_WORTH: Mapping[Roster, Callable[[str, Mapping[str, Any], datetime], int]] = {
    Roster.CASUALTIES: _casualty, Roster.HOUSES: _house, Roster.RELOCATED: _relocated,
}  # fmt: skip
