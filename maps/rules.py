"""Decisions about drawing on plain values: classes, clustering, closest approach, sunset."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

EARTH_KM = 6371.0088
Fix = tuple[datetime, float, float]
PER_TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Classes:
    """Five fixed classes: the four borders between them, and what a value is divided by."""

    borders: tuple[float, ...]
    per: str
    factor: int
    digits: int


COUNTS = (1, 10, 100, 1000)
RATES: dict[str, tuple[tuple[float, ...], int]] = {
    "affected": ((5, 10, 20, 50), 100),
    "relocated": ((0.5, 1, 3, 5), 100),
    "evacuated": ((0.5, 1, 3, 5), 100),
    "should_move": ((0.5, 1, 3, 5), 100),
    "loss": ((100, 500, 2000, 10000), PER_TEN_THOUSAND),
    "crop": ((1, 10, 50, 200), PER_TEN_THOUSAND),
    "collapsed": ((0.5, 2, 10, 50), PER_TEN_THOUSAND),
    "severe": ((0.5, 2, 10, 50), PER_TEN_THOUSAND),
    "minor": ((1, 5, 20, 100), PER_TEN_THOUSAND),
    "flooded_homes": ((5, 20, 100, 500), PER_TEN_THOUSAND),
}
TOWNSHIPS: dict[str, tuple[float, ...]] = {
    "affected": (100, 1000, 5000, 20000),
    "relocated": (10, 100, 500, 2000),
    "evacuated": (10, 100, 500, 2000),
    "should_move": (10, 100, 500, 2000),
    "loss": (10, 100, 1000, 10000),
    "flooded_homes": (1, 50, 200, 1000),
}


def county_classes(indicator: str) -> Classes:
    """Return the fixed classes of a county's fill: a rate by residents, never a bare count."""
    borders, factor = _longest(RATES, indicator, ((1, 10, 50, 200), PER_TEN_THOUSAND))
    return Classes(borders, "population", factor, 1 if factor == 100 else 0)


def township_classes(indicator: str) -> Classes:
    """Return the fixed classes of a township's tile: the count itself, tiles being equal."""
    return Classes(_longest(TOWNSHIPS, indicator, COUNTS), "none", 1, 0)


def _longest(table: dict[str, Any], indicator: str, otherwise: Any) -> Any:
    fitting = [key for key in table if indicator.startswith(key)]
    return table[max(fitting, key=len)] if fitting else otherwise


def great_circle_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Return the distance in kilometres on the sphere, good to 0.5 %."""
    one, other = math.radians(lat_a), math.radians(lat_b)
    half = math.sin((other - one) / 2) ** 2
    half += math.cos(one) * math.cos(other) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


@lru_cache(maxsize=64)  # every page counts down to it, and a track seldom changes
def closest_approach(
    fixes: tuple[Fix, ...], lon: float, lat: float
) -> tuple[datetime, float] | None:
    """Return when a track is nearest to a point, and how near in kilometres.

    Between two fixes the storm is taken to move evenly; the answer is good to ten minutes.
    """
    candidates = [(great_circle_km(lon, lat, x, y), at) for at, x, y in _every_ten_minutes(fixes)]
    if not candidates:
        return None
    distance, at = min(candidates)
    return at, distance


def _every_ten_minutes(fixes: Sequence[Fix]) -> Iterable[Fix]:
    step = timedelta(minutes=10)
    for (start, x0, y0), (end, x1, y1) in pairwise(fixes):
        at = start
        while at < end:
            share = (at - start) / (end - start)
            yield at, x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            at += step
    if fixes:
        yield fixes[-1]


def sunset(day: date, lon: float, lat: float) -> datetime | None:
    """Return the instant of sunset in UTC on a day, good to two minutes; None in polar day.

    The usual sunrise equation with the sun's centre 0.833 degrees below the horizon.
    """
    days = (day - date(2000, 1, 1)).days + 0.0008
    mean = days - lon / 360
    anomaly = math.radians((357.5291 + 0.98560028 * mean) % 360)
    centre = 1.9148 * math.sin(anomaly) + 0.02 * math.sin(2 * anomaly)
    ecliptic = math.radians((math.degrees(anomaly) + centre + 180 + 102.9372) % 360)
    transit = mean + 0.0053 * math.sin(anomaly) - 0.0069 * math.sin(2 * ecliptic)
    declination = math.asin(math.sin(ecliptic) * math.sin(math.radians(23.44)))
    top = math.sin(math.radians(-0.833)) - math.sin(math.radians(lat)) * math.sin(declination)
    ratio = top / (math.cos(math.radians(lat)) * math.cos(declination))
    if abs(ratio) > 1:
        return None
    sets = transit + math.degrees(math.acos(ratio)) / 360
    return datetime(2000, 1, 1, 12, tzinfo=UTC) + timedelta(days=sets)


def shift_start(now_local: datetime, *, hours: tuple[int, int] = (8, 20)) -> datetime:
    """Return when the running shift began: the last 08:00 or 20:00 local time."""
    starts = [now_local.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in hours]
    starts.append(starts[-1] - timedelta(days=1))
    return max(each for each in starts if each <= now_local)
