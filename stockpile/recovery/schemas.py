"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from relief_ops import shapes

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Amount = Annotated[int, Field(ge=0, le=10_000_000)]


class PutRecovery(shapes.Strict):
    """Bring goods of one lot back to a depot; without a place they come from households."""

    model_config = shapes.example(
        disaster_id=shapes.SOME_DISASTER, place=shapes.SOME_PLACE, depot=shapes.SOME_PLACE,
        lot=shapes.SOME_THING, quantity=40,
    )  # fmt: skip
    disaster_id: UUID
    place: UUID | None = None
    depot: UUID
    lot: UUID
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]


class PutGrading(shapes.Strict):
    """How much of it is good and goes back into stock, how much should be scrapped, and why.

    `wash` goes to the wash before it can be graded, `washed` came back from there.
    """

    model_config = shapes.example(good=26, scrap=4, wash=10, reason="浸水发霉，无法洗净")
    good: Amount = 0
    scrap: Amount = 0
    wash: Amount = 0
    washed: Amount = 0
    reason: Reason = ""


class PutScrapping(shapes.Strict):
    """Agree, as another person than proposed it, to scrap it; or have it graded again.

    `revision` is that of the collection as it was looked at: nobody agrees to what he did not see.
    """

    model_config = shapes.example(revision=2, agreed=True, reason="现场核实")
    revision: Annotated[int, Field(ge=1)]
    agreed: bool
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
