"""Shapes at the border."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from relief_ops.shapes import Strict
from shelters.daybook.rules import Meal
from shelters.schemas import Count


class PutMeal(Strict):
    """Portions of one meal of a local day; the special diets are among the portions."""

    disaster_id: UUID
    day: date
    meal: Meal
    portions: Annotated[int, Field(ge=1, le=100_000)]
    soft: Count = 0
    infant: Count = 0
    restricted: Count = 0
