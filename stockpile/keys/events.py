"""What can happen to keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class KeyGiven(Event):
    """Somebody was given the key of a depot, or the time for which he has it changed."""

    name: ClassVar[str] = "key.given"
    permission: ClassVar[str] = "stock.ship"

    depot_id: UUID
    revision: int


@dataclass(frozen=True)
class KeyBack(Event):
    """The key of a depot was handed back."""

    name: ClassVar[str] = "key.back"
    permission: ClassVar[str] = "stock.ship"

    depot_id: UUID


@dataclass(frozen=True)
class KeyContactRead(Event):
    """Somebody read in full who has the key of a depot."""

    name: ClassVar[str] = "key.contact_read"
    permission: ClassVar[str] = "stock.ship"

    depot_id: UUID
