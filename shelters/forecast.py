"""When everybody will be safe, as a range, and what holds it up.

Households move, not persons. Those being told, packing and riding become safe at the rate of
the night so far, slower as fewer are left; those who refused or were not found leave one by
one, each with its own chance in a minute. The end is the later of both, and eight nights in ten
it lies between `low` and `high`. The constants were chosen on the nights 1 to 160 of
tests/bench/nights.py, with which this shares no formula, and are measured on others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

FADES = 340.0  # minutes after which what was seen counts for a third
SLOWER = 0.19  # the rate goes with what is left, to this power
TALKED, FOUND = 0.017, 0.01  # who refuses goes along, who is missing is found: chance a minute
LIKE = 90.0  # so many cases stand behind the two before anything is seen
PACKING = 48.0  # minutes from going along to being safe
SETTLING = 20.0  # minutes the last one takes, whatever the rate
HASTE = 0.16  # early in the night the rate is still rising
UNSURE, EARLY, FEW, LAST = 0.42, 0.265, 1.9, 1.6  # what the width of the range is made of
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
MOST = 6000.0


class Holdup(StrEnum):
    """What keeps people from being safe longest."""

    MOVING = "moving"
    REFUSED = "refused"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Reading:
    """How many households were not yet safe at one minute, by what holds them."""

    minute: float
    pending: int
    refused: int = 0
    missing: int = 0

    @property
    def left(self) -> int:
        """Return how many are not safe."""
        return self.pending + self.refused + self.missing


@dataclass(frozen=True, slots=True)
class Pace:
    """How those on their way become safe: the end in minutes is log-normal about `middle`."""

    middle: float
    spread: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Minutes from the last reading until everybody is safe."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Remedy:
    """What holds everybody up, and how many minutes sooner the end comes without it."""

    holdup: Holdup
    gained: float


@dataclass(frozen=True)
class _Night:
    """What is believed of the rest of a night."""

    now: Reading
    pace: Pace | None
    talked: float
    found: float

    def share(self, minutes: float) -> float:
        """Return how likely everybody is safe so many minutes from now."""
        share = 1.0 if self.pace is None else _within(minutes, self.pace)
        for count, chance in ((self.now.refused, self.talked), (self.now.missing, self.found)):
            if count:
                share *= (1 - math.exp(-chance * max(0.0, minutes - PACKING))) ** count
        return share


def forecast(total: int, readings: Sequence[Reading]) -> Forecast | None:
    """Return when everybody is safe; None before anybody is.

    `total` households should move; `readings` run from the order to now, oldest first.
    """
    night = _night(total, readings)
    if night is None:
        return None
    return Forecast(*(_when(night, each) for each in (LOW, MIDDLE, HIGH)))


def late(total: int, readings: Sequence[Reading], minutes: float) -> float | None:
    """Return how likely not everybody is safe so many minutes from now."""
    night = _night(total, readings)
    return None if night is None else 1 - night.share(minutes)


def remedy(total: int, readings: Sequence[Reading]) -> Remedy | None:
    """Return what would help most: more hands and vehicles, persuasion, or a search."""
    night = _night(total, readings)
    if night is None or not night.now.left:
        return None
    middle = _when(night, MIDDLE)
    without = {
        Holdup.MOVING: replace(night, pace=None),
        Holdup.REFUSED: replace(night, now=replace(night.now, refused=0)),
        Holdup.MISSING: replace(night, now=replace(night.now, missing=0)),
    }
    ends = {holdup: _when(each, MIDDLE) for holdup, each in without.items()}
    best = min(ends, key=lambda each: ends[each])
    return Remedy(best, middle - ends[best])


def times_faster(total: int, readings: Sequence[Reading], minutes: float) -> float | None:
    """Return how many times faster those on their way must go to be safe by then, likely."""
    night = _night(total, readings)
    if night is None or night.pace is None or minutes <= 0:
        return None
    return math.exp(night.pace.middle) / minutes


def _night(total: int, readings: Sequence[Reading]) -> _Night | None:
    now = readings[-1]
    pace = _pace(total, readings) if now.pending else None
    if now.pending and pace is None:
        return None
    return _Night(
        now, pace, _chance(readings, "refused", TALKED), _chance(readings, "missing", FOUND)
    )


def _pace(total: int, readings: Sequence[Reading]) -> Pace | None:
    now = readings[-1]
    minutes = safe = moved = 0.0
    for one, two in pairwise(readings):
        weight = math.exp((two.minute - now.minute) / FADES)
        gone = weight * (one.left - two.left)
        minutes += weight * (two.minute - one.minute)
        moved += gone / ((one.pending + two.pending) / 2 + 0.5) ** SLOWER
        safe += gone
    if moved <= 0 or minutes <= 0:
        return None
    rate = moved / minutes
    mean = sum(1 / (rate * left**SLOWER) for left in range(1, now.pending + 1))
    ahead = now.left / total
    spread = math.sqrt(
        UNSURE**2 + (EARLY * ahead**2) ** 2 + FEW / max(safe, 1.0) + LAST / now.pending
    )
    return Pace(math.log(mean + SETTLING) - HASTE * ahead, spread)


def _within(minutes: float, pace: Pace) -> float:
    if minutes <= 0:
        return 0.0
    return 0.5 * math.erfc((pace.middle - math.log(minutes)) / (pace.spread * math.sqrt(2)))


def _chance(readings: Sequence[Reading], holding: str, usual: float) -> float:
    """Return the chance a minute of one held so to go along, drawn to the usual one."""
    gone = held = 0.0
    for one, two in pairwise(readings):
        before, after = getattr(one, holding), getattr(two, holding)
        gone += max(0, before - after)
        held += (before + after) / 2 * (two.minute - one.minute)
    return (gone + LIKE) / (held + LIKE / usual)


def _when(night: _Night, share: float) -> float:
    """Return after how many minutes it is so likely that everybody is safe, to a minute."""
    low, high = 0.0, 60.0
    if night.share(0.0) >= share:
        return 0.0
    while night.share(high) < share and high < MOST:
        high *= 2
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (middle, high) if night.share(middle) < share else (low, middle)
    return high
