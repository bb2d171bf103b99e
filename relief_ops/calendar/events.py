"""What can happen to the holiday calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from relief_ops.events import Audience, Event


@dataclass(frozen=True)
class CalendarDayChanged(Event):
    """A holiday or make-up working day was entered, corrected or withdrawn."""

    name: ClassVar[str] = "calendar.day_changed"
    permission: ClassVar[str] = "calendar.write"
    audience: ClassVar[Audience] = Audience.SHARED

    day: date
    worked: bool
    withdrawn: bool
    revision: int


@dataclass(frozen=True)
class CalendarYearChanged(Event):
    """A year's holidays were said to be entered whole, or not to be."""

    name: ClassVar[str] = "calendar.year_changed"
    permission: ClassVar[str] = "calendar.write"
    audience: ClassVar[Audience] = Audience.SHARED

    year: int
    complete: bool
    revision: int


@dataclass(frozen=True)
class CalendarSeeded(Event):
    """Years were loaded from the published calendars."""

    name: ClassVar[str] = "calendar.seeded"
    permission: ClassVar[str] = "calendar.write"
    audience: ClassVar[Audience] = Audience.SHARED

    years: int
    days: int
