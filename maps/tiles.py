"""Vector tiles of point layers: every point from zoom 12 on, clusters that add up below."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from relief_ops.plugins import FeatureCollection

EXTENT = 4096
ALL_FROM = 12
CELLS = 16
Point = tuple[float, float]


def tile_box(zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
    """Return the box of a web-mercator tile in degrees (west, south, east, north)."""
    side = 2**zoom
    west, east = column / side * 360 - 180, (column + 1) / side * 360 - 180
    north, south = (_latitude(each / side) for each in (row, row + 1))
    return west, south, east, north


def _latitude(share: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))


def _world(lon: float, lat: float) -> Point:
    """Return where a position lies on the unit square of the web-mercator world."""
    sine = math.sin(math.radians(max(-85.05, min(85.05, lat))))
    return lon / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def encode(layer_id: str, layer: FeatureCollection, *, zoom: int, column: int, row: int) -> bytes:
    """Return one Mapbox vector tile of a layer's points."""
    import mapbox_vector_tile

    side = 2**zoom
    inside = []
    for feature in layer["features"]:
        geometry = feature.get("geometry") or {}
        if geometry.get("type") != "Point":
            continue
        x, y = _world(*geometry["coordinates"][:2])
        u, v = x * side - column, y * side - row
        if 0 <= u < 1 and 0 <= v < 1:
            inside.append(((u, v), feature))
    shown = inside if zoom >= ALL_FROM else clustered(inside)
    features = [_drawn(place, feature) for place, feature in shown]
    tile = {"name": layer_id, "features": features}
    return bytes(mapbox_vector_tile.encode([tile], default_options={"y_coord_down": True}))


def clustered(points: Iterable[tuple[Point, dict[str, Any]]]) -> list[tuple[Point, dict[str, Any]]]:
    """Return one feature for each cell of a 16 × 16 grid; `count` adds up to all points."""
    cells: dict[tuple[int, int], list[tuple[Point, dict[str, Any]]]] = {}
    for place, feature in points:
        cells.setdefault((int(place[0] * CELLS), int(place[1] * CELLS)), []).append(
            (place, feature)
        )
    found = []
    for members in cells.values():
        if len(members) == 1:
            found.append(members[0])
            continue
        x = sum(place[0] for place, _feature in members) / len(members)
        y = sum(place[1] for place, _feature in members) / len(members)
        worst = max((each["properties"].get("state", "") for _p, each in members), key=_severity)
        cluster = {"properties": {"cluster": True, "count": len(members), "state": worst}}
        found.append(((x, y), cluster))
    return found


def _severity(state: str) -> int:
    return ("", "ok", "blind", "watch", "act").index(state) if state in STATES else 0


STATES = frozenset(("ok", "blind", "watch", "act"))


def _drawn(place: Point, feature: dict[str, Any]) -> dict[str, Any]:
    properties = {
        key: value
        for key, value in feature["properties"].items()
        if isinstance(value, str | int | float | bool)
    }
    if "id" in feature:
        properties["id"] = str(feature["id"])
    properties.setdefault("count", 1)
    x, y = int(place[0] * EXTENT), int(place[1] * EXTENT)
    return {"geometry": {"type": "Point", "coordinates": [x, y]}, "properties": properties}
