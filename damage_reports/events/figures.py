"""The list of indicators, and what other sources say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class FormVersionAdded(Event):
    """An edition of the form was added, with the indicators of another to begin with."""

    name: ClassVar[str] = "form_version.added"
    permission: ClassVar[str] = "indicator.write"
    audience: ClassVar[Audience] = Audience.SHARED

    edition: Code
    copy_of: Code


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
