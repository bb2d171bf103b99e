"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from relief_ops import shapes
from relief_ops.i18n import gettext as _


class Chosen(shapes.Strict):
    """One move that was advised: of which balance, to which place, how much of it.

    `need` is what it meets, where somebody asked for it.
    """

    balance: UUID
    to: UUID
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]
    need: UUID | None = None


class PutMoves(shapes.Strict):
    """Promise moves that are advised for an area: all of them or none; an order lets them go."""

    model_config = shapes.example(
        disaster_id=shapes.SOME_DISASTER, area_code=shapes.SOME_AREA,
        moves=[{"balance": shapes.SOME_THING, "to": shapes.SOME_PLACE, "quantity": 200}],
    )  # fmt: skip
    disaster_id: UUID
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    moves: Annotated[list[Chosen], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _once(self) -> PutMoves:
        if len({(each.balance, each.to, each.need) for each in self.moves}) < len(self.moves):
            raise ValueError(_("Name each move once."))
        return self
