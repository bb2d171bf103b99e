"""What can happen to forecasts of needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class NeedsForecast(Event):
    """Needs were opened ahead of the people who must move; each is a need of its own."""

    name: ClassVar[str] = "need.forecast"
    permission: ClassVar[str] = "need.open"

    disaster_id: UUID
    people: int
    places: int
    needs: int
