"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from relief_ops.shapes import SOME_AREA, SOME_DISASTER, SOME_PLACE, Strict, example

Code = Annotated[str, Field(pattern=r"^\d{12}$")]
Item = Annotated[str, Field(min_length=1, max_length=40)]


class PutPlan(Strict):
    """Ask for a plan over all open needs of an area; without items, over every item.

    With `keep_minimum` each depot keeps its least stock back; what arrives has at least so
    many days left.
    """

    model_config = example(disaster_id=SOME_DISASTER, area_code=SOME_AREA, items=["quilt"])
    disaster_id: UUID
    area_code: Code
    items: Annotated[list[Item], Field(max_length=200)] = []
    keep_minimum: bool = True
    least_life_days: Annotated[int, Field(ge=0, le=3650)] = 0


class Apply(Strict):
    """Promise everything in the plan to its needs."""


class PutPin(Strict):
    """Fix what a need gets, in base units; null leaves it to the plan again."""

    model_config = example(need=SOME_PLACE, quantity=240, reason="渡轮停航")
    need: UUID
    quantity: Annotated[int, Field(ge=0, le=10_000_000)] | None
    reason: Annotated[str, Field(min_length=1, max_length=200)]
