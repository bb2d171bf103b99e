"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from relief_ops.i18n import gettext as _
from relief_ops.shapes import (
    SOME_AREA,
    SOME_DISASTER,
    SOME_PLACE,
    SOME_THING,
    Strict,
    example,
)
from stockpile.plans.rules import Means

Code = Annotated[str, Field(pattern=r"^\d{12}$")]
Item = Annotated[str, Field(min_length=1, max_length=40)]


class PutPlan(Strict):
    """Ask for a plan over all open needs of an area; without items, over every item.

    With `keep_minimum` each depot keeps its least stock back, with `mind_trucks` it sends no more
    than its trucks carry; what arrives has at least so many days left. `minutes_a_day` is the
    detour worth making for goods a day nearer to their expiry: 0 goes the shortest ways, more is
    for times without haste, when old stock should be used before it is lost.
    """

    model_config = example(disaster_id=SOME_DISASTER, area_code=SOME_AREA, items=["quilt"])
    disaster_id: UUID
    area_code: Code
    items: Annotated[list[Item], Field(max_length=200)] = []
    keep_minimum: bool = True
    mind_trucks: bool = True
    least_life_days: Annotated[int, Field(ge=0, le=3650)] = 0
    minutes_a_day: Annotated[int, Field(ge=0, le=1440)] = 0


class Apply(Strict):
    """Promise everything in the plan to its needs."""


class PutPin(Strict):
    """Fix what a need gets, in base units, from one depot if named; null leaves it to the plan."""

    model_config = example(need=SOME_PLACE, quantity=240, reason="渡轮停航")
    need: UUID
    quantity: Annotated[int, Field(ge=0, le=10_000_000)] | None
    depot: UUID | None = None
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class PutRefusal(Strict):
    """Refuse what a plan promised, with the reason; what has not left is given back."""

    model_config = example(reason="先保海岛，方案重排")
    reason: Annotated[str, Field(pattern=r"\S", max_length=200)]


class PutOrder(Strict):
    """Order what a plan promised to leave; by word of mouth the number follows on paper."""

    model_config = example(plan_id=SOME_THING, means="paper", number="东应急令〔2013〕3号")
    plan_id: UUID
    means: Means
    number: Annotated[str, Field(pattern=r"^$|\S", max_length=64)] = ""

    @model_validator(mode="after")
    def _number_belongs_to_paper(self) -> Self:
        if self.means == Means.WORD and self.number:
            raise ValueError(_("An order by word of mouth gets its number when it is written."))
        return self


class PutPaper(Strict):
    """Put an order given by word of mouth on paper."""

    model_config = example(number="东应急令〔2013〕3号")
    number: Annotated[str, Field(pattern=r"\S", max_length=64)]
