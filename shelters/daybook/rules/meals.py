"""Meals of a shelter: what they are and whether they went round, on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

SPECIAL = ("soft", "infant", "restricted")


class Meal(StrEnum):
    """A meal of the day."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    SUPPER = "supper"
    NIGHT = "night"


def too_many(portions: int, special: Mapping[str, int]) -> str | None:
    """Return the last special diet filled in when all of them exceed the portions, else None."""
    if sum(special.values()) <= portions:
        return None
    return [name for name, count in special.items() if count][-1]


def short_by(portions: int, people: int | None) -> int:
    """Return how many people a meal did not reach; nought where nobody counted them."""
    return max(0, people - portions) if people is not None else 0
