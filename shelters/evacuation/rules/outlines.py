"""The outline of a risk point: a ring of corners, as it is typed and as it may be."""

from __future__ import annotations

import json
from collections.abc import Sequence

LEAST_CORNERS = 3
Point = tuple[float, float]


class NoCorner(ValueError):
    """A line is no corner: `number` is the line, `why` is `pair`, `swapped` or `few`."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number
        self.why = why


def ring_of(text: str) -> list[Point] | None:
    """Return the ring whose corners stand one a line, longitude first; None for no text.

    It is closed if it is not. Raises NoCorner for a line that is none, or fewer than three.
    """
    corners = [
        _corner(number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    if not corners:
        return None
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(set(corners)) < LEAST_CORNERS:
        raise NoCorner(len(corners), "few")
    return [*corners, corners[0]]


def _corner(number: int, line: str) -> Point:
    cells = line.replace(",", " ").replace("，", " ").split()
    try:
        lon, lat = (float(each) for each in cells)
    except ValueError as error:
        raise NoCorner(number, "pair") from error
    if abs(lon) <= 90 < abs(lat) <= 180:
        raise NoCorner(number, "swapped")
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise NoCorner(number, "pair")
    return lon, lat


def typed(ring: Sequence[Sequence[float]] | None) -> str:
    """Return a ring as it is typed: a corner a line, the last not said twice."""
    return "\n".join(f"{lon} {lat}" for lon, lat in (ring or [])[:-1])


def polygon(ring: Sequence[Sequence[float]]) -> str:
    """Return a ring as the GeoJSON of an area."""
    return json.dumps({"type": "Polygon", "coordinates": [[list(each) for each in ring]]})
