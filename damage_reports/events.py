"""What can happen to a report and to the list of indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from damage_reports.rules import CallOutcome, Link
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
class ReportPaperAttached(Event):
    """The picture of a report on paper waits to be typed; it counts in nothing."""

    name: ClassVar[str] = "report.paper_attached"
    permission: ClassVar[str] = "report.submit"

    paper_id: UUID
    disaster_id: UUID
    area: Code
    round: Code


@dataclass(frozen=True)
class ReportPaperTyped(Event):
    """A report was typed from a paper."""

    name: ClassVar[str] = "report.paper_typed"
    permission: ClassVar[str] = "report.submit"

    paper_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    report_id: UUID


@dataclass(frozen=True)
class ReportPaperWithdrawn(Event):
    """A paper need not be typed; why stands in its record, and the picture stays."""

    name: ClassVar[str] = "report.paper_withdrawn"
    permission: ClassVar[str] = "report.submit"

    paper_id: UUID
    disaster_id: UUID
    area: Code
    round: Code


@dataclass(frozen=True)
class ReportPhotographed(Event):
    """A photo came to a round of an area. `again`: it was there already, and is kept once."""

    name: ClassVar[str] = "report.photographed"
    permission: ClassVar[str] = "report.submit"

    photo_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    again: bool


@dataclass(frozen=True)
class ReportPhotoWithdrawn(Event):
    """A photo no longer counts; why stands in its own record, and the photo stays."""

    name: ClassVar[str] = "report.photo_withdrawn"
    permission: ClassVar[str] = "report.submit"

    photo_id: UUID
    disaster_id: UUID
    area: Code
    round: Code


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
class OwnFigureAnswered(Event):
    """The area below confirmed a figure of the level above, or disputed it."""

    name: ClassVar[str] = "own_figure.answered"
    permission: ClassVar[str] = "report.submit"

    own_figure_id: UUID
    disaster_id: UUID
    area: Code
    answer: Code


@dataclass(frozen=True)
class ReportReminded(Event):
    """Whoever owed a report in an area was reminded: how many, and on how many messages."""

    name: ClassVar[str] = "report.reminded"
    permission: ClassVar[str] = "report.remind"

    reminder_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    townships: int
    people: int
    skipped: int
    messages: int


@dataclass(frozen=True)
class ReportCalled(Event):
    """Somebody telephoned about an owed report."""

    name: ClassVar[str] = "report.called"
    permission: ClassVar[str] = "report.remind"

    call_id: UUID
    disaster_id: UUID
    area: Code
    round: Code
    outcome: CallOutcome
    promised_at: datetime | None


@dataclass(frozen=True)
class DutyPhonesRead(Event):
    """Somebody saw the duty telephones of an area in full."""

    name: ClassVar[str] = "duty_phone.read"
    permission: ClassVar[str] = "duty_phone.read_full"

    disaster_id: UUID
    area: Code
    count: int


@dataclass(frozen=True)
class ContactRecorded(Event):
    """What still leads to an area was recorded, and when it was last heard from."""

    name: ClassVar[str] = "contact.recorded"
    permission: ClassVar[str] = "contact.record"

    contact_id: UUID
    disaster_id: UUID
    area: Code
    road: Link
    power: Link
    network: Link
    water: Link
    declared: bool
    heard_at: datetime | None
    messenger_sent_at: datetime | None
    revision: int


@dataclass(frozen=True)
class ImportAsked(Event):
    """A table of many areas' figures was sent in to be checked, or its rows to be filed."""

    name: ClassVar[str] = "report_import.asked"
    permission: ClassVar[str] = "report.submit"

    import_id: UUID
    disaster_id: UUID
    round: Code
    filing: bool


@dataclass(frozen=True)
class ImportCancelled(Event):
    """Somebody stopped an import of their own; rows already filed stay."""

    name: ClassVar[str] = "report_import.cancelled"
    permission: ClassVar[str] = "report.submit"

    import_id: UUID


@dataclass(frozen=True)
class ReportsImported(Event):
    """Every row of a table was filed or refused; each filed one has an event of its own."""

    name: ClassVar[str] = "report_import.finished"
    permission: ClassVar[str] = "report.submit"

    import_id: UUID
    disaster_id: UUID
    round: Code
    stored: int
    unchanged: int
    rivals: int
    refused: int


@dataclass(frozen=True)
class IndicatorChanged(Event):
    """An indicator was added to the form or changed."""

    name: ClassVar[str] = "indicator.changed"
    permission: ClassVar[str] = "indicator.write"
    audience: ClassVar[Audience] = Audience.SHARED

    indicator: Code
    revision: int


@dataclass(frozen=True)
class SourceChanged(Event):
    """A source of figures was added, renamed, or says nothing new any more."""

    name: ClassVar[str] = "source.changed"
    permission: ClassVar[str] = "source.write"
    audience: ClassVar[Audience] = Audience.SHARED

    source: Code
    revision: int


@dataclass(frozen=True)
class FigureClaimed(Event):
    """Another source said a figure of an area; what the area reported itself is untouched."""

    name: ClassVar[str] = "figure_claim.filed"
    permission: ClassVar[str] = "figure_claim.file"

    claim_id: UUID
    disaster_id: UUID
    area: Code
    indicator: Code
    source: Code
    as_of: datetime
    revision: int


@dataclass(frozen=True)
class SourceRuleSet(Event):
    """Which source counts was decided for an area: for one figure, a group of them, or all."""

    name: ClassVar[str] = "source_rule.set"
    permission: ClassVar[str] = "source_rule.set"
    audience: ClassVar[Audience] = Audience.SHARED

    rule_id: UUID
    disaster_id: UUID
    area: Code
    figures: Code
    only_here: bool
    revision: int


@dataclass(frozen=True)
class GapSettled(Event):
    """Somebody looked at figures that differ; `kept`: what counted before counts on."""

    name: ClassVar[str] = "figure_gap.settled"
    permission: ClassVar[str] = "figure_gap.settle"

    settlement_id: UUID
    disaster_id: UUID
    area: Code
    indicator: Code
    source: Code
    kept: bool
