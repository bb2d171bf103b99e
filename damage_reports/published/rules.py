"""What a published figure is compared with, and how far a drill's clock is from the published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Counted(StrEnum):
    """Areas that are counted, where what was published is a number of them."""

    COUNTY = "county"
    TOWNSHIP = "township"


class Place(StrEnum):
    """Where an instant lies among those for which something was published."""

    BEFORE = "before"
    AT = "at"
    BETWEEN = "between"
    AFTER = "after"


@dataclass(frozen=True)
class Standing:
    """Where an instant lies, with the published instants on either side of it."""

    place: Place
    last: datetime | None
    next: datetime | None


def standing(published: Collection[datetime], at: datetime) -> Standing | None:
    """Return where `at` lies among the published instants; None where there are none."""
    if not published:
        return None
    last = max((each for each in published if each <= at), default=None)
    following = min((each for each in published if each > at), default=None)
    if last == at:
        return Standing(Place.AT, last, following)
    if last is None:
        return Standing(Place.BEFORE, None, following)
    return Standing(Place.BETWEEN if following else Place.AFTER, last, following)


def here(
    add: Sequence[str], times: Decimal, count: str | None, total: Mapping[str, Decimal],
    areas: Sequence[Mapping[str, Decimal]],
) -> Decimal | None:  # fmt: skip
    """Return the figure of the system in the published unit; None is not known, or no figure.

    `total` are the area's own totals, `areas` those of each area of the kind that is counted.
    """
    if not add or (not count and any(code not in total for code in add)):
        return None
    if count:
        return Decimal(sum(each.get(add[0], 0) > 0 for each in areas))
    return sum((total[code] for code in add), Decimal(0)) / times
