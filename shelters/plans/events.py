"""What can happen to an evacuation plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class PlanAsked(Event):
    """An evacuation plan was asked for; it is being worked out."""

    name: ClassVar[str] = "evacuation.plan_asked"
    permission: ClassVar[str] = "evacuation.plan"

    disaster_id: UUID
    villages: int
    people: int


@dataclass(frozen=True)
class PlanMade(Event):
    """An evacuation plan is ready to be looked at, or could not be worked out."""

    name: ClassVar[str] = "evacuation.plan_made"
    permission: ClassVar[str] = "evacuation.plan"

    disaster_id: UUID
    people: int
    left: int
    unmet: int


@dataclass(frozen=True)
class PlanChanged(Event):
    """Households were moved within an evacuation plan, by hand and with a reason."""

    name: ClassVar[str] = "evacuation.plan_changed"
    permission: ClassVar[str] = "evacuation.plan"

    disaster_id: UUID
    village_id: UUID
    shelter_id: UUID
    people: int


@dataclass(frozen=True)
class PlanApplied(Event):
    """An evacuation plan is what villages are told from now on."""

    name: ClassVar[str] = "evacuation.plan_applied"
    permission: ClassVar[str] = "evacuation.apply"

    disaster_id: UUID
    villages: int
    people: int
