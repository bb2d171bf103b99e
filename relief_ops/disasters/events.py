"""What can happen to a disaster, its responses and its drill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.disasters.rules import Kind, Ladder, State
from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class DisasterOpened(Event):
    """A disaster was opened."""

    name: ClassVar[str] = "disaster.opened"
    permission: ClassVar[str] = "disaster.open"
    audience: ClassVar[Audience] = Audience.SHARED

    disaster_id: UUID
    kind: Kind
    drill: bool


@dataclass(frozen=True)
class DisasterChanged(Event):
    """A disaster's name, state or dates changed."""

    name: ClassVar[str] = "disaster.changed"
    permission: ClassVar[str] = "disaster.open"
    audience: ClassVar[Audience] = Audience.SHARED

    disaster_id: UUID
    state: State
    revision: int


@dataclass(frozen=True)
class ResponseSet(Event):
    """A response level was set, raised, lowered or ended (level 0) for an area."""

    name: ClassVar[str] = "response.set"
    permission: ClassVar[str] = "disaster.respond"
    audience: ClassVar[Audience] = Audience.PUBLIC

    disaster_id: UUID
    area: Code
    ladder: Ladder
    level: int
    from_at: datetime


@dataclass(frozen=True)
class DrillStarted(Event):
    """A drill was set up with its clock."""

    name: ClassVar[str] = "drill.started"
    permission: ClassVar[str] = "drill.run"
    audience: ClassVar[Audience] = Audience.SHARED

    drill_id: UUID
    seed: int


@dataclass(frozen=True)
class DrillClockSet(Event):
    """The drill's clock was set, paused, resumed or sped up."""

    name: ClassVar[str] = "drill.clock_set"
    permission: ClassVar[str] = "drill.run"
    audience: ClassVar[Audience] = Audience.SHARED

    drill_id: UUID
    drill_at: datetime
    speed: int
    paused: bool


@dataclass(frozen=True)
class DrillEnded(Event):
    """The drill is over; what it left stays readable."""

    name: ClassVar[str] = "drill.ended"
    permission: ClassVar[str] = "drill.run"
    audience: ClassVar[Audience] = Audience.SHARED

    drill_id: UUID


@dataclass(frozen=True)
class PersonalDataDestroyed(Event):
    """What was told of people for a disaster reached its date and was destroyed."""

    name: ClassVar[str] = "disaster.personal_destroyed"
    permission: ClassVar[str] = "disaster.open"
    audience: ClassVar[Audience] = Audience.AREA

    disaster_id: UUID
    rows: int
