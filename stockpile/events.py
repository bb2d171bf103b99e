"""What can happen to stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Code, Event
from stockpile.rules import Move


@dataclass(frozen=True)
class DepotChanged(Event):
    """A depot was set up or changed."""

    name: ClassVar[str] = "depot.changed"
    permission: ClassVar[str] = "depot.write"

    depot_id: UUID
    revision: int


@dataclass(frozen=True)
class StockMoved(Event):
    """Stock moved."""

    name: ClassVar[str] = "stock.moved"
    permission: ClassVar[str] = "stock.read"

    kind: Move
    from_account: UUID
    to_account: UUID
    item: Code
    lot_id: UUID
    quantity: int
    corrects: UUID | None


@dataclass(frozen=True)
class StockFileBooked(Event):
    """A file of goods taken in was booked; each of its rows is a movement of its own."""

    name: ClassVar[str] = "stock.file_booked"
    permission: ClassVar[str] = "stock.receive"

    rows: int


@dataclass(frozen=True)
class StockCounted(Event):
    """Stock was counted; the difference is booked."""

    name: ClassVar[str] = "stock.counted"
    permission: ClassVar[str] = "stock.count"

    depot_id: UUID
    item: Code
    lot_id: UUID
    quantity: int
    difference: int


@dataclass(frozen=True)
class CountWaits(Event):
    """A count is not booked yet: it differs too much for one person, or more is promised."""

    name: ClassVar[str] = "stock.count_waits"
    permission: ClassVar[str] = "stock.count"

    depot_id: UUID
    item: Code
    lot_id: UUID


@dataclass(frozen=True)
class CountWithdrawn(Event):
    """A write-off or a taking-back that waited for a second person was withdrawn."""

    name: ClassVar[str] = "stock.count_withdrawn"
    permission: ClassVar[str] = "stock.count"

    depot_id: UUID
    item: Code
    lot_id: UUID


@dataclass(frozen=True)
class StockReserved(Event):
    """Stock was set aside for a need."""

    name: ClassVar[str] = "stock.reserved"
    permission: ClassVar[str] = "stock.reserve"

    need_id: UUID
    item: Code
    quantity: int


@dataclass(frozen=True)
class StockReleased(Event):
    """Stock set aside for a need is free again."""

    name: ClassVar[str] = "stock.released"
    permission: ClassVar[str] = "stock.reserve"

    need_id: UUID
    item: Code
    quantity: int


@dataclass(frozen=True)
class ShipmentDispatched(Event):
    """A shipment left a depot."""

    name: ClassVar[str] = "shipment.dispatched"
    permission: ClassVar[str] = "stock.ship"

    disaster_id: UUID
    from_place: UUID
    to_place: UUID
    quantity: int


@dataclass(frozen=True)
class ShipmentReceived(Event):
    """A shipment arrived and was counted."""

    name: ClassVar[str] = "shipment.received"
    permission: ClassVar[str] = "stock.receive"

    disaster_id: UUID
    to_place: UUID
    quantity: int
    short: int
    damaged: int
    surplus: int


@dataclass(frozen=True)
class ShipmentTurnedBack(Event):
    """A shipment turned back; its goods are in the depot again."""

    name: ClassVar[str] = "shipment.turned_back"
    permission: ClassVar[str] = "stock.ship"

    disaster_id: UUID
    from_place: UUID
    quantity: int
