"""GCJ-02 ("Mars") to WGS-84: Chinese map providers shift points by some hundred metres."""

from __future__ import annotations

import math

_A = 6378245.0
_EE = 0.00669342162296594323


def to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """Return the WGS-84 point whose GCJ-02 point this is, to within a centimetre."""
    guess = (lon, lat)
    for _ in range(6):
        shifted = from_wgs84(*guess)
        guess = (guess[0] + lon - shifted[0], guess[1] + lat - shifted[1])
    return guess


def from_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """Return the GCJ-02 point of a WGS-84 point (published formula, about 1 m)."""
    x, y = lon - 105.0, lat - 35.0
    d_lat = _wave_lat(x, y)
    d_lon = _wave_lon(x, y)
    radians = math.radians(lat)
    magic = 1 - _EE * math.sin(radians) ** 2
    root = math.sqrt(magic)
    d_lat = d_lat * 180.0 / ((_A * (1 - _EE)) / (magic * root) * math.pi)
    d_lon = d_lon * 180.0 / (_A / root * math.cos(radians) * math.pi)
    return lon + d_lon, lat + d_lat


def _common(x: float) -> float:
    return (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0


def _wave_lat(x: float, y: float) -> float:
    value = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    value += _common(x)
    value += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    return value + (
        (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    )


def _wave_lon(x: float, y: float) -> float:
    value = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    value += _common(x)
    value += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    return value + (
        (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    )
