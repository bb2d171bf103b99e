"""What can happen to a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class ReportSubmitted(Event):
    """A township or village filed a revision; it counts on the reported basis from now."""

    name: ClassVar[str] = "report.submitted"
    permission: ClassVar[str] = "report.submit"

    report_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    as_of: datetime
    revision: int


@dataclass(frozen=True)
class ReportRivalled(Event):
    """A second report came for a round that had one: a person must settle which counts."""

    name: ClassVar[str] = "report.rivalled"
    permission: ClassVar[str] = "report.submit"

    report_id: UUID
    rival_of: UUID
    disaster_id: UUID
    area: Code
    round: Code


@dataclass(frozen=True)
class ReportAccepted(Event):
    """The level above accepted a revision, perhaps with figures of its own beside it."""

    name: ClassVar[str] = "report.accepted"
    permission: ClassVar[str] = "report.review"
    audience: ClassVar[Audience] = Audience.SHARED

    report_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    own_figures: int


@dataclass(frozen=True)
class ReportReturned(Event):
    """The level above returned a revision; the reason stands in the verdict."""

    name: ClassVar[str] = "report.returned"
    permission: ClassVar[str] = "report.review"

    report_id: UUID
    disaster_id: UUID
    area: Code
    round: Code


@dataclass(frozen=True)
class ReportSettled(Event):
    """A person decided which of two rival reports counts."""

    name: ClassVar[str] = "report.settled"
    permission: ClassVar[str] = "report.settle"

    report_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    chosen: bool


@dataclass(frozen=True)
class ReportWithdrawn(Event):
    """Whoever reports for the area withdrew a revision: it counts in nothing, and stays."""

    name: ClassVar[str] = "report.withdrawn"
    permission: ClassVar[str] = "report.submit"

    report_id: UUID
    disaster_id: UUID
    area: Code
    round: Code


@dataclass(frozen=True)
class ReportHeld(Event):
    """Somebody looks at an area's report to judge it, until an instant; or lets go of it."""

    name: ClassVar[str] = "report.held"
    permission: ClassVar[str] = "report.review"

    report_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    until: datetime


@dataclass(frozen=True)
class ReportVouched(Event):
    """A figure that stood out was looked at and found right."""

    name: ClassVar[str] = "report.vouched"
    permission: ClassVar[str] = "report.review"

    report_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    indicator: Code


@dataclass(frozen=True)
class ReportNarrated(Event):
    """An area told of a round in words; the text stands in its own record."""

    name: ClassVar[str] = "report.narrated"
    permission: ClassVar[str] = "report.submit"

    narrative_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    revision: int


@dataclass(frozen=True)
class OwnFigureAnswered(Event):
    """The area below confirmed a figure of the level above, or disputed it."""

    name: ClassVar[str] = "own_figure.answered"
    permission: ClassVar[str] = "report.submit"

    own_figure_id: UUID
    disaster_id: UUID
    area: Code
    answer: Code
