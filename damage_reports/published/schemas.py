"""Shapes at the border."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field

from damage_reports.published.rules import Counted
from damage_reports.schemas import AreaCode, IndicatorCode, no_bool
from relief_ops.shapes import Strict

Words = Annotated[str, Field(max_length=200)]
Heading = Annotated[str, Field(max_length=80)]
Unit = Annotated[str, Field(max_length=24)]
Number = Annotated[
    Decimal, BeforeValidator(no_bool), Field(ge=0, le=10**15, decimal_places=6, max_digits=21)
]


class PublishedFigure(Strict):
    """One figure as published, and what makes the same figure here.

    That is the sum of the totals of `add`, of which one published unit makes `times`; or with
    `count`, how many areas of that kind have more than nought of the first of them. With neither
    it is shown and compared with nothing. `…_en` is for readers of English.
    """

    heading: Annotated[str, Field(min_length=1, max_length=80)]
    heading_en: Heading = ""
    value: Number
    unit: Unit = ""
    unit_en: Unit = ""
    add: Annotated[list[IndicatorCode], Field(max_length=8)] = []
    times: Annotated[Decimal, Field(gt=0, le=10**9)] = Decimal(1)
    count: Counted | None = None
    note: Words = ""
    note_en: Words = ""


class PutPublished(Strict):
    """What one source published of an area as of one instant; `…_en` is for readers of English."""

    disaster_id: UUID
    area_code: AreaCode
    as_of: AwareDatetime
    source: Annotated[str, Field(min_length=1, max_length=200)]
    source_en: Words = ""
    figures: Annotated[list[PublishedFigure], Field(min_length=1, max_length=60)]
