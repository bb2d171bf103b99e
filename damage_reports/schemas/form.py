"""The form: its figures, its editions, the sources of figures and which counts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    Field,
    model_validator,
)

from damage_reports.rules import (
    NOT_ADDED,
    WORK,
    Nature,
    RollUp,
)
from damage_reports.schemas.basics import (
    MADE_OF,
    AreaCode,
    Figure,
    IndicatorCode,
    Reason,
    SourceCode,
)
from relief_ops.disasters.rules import Kind
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict


class PutIndicator(Strict):
    """An indicator of the form, added or changed without touching code."""

    name_zh: Annotated[str, Field(min_length=1, max_length=60)]
    name_en: Annotated[str, Field(min_length=1, max_length=80)]
    unit_zh: Annotated[str, Field(max_length=16)]
    unit_en: Annotated[str, Field(max_length=24)]
    group: Annotated[str, Field(max_length=24, pattern=r"^[a-z_]+$")]
    scale: Annotated[int, Field(ge=0, le=4)] = 0
    nature: Nature = Nature.CUM
    roll_up: RollUp = RollUp.SUM
    part_of: Annotated[str, Field(max_length=40)] = ""
    core: bool = False
    position: Annotated[int, Field(ge=0, le=100_000)] = 9000
    help_zh: Annotated[str, Field(max_length=400)] = ""
    help_en: Annotated[str, Field(max_length=400)] = ""
    versions: Annotated[list[Annotated[str, Field(max_length=16)]], Field(max_length=20)]
    made_of: Annotated[str, Field(max_length=400, pattern=MADE_OF)] = ""
    only_for: Annotated[list[Kind], Field(max_length=12)] = []
    not_for: Annotated[list[Kind], Field(max_length=12)] = []

    @model_validator(mode="after")
    def is_asked_for_some_kinds_one_way(self) -> PutIndicator:
        """Refuse kinds for which it is asked beside kinds for which it is not."""
        if self.only_for and self.not_for:
            raise ValueError(_("Say for which kinds it is asked, or for which it is not."))
        return self

    @model_validator(mode="after")
    def is_added_up_as_it_can_be(self) -> PutIndicator:
        """Refuse to add up levels or instants, and either on a form that is added up in SQL."""
        least = self.roll_up == RollUp.LEAST
        if (self.nature in NOT_ADDED) != least:
            raise ValueError(_("A level or an instant is not added up: roll_up is “least”."))
        if least and not all(each.startswith(WORK) for each in self.versions):
            raise ValueError(_("Only the relief-work form asks for a level or an instant."))
        return self


class PutFormVersion(Strict):
    """An edition of the form and the document that sets it; it begins as a copy of another."""

    era: Annotated[str, Field(max_length=16)]
    document: Annotated[str, Field(min_length=1, max_length=200)]
    valid_from: date
    valid_to: date | None = None
    copy_of: Annotated[str, Field(min_length=1, max_length=16)]

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> PutFormVersion:
        """Refuse an end before the beginning."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(_("The end lies before the beginning."))
        return self


class PutSource(Strict):
    """A source of figures, added or changed without touching code."""

    kind: Literal["bureau", "insurer", "satellite", "model"]
    name_zh: Annotated[str, Field(min_length=1, max_length=40)]
    name_en: Annotated[str, Field(min_length=1, max_length=60)]
    position: Annotated[int, Field(ge=1, le=100_000)] = 900
    active: bool = True


class PutClaim(Strict):
    """What a source says of one figure of an area (部门数); null is not known (any more)."""

    disaster_id: UUID
    area_code: AreaCode
    indicator: IndicatorCode
    source: SourceCode
    value: Figure
    as_of: AwareDatetime
    note: Reason = ""
    base: UUID | None = None


class PutSourceRule(Strict):
    """Which sources count for an area, in order: for one figure, a group of them, or all.

    Without sources the area has no rule of its own any more, and the one above it holds.
    """

    disaster_id: UUID
    area_code: AreaCode
    indicator: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,40}$")] = ""
    group: Annotated[str, Field(pattern=r"^[a-z_]{0,24}$")] = ""
    only_here: bool = False
    sources: Annotated[list[SourceCode], Field(max_length=20)]
    reason: Annotated[str, Field(min_length=1, max_length=400)]
    base: UUID | None = None


class PutGapSettlement(Strict):
    """What is decided about figures that differ: which source counts in this area, and why.

    `values` are the figures somebody looked at; if they are others by now, it is refused.
    """

    disaster_id: UUID
    area_code: AreaCode
    indicator: IndicatorCode
    values: Annotated[dict[SourceCode, Figure], Field(max_length=50)]
    source: SourceCode
    reason: Annotated[str, Field(min_length=1, max_length=400)]
