"""When somebody has a key, on plain values."""

from __future__ import annotations

from datetime import datetime


def holds(from_at: datetime, until_at: datetime | None, at: datetime) -> bool:
    """Whether somebody who has a key from one instant to another has it at a third."""
    return from_at <= at and (until_at is None or at < until_at)


def wait_with_key(waits: float, minutes: int) -> float:
    """Return the hours until a closed depot is opened by whoever has its key."""
    return min(waits, minutes / 60)
