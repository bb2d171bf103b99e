"""Medical aid: help with the part of medical costs that insurance leaves to the family."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from relief_ops.cases.rules.means import (
    Means,
    Rates,
    Standing,
    Yuan,
    missing_papers,
    standing,
    to_fen,
)
from relief_ops.plugins import Assessment, Programme, Verdict

LAW = "Interim Measures for Social Assistance, arts. 28 to 30"
PAPERS = {
    "id_card": "Identity card",
    "medical_bills": "Medical bills and settlements of the last 12 months",
}
RECOGNITION = "recognition_certificate"
REASONS = {
    "no_costs": "No medical costs are left to the family.",
    "not_stated": "The family's income is not stated yet.",
    "outside": "The family is not recognised, and its stated income is over the line.",
    "to_be_recognised": "%(own_costs_yuan)s yuan of costs are left to the family; it must first be"
    " recognised as an allowance or marginal household.",
    "own_costs": "%(own_costs_yuan)s yuan of costs are left to a recognised family.",
}


@dataclass(frozen=True, kw_only=True)
class Form(Means):
    """What the family says about its medical costs."""

    medical_costs_yuan: Annotated[Yuan, Field(title="Eligible medical costs, last 12 months")] = (
        Decimal(0)
    )
    reimbursed_yuan: Annotated[Yuan, Field(title="Of these already reimbursed by insurance")] = (
        Decimal(0)
    )


def assess(form: Form, rates: Rates) -> Assessment:
    """Qualify a recognised family with costs left after insurance.

    The amount is the remaining eligible costs times the local ratio, up to the local cap;
    without both it is set locally. Source: Interim Measures for Social Assistance (2014)
    arts. 28-30; Zhejiang Regulations on Social Assistance art. 21. Worked cases in
    tests/programmes/medical_aid.csv.
    """
    own_costs = form.medical_costs_yuan - form.reimbursed_yuan
    if own_costs <= 0:
        return Assessment(verdict=Verdict.NOT_APPLICABLE, reason="no_costs", article=LAW)
    where = standing(form, rates, covers_marginal=bool(rates["medical_aid.covers_marginal"]))
    if where is Standing.OUTSIDE:
        return Assessment(verdict=Verdict.REFUSE, reason="outside", article=LAW)
    missing = missing_papers(PAPERS, form.papers)
    if where is not Standing.COVERED and RECOGNITION not in form.papers:
        return _waiting(where, own_costs, missing)
    return _covered(own_costs, rates, missing)


def _waiting(where: Standing, own_costs: Decimal, missing: tuple[str, ...]) -> Assessment:
    return Assessment(
        verdict=Verdict.INCOMPLETE,
        reason=where.value,
        article=LAW,
        amount_set_locally=True,
        facts={"own_costs_yuan": own_costs},
        missing=(*missing, RECOGNITION),
    )


def _covered(own_costs: Decimal, rates: Rates, missing: tuple[str, ...]) -> Assessment:
    ratio, cap = rates.get("medical_aid.ratio"), rates.get("medical_aid.cap")
    known = ratio is not None and cap is not None
    return Assessment(
        verdict=Verdict.INCOMPLETE if missing else Verdict.GRANT,
        reason="own_costs",
        article=LAW,
        amount_yuan=to_fen(min(own_costs * (ratio or 0), cap or Decimal(0))),
        amount_set_locally=not known,
        facts={"own_costs_yuan": own_costs},
        missing=missing,
    )


PROGRAMME = Programme(
    code="medical_aid",
    title="Medical aid",
    department="Medical security",
    form=Form,
    assess=assess,
    parameters=(
        "living_allowance.standard",
        "marginal.multiple",
        "marginal.line_included",
        "marginal.minimum_wage",
        "medical_aid.covers_marginal",
        "medical_aid.ratio",
        "medical_aid.cap",
    ),
    reasons=REASONS,
    papers=PAPERS | {RECOGNITION: "Certificate that the family is recognised"},
)
