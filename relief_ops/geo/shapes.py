"""Shapes that people draw: read from GeoJSON in the system they name, and what lies in them."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from relief_ops.errors import Invalid
from relief_ops.geo.geojson import Coordinates, to_world
from relief_ops.i18n import gettext as _

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_POINTS = 20_000
NEAR_DEGREES = 0.0003  # about thirty metres: who passes a closed spot so near passes it
Key = TypeVar("Key", bound=Hashable)
Point = tuple[float, float]


def read(given: Mapping[str, Any], system: Coordinates) -> str:
    """Return one geometry in WGS-84 as GeoJSON, from a geometry, a feature or a collection.

    The features of a collection become one shape. Raises Invalid for what is no shape.
    """
    from shapely.errors import ShapelyError
    from shapely.geometry import mapping

    try:
        whole = _whole(list(_geometries(given)))
    except (ShapelyError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise Invalid(_("This is not a GeoJSON shape.")) from error
    _check(whole)
    moved = _moved(whole, system)
    return json.dumps(mapping(moved), separators=(",", ":"))


def _geometries(given: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    kind = given.get("type")
    if kind == "FeatureCollection":
        for feature in given["features"]:
            yield from _geometries(feature)
    elif kind == "Feature":
        yield from _geometries(given["geometry"])
    elif kind == "GeometryCollection":
        for each in given["geometries"]:
            yield from _geometries(each)
    else:
        yield given


def _whole(geometries: list[Mapping[str, Any]]) -> BaseGeometry:
    from shapely import force_2d, union_all
    from shapely.geometry import shape

    if not geometries:
        raise ValueError("nothing is drawn")
    made = [force_2d(shape(dict(each))) for each in geometries]
    return made[0] if len(made) == 1 else union_all(made)


def _check(found: BaseGeometry) -> None:
    from shapely import get_num_coordinates

    if found.is_empty or found.geom_type == "GeometryCollection":
        raise Invalid(_("Draw either points, lines or areas, not a mixture of them."))
    if get_num_coordinates(found) > MOST_POINTS:
        raise Invalid(_("The shape has more than %(most)d points.", most=MOST_POINTS))
    west, south, east, north = found.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid(_("The points are not longitude and latitude in degrees."))
    if not found.is_valid:
        raise Invalid(_("The outline crosses itself."))


def _moved(found: BaseGeometry, system: Coordinates) -> BaseGeometry:
    from shapely import transform

    return transform(found, lambda rows: [to_world((lon, lat), system) for lon, lat in rows])


def shown(shape: str) -> dict[str, Any]:
    """Return a kept shape as GeoJSON."""
    found: dict[str, Any] = json.loads(shape)
    return found


def dimension(shape: str) -> str:
    """Return whether a kept shape is a point, a line or an area."""
    kind = str(shown(shape)["type"])
    if kind.endswith("Point"):
        return "point"
    return "line" if kind.endswith("LineString") else "area"


def inside(shape: str, points: Mapping[Key, Point]) -> list[Key]:
    """Return those of the points (longitude, latitude) that lie in a kept shape."""
    from shapely import intersects_xy, prepare

    area = _made(shape)
    prepare(area)
    lons, lats = zip(*points.values(), strict=True) if points else ((), ())
    return [key for key, lies in zip(points, intersects_xy(area, lons, lats), strict=True) if lies]


def is_simple(ring: Iterable[Point]) -> bool:
    """Whether a closed ring of corners holds an area and nowhere crosses or touches itself."""
    from shapely import Polygon

    found = Polygon(list(ring))
    return bool(found.is_valid and found.area > 0)


def middle(shape: str) -> Point:
    """Return a point (longitude, latitude) that lies in a kept shape, near its middle."""
    found = _made(shape).representative_point()
    return round(found.x, 6), round(found.y, 6)


def is_near(shape: str, point: Point, degrees: float) -> bool:
    """Whether a point lies in a kept shape or within so many degrees of it."""
    from shapely import dwithin, points

    return bool(dwithin(_made(shape), points(point), degrees))


def crossed(shapes: Iterable[str], ways: Mapping[Key, tuple[Point, Point]]) -> set[Key]:
    """Return those straight ways that cross one of the kept shapes, or pass within 30 m of it."""
    from shapely import STRtree, linestrings

    obstacles = [_made(each).buffer(NEAR_DEGREES) for each in shapes]
    if not obstacles or not ways:
        return set()
    keys = list(ways)
    lines = linestrings([ways[key] for key in keys])
    hit, _obstacle = STRtree(obstacles).query(lines, predicate="intersects")
    return {keys[number] for number in hit.tolist()}


def _made(shape: str) -> BaseGeometry:
    from shapely.geometry import shape as made

    return made(shown(shape))
