"""What can happen to the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class ItemChanged(Event):
    """An item of the catalogue was added or changed."""

    name: ClassVar[str] = "item.changed"
    permission: ClassVar[str] = "item.write"
    audience: ClassVar[Audience] = Audience.SHARED

    item: Code
    revision: int
