"""How much of a straight way lies over the sea, and how far it is round it over land.

The land the base map is drawn on is laid out once on a grid of about half a kilometre, and ways
are sampled on it. What lies beyond the drawn land counts as land.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from relief_ops.geo.predicates import metres_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LAND = "*_land_osm.geojson"
DATA = Path(__file__).resolve().parent.parent / "data"
STEP = 0.005  # degrees
SAMPLES = ((0.12, 24), (0.6, 64), (float("inf"), 128))  # on ways of up to so many degrees
CHUNK = 8192  # ways looked at together
Point = tuple[float, float]


@dataclass(frozen=True)
class _Grid:
    """Where there is sea: cells of STEP degrees from the south-west corner, rows northward."""

    west: float
    south: float
    sea: NDArray[np.bool_]

    def share(self, ends: NDArray[np.float64], samples: int) -> NDArray[np.float64]:
        """Return what part of each way (its two ends, lon and lat) lies over the sea."""
        import numpy as np

        along = (np.arange(samples) + 0.5) / samples
        start, step = ends[:, 0], ends[:, 1] - ends[:, 0]
        column, row = (
            ((start[:, axis, None] + step[:, axis, None] * along - corner) / STEP)
            for axis, corner in ((0, self.west), (1, self.south))
        )
        rows, columns = self.sea.shape
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        at = tuple(np.where(inside, each, 0).astype(np.int32) for each in (row, column))
        found: NDArray[np.float64] = (self.sea[at] & inside).mean(axis=1)
        return found


def _shares(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what part of each way lies over the sea: the longer it is, the more is looked at."""
    import numpy as np

    grid, found = _grid(), np.zeros(len(ends))
    if grid is None:
        return found
    length = np.abs(ends[:, 1] - ends[:, 0]).max(axis=1)
    shorter = np.zeros(len(ends), dtype=np.bool_)
    for most, samples in SAMPLES:
        (mine,) = np.nonzero((length <= most) & ~shorter)
        shorter[mine] = True
        for start in range(0, len(mine), CHUNK):
            part = mine[start : start + CHUNK]
            found[part] = grid.share(ends[part], samples)
    return found


def straight(
    here: Sequence[Point], there: Sequence[Point]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the metres from each (lon, lat) to each, and how many of these lie over the sea."""
    import numpy as np

    metres = metres_table(here, there)
    rows, columns = (np.array(each, dtype=float).reshape(-1, 2) for each in (here, there))
    row, column = (each.ravel() for each in np.indices(metres.shape))
    wet = _shares(np.stack([rows[row], columns[column]], axis=1)).reshape(metres.shape)
    return metres, wet * metres


def over_land(
    here: Sequence[Point], stops: Sequence[Point], there: Sequence[Point], *, most_wet: float
) -> NDArray[np.float64]:
    """Return the metres from each (lon, lat) to each by way of stops; infinite if there is none.

    No leg of it lies over more than `most_wet` metres of sea.
    """
    between = _between(tuple(stops), most_wet)
    return _by_way_of(_by_way_of(_legs(here, stops, most_wet), between),
                      _legs(stops, there, most_wet))  # fmt: skip


def _by_way_of(first: NDArray[np.float64], then: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    found = np.full((len(first), then.shape[1]), np.inf)
    for stop in range(len(then)):
        np.minimum(found, first[:, stop, None] + then[stop], out=found)
    return found


@lru_cache(maxsize=4)
def _between(stops: tuple[Point, ...], most_wet: float) -> NDArray[np.float64]:
    """Return the shortest way from each stop to each (Floyd and Warshall)."""
    import numpy as np

    found = _legs(stops, stops, most_wet)
    for stop in range(len(stops)):
        np.minimum(found, found[:, stop, None] + found[stop], out=found)
    return found


def _legs(here: Sequence[Point], there: Sequence[Point], most_wet: float) -> NDArray[np.float64]:
    import numpy as np

    metres, wet = straight(here, there)
    found: NDArray[np.float64] = np.where(wet > most_wet, np.inf, metres)
    return found


@cache
def _grid() -> _Grid | None:
    """Return the grid of all land that is drawn in detail, None where there is none."""
    import numpy as np
    import shapely

    shapes = [
        shapely.from_geojson(orjson.dumps(each["geometry"]))
        for path in sorted(DATA.glob(LAND))
        for each in orjson.loads(path.read_bytes())["features"]
    ]
    if not shapes:
        return None
    land = shapely.union_all(shapes)
    west, south, east, north = land.bounds
    columns, rows = (int(np.ceil(size / STEP)) for size in (east - west, north - south))
    lon = west + (np.arange(columns) + 0.5) * STEP
    lat = south + (np.arange(rows) + 0.5) * STEP
    shapely.prepare(land)
    across, up = np.meshgrid(lon, lat)
    return _Grid(west, south, ~shapely.contains_xy(land, across, up))
