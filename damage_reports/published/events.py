"""What can happen to what was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class PublishedEntered(Event):
    """What was published of an area as of an instant was entered, or put right."""

    name: ClassVar[str] = "published.entered"
    permission: ClassVar[str] = "disaster.open"
    audience: ClassVar[Audience] = Audience.SHARED

    published_id: UUID
    disaster_id: UUID
    area: Code
    as_of: datetime
    figures: int
    revision: int
