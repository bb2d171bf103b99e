"""What can happen to the supplies of a shelter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class SuppliesAsked(Event):
    """Supplies of a shelter were asked for by its headcount; each item is a need of its own."""

    name: ClassVar[str] = "shelter.supplies_asked"
    permission: ClassVar[str] = "need.open"

    disaster_id: UUID
    people: int
    days: int
    needs: int
