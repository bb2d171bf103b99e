"""Minimum living allowance: a monthly payment up to the standard of living of the area."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from relief_ops.cases.rules.means import (
    Category,
    HeadCount,
    Means,
    Rates,
    Yuan,
    is_marginal,
    marginal_line_yuan,
    missing_papers,
    per_head_monthly_yuan,
    to_fen,
)
from relief_ops.plugins import Assessment, Programme, Verdict

LAW = "Interim Measures for Social Assistance, arts. 9 and 12"
MARGINAL_LAW = "Zhejiang Regulations on Social Assistance, art. 13"
PAPERS = {
    "id_card": "Identity card",
    "household_register": "Household register",
    "means_authorisation": "Signed authorisation to verify the family's means",
}
REASONS = {
    "not_stated": "The family's income is not stated yet.",
    "too_many_vehicles": "The family has %(vehicles)s vehicles; the rule allows %(limit)s.",
    "too_many_homes": "The family has %(homes)s homes; the rule allows %(limit)s.",
    "savings_over_limit": "Savings a head are %(savings_per_head_yuan)s yuan,"
    " over the limit of %(limit_yuan)s.",
    "below_standard": "Income a head and month is %(per_head_yuan)s yuan,"
    " under the standard of %(standard_yuan)s.",
    "marginal_household": "Income a head and month is %(per_head_yuan)s yuan, between the standard"
    " of %(standard_yuan)s and the marginal line of %(marginal_line_yuan)s:"
    " the family may be recognised as a marginal household.",
    "income_over_standard": "Income a head and month is %(per_head_yuan)s yuan,"
    " not under the standard of %(standard_yuan)s.",
}


@dataclass(frozen=True, kw_only=True)
class Form(Means):
    """What the family says about income and property."""

    new_job_income_yuan: Annotated[
        Yuan, Field(title="Part of the monthly income from work newly taken up")
    ] = Decimal(0)
    savings_yuan: Annotated[Yuan, Field(title="Savings, securities and funds")] = Decimal(0)
    vehicles: Annotated[HeadCount, Field(title="Motor vehicles")] = 0
    homes: Annotated[HeadCount, Field(title="Homes owned")] = 0


def assess(form: Form, rates: Rates) -> Assessment:
    """Qualify a family whose monthly income a head is under the standard.

    The amount is the monthly gap times the people living together. Property limits are
    local. Source: Interim Measures for Social Assistance (2014) arts. 9, 12; Zhejiang
    Regulations on Social Assistance arts. 9, 12, 13, 50; Measures (2021) arts. 8, 23. Worked
    cases in tests/programmes/living_allowance.csv.
    """
    if form.annual_income_yuan is None:
        return Assessment(
            verdict=Verdict.INCOMPLETE,
            reason="not_stated",
            article=LAW,
            missing=missing_papers(PAPERS, form.papers),
        )
    if refusal := _property_refusal(form, rates):
        return refusal
    per_head = per_head_monthly_yuan(_counted_income_yuan(form, rates), form.people)
    if per_head >= rates["living_allowance.standard"]:
        return _over_standard(per_head, rates)
    missing = missing_papers(PAPERS, form.papers)
    return Assessment(
        verdict=Verdict.INCOMPLETE if missing else Verdict.GRANT,
        reason="below_standard",
        article=LAW,
        amount_yuan=_monthly_gap_yuan(form, rates),
        facts=_numbers(per_head, rates),
        missing=missing,
    )


def _property_refusal(form: Form, rates: Rates) -> Assessment | None:
    savings_per_head = to_fen(form.savings_yuan / form.people)
    savings_limit = rates["property.savings_multiple"] * rates["living_allowance.standard"] * 12
    tests = (
        ("too_many_vehicles", "vehicles", form.vehicles, "limit", rates["property.vehicles_max"]),
        ("too_many_homes", "homes", form.homes, "limit", rates["property.homes_max"]),
        (
            "savings_over_limit",
            "savings_per_head_yuan",
            savings_per_head,
            "limit_yuan",
            savings_limit,
        ),
    )
    for reason, name, value, limit_name, limit in tests:
        if value > limit:
            return Assessment(
                verdict=Verdict.REFUSE,
                reason=reason,
                article=LAW,
                facts={name: value, limit_name: limit},
            )
    return None


def _counted_income_yuan(form: Form, rates: Rates) -> Decimal:
    """Leave out new earnings of a family on the allowance, up to a multiple of the standard."""
    income = form.annual_income_yuan or Decimal(0)
    if form.category is not Category.LIVING_ALLOWANCE:
        return income
    multiple = rates.get("living_allowance.job_disregard_multiple", Decimal(0))
    left_out = min(form.new_job_income_yuan, multiple * rates["living_allowance.standard"])
    return max(income - left_out * 12, Decimal(0))


def _over_standard(per_head: Decimal, rates: Rates) -> Assessment:
    marginal = is_marginal(per_head, rates)
    return Assessment(
        verdict=Verdict.REFUSE,
        reason="marginal_household" if marginal else "income_over_standard",
        article=MARGINAL_LAW if marginal else LAW,
        facts=_numbers(per_head, rates),
    )


def _monthly_gap_yuan(form: Form, rates: Rates) -> Decimal:
    needed = rates["living_allowance.standard"] * form.people
    return to_fen(needed - _counted_income_yuan(form, rates) / 12)


def _numbers(per_head: Decimal, rates: Rates) -> dict[str, Decimal]:
    return {
        "per_head_yuan": per_head,
        "standard_yuan": rates["living_allowance.standard"],
        "marginal_line_yuan": marginal_line_yuan(rates),
    }


PROGRAMME = Programme(
    code="living_allowance",
    title="Minimum living allowance",
    department="Civil affairs",
    form=Form,
    assess=assess,
    parameters=(
        "living_allowance.standard",
        "living_allowance.job_disregard_multiple",
        "marginal.multiple",
        "marginal.line_included",
        "marginal.minimum_wage",
        "property.savings_multiple",
        "property.vehicles_max",
        "property.homes_max",
    ),
    reasons=REASONS,
    papers=PAPERS,
)
