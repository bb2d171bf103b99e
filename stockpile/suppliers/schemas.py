"""Shapes at the border."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from relief_ops import shapes
from relief_ops.i18n import gettext as _
from stockpile.schemas import Price
from stockpile.suppliers.rules import Kind, Means

Amount = Annotated[int, Field(ge=1, le=10_000_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]


class Line(shapes.Strict):
    """One item an agreement holds: how much, within how many hours, at what price a unit."""

    item: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Amount
    lead_hours: Annotated[int, Field(ge=0, le=2400)]
    price_yuan: Price | None = None


class PutAgreement(shapes.Strict):
    """Enter an agreement with a supplier or change it; its items are given whole."""

    model_config = shapes.example(
        supplier="东海食品", area_code=shapes.SOME_AREA, kind="agreement",
        document="协储〔2013〕4号", valid_from="2013-01-01", valid_to="2013-12-31",
        lines=[{"item": "water", "quantity": 5000, "lead_hours": 12, "price_yuan": 24.5}],
    )  # fmt: skip
    supplier: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    drill_id: UUID | None = None
    kind: Kind = Kind.AGREEMENT
    document: Annotated[str, Field(max_length=80)] = ""
    contact: Annotated[str, Field(max_length=60)] = ""
    phone: Annotated[str, Field(max_length=40, pattern=r"^[0-9+\-() ]*$")] = ""
    valid_from: date
    valid_to: date | None = None
    lines: Annotated[list[Line], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _makes_sense(self) -> PutAgreement:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(_("It would end before it begins."))
        if len({each.item for each in self.lines}) < len(self.lines):
            raise ValueError(_("Name each item once."))
        return self


class PutCallOff(shapes.Strict):
    """Call goods off from an agreement for a depot; rounded up to whole packs."""

    model_config = shapes.example(
        agreement=shapes.SOME_THING, disaster_id=shapes.SOME_DISASTER, depot=shapes.SOME_PLACE,
        item="water", quantity=1200, reason="县库饮用水低于下限",
    )  # fmt: skip
    agreement: UUID
    disaster_id: UUID
    depot: UUID
    item: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Amount
    reason: Said = ""


class PutSignature(shapes.Strict):
    """Sign a call-off on paper, with its number, or by word of mouth."""

    model_config = shapes.example(means="paper", number="东应急调〔2013〕7号")
    means: Means
    number: Number = ""


class PutPaper(shapes.Strict):
    """Put on paper what was called off by word of mouth."""

    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class PutDelivery(shapes.Strict):
    """Count what came on a call-off, as a lot of its own dates."""

    model_config = shapes.example(quantity=1200, expires_on="2014-10-01")
    quantity: Amount
    made_on: date | None = None
    expires_on: date | None = None


class PutEnd(shapes.Strict):
    """Take a call-off back, or end it with what came."""

    model_config = shapes.example(reason="供应商无货")
    reason: Reason
