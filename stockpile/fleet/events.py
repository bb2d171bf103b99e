"""What can happen to trucks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class TrucksEntered(Event):
    """Somebody entered how many trucks of a kind stand at a depot and what they hold."""

    name: ClassVar[str] = "trucks.entered"
    permission: ClassVar[str] = "stock.ship"

    depot_id: UUID
    number: int
    revision: int
