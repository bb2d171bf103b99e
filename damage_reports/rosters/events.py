"""What can happen to the rows of a roster. No name, number or reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from damage_reports.rosters.rules import Roster
from relief_ops.cases.rules.states import Purpose
from relief_ops.events import Code, Event


class Act(StrEnum):
    """What a revision did."""

    ADDED = "added"
    CORRECTED = "corrected"
    REMOVED = "removed"


@dataclass(frozen=True)
class RowWritten(Event):
    """A row was added, corrected or removed; what it says stays sealed in its own record."""

    name: ClassVar[str] = "roster.written"
    permission: ClassVar[str] = "roster.write"

    row_id: UUID
    record_id: UUID
    disaster_id: UUID
    area: Code
    roster: Roster
    act: Act
    revision: int


@dataclass(frozen=True)
class RowRead(Event):
    """Somebody read a row in full, and said why."""

    name: ClassVar[str] = "roster.read_full"
    permission: ClassVar[str] = "roster.read_full"

    row_id: UUID
    record_id: UUID
    roster: Roster
    purpose: Purpose


@dataclass(frozen=True)
class RosterExported(Event):
    """Somebody took the rows of an area away in full, as a file, and said why."""

    name: ClassVar[str] = "roster.exported"
    permission: ClassVar[str] = "roster.read_full"

    disaster_id: UUID
    area: Code
    roster: Roster
    purpose: Purpose
    rows: int


@dataclass(frozen=True)
class RowsMatched(Event):
    """A person decided whether two rows are one: then only the kept one counts."""

    name: ClassVar[str] = "roster.matched"
    permission: ClassVar[str] = "roster.settle"

    match_id: UUID
    disaster_id: UUID
    left_id: UUID
    right_id: UUID
    kept_id: UUID | None
    revision: int
