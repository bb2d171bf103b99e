"""Housing aid: public rental, rent subsidy or rural rebuilding for families short of housing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from relief_ops.cases.rules.means import (
    HeadCount,
    Means,
    Rates,
    Standing,
    missing_papers,
    standing,
    to_fen,
)
from relief_ops.plugins import Assessment, Programme, Verdict

LAW = "Interim Measures for Social Assistance, arts. 37 to 40"
RECOGNITION = "recognition_certificate"
PAPERS = {
    "id_card": "Identity card",
    "housing_proof": "Certificate of the homestead or the property",
    "safety_appraisal": "Safety appraisal of the dwelling",
    RECOGNITION: "Certificate that the family is recognised",
}
REASONS = {
    "housed": "The dwelling is safe, and %(area_per_head_m2)s m² a head are not under the limit"
    " of %(limit_m2)s.",
    "not_stated": "The family's income is not stated yet.",
    "outside": "The family is not recognised, and its stated income is over the line.",
    "to_be_recognised": "Short of housing; the family must first be recognised as an allowance or"
    " marginal household.",
    "no_home": "A recognised family without a home of its own.",
    "unsafe": "The dwelling of a recognised family is not safe to live in.",
    "cramped": "%(area_per_head_m2)s m² a head, under the limit of %(limit_m2)s.",
}


@dataclass(frozen=True, kw_only=True)
class Form(Means):
    """What the family says about its dwelling."""

    homes: Annotated[HeadCount, Field(title="Homes owned")] = 0
    home_area_m2: Annotated[Decimal, Field(ge=0, le=100000, title="Floor area of the home, m²")] = (
        Decimal(0)
    )
    dwelling_unsafe: Annotated[bool, Field(title="The dwelling is unsafe or destroyed")] = False


def assess(form: Form, rates: Rates) -> Assessment:
    """Qualify a recognised family without a home, in an unsafe one, or in too small a one.

    Eligibility only: the kind and amount of help are set locally; so is the area limit.
    Source: Interim Measures for Social Assistance (2014) arts. 37-40; Zhejiang Regulations
    on Social Assistance art. 29. Worked cases in tests/programmes/housing_aid.csv.
    """
    facts = _numbers(form, rates)
    shortage = _shortage(form, rates)
    if shortage is None:
        return Assessment(verdict=Verdict.REFUSE, reason="housed", article=LAW, facts=facts)
    where = standing(form, rates, covers_marginal=bool(rates["housing_aid.covers_marginal"]))
    if where is Standing.OUTSIDE:
        return Assessment(verdict=Verdict.REFUSE, reason="outside", article=LAW)
    recognised = where is Standing.COVERED or RECOGNITION in form.papers
    missing = missing_papers(_required(form, recognised=recognised), form.papers)
    return Assessment(
        verdict=Verdict.INCOMPLETE if missing else Verdict.GRANT,
        reason=shortage if recognised else where.value,
        article=LAW,
        amount_set_locally=True,
        facts=facts,
        missing=missing,
    )


def _shortage(form: Form, rates: Rates) -> str | None:
    if not form.homes:
        return "no_home"
    if form.dwelling_unsafe:
        return "unsafe"
    cramped = form.home_area_m2 / form.people < rates["housing_aid.area_per_head_m2"]
    return "cramped" if cramped else None


def _required(form: Form, *, recognised: bool) -> list[str]:
    """Ask for the papers of the dwelling only where there is one."""
    required = ["id_card"]
    if form.homes:
        required.append("housing_proof")
    if form.dwelling_unsafe:
        required.append("safety_appraisal")
    return required if recognised else [*required, RECOGNITION]


def _numbers(form: Form, rates: Rates) -> dict[str, Decimal]:
    return {
        "area_per_head_m2": to_fen(form.home_area_m2 / form.people),
        "limit_m2": rates["housing_aid.area_per_head_m2"],
    }


PROGRAMME = Programme(
    code="housing_aid",
    title="Housing aid",
    department="Housing and construction",
    form=Form,
    assess=assess,
    parameters=(
        "living_allowance.standard",
        "marginal.multiple",
        "marginal.line_included",
        "marginal.minimum_wage",
        "housing_aid.covers_marginal",
        "housing_aid.area_per_head_m2",
    ),
    reasons=REASONS,
    papers=PAPERS,
)
