"""What can happen in the day book of a shelter: ids, codes, numbers and instants only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event
from shelters.daybook.rules import Meal
from shelters.daybook.rules.incidents import IncidentState, Kind, Severity, Syndrome


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


@dataclass(frozen=True)
class IncidentLogged(Event):
    """An incident of a shelter was entered, corrected, or taken a step; never its account."""

    name: ClassVar[str] = "shelter.incident_logged"
    permission: ClassVar[str] = "shelter.log"

    shelter_id: UUID
    disaster_id: UUID
    incident_id: UUID
    kind: Kind
    severity: Severity
    state: IncidentState
    people: int | None
    revision: int


@dataclass(frozen=True)
class OutbreakSuspected(Event):
    """So many people of a shelter fell ill alike within the window that somebody must look."""

    name: ClassVar[str] = "shelter.outbreak_suspected"
    permission: ClassVar[str] = "shelter.log"

    shelter_id: UUID
    disaster_id: UUID
    syndrome: Syndrome
    people: int
    since: datetime


@dataclass(frozen=True)
class IncidentRead(Event):
    """Somebody read the account of an incident, which may name persons."""

    name: ClassVar[str] = "shelter.incident_read"
    permission: ClassVar[str] = "shelter.log"

    shelter_id: UUID
    incident_id: UUID


@dataclass(frozen=True)
class VolunteerRegistered(Event):
    """A volunteer of a shelter was registered, or what is known of them corrected."""

    name: ClassVar[str] = "shelter.volunteer_registered"
    permission: ClassVar[str] = "shelter.log"

    shelter_id: UUID
    disaster_id: UUID
    volunteer_id: UUID
    revision: int


@dataclass(frozen=True)
class VolunteerSignedIn(Event):
    """A volunteer came on duty."""

    name: ClassVar[str] = "shelter.volunteer_on_duty"
    permission: ClassVar[str] = "shelter.log"

    shelter_id: UUID
    disaster_id: UUID
    volunteer_id: UUID
    duty_id: UUID
    arrived_at: datetime


@dataclass(frozen=True)
class VolunteerSignedOut(Event):
    """A volunteer's duty was over."""

    name: ClassVar[str] = "shelter.volunteer_off_duty"
    permission: ClassVar[str] = "shelter.log"

    shelter_id: UUID
    disaster_id: UUID
    volunteer_id: UUID
    duty_id: UUID
    left_at: datetime


@dataclass(frozen=True)
class VolunteerRead(Event):
    """Somebody read a volunteer's name and telephone in full."""

    name: ClassVar[str] = "shelter.volunteer_read"
    permission: ClassVar[str] = "shelter.log"

    shelter_id: UUID
    volunteer_id: UUID
