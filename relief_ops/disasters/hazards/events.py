"""What can happen to a hazard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class HazardWritten(Event):
    """A closed road or dangerous ground was entered or changed."""

    name: ClassVar[str] = "hazard.written"
    permission: ClassVar[str] = "hazard.write"
    audience: ClassVar[Audience] = Audience.SHARED

    disaster_id: UUID
    kind: Code
    revision: int


@dataclass(frozen=True)
class HazardLifted(Event):
    """A road is open again, or ground is safe again."""

    name: ClassVar[str] = "hazard.lifted"
    permission: ClassVar[str] = "hazard.write"
    audience: ClassVar[Audience] = Audience.SHARED

    disaster_id: UUID
    kind: Code
    revision: int
