"""The one clock: real time, or the time of a drill. UTC inside, local on screen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


class HasClock(Protocol):
    """A drill's four clock fields: real seconds since `real_start` count `speed`-fold."""

    drill_start: datetime
    real_start: datetime
    speed: int
    paused_at: datetime | None


def now(of: HasClock | None = None) -> datetime:
    """Return the present instant in UTC: the drill's own time if `of` is a drill's clock."""
    return at(datetime.now(UTC), of)


def at(real: datetime, of: HasClock | None) -> datetime:
    """Return what the clock `of` showed at a real instant (before its last change: roughly)."""
    if of is None:
        return real
    until = min(of.paused_at or real, real)
    return of.drill_start + (until - of.real_start) * of.speed


def local(instant: datetime) -> datetime:
    """Return the same instant in local time, for the screen."""
    return instant.astimezone(LOCAL)


def local_date(instant: datetime) -> date:
    """Return the local calendar day of an instant."""
    return local(instant).date()
