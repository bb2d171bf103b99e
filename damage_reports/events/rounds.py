"""Rounds, what a level signs, and counties that are stable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class RoundOpened(Event):
    """A round of reporting was opened, or put right: everybody owes a report for it."""

    name: ClassVar[str] = "round.opened"
    permission: ClassVar[str] = "round.open"
    audience: ClassVar[Audience] = Audience.SHARED

    round_id: UUID
    disaster_id: UUID
    round: Code
    kind: Code
    as_of: datetime
    revision: int


@dataclass(frozen=True)
class ReportPrepared(Event):
    """A level prepared its table of a round for the one above; its figures are frozen in it."""

    name: ClassVar[str] = "report.prepared"
    permission: ClassVar[str] = "report.prepare"

    summary_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    revision: int


@dataclass(frozen=True)
class ReportSigned(Event):
    """Somebody signed a level's table, or said so by telephone; it may have gone up with that."""

    name: ClassVar[str] = "report.signed"
    permission: ClassVar[str] = "report.sign"

    summary_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    role: Code
    means: Code


@dataclass(frozen=True)
class StabilityDeclared(Event):
    """A county said that its situation is stable; the level above has not judged it yet."""

    name: ClassVar[str] = "stability.declared"
    permission: ClassVar[str] = "stability.declare"

    stability_id: UUID
    disaster_id: UUID
    area: Code
    stable_at: datetime


@dataclass(frozen=True)
class StabilityJudged(Event):
    """A declaration was accepted (no more daily reports there), refused, or opened again."""

    name: ClassVar[str] = "stability.judged"
    permission: ClassVar[str] = "stability.accept"
    audience: ClassVar[Audience] = Audience.SHARED

    stability_id: UUID
    disaster_id: UUID
    area: Code
    state: Code
