"""How far it is from every village to every shelter, and which connections can be taken."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelters.assignment.shapes import METRES, Problem

Grid = NDArray[np.int32]
Real = NDArray[np.float32]
NEVER = 2**26
AT_ONCE = 64
_A, _E2 = 6_378_137.0, 0.00669437999014


def metres(problem: Problem) -> Real:
    """Return the metres from each village (row) to each shelter (column).

    On the plane that touches the WGS-84 ellipsoid in the middle of all of them, with the
    meridians drawn together as they are between the two: within a city right to a thousandth.
    """
    here, there = _points(problem.villages), _points(problem.sites)
    if not len(here) or not len(there):
        return np.zeros((len(here), len(there)), dtype=np.float32)
    origin = there.mean(axis=0)
    here, there = np.radians(here - origin), np.radians(there - origin)
    sine = 1 - _E2 * math.sin(math.radians(origin[1])) ** 2
    north, east = _A * (1 - _E2) / sine**1.5, _A / math.sqrt(sine)
    half, other = here[:, 1] / 2 + math.radians(origin[1]), there[:, 1] / 2
    cosines, sines = (
        _narrow(east * np.cos(half), np.cos(other)),
        _narrow(east * np.sin(half), np.sin(other)),
    )
    lon, lat = _narrow(here[:, 0], there[:, 0]), _narrow(north * here[:, 1], north * there[:, 1])
    found: Real = np.empty((len(here), len(there)), dtype=np.float32)
    for rows in slices(len(here)):
        closing = np.outer(cosines[0][rows], cosines[1])
        closing -= np.outer(sines[0][rows], sines[1])
        closing *= lon[0][rows, None] - lon[1]
        np.hypot(closing, lat[0][rows, None] - lat[1], out=found[rows])
    return found


def slices(rows: int) -> Iterator[slice]:
    """Yield so many rows at a time that what is worked out of them stays near the processor."""
    for first in range(0, rows, AT_ONCE):
        yield slice(first, first + AT_ONCE)


def _narrow(here: NDArray[np.float64], there: NDArray[np.float64]) -> tuple[Real, Real]:
    return here.astype(np.float32), there.astype(np.float32)


def _points(things: Sequence[Any]) -> NDArray[np.float64]:
    return np.array([each.point for each in things], dtype=np.float64).reshape(-1, 2)


def costs(problem: Problem) -> Grid:
    """Return the distances in tens of metres; NEVER where nobody can go."""
    away = metres(problem)
    found: Grid = np.empty(away.shape, dtype=np.int32)
    for rows in slices(len(away)):
        near = np.rint(away[rows] / METRES)
        near[near > math.ceil(problem.limits.ride_m / METRES)] = NEVER
        found[rows] = near
    shut = [place for place, site in enumerate(problem.sites) if site.excluded or not site.places]
    found[:, shut] = NEVER
    villages = {each.id: place for place, each in enumerate(problem.villages)}
    sites = {each.id: place for place, each in enumerate(problem.sites)}
    for village, site in problem.closed:
        if village in villages and site in sites:
            found[villages[village], sites[site]] = NEVER
    return found
