"""Shapes at the border."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from relief_ops import shapes
from shelters.contingency.rules import Kind

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class PutContingencyPlan(shapes.Strict):
    """A version of an area's emergency plan, under an id of its own.

    `base` is the version it replaces, null for the first; then `changes` says what is new.
    Without `review_on` it is to be looked at again after the years of the parameters.
    """

    model_config = shapes.example(
        area_code=shapes.SOME_AREA, kind="relief", title="临江镇自然灾害救助应急预案",
        document="临政发〔2014〕12号", approved_on="2014-03-20", review_on=None,
        body="一、总则……", changes="", base=None,
    )  # fmt: skip
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    kind: Kind
    title: Line
    document: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] = ""
    approved_on: date
    review_on: date | None = None
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
    changes: Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)] = ""
    base: UUID | None = None


class PutWithdrawal(shapes.Strict):
    """Withdraw a plan without another in its place; the reason stays to be seen."""

    model_config = shapes.example(reason="并入县级预案")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
