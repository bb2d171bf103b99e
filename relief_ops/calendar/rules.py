"""Counting working days on plain dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The days that are other than their weekday says, and the years that are known whole.

    A year nobody has published yet is counted Monday to Friday; `unknown` says so.
    """

    worked: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_known(self, year: int) -> bool:
        """Say whether the holidays of a year have been published and are known here."""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Say whether a day is worked: make-up weekends are, public holidays are not."""
        return self.worked.get(day, day.weekday() < SATURDAY)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the day on which so many working days have passed since `day`, not counting it.

        With a count of 0 it is the day itself. Raises ValueError for a negative count.
        """
        if count < 0:
            raise ValueError("a time limit does not run backwards")
        while count:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day

    def unknown(self, begin: date, end: date) -> list[int]:
        """Return the years between two days whose holidays are not yet known."""
        return [year for year in range(begin.year, end.year + 1) if year not in self.years]
