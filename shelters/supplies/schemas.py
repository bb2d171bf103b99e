"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from relief_ops.shapes import Strict

Code = Annotated[str, Field(min_length=1, max_length=40)]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
Days = Annotated[int, Field(ge=1, le=30)]


class PutOrder(Strict):
    """Ask for supplies of a shelter: by item, in its base unit; rounded up to whole packs."""

    disaster_id: UUID
    items: Annotated[dict[Code, Quantity], Field(min_length=1, max_length=60)]
    days: Days = 3
    priority: Annotated[int, Field(ge=1, le=5)] = 2
    due_at: AwareDatetime | None = None
