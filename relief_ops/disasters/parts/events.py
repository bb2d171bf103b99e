"""What can happen between disasters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Event


@dataclass(frozen=True)
class DisasterJoined(Event):
    """A disaster became part of another: its figures count there as well."""

    name: ClassVar[str] = "disaster.joined"
    permission: ClassVar[str] = "disaster.open"
    audience: ClassVar[Audience] = Audience.SHARED

    membership_id: UUID
    whole_id: UUID
    part_id: UUID


@dataclass(frozen=True)
class DisasterSeparated(Event):
    """A disaster is part of another no longer."""

    name: ClassVar[str] = "disaster.separated"
    permission: ClassVar[str] = "disaster.open"
    audience: ClassVar[Audience] = Audience.SHARED

    membership_id: UUID
    whole_id: UUID
    part_id: UUID


@dataclass(frozen=True)
class DisasterWasSplit(Event):
    """Areas were split off a disaster: their figures count in another from now on."""

    name: ClassVar[str] = "disaster.split"
    permission: ClassVar[str] = "disaster.open"
    audience: ClassVar[Audience] = Audience.SHARED

    split_id: UUID
    source_id: UUID
    into_id: UUID
    townships: int
