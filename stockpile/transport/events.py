"""What can happen on the road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event
from relief_ops.events.vocabulary import Point
from stockpile.transport.rules import Cause, Shot, Sight


@dataclass(frozen=True)
class TripAssigned(Event):
    """A shipment was given to a driver, by a link."""

    name: ClassVar[str] = "trip.assigned"
    permission: ClassVar[str] = "stock.ship"

    shipment_id: UUID


@dataclass(frozen=True)
class TripTaken(Event):
    """A driver opened the link: it is used up, his phone has the shipment."""

    name: ClassVar[str] = "trip.taken"
    permission: ClassVar[str] = "stock.drive"

    shipment_id: UUID


@dataclass(frozen=True)
class TripEnded(Event):
    """A link was taken back: nothing opens with it any more."""

    name: ClassVar[str] = "trip.ended"
    permission: ClassVar[str] = "stock.ship"

    shipment_id: UUID


@dataclass(frozen=True)
class TripSighted(Event):
    """A driver said where the truck is, or what became of it."""

    name: ClassVar[str] = "trip.sighted"
    permission: ClassVar[str] = "stock.drive"

    shipment_id: UUID
    kind: Sight
    cause: Cause | None
    point: Point | None


@dataclass(frozen=True)
class TripPhotographed(Event):
    """A driver sent a picture; `again`: the trip had this very picture before."""

    name: ClassVar[str] = "trip.photographed"
    permission: ClassVar[str] = "stock.drive"

    shipment_id: UUID
    photo_id: UUID
    kind: Shot
    again: bool
