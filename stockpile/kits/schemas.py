"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from relief_ops import shapes
from relief_ops.i18n import gettext as _
from stockpile.kits.rules import Direction


class PutKitAct(shapes.Strict):
    """Put so many whole kits together from parts, or take so many apart.

    Without `lots` what expires first goes first, of goods given for `purpose` and `disaster_id`,
    or of those given for nothing in particular.
    """

    model_config = shapes.example(
        depot=shapes.SOME_PLACE, kit="family_pack", direction="assemble", number=20
    )
    depot: UUID
    kit: Annotated[str, Field(min_length=1, max_length=40)]
    direction: Direction
    number: Annotated[int, Field(ge=1, le=10_000_000)]
    lots: Annotated[list[UUID], Field(min_length=1, max_length=50)] | None = None
    purpose: Annotated[str, Field(max_length=120)] = ""
    disaster_id: UUID | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""

    @model_validator(mode="after")
    def _one_lot_apart(self) -> PutKitAct:
        if self.direction == Direction.DISMANTLE and len(self.lots or [1]) > 1:
            raise ValueError(_("Take the kits of one lot apart at a time."))
        return self
