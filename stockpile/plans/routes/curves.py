"""The covers of all places from low to high, of both plans, as the points of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, EDGE = 360, 72, 4
MOST_DOTS = 40
LOW = 0.6


@dataclass(frozen=True)
class Curve:
    """Two lines through (x, y) in a box of WIDTH × HEIGHT, and how many places are low."""

    plan: list[tuple[float, float]]
    greedy: list[tuple[float, float]]
    low: int
    low_greedy: int
    width: int = WIDTH
    height: int = HEIGHT


def curve(wanted: Sequence[dict[str, Any]]) -> Curve | None:
    """Return the two curves of an item's needs; None for fewer than two."""
    if len(wanted) < 2:
        return None
    plan = sorted((each["had"] + each["got"]) / each["whole"] for each in wanted)
    greedy = sorted((each["had"] + each["greedy"]) / each["whole"] for each in wanted)
    low, low_greedy = (sum(each < LOW for each in covers) for covers in (plan, greedy))
    return Curve(_points(plan), _points(greedy), low, low_greedy)


def _points(covers: list[float]) -> list[tuple[float, float]]:
    """Return the points of a curve; of very many places only so many as can be told apart."""
    last = len(covers) - 1
    count = min(len(covers), MOST_DOTS)
    chosen = sorted({round(step * last / (count - 1)) for step in range(count)})
    wide, high = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    return [
        (round(EDGE + wide * each / last, 1), round(EDGE + high * (1 - covers[each]), 1))
        for each in chosen
    ]
