"""Until when, who is asked next, when it will likely be done, and what holds it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from shelters.forecast import Holdup, Reading, forecast, late, remedy, times_faster

DAY_FROM = 6
HOUR = 60
BEYOND = 4 * 24 * 60


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
class Outlook:
    """When everybody is likely to be safe, eight times in ten between `low` and `high`.

    None: nobody is safe yet, so nothing is known, or nobody is left. `chance` is that of being
    late; `late` is the alarm: too likely late, or nobody safe with an hour left. `beyond` says the
    end is not in sight: as things go it is more than four days away.
    """

    low: datetime | None = None
    middle: datetime | None = None
    high: datetime | None = None
    chance: float | None = None
    late: bool = False
    beyond: bool = False


def outlook(
    total: int, readings: Sequence[Reading], *, now: datetime, by: datetime, alarm: float
) -> Outlook:
    """Return what the readings from an order to now say of its end and its deadline."""
    if not readings[-1].left:
        return Outlook(chance=0.0)
    minutes = (by - now).total_seconds() / 60
    found = forecast(total, readings)
    chance = late(total, readings, minutes)
    if found is None or chance is None:
        return Outlook(late=minutes <= HOUR)
    if found.middle >= BEYOND:
        return Outlook(chance=chance, late=chance > alarm, beyond=True)
    low, middle, high = (
        now + timedelta(minutes=each) for each in (found.low, found.middle, found.high)
    )
    return Outlook(low, middle, high, chance, chance > alarm)


@dataclass(frozen=True)
class Hold:
    """What keeps everybody from being safe: without it the end comes so many minutes sooner.

    `faster`: how many times faster those on their way must go to make the deadline.
    """

    holdup: Holdup
    gained: int
    faster: float | None


def hold(total: int, readings: Sequence[Reading], *, now: datetime, by: datetime) -> Hold | None:
    """Return what holds an evacuation up most; None while nobody is safe, or nobody is left."""
    found = remedy(total, readings)
    if found is None or found.gained < 1:
        return None
    faster = times_faster(total, readings, (by - now).total_seconds() / 60)
    return Hold(found.holdup, round(found.gained), faster)
