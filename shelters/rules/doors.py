"""Decisions at the door of a shelter: who asks for places, and what they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shelters.rules import Stay


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who asks for places: how many, since when, of which kinds, from which area.

    `decided`: somebody answers by name for what is above the limit. Without `came` it is now.
    `freed`: so many places here are given up for them in the same act, by the group they came with.
    """

    people: int
    stay: Stay = Stay.ARRIVED
    came: datetime | None = None
    kinds: Mapping[str, int] = field(default_factory=dict)
    freed: int = 0
    group: bool = False
    home: UUID | None = None
    decided: bool = False
