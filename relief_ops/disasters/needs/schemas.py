"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from relief_ops.shapes import Strict


class PutNeed(Strict):
    """Open a need or change it; without a place it stands at the area's own point."""

    disaster_id: UUID
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    place: UUID | None = None
    item: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]
    priority: Annotated[int, Field(ge=1, le=5)] = 3
    due_at: AwareDatetime | None = None


class Withdraw(Strict):
    """Withdraw a need: what is not on the road is given back."""
