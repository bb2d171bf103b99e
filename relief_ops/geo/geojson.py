"""Reading points from a GeoJSON file: limited, in the coordinate system the user names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from relief_ops.errors import Malformed, TooLarge, UnsupportedType
from relief_ops.geo.gcj02 import to_wgs84
from relief_ops.i18n import gettext as _

MOST_FEATURES = 100_000


class Coordinates(StrEnum):
    """The systems a file may be in: the world's, or the shifted one of Chinese map services."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


@dataclass(frozen=True)
class Feature:
    """One feature: its position in the file counted from 1, what it says, where it lies."""

    number: int
    properties: dict[str, Any]
    point: tuple[float, float] | None


def to_world(point: tuple[float, float], system: str) -> tuple[float, float]:
    """Return (longitude, latitude) in WGS-84, rounded to a centimetre."""
    lon, lat = to_wgs84(*point) if system == Coordinates.GCJ02 else point
    return round(lon, 7), round(lat, 7)


def read_features(data: bytes) -> list[Feature]:
    """Return the features of a FeatureCollection as the file has them.

    Only points are taken; a feature without geometry has none. Raises Malformed,
    UnsupportedType or TooLarge.
    """
    try:
        read = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed(_("The file is not valid JSON in UTF-8.")) from error
    if not isinstance(read, dict) or read.get("type") != "FeatureCollection":
        raise UnsupportedType(_("This is not a GeoJSON collection of points."))
    features = read.get("features")
    if not isinstance(features, list):
        raise Malformed(_("The file has no list of features."))
    if len(features) > MOST_FEATURES:
        raise TooLarge(_("At most %(rows)d rows are taken at once.", rows=MOST_FEATURES))
    return list(_features(features))


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


def _features(features: list[Any]) -> Iterator[Feature]:
    for number, each in enumerate(features, start=1):
        if not isinstance(each, dict):
            raise Malformed(_("Feature %(n)d is not a GeoJSON feature.", n=number))
        properties = each.get("properties") or {}
        if not isinstance(properties, dict):
            raise Malformed(_("Feature %(n)d is not a GeoJSON feature.", n=number))
        yield Feature(number, properties, _point(each.get("geometry"), number))


def _point(geometry: Any, number: int) -> tuple[float, float] | None:
    if geometry is None:
        return None
    numbers = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(numbers, list) or geometry.get("type") != "Point" or len(numbers) < 2:
        raise UnsupportedType(_("Feature %(n)d is not a point.", n=number))
    lon, lat = numbers[:2]
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in (lon, lat)):
        raise Malformed(_("Feature %(n)d has no coordinates.", n=number))
    return float(lon), float(lat)
