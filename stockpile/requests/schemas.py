"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from relief_ops import shapes
from relief_ops.i18n import gettext as _

Amount = Annotated[int, Field(ge=1, le=10_000_000)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Line(shapes.Strict):
    """One item that is asked for; rounded up to whole packs."""

    item: Code
    quantity: Amount


class PutRequest(shapes.Strict):
    """Ask the level above for goods for a depot of one's own."""

    model_config = shapes.example(
        disaster_id=shapes.SOME_DISASTER, depot=shapes.SOME_PLACE, priority=2,
        reason="本县棉被已全部应承，仍缺六百床", lines=[{"item": "quilt", "quantity": 600}],
    )  # fmt: skip
    disaster_id: UUID
    depot: UUID
    priority: Annotated[int, Field(ge=1, le=5)] = 3
    due_at: AwareDatetime | None = None
    reason: Reason
    lines: Annotated[list[Line], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _each_item_once(self) -> PutRequest:
        if len({each.item for each in self.lines}) < len(self.lines):
            raise ValueError(_("Name each item once."))
        return self


class Granted(shapes.Strict):
    """How much of an item is granted, in base units; 0 is none of it."""

    item: Code
    quantity: Annotated[int, Field(ge=0, le=10_000_000)]


class PutGrant(shapes.Strict):
    """Grant a request: what is not named is granted in full.

    The class is the one asked for, or a less urgent one.
    """

    model_config = shapes.example(lines=[{"item": "quilt", "quantity": 400}], answer="先给四百床")
    lines: Annotated[list[Granted], Field(max_length=60)] = []
    priority: Annotated[int, Field(ge=1, le=5)] | None = None
    answer: Said = ""

    @model_validator(mode="after")
    def _each_item_once(self) -> PutGrant:
        if len({each.item for each in self.lines}) < len(self.lines):
            raise ValueError(_("Name each item once."))
        return self


class PutRefusal(shapes.Strict):
    """Refuse a request, with the reason."""

    model_config = shapes.example(reason="市级库存已应承完，请调用协议供应商")
    reason: Reason


class PutWithdrawal(shapes.Strict):
    """Withdraw a request, with the reason; what is on the road still arrives."""

    model_config = shapes.example(reason="邻县已支援")
    reason: Reason
