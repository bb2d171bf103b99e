"""Means-test quantities that several programmes share, and the questions asked for them.

Source: Interim Measures for Social Assistance (2014), art. 9; Measures for Reviewing and
Confirming the Minimum Living Allowance (2021), arts. 8, 13, 14.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

Rates = Mapping[str, Decimal]

PeopleTogether = Annotated[int, Field(ge=1, le=50, title="People living together")]
HeadCount = Annotated[int, Field(ge=0, le=50)]
Yuan = Annotated[Decimal, Field(ge=0, le=Decimal("1e10"), decimal_places=2)]


class Category(StrEnum):
    """What the family is already recognised as."""

    NONE = "none"
    LIVING_ALLOWANCE = "living_allowance"
    DESTITUTE = "destitute"
    MARGINAL = "marginal"
    EXPENDITURE_POOR = "expenditure_poor"


class Standing(StrEnum):
    """How a family stands to a programme that helps recognised families only."""

    COVERED = "covered"
    TO_BE_RECOGNISED = "to_be_recognised"
    NOT_STATED = "not_stated"
    OUTSIDE = "outside"


@dataclass(frozen=True, kw_only=True)
class Means:
    """What every programme with a means test asks, asked once."""

    people: PeopleTogether = 1
    annual_income_yuan: Annotated[
        Yuan | None, Field(title="Countable income of the whole family, last 12 months")
    ] = None
    category: Annotated[Category, Field(title="Already recognised as")] = Category.NONE
    papers: Annotated[frozenset[str], Field(title="Papers brought")] = frozenset()


def per_head_monthly_yuan(annual_income_yuan: Decimal, people: int) -> Decimal:
    """Return countable income a head and month, to the fen.

    The annual sum over twelve and the people living together. Raises ValueError without people.
    """
    if people < 1:
        raise ValueError("a household has at least one member")
    return to_fen(annual_income_yuan / 12 / people)


def to_fen(yuan: Decimal) -> Decimal:
    """Round yuan to the fen, halves up."""
    return yuan.quantize(Decimal("0.01"), ROUND_HALF_UP)


def marginal_line_yuan(rates: Rates) -> Decimal:
    """Return the monthly income a head up to which a family counts as marginal.

    A multiple of the allowance standard, capped by the monthly minimum wage where one is
    entered. Source: Zhejiang Regulations on Social Assistance, art. 13.
    """
    line = rates["living_allowance.standard"] * rates["marginal.multiple"]
    return min(line, rates.get("marginal.minimum_wage", line))


def is_marginal(per_head_yuan: Decimal, rates: Rates) -> bool:
    """Say whether an income is within the marginal line.

    The line itself is within under the provincial rule of 2014, outside since the national
    measures of 2021 (art. 8); `marginal.line_included` is 1 or 0.
    """
    line = marginal_line_yuan(rates)
    if rates["marginal.line_included"]:
        return per_head_yuan <= line
    return per_head_yuan < line


def standing(means: Means, rates: Rates, *, covers_marginal: bool) -> Standing:
    """Say how a family stands to a programme for recognised families.

    A family not yet recognised whose stated income lies within the lines is to be
    recognised first. `covers_marginal` is whether the programme reaches past the allowance.
    """
    if means.category in {Category.LIVING_ALLOWANCE, Category.DESTITUTE}:
        return Standing.COVERED
    if means.category is not Category.NONE:
        return Standing.COVERED if covers_marginal else Standing.OUTSIDE
    if means.annual_income_yuan is None:
        return Standing.NOT_STATED
    per_head = per_head_monthly_yuan(means.annual_income_yuan, means.people)
    if per_head < rates["living_allowance.standard"]:
        return Standing.TO_BE_RECOGNISED
    if covers_marginal and is_marginal(per_head, rates):
        return Standing.TO_BE_RECOGNISED
    return Standing.OUTSIDE


def missing_papers(required: Collection[str], brought: Collection[str]) -> tuple[str, ...]:
    """Return the required papers that were not brought, in the order they are required."""
    return tuple(paper for paper in required if paper not in brought)
