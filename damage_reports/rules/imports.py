"""What becomes of a row of a table of figures that is filed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """What a row became; a rival waits until a person decides which report counts."""

    STORED = "stored"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    RIVAL = "rival"
    REFUSED = "refused"
    LEFT_OUT = "left_out"


def says_nothing_new(
    figures: Mapping[str, Decimal | None], standing: Mapping[str, Decimal | None]
) -> bool:
    """Whether the report that stands already has every figure of a row."""
    return all(code in standing and standing[code] == value for code, value in figures.items())


def counted(outcomes: Iterable[str]) -> dict[Outcome, int]:
    """Return how often each outcome came about."""
    found = Counter(outcomes)
    return {each: found[each] for each in Outcome if found[each]}
