"""Employment aid: work for the unemployed of allowance and marginal families."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from relief_ops.cases.rules.means import (
    HeadCount,
    Means,
    Rates,
    Standing,
    missing_papers,
    standing,
)
from relief_ops.plugins import Assessment, Programme, Verdict

LAW = "Interim Measures for Social Assistance, arts. 42 to 45"
PAPERS = {"id_card": "Identity card", "unemployment_registration": "Unemployment registration"}
RECOGNITION = "recognition_certificate"
REASONS = {
    "nobody_unemployed": "Nobody able to work is unemployed; work that is only suspended is not"
    " unemployment.",
    "not_stated": "The family's income is not stated yet.",
    "outside": "The family is not recognised, and its stated income is over the line.",
    "refused_jobs": "%(jobs_refused)s suitable jobs were refused; from %(limit)s on, the help"
    " and the person's own share of the allowance stop.",
    "to_be_recognised": "%(unemployed)s able and unemployed; the family must first be recognised as"
    " an allowance or marginal household.",
    "nobody_employed": "%(unemployed)s able and unemployed and nobody at work: at least one of"
    " the family is to be employed.",
    "unemployed": "%(unemployed)s able and unemployed in a recognised family.",
}


@dataclass(frozen=True, kw_only=True)
class Form(Means):
    """Who of the family could work."""

    unemployed_able: Annotated[HeadCount, Field(title="Unemployed and able to work")] = 0
    employed: Annotated[HeadCount, Field(title="Members at work")] = 0
    jobs_refused: Annotated[
        HeadCount, Field(title="Suitable jobs refused in the period that counts")
    ] = 0


def assess(form: Form, rates: Rates) -> Assessment:
    """Qualify a recognised family with someone able to work and unemployed.

    Eligibility only: loans, subsidies, training and public-interest jobs are set locally.
    Source: Interim Measures for Social Assistance (2014) arts. 42-45; Zhejiang Regulations
    on Social Assistance arts. 33, 36. Worked cases in tests/programmes/employment_aid.csv.
    """
    if not form.unemployed_able:
        return Assessment(verdict=Verdict.NOT_APPLICABLE, reason="nobody_unemployed", article=LAW)
    where = standing(form, rates, covers_marginal=bool(rates["employment_aid.covers_marginal"]))
    if where is Standing.OUTSIDE:
        return Assessment(verdict=Verdict.REFUSE, reason="outside", article=LAW)
    limit = rates["employment_aid.refusals_max"]
    if form.jobs_refused >= limit:
        return Assessment(
            verdict=Verdict.REFUSE,
            reason="refused_jobs",
            article=LAW,
            facts={"jobs_refused": form.jobs_refused, "limit": limit},
        )
    return _eligible(form, where)


def _eligible(form: Form, where: Standing) -> Assessment:
    recognised = where is Standing.COVERED or RECOGNITION in form.papers
    missing = missing_papers(PAPERS, form.papers)
    if not recognised:
        missing = (*missing, RECOGNITION)
    reason = "unemployed" if form.employed else "nobody_employed"
    return Assessment(
        verdict=Verdict.INCOMPLETE if missing else Verdict.GRANT,
        reason=reason if recognised else where.value,
        article=LAW,
        amount_set_locally=True,
        facts={"unemployed": form.unemployed_able},
        missing=missing,
    )


PROGRAMME = Programme(
    code="employment_aid",
    title="Employment aid",
    department="Human resources and social security",
    form=Form,
    assess=assess,
    parameters=(
        "living_allowance.standard",
        "marginal.multiple",
        "marginal.line_included",
        "marginal.minimum_wage",
        "employment_aid.covers_marginal",
        "employment_aid.refusals_max",
    ),
    reasons=REASONS,
    papers=PAPERS | {RECOGNITION: "Certificate that the family is recognised"},
)
