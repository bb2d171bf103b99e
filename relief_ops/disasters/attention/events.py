"""What can happen to an entry of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from relief_ops.disasters.attention.rules import Act
from relief_ops.events import Code, Event


@dataclass(frozen=True)
class AttentionMarked(Event):
    """Something that needs attention was seen, taken, snoozed, raised or settled."""

    name: ClassVar[str] = "attention.marked"
    permission: ClassVar[str] = "attention.own"

    kind: Code
    act: Act
    until: datetime | None
    revision: int
