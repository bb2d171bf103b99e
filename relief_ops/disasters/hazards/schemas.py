"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from relief_ops.disasters.hazards.rules import Kind
from relief_ops.geo.geojson import Coordinates
from relief_ops.shapes import Strict

Reason = Annotated[str, Field(min_length=1, max_length=400)]


class PutHazard(Strict):
    """Enter a hazard or change it; the shape is GeoJSON in the coordinate system named."""

    disaster_id: UUID
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    kind: Kind
    name: Annotated[str, Field(min_length=1, max_length=120)]
    reason: Reason
    shape: dict[str, Any]
    coordinates: Coordinates
    from_at: AwareDatetime
    until_at: AwareDatetime | None = None


class Lift(Strict):
    """Say that a road is open again, or ground safe again, and why it is known."""

    reason: Reason
