"""What a figure on the board is called depends on the impact: worked out when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

SLEEPS = "sheltered_now"
HIGHEST = "sheltered_highest"  # of who slept there, as long as no impact was known to have passed
PRECAUTION, TOGETHER = "evacuated_precaution", "relocated_central_rt"


class Said(NamedTuple):
    """A figure as somebody left it on the board, and as of when; None: not known."""

    value: int | None
    as_of: datetime


def turned(
    said: Mapping[str, Said], *, struck_at: datetime | None, now: datetime
) -> dict[str, Said]:
    """Return what a source says that tells who sleeps there: before the impact, and after it.

    Before the impact its sleepers were moved as a precaution, at most so many at one time: that
    never sinks, and stays after it. Then, or where nobody named an impact, they are placed
    together. What it may have left under those two names itself does not count.
    """
    found = {name: each for name, each in said.items() if name not in (PRECAUTION, TOGETHER)}
    if struck_at is not None:
        before = [said[each] for each in (HIGHEST, SLEEPS) if each in said]
        before = [each for each in before if each.value is not None and each.as_of < struck_at]
        if before:
            found[PRECAUTION] = max(before, key=lambda each: each.value or 0)
    if struck_at is None or struck_at <= now:
        found[TOGETHER] = said[SLEEPS]
    return found
