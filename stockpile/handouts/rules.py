"""How much of an item a household may get, and when again: decisions on plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

MOST_PEOPLE = 500


class HandoutState(StrEnum):
    """How a handout stands. An exception waits for a person who settles it with a reason."""

    BOOKED = "booked"
    EXCEPTION = "exception"
    SETTLED = "settled"
    TAKEN_BACK = "taken_back"


class Signed(StrEnum):
    """How the receipt of the goods was signed for."""

    NOT = "not"
    SCREEN = "screen"
    PAPER = "paper"


class Ruling(StrEnum):
    """What the limits say to so much of one item."""

    ALLOWED = "allowed"
    TOO_SOON = "too_soon"
    TOO_MUCH = "too_much"


@dataclass(frozen=True)
class Limit:
    """The most of one item for each person and for the household, in so many calendar days.

    Without days it is for the whole disaster; without either number there is no limit.
    """

    per_person: Decimal | None = None
    per_household: int | None = None
    days: int | None = None

    def of(self, people: int) -> int | None:
        """Return how much so many people may get, rounded up to whole units; None: any amount."""
        found = [] if self.per_household is None else [self.per_household]
        if self.per_person is not None:
            found.append(int((self.per_person * people).to_integral_value(ROUND_CEILING)))
        return min(found) if found else None


@dataclass(frozen=True)
class Issue:
    """What the household got of the item before, on which local day."""

    on: date
    quantity: int


@dataclass(frozen=True)
class Judged:
    """The ruling, how much may be given now (None: any amount), and from when on there is more.

    `until` is None where nothing more comes in this disaster, or nothing has to be waited for.
    """

    ruling: Ruling
    allowed: int | None
    until: date | None = None


def judge(asked: int, people: int, earlier: Iterable[Issue], limit: Limit, on: date) -> Judged:
    """Judge so much of one item for one household on a day.

    What was given on a later day counts too: a desk without a network reports late.
    """
    whole = limit.of(people)
    if whole is None:
        return Judged(Ruling.ALLOWED, None)
    counted = [each for each in earlier if _within(each.on, on, limit.days)]
    left = max(0, whole - sum(each.quantity for each in counted))
    until = None if left else _more_from(counted, whole, limit.days)
    if asked <= left:
        return Judged(Ruling.ALLOWED, left, until)
    return Judged(Ruling.TOO_SOON if counted and not left else Ruling.TOO_MUCH, left, until)


def _within(day: date, on: date, days: int | None) -> bool:
    return days is None or abs((on - day).days) < days


def _more_from(counted: Iterable[Issue], whole: int, days: int | None) -> date | None:
    """Return the first day on which so much has fallen out of the interval that some is left."""
    if days is None or whole <= 0:
        return None
    by_day: Counter[date] = Counter()
    for each in counted:
        by_day[each.on] += each.quantity
    standing = sum(by_day.values())
    for day in sorted(by_day):
        standing -= by_day[day]
        if standing < whole:
            return day + timedelta(days=days)
    return None


def moment_of(told: datetime | None, *, began: datetime, now: datetime) -> datetime:
    """Return when goods changed hands as a device tells it, within what can be true."""
    return min(max(told or now, min(began, now)), now)
