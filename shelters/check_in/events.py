"""What can happen at the door of a shelter: ids, codes, numbers and instants only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.cases.rules.states import Purpose
from relief_ops.events import Event
from shelters.check_in.rules import By


@dataclass(frozen=True)
class HouseholdSought(Event):
    """Somebody looked for a household at a shelter, or inside it; only masked rows were shown."""

    name: ClassVar[str] = "shelter.household_sought"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    disaster_id: UUID
    by: By
    found: int


@dataclass(frozen=True)
class StayRead(Event):
    """Somebody read in full what was asked of a household at a shelter's door, and said why."""

    name: ClassVar[str] = "shelter.stay_read"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    disaster_id: UUID
    arrival_id: UUID
    purpose: Purpose


@dataclass(frozen=True)
class GroupDivided(Event):
    """A group at a shelter was divided over several; each part is registered where it goes."""

    name: ClassVar[str] = "shelter.group_divided"
    permission: ClassVar[str] = "shelter.admit"

    shelter_id: UUID
    disaster_id: UUID
    division_id: UUID
    people: int
    parts: int
