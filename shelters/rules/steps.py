"""What a step of a shelter's life demands (domain.md §4.2), point by point.

A point that is missing stops nobody: it is said, and somebody gives the reason. A shelter is
opened at once where it must be; why is then owed afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from shelters.rules import State


class Point(StrEnum):
    """One thing to be seen to before a step."""

    MANAGER = "manager"
    KEYS = "keys"
    POWER = "power"
    WATER = "water"
    SUPPLIES = "supplies"
    HYGIENE = "hygiene"
    BELONGINGS = "belongings"
    CLEANED = "cleaned"
    RECOUNTED = "recounted"
    DAMAGE = "damage"


OPENING = (
    Point.MANAGER, Point.KEYS, Point.POWER, Point.WATER, Point.SUPPLIES, Point.HYGIENE,
)  # fmt: skip
CLOSING = (Point.BELONGINGS, Point.CLEANED, Point.RECOUNTED, Point.DAMAGE)
DEMANDS: Mapping[tuple[State, State], tuple[Point, ...]] = {
    (State.PREPARING, State.OPEN): OPENING,
    (State.CLOSING, State.CLOSED): CLOSING,
}


def parameter_of(point: Point) -> str:
    """Return the key of the policy parameter that says whether a point is asked (not 0)."""
    return f"shelter.ask_{point}"


def demanded(before: State, after: State, *, off: Collection[Point] = ()) -> tuple[Point, ...]:
    """Return the points a step asks for, but those that are not asked here."""
    return tuple(each for each in DEMANDS.get((before, after), ()) if each not in off)


def open_points(asked: Iterable[Point], done: Iterable[Point] | None) -> list[Point]:
    """Return which of the points asked are missing; all where nobody said anything of them."""
    seen = set(done or ())
    return [each for each in asked if each not in seen]


def is_unreported(before: State, after: State, reason: str) -> bool:
    """Whether a shelter was opened at once, and nobody said why."""
    return (before, after) == (State.STANDBY, State.OPEN) and not reason
