"""What can happen in the day book of a shelter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event
from shelters.daybook.rules import Meal


@dataclass(frozen=True)
class MealServed(Event):
    """A meal of a shelter was entered or corrected."""

    name: ClassVar[str] = "shelter.meal_served"
    permission: ClassVar[str] = "shelter.log"

    shelter_id: UUID
    disaster_id: UUID
    meal_id: UUID
    meal: Meal
    portions: int
    revision: int
