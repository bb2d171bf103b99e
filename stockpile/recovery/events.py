"""What can happen to goods that come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Code, Event


@dataclass(frozen=True)
class GoodsCollected(Event):
    """Goods were brought back to a depot, to be graded there."""

    name: ClassVar[str] = "recovery.collected"
    permission: ClassVar[str] = "stock.receive"

    disaster_id: UUID
    place_id: UUID | None
    depot_id: UUID
    item: Code
    quantity: int


@dataclass(frozen=True)
class GoodsGraded(Event):
    """Goods that came back were graded: to stock, to the wash, or proposed to be scrapped."""

    name: ClassVar[str] = "recovery.graded"
    permission: ClassVar[str] = "stock.receive"

    disaster_id: UUID
    depot_id: UUID
    item: Code
    good: int
    scrap: int
    wash: int = 0
    washed: int = 0


@dataclass(frozen=True)
class GoodsScrapped(Event):
    """A second person agreed to scrap what was proposed, or had it kept."""

    name: ClassVar[str] = "recovery.scrapped"
    permission: ClassVar[str] = "stock.count"

    disaster_id: UUID
    depot_id: UUID
    item: Code
    quantity: int
    agreed: bool
