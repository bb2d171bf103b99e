"""What can happen to a handout. Whose it is stands in none of them but as an id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.cases.rules.states import Purpose
from relief_ops.events import Event


@dataclass(frozen=True)
class StockHandedOut(Event):
    """Goods were handed to a household."""

    name: ClassVar[str] = "stock.handed_out"
    permission: ClassVar[str] = "stock.issue"

    disaster_id: UUID
    place_id: UUID
    people: int
    items: int
    quantity: int
    short: int
    offline: bool
    exception: bool


@dataclass(frozen=True)
class HandoutSettled(Event):
    """A handout beyond the limits or the book was looked at and settled with a reason."""

    name: ClassVar[str] = "stock.handout_settled"
    permission: ClassVar[str] = "stock.issue"

    disaster_id: UUID
    place_id: UUID
    booked: int
    short: int


@dataclass(frozen=True)
class HandoutTakenBack(Event):
    """A handout was taken back whole; its goods are in the book of the place again."""

    name: ClassVar[str] = "stock.handout_taken_back"
    permission: ClassVar[str] = "stock.issue"

    disaster_id: UUID
    place_id: UUID
    quantity: int


@dataclass(frozen=True)
class HandoutIdentified(Event):
    """It was completed whose handout it was, which had come without papers."""

    name: ClassVar[str] = "stock.handout_identified"
    permission: ClassVar[str] = "stock.issue"

    disaster_id: UUID
    place_id: UUID
    exception: bool


@dataclass(frozen=True)
class EntitlementSought(Event):
    """It was looked up what a household may still get."""

    name: ClassVar[str] = "stock.entitlement_sought"
    permission: ClassVar[str] = "stock.issue"

    disaster_id: UUID
    place_id: UUID
    known: bool


@dataclass(frozen=True)
class HandoutsRead(Event):
    """The list of handouts of a place was read in full, with names."""

    name: ClassVar[str] = "stock.handouts_read"
    permission: ClassVar[str] = "person.read_full"

    disaster_id: UUID
    place_id: UUID
    purpose: Purpose
    rows: int
