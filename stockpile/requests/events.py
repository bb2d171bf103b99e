"""What can happen to a request to the level above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class SupplyAsked(Event):
    """Goods were asked of the level above for a depot."""

    name: ClassVar[str] = "supply_request.asked"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID
    depot_id: UUID
    items: int
    priority: int


@dataclass(frozen=True)
class SupplyGranted(Event):
    """The level above granted a request, in whole or in part: it stands as needs now."""

    name: ClassVar[str] = "supply_request.granted"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID
    items: int
    whole: bool


@dataclass(frozen=True)
class SupplyRefused(Event):
    """The level above refused a request."""

    name: ClassVar[str] = "supply_request.refused"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID


@dataclass(frozen=True)
class SupplyRequestWithdrawn(Event):
    """A request was withdrawn; what is on the road still arrives."""

    name: ClassVar[str] = "supply_request.withdrawn"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID
