"""Shapes at the border. Depths in centimetres, to the millimetre; money in yuan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from damage_reports.insurance import rules
from damage_reports.insurance.rules import State
from relief_ops import shapes
from relief_ops.i18n import gettext as _

Yuan = Annotated[Decimal, Field(ge=0, le=Decimal("1e12"), decimal_places=2)]
DepthCm = Annotated[Decimal, Field(ge=0, le=2000, decimal_places=1)]
SectionCode = Annotated[str, Field(pattern=r"^[a-z_]{1,24}$")]


class Strict(shapes.Strict):
    """Declared fields only."""

    model_config = ConfigDict(str_strip_whitespace=True)


class Tier(Strict):
    """Depths in the dwelling, and what a household is paid for them."""

    from_cm: DepthCm
    to_cm: DepthCm | None = None
    from_included: bool = False
    to_included: bool = False
    amount_yuan: Yuan

    def plain(self) -> rules.Tier:
        """Return the tier the rules read."""
        return rules.Tier(
            from_cm=self.from_cm,
            to_cm=self.to_cm,
            from_included=self.from_included,
            to_included=self.to_included,
            amount_fen=int(self.amount_yuan * 100),
        )


class Section(Strict):
    """A part of the policy with its own limit."""

    code: SectionCode
    limit_yuan: Yuan
    per_claim_max_yuan: Yuan


class PutPolicy(Strict):
    """Enter or correct a policy period."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    starts_on: date
    ends_on: date
    premium_yuan: Yuan
    source: Annotated[str, Field(min_length=1, max_length=300)]
    drill_id: UUID | None = None
    sections: Annotated[list[Section], Field(min_length=1, max_length=10)]
    tiers: Annotated[list[Tier], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def makes_sense(self) -> PutPolicy:
        """Refuse a period that ends before it begins, and tiers that meet."""
        if self.ends_on < self.starts_on:
            raise ValueError(_("The end cannot be before the start."))
        if rules.tiers_overlap([tier.plain() for tier in self.tiers]):
            raise ValueError(_("One depth would belong to two tiers."))
        codes = [section.code for section in self.sections]
        if len(set(codes)) != len(codes):
            raise ValueError(_("A section stands twice."))
        return self


class PutClaim(Strict):
    """Register a household's claim, with the surveyed depth if it is known, or survey it."""

    model_config = shapes.example(
        policy_id=shapes.SOME_PLACE,
        household_id=shapes.SOME_THING,
        disaster_id=shapes.SOME_DISASTER,
        depth_cm=35,
    )
    policy_id: UUID
    household_id: UUID
    disaster_id: UUID
    section: SectionCode = "property"
    depth_cm: DepthCm | None = None
    occurred_on: date | None = None


class PutState(Strict):
    """Take a claim one stage further."""

    state: State
