"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from relief_ops.shapes import SOME_AREA, SOME_DISASTER, Strict, example

Code = Annotated[str, Field(min_length=1, max_length=40)]


class PutForecast(Strict):
    """Open the needs that are forecast for an area: of some items or all; for the days in force.

    `due_at` is by when they must be there; without it, by when everybody must be away.
    """

    model_config = example(disaster_id=SOME_DISASTER, area_code=SOME_AREA, items=["water"], days=3)
    disaster_id: UUID
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    items: Annotated[list[Code], Field(max_length=60)] = []
    days: Annotated[int, Field(ge=1, le=30)] | None = None
    due_at: AwareDatetime | None = None
