"""Spatial predicates that mean the same on SpatiaLite and on PostGIS.

Boxes are (west, south, east, north) in WGS-84 degrees; distances are metres on the
ellipsoid. On SpatiaLite a box joins the R*Tree, because a plain ST_Intersects scans the
table and ST_DWithin does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from heapq import nsmallest
from math import cos, radians
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select, table
from sqlalchemy.sql import column

from relief_ops import db

Box = tuple[float, float, float, float]
K = TypeVar("K")


if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyproj import Geod


@cache
def _geod() -> Geod:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def within_box(geometry: Any, box: Box) -> ColumnElement[bool]:
    """Whether a geometry touches the box (its own box does, on both databases)."""
    west, south, east, north = box
    if not db.is_sqlite():
        envelope = func.ST_MakeEnvelope(west, south, east, north, 4326)
        touching: ColumnElement[bool] = geometry.op("&&")(envelope)
        return touching
    index = table(
        f"idx_{geometry.table.name}_{geometry.name}",
        column("pkid"),
        column("xmin"),
        column("xmax"),
        column("ymin"),
        column("ymax"),
    )
    inside: Select[Any] = select(index.c.pkid).where(
        index.c.xmin <= east, index.c.xmax >= west, index.c.ymin <= north, index.c.ymax >= south
    )
    return literal_column(f"{geometry.table.name}.rowid").in_(inside)


def within_metres(geometry: Any, point: tuple[float, float], metres: float) -> ColumnElement[bool]:
    """Whether a point geometry lies within so many metres of (longitude, latitude)."""
    lon, lat = point
    if not db.is_sqlite():
        here = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
        return func.ST_DWithin(func.geography(geometry), func.geography(here), metres)
    exact = func.ST_Distance(geometry, func.MakePoint(lon, lat, 4326), 1) <= metres
    return and_(within_box(geometry, box_around(point, metres)), exact)


def contains(geometry: Any, point: tuple[float, float]) -> ColumnElement[bool]:
    """Whether an area geometry contains (longitude, latitude)."""
    lon, lat = point
    here = func.ST_GeomFromText(f"POINT({lon:.7f} {lat:.7f})", 4326)
    return and_(
        within_box(geometry, (lon, lat, lon, lat)), func.ST_Contains(geometry, here) == _true()
    )


def _true() -> Any:
    return 1 if db.is_sqlite() else True


def box_around(point: tuple[float, float], metres: float) -> Box:
    """Return the box that holds the circle of so many metres around a point."""
    lon, lat = point
    north = _geod().fwd(lon, lat, 0, metres)[1]
    south = _geod().fwd(lon, lat, 180, metres)[1]
    east = _geod().fwd(lon, lat, 90, metres)[0]
    west = _geod().fwd(lon, lat, 270, metres)[0]
    return west, south, east, north


def metres_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the distance in metres on the WGS-84 ellipsoid between two (lon, lat)."""
    return float(_geod().inv(*first, *second)[2])


def metres_table(
    here: Sequence[tuple[float, float]], there: Sequence[tuple[float, float]]
) -> NDArray[np.float64]:
    """Return the metres from each (lon, lat) of the first (rows) to each of the second (columns).

    A place that is not a number is not a number of metres away.
    """
    import numpy as np

    rows, columns = (np.array(each, dtype=float).reshape(-1, 2) for each in (here, there))
    row, column = (each.ravel() for each in np.indices((len(rows), len(columns))))
    found = _geod().inv(rows[row, 0], rows[row, 1], columns[column, 0], columns[column, 1])[2]
    return np.asarray(found, dtype=float).reshape(len(rows), len(columns))


def heading(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return in which direction the second (lon, lat) lies, in degrees from north by east."""
    return float(_geod().inv(*first, *second)[0]) % 360


def closest(
    point: tuple[float, float], candidates: Mapping[K, tuple[float, float]], *, most: int = 1
) -> list[tuple[K, float]]:
    """Return the nearest of many candidates with their metres, as `nearest` does, faster.

    They are put in order on a plane, which is right within a province; only those that are
    returned are measured.
    """
    lon, lat = point
    shrink = cos(radians(lat))
    apart = {
        key: ((place[0] - lon) * shrink) ** 2 + (place[1] - lat) ** 2
        for key, place in candidates.items()
    }
    best = nsmallest(most, apart, key=apart.__getitem__)
    return [(key, metres_between(point, candidates[key])) for key in best]


def nearest(
    point: tuple[float, float], candidates: dict[Any, tuple[float, float]], *, most: int = 1
) -> list[tuple[Any, float]]:
    """Return the nearest candidates with their distance in metres, nearest first."""
    measured = [(key, metres_between(point, place)) for key, place in candidates.items()]
    return sorted(measured, key=lambda each: each[1])[:most]
