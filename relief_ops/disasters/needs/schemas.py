"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from relief_ops.shapes import SOME_AREA, SOME_DISASTER, SOME_PLACE, Strict, example


class PutNeed(Strict):
    """Open a need or change it; without a place it stands at the area's own point."""

    model_config = example(
        disaster_id=SOME_DISASTER,
        area_code=SOME_AREA,
        place=SOME_PLACE,
        item="quilt",
        quantity=200,
        priority=2,
        due_at="2013-10-07T20:00:00+08:00",
    )
    disaster_id: UUID
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    place: UUID | None = None
    item: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]
    priority: Annotated[int, Field(ge=1, le=5)] = 3
    due_at: AwareDatetime | None = None


class Withdraw(Strict):
    """Withdraw a need: what is not on the road is given back."""


class PutSubstitution(Strict):
    """Meet so much of a need by what may stand in for its item, at the rate of the catalogue."""

    model_config = example(stand_in="blanket", quantity=40, reason="棉被已发完，毛毯可御寒")
    stand_in: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
