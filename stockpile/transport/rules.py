"""Decisions about a truck on the road, on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PRIOR_HOURS = 0.5  # how much driving the planned speed is worth against what is seen
SLOWEST_KMH = 3.0
MOST_PHOTOS = 6  # of one trip: evidence, no album, on a network that is hardly there


class Sight(StrEnum):
    """What a driver says: the load is taken over (or is another than on the slip), and the way."""

    LOADED = "loaded"
    LOAD_DIFFERS = "load_differs"
    LEFT = "left"
    POSITION = "position"
    HELD_UP = "held_up"
    ARRIVED = "arrived"


class Cause(StrEnum):
    """Why a truck stands."""

    FLOODED = "flooded"
    BLOCKED = "blocked"
    BREAKDOWN = "breakdown"
    ACCIDENT = "accident"
    OTHER = "other"


class Shot(StrEnum):
    """What a driver takes a picture of: the road, the goods, the boxes as they are handed over."""

    ROAD = "road"
    GOODS = "goods"
    HANDOVER = "handover"


@dataclass(frozen=True)
class Way:
    """A truck's way: when it left, how many metres of road it had before it then."""

    left_at: datetime
    metres: float
    planned_at: datetime | None


def expected(way: Way, seen: Sequence[tuple[datetime, float]], *, kmh: float) -> datetime:
    """Return when a truck arrives by what was seen of it: (instant, metres of road left).

    Before anything is seen the plan holds, or the usual speed. From then on the speed is what it
    made so far, weighed against half an hour of the usual one, and never slower than a walk: one
    slow kilometre does not condemn it, an hour of them does.
    """
    if not seen:
        return way.planned_at or way.left_at + _drive(way.metres, kmh)
    at, left = max(seen)
    hours = max((at - way.left_at).total_seconds() / 3600, 0.0)
    made = max(way.metres - left, 0.0) / 1000
    speed = max((kmh * PRIOR_HOURS + made) / (PRIOR_HOURS + hours), SLOWEST_KMH)
    return at + _drive(left, speed)


def _drive(metres: float, kmh: float) -> timedelta:
    return timedelta(hours=metres / 1000 / kmh)


def is_silent(last: datetime, now: datetime, *, minutes: int) -> bool:
    """Whether a truck that is driven with a link has said nothing for too long."""
    return now - last > timedelta(minutes=minutes)


def placed(told: datetime, *, earliest: datetime, latest: datetime) -> datetime:
    """Return an instant a phone tells, held between what it cannot have been before and after."""
    return min(max(told, earliest), latest)
