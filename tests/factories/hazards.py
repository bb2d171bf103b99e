"""Closed roads and floods over the API, as a client enters them."""

from __future__ import annotations

from typing import Any

from tests.conftest import MORNING, Caller, new_id
from tests.factories.city import TOWNSHIP


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return a rectangle as GeoJSON."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def hazard_body(disaster_id: str, **changes: Any) -> dict[str, Any]:
    """Return a flood around the township's shelter, from the morning on."""
    return {
        "disaster_id": disaster_id,
        "area_code": TOWNSHIP,
        "kind": "flood",
        "name": "姚江漫堤",
        "reason": "水位超保证",
        "shape": box(121.49, 29.79, 121.51, 29.81),
        "coordinates": "wgs84",
        "from_at": MORNING.isoformat(),
    } | changes


def make_hazard(caller: Caller, disaster: dict[str, Any], /, **changes: Any) -> str:
    """Enter a hazard and return its id."""
    hazard_id = new_id()
    answer = caller.put(f"/api/v1/hazards/{hazard_id}", hazard_body(disaster["id"], **changes))
    assert answer.status_code == 201, answer.json
    return hazard_id
