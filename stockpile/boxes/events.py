"""What can happen to a box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event
from stockpile.boxes.rules import Stage


@dataclass(frozen=True)
class BoxesPacked(Event):
    """What is promised of a lot was put into boxes, each with a label of its own."""

    name: ClassVar[str] = "box.packed"
    permission: ClassVar[str] = "stock.ship"

    depot_id: UUID
    line_id: UUID
    boxes: int
    quantity: int


@dataclass(frozen=True)
class BoxScanned(Event):
    """A label was read: the box was loaded, arrived, came damaged or was opened."""

    name: ClassVar[str] = "box.scanned"
    permission: ClassVar[str] = "stock.receive"

    box_id: UUID
    shipment_id: UUID | None
    stage: Stage
