"""What is wrong with a point of a file, told before anybody looks for it on a map."""

from __future__ import annotations

import math

NOWHERE = 1e-6
FAR_KM = 200.0
KM_A_DEGREE = 111.2
Point = tuple[float, float]


def point_fault(point: Point, home: Point | None) -> str:
    """Return the code of what is wrong with (longitude, latitude), or nothing.

    `home` is where the area lies, if that is known. Codes: zero (0° N 0° E, an empty cell
    written as a number), metres (a projection's numbers), swapped, far.
    """
    lon, lat = point
    if abs(lon) < NOWHERE and abs(lat) < NOWHERE:
        return "zero"
    if abs(lon) > 180 or abs(lat) > 180:
        return "metres"
    if abs(lat) > 90:
        return "swapped" if abs(lon) <= 90 else "metres"
    if home is None or kilometres(point, home) <= FAR_KM:
        return ""
    turned = abs(lon) <= 90 and kilometres((lat, lon), home) <= FAR_KM
    return "swapped" if turned else "far"


def kilometres(one: Point, other: Point) -> float:
    """Return the distance of two points in degrees, good to a hundredth (equirectangular)."""
    middle = math.radians((one[1] + other[1]) / 2)
    east = (one[0] - other[0]) * math.cos(middle)
    return math.hypot(east, one[1] - other[1]) * KM_A_DEGREE
