"""Places: the shared points of shelters, depots, needs and shipments."""

from __future__ import annotations

from uuid import UUID

from geoalchemy2 import WKTElement
from sqlalchemy.orm import Session

from relief_ops.geo.models import Place


def place(
    session: Session,
    place_id: UUID,
    *,
    kind: str,
    name: str,
    area_id: UUID,
    point: tuple[float, float] | None,
    drill_id: UUID | None = None,
) -> Place:
    """Create or update a place; `point` is (longitude, latitude) in WGS-84."""
    found = session.get(Place, place_id)
    if found is None:
        found = Place(id=place_id, kind=kind, drill_id=drill_id)
        session.add(found)
    found.name = name
    found.area_id = area_id
    found.point = wkt_point(point)
    return found


def wkt_point(point: tuple[float, float] | None) -> WKTElement | None:
    """Return the value to store for (longitude, latitude), or None."""
    return None if point is None else WKTElement(f"POINT({point[0]:.7f} {point[1]:.7f})", srid=4326)
