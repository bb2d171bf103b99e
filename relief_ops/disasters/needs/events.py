"""What can happen to a need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Code, Event


@dataclass(frozen=True)
class NeedOpened(Event):
    """A need was opened."""

    name: ClassVar[str] = "need.opened"
    permission: ClassVar[str] = "need.open"

    disaster_id: UUID
    place_id: UUID
    item: Code
    quantity: int
    priority: int


@dataclass(frozen=True)
class NeedChanged(Event):
    """A need's quantity, class or due time changed."""

    name: ClassVar[str] = "need.changed"
    permission: ClassVar[str] = "need.open"

    disaster_id: UUID
    item: Code
    quantity: int
    priority: int


@dataclass(frozen=True)
class NeedPromised(Event):
    """Stock was promised to a need."""

    name: ClassVar[str] = "need.promised"
    permission: ClassVar[str] = "stock.reserve"

    disaster_id: UUID
    item: Code
    quantity: int
    promised: int


@dataclass(frozen=True)
class NeedReleased(Event):
    """A promise to a need was taken back."""

    name: ClassVar[str] = "need.released"
    permission: ClassVar[str] = "stock.reserve"

    disaster_id: UUID
    item: Code
    quantity: int
    promised: int


@dataclass(frozen=True)
class NeedShipped(Event):
    """What was promised to a need is on the road."""

    name: ClassVar[str] = "need.shipped"
    permission: ClassVar[str] = "stock.ship"

    disaster_id: UUID
    item: Code
    quantity: int
    shipped: int


@dataclass(frozen=True)
class NeedTurnedBack(Event):
    """Goods on the road to a need will not arrive; it is open again for them."""

    name: ClassVar[str] = "need.turned_back"
    permission: ClassVar[str] = "stock.ship"

    disaster_id: UUID
    item: Code
    quantity: int
    shipped: int


@dataclass(frozen=True)
class NeedReceived(Event):
    """Goods for a need arrived."""

    name: ClassVar[str] = "need.received"
    permission: ClassVar[str] = "stock.receive"

    disaster_id: UUID
    item: Code
    quantity: int
    received: int


@dataclass(frozen=True)
class NeedWithdrawn(Event):
    """A need was withdrawn; what is on the road still arrives."""

    name: ClassVar[str] = "need.withdrawn"
    permission: ClassVar[str] = "need.open"

    disaster_id: UUID
    item: Code
    quantity: int


@dataclass(frozen=True)
class NeedTakenOver(Event):
    """A need people asked for took the place of so much of one that was only forecast."""

    name: ClassVar[str] = "need.taken_over"
    permission: ClassVar[str] = "need.open"

    disaster_id: UUID
    item: Code
    by: UUID
    taken: int
    quantity: int


@dataclass(frozen=True)
class NeedSubstituted(Event):
    """Somebody decided that so much of a need is met by what stands in for it."""

    name: ClassVar[str] = "need.substituted"
    permission: ClassVar[str] = "stock.reserve"

    disaster_id: UUID
    item: Code
    stand_in: Code
    by: UUID
    taken: int
    quantity: int


@dataclass(frozen=True)
class NeedGivenBack(Event):
    """A stand-in was withdrawn: the need asks again for what it does not bring."""

    name: ClassVar[str] = "need.given_back"
    permission: ClassVar[str] = "need.open"

    disaster_id: UUID
    item: Code
    by: UUID
    returned: int
    quantity: int
