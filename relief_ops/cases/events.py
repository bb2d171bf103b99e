"""What can happen to households, persons and cases. No name, number or reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.cases.rules.states import Purpose, State
from relief_ops.events import Code, Event
from relief_ops.plugins import Verdict


@dataclass(frozen=True)
class IntakeTaken(Event):
    """A family was asked once, and every programme answered."""

    name: ClassVar[str] = "intake.taken"
    permission: ClassVar[str] = "case.open"

    intake_id: UUID
    household_id: UUID
    opened: int


@dataclass(frozen=True)
class HouseholdRegistered(Event):
    """A household was registered with its members."""

    name: ClassVar[str] = "household.registered"
    permission: ClassVar[str] = "case.open"

    household_id: UUID
    members: int


@dataclass(frozen=True)
class HouseholdChanged(Event):
    """A household or its members were corrected."""

    name: ClassVar[str] = "household.changed"
    permission: ClassVar[str] = "case.open"

    household_id: UUID
    members: int
    revision: int


@dataclass(frozen=True)
class CaseOpened(Event):
    """A case was opened in one programme."""

    name: ClassVar[str] = "case.opened"
    permission: ClassVar[str] = "case.open"

    case_id: UUID
    household_id: UUID
    programme: Code
    state: State


@dataclass(frozen=True)
class CaseAssessed(Event):
    """A programme's rule was applied to what the case says, under the figures of a day."""

    name: ClassVar[str] = "case.assessed"
    permission: ClassVar[str] = "case.assess"

    case_id: UUID
    programme: Code
    verdict: Verdict
    ground: Code


@dataclass(frozen=True)
class CaseMoved(Event):
    """A case went on to another stage."""

    name: ClassVar[str] = "case.moved"
    permission: ClassVar[str] = "case.assess"

    case_id: UUID
    programme: Code
    state: State
    revision: int


@dataclass(frozen=True)
class CaseDecided(Event):
    """A case was approved or refused by somebody who did not open it."""

    name: ClassVar[str] = "case.decided"
    permission: ClassVar[str] = "case.approve"

    case_id: UUID
    programme: Code
    state: State
    amount_fen: int


@dataclass(frozen=True)
class PersonRead(Event):
    """Somebody read a person in full, and said why."""

    name: ClassVar[str] = "person.read"
    permission: ClassVar[str] = "person.read_full"

    person_id: UUID
    purpose: Purpose
