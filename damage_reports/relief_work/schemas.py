"""Shapes at the border."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field

from damage_reports.schemas import AreaCode, IndicatorCode, Reason, Round, no_bool
from relief_ops.shapes import Strict

Told = Annotated[
    int | Decimal | Annotated[str, Field(max_length=40)] | None, BeforeValidator(no_bool)
]


class PutForm(Strict):
    """A revision of a county's relief-work form for one round.

    `values` are figures somebody wrote; `taken` those taken over from what is proposed, as they
    were seen: one that changed meanwhile is refused. What neither names is left open. `reasons`
    say why a figure is not what is proposed.
    """

    disaster_id: UUID
    area_code: AreaCode
    round: Round
    as_of: AwareDatetime
    values: Annotated[dict[IndicatorCode, Told], Field(max_length=200)] = {}
    taken: Annotated[dict[IndicatorCode, Told], Field(max_length=200)] = {}
    reasons: Annotated[dict[IndicatorCode, Reason], Field(max_length=200)] = {}
    base: UUID | None = None
