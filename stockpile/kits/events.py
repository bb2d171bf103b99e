"""What can happen to kits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Code, Event


@dataclass(frozen=True)
class KitsAssembled(Event):
    """Kits were put together from parts in a depot, as a lot of their own."""

    name: ClassVar[str] = "kit.assembled"
    permission: ClassVar[str] = "stock.receive"

    depot_id: UUID
    kit: Code
    lot_id: UUID
    number: int


@dataclass(frozen=True)
class KitsDismantled(Event):
    """Kits were taken apart in a depot; their parts are in stock again."""

    name: ClassVar[str] = "kit.dismantled"
    permission: ClassVar[str] = "stock.receive"

    depot_id: UUID
    kit: Code
    lot_id: UUID
    number: int
