"""What can happen to travel times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class TravelTimeSet(Event):
    """How long it takes between two ends was entered or changed; null: nobody can go."""

    name: ClassVar[str] = "travel.time_set"
    permission: ClassVar[str] = "depot.write"

    near: UUID | None
    far: UUID
    minutes: int | None
    revision: int


@dataclass(frozen=True)
class TravelTimeEnded(Event):
    """A travel time holds no more: what is reckoned counts again."""

    name: ClassVar[str] = "travel.time_ended"
    permission: ClassVar[str] = "depot.write"

    near: UUID | None
    far: UUID
