"""How fast the drill's clock runs, stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from relief_ops.drill.requests import Request
from relief_ops.drill.scenario import Scenario

WRITES_A_SECOND = 40
STANDING_STILL = WRITES_A_SECOND * 0.9
LEAST_SECONDS = 20.0
A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Stretch:
    """From one drill time to the next the clock runs at one whole speed."""

    begins: datetime
    ends: datetime
    speed: int


def stretches(
    scenario: Scenario, story: Sequence[Request], *, minutes: float, speed: int | None = None
) -> list[Stretch]:
    """Return the speeds: half of the minutes for the first day, the rest by what is filed.

    With `speed` the clock runs at that speed throughout. What is filed at a published
    instant is filed while the clock stands still, and its time is taken off.
    """
    marks = [
        scenario.starts_at,
        scenario.starts_at + A_DAY,
        scenario.instants[0],
        scenario.ends_at,
    ]
    pairs = list(pairwise(marks))
    if speed is not None:
        return [Stretch(begins, ends, speed) for begins, ends in pairs]
    standing = sum(each.at in scenario.instants for each in story) / STANDING_STILL
    rest = max(LEAST_SECONDS, minutes * 30 - standing)
    filed = [1 + _between(story, begins, ends, scenario) for begins, ends in pairs[1:]]
    seconds = [minutes * 30, *(rest * count / sum(filed) for count in filed)]
    return [
        Stretch(begins, ends, max(1, round((ends - begins).total_seconds() / real)))
        for (begins, ends), real in zip(pairs, seconds, strict=True)
    ]


def _between(story: Sequence[Request], begins: datetime, ends: datetime, scenario: Scenario) -> int:
    return sum(
        each.at is not None and begins < each.at <= ends and each.at not in scenario.instants
        for each in story
    )


def speed_at(plan: Sequence[Stretch], at: datetime) -> int:
    """Return the speed that is due at a drill time."""
    return next((each.speed for each in plan if at < each.ends), plan[-1].speed)
