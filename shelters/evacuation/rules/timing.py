"""Until when, who is asked next, and when it will be done at the present pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

DAY_FROM = 6


def deadline(impact_at: datetime, *, lead_hours: int, evening_hour: int) -> datetime:
    """Return by when everybody must be away, in the zone of `impact_at`, which is local time.

    《浙江省防御洪涝台灾害人员避险转移办法》 (2008; domain.md §2.3): three hours before the water
    comes; if it comes at night, before 18:00 of the day that night begins. Whichever is earlier.
    """
    latest = impact_at - timedelta(hours=lead_hours)
    if DAY_FROM <= impact_at.hour < evening_hour:
        return latest
    day = impact_at.date()
    if impact_at.hour < DAY_FROM:
        day -= timedelta(days=1)
    evening = datetime.combine(day, time(evening_hour), tzinfo=impact_at.tzinfo)
    return min(latest, evening)


class Escalation(StrEnum):
    """Whose turn it is to reach a household nobody has reached."""

    CADRE = "cadre"
    DEPUTY = "deputy"
    SEND = "send"


def escalation(since: datetime, now: datetime, *, minutes: int) -> Escalation:
    """Return whose turn it is so long after the first try, or after the order without one."""
    waited = now - since
    if waited >= timedelta(minutes=2 * minutes):
        return Escalation.SEND
    return Escalation.DEPUTY if waited >= timedelta(minutes=minutes) else Escalation.CADRE


@dataclass(frozen=True)
class Forecast:
    """When everybody would be safe at the pace of the last half hour and of the last hour.

    A straight line, not a calibrated forecast: it knows no buses and no refusals. None: at that
    pace never.
    """

    earliest: datetime | None
    latest: datetime | None
    left_at_deadline: tuple[int, int] | None
    late: bool


def forecast(
    now: datetime, *, left: int, last_half_hour: int, last_hour: int, by: datetime
) -> Forecast:
    """Return the range between the two paces for so many people not yet safe."""
    if left <= 0:
        return Forecast(now, now, None, late=False)
    rates = sorted((last_half_hour / 30, last_hour / 60), reverse=True)
    ends = [_end(now, left, rate) for rate in rates]
    minutes = (by - now).total_seconds() / 60
    remaining = sorted(max(0, round(left - rate * minutes)) for rate in rates)
    late = ends[1] is None or ends[1] > by
    return Forecast(ends[0], ends[1], (remaining[0], remaining[1]) if minutes > 0 else None, late)


def _end(now: datetime, left: int, rate: float) -> datetime | None:
    """Return when the last would be safe; beyond two days is never."""
    if rate <= 0 or left / rate > 2 * 24 * 60:
        return None
    return now + timedelta(minutes=left / rate)
