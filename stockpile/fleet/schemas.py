"""Shapes at the border."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from relief_ops import shapes


class PutTrucks(shapes.Strict):
    """So many trucks alike at a depot: what one holds, how often each goes; 0 of them: none now.

    Taken `off`, they count as if nobody had entered them: a depot without any sends what it has.
    """

    model_config = shapes.example(
        depot=shapes.SOME_PLACE, name="4.2米厢式货车", number=2, trips=2, cubic_metres=15,
        kilograms=1500,
    )  # fmt: skip
    depot: UUID
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    number: Annotated[int, Field(ge=0, le=500)]
    trips: Annotated[int, Field(ge=1, le=20)] = 1
    cubic_metres: Annotated[Decimal, Field(gt=0, le=200, decimal_places=3)]
    kilograms: Annotated[int, Field(ge=1, le=100_000)]
    off: bool = False
