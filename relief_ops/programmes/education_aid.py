"""Education aid: fee waivers, grants and work-study for pupils and students in difficulty."""

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

LAW = "Interim Measures for Social Assistance, arts. 33 to 36"
PAPERS = {"id_card": "Identity card", "student_proof": "Proof of enrolment"}
RECOGNITION = "recognition_certificate"
REASONS = {
    "no_students": "Nobody in the family is at school or of school age and kept from it.",
    "not_stated": "The family's income is not stated yet.",
    "outside": "The family is not recognised, and its stated income is over the line.",
    "to_be_recognised": "%(pupils)s pupils and %(university_students)s university students; the"
    " family must first be recognised as an allowance or marginal household.",
    "students": "%(pupils)s pupils (the education bureau decides) and %(university_students)s"
    " university students (their university decides) in a recognised family.",
}


@dataclass(frozen=True, kw_only=True)
class Form(Means):
    """Who is at school, by who decides about them."""

    pupils: Annotated[
        HeadCount, Field(title="Children and pupils, preschool to upper secondary")
    ] = 0
    university_students: Annotated[HeadCount, Field(title="University students")] = 0
    disabled_out_of_school: Annotated[
        HeadCount, Field(title="Disabled children who cannot attend school")
    ] = 0


def assess(form: Form, rates: Rates) -> Assessment:
    """Qualify a recognised family with anyone from preschool to university.

    Eligibility only: fee waivers, grants and work-study are set locally. Source: Interim
    Measures for Social Assistance (2014) arts. 33-36; Zhejiang Regulations on Social
    Assistance arts. 26, 28. Worked cases in tests/programmes/education_aid.csv.
    """
    if not form.pupils + form.university_students + form.disabled_out_of_school:
        return Assessment(verdict=Verdict.NOT_APPLICABLE, reason="no_students", article=LAW)
    where = standing(form, rates, covers_marginal=bool(rates["education_aid.covers_marginal"]))
    if where is Standing.OUTSIDE:
        return Assessment(verdict=Verdict.REFUSE, reason="outside", article=LAW)
    missing = missing_papers(_required(form), form.papers)
    recognised = where is Standing.COVERED or RECOGNITION in form.papers
    if not recognised:
        missing = (*missing, RECOGNITION)
    return Assessment(
        verdict=Verdict.INCOMPLETE if missing else Verdict.GRANT,
        reason="students" if recognised else where.value,
        article=LAW,
        amount_set_locally=True,
        facts={
            "pupils": form.pupils + form.disabled_out_of_school,
            "university_students": form.university_students,
        },
        missing=missing,
    )


def _required(form: Form) -> tuple[str, ...]:
    """Ask for a proof of enrolment only where someone is enrolled."""
    return tuple(PAPERS) if form.pupils + form.university_students else ("id_card",)


PROGRAMME = Programme(
    code="education_aid",
    title="Education aid",
    department="Education",
    form=Form,
    assess=assess,
    parameters=(
        "living_allowance.standard",
        "marginal.multiple",
        "marginal.line_included",
        "marginal.minimum_wage",
        "education_aid.covers_marginal",
    ),
    reasons=REASONS,
    papers=PAPERS | {RECOGNITION: "Certificate that the family is recognised"},
)
