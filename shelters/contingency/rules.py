"""Which plans there are and when one must be looked at again: decisions on plain values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a plan is for."""

    RELIEF = "relief"  # 自然灾害救助应急预案
    FLOOD = "flood"  # 防汛防台应急预案


class Standing(StrEnum):
    """Where a version stands; one is current for each area and kind at most."""

    CURRENT = "current"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Due(StrEnum):
    """Whether a plan must be looked at again."""

    NONE = "none"  # there is no plan
    OVERDUE = "overdue"
    SOON = "soon"
    FINE = "fine"


def due(review_on: date | None, today: date, *, warn_days: int) -> Due:
    """Return how a plan stands that must be reviewed by a day; None: there is no plan."""
    if review_on is None:
        return Due.NONE
    left = (review_on - today).days
    if left < 0:
        return Due.OVERDUE
    return Due.SOON if left <= warn_days else Due.FINE


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
