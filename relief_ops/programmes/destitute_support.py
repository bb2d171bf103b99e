"""Support for destitute persons: no ability to work, no income, nobody bound and able to help."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from relief_ops.cases.rules.means import Rates, Yuan, missing_papers
from relief_ops.plugins import Assessment, Programme, Verdict

LAW = "Interim Measures for Social Assistance, art. 14"
CARE_LAW = "Measures for Recognising Destitute Persons (2021), art. 22"
PAPERS = {
    "id_card": "Identity card",
    "household_register": "Household register",
    "means_authorisation": "Signed authorisation to verify the family's means",
}
REASONS = {
    "nobody_named": "Nobody in the family is named as unable to support themselves.",
    "not_in_the_circle": "At %(age)s years and without a disability the person is neither"
    " elderly, nor disabled, nor a minor.",
    "able_to_work": "The person is able to work.",
    "has_income": "The person has %(income_yuan)s yuan of income a month"
    " and so a source of living.",
    "has_obligor": "Someone is bound by law to support the person, and able to.",
    "destitute": "No ability to work, no source of living and nobody bound and able to help;"
    " %(failures)s of 6 daily tasks not managed: %(care)s.",
}


class Care(StrEnum):
    """How far a person can look after themselves."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


CARE = {
    Care.FULL: "full self-care",
    Care.PARTIAL: "self-care partly lost",
    Care.NONE: "self-care wholly lost",
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """What is said about the one person who cannot support themselves."""

    person_age: Annotated[
        int | None, Field(ge=0, le=130, title="Age of the person who cannot support themselves")
    ] = None
    person_disabled: Annotated[bool, Field(title="The person is disabled")] = False
    person_can_work: Annotated[bool, Field(title="The person is able to work")] = False
    person_income_yuan: Annotated[Yuan, Field(title="The person's own monthly income")] = Decimal(0)
    able_obligor: Annotated[
        bool, Field(title="Someone is bound to support the person, and able to")
    ] = False
    supported_now: Annotated[bool, Field(title="The person is already supported")] = False
    tasks_failed: Annotated[
        int,
        Field(
            ge=0, le=6, title="Daily tasks not managed (of 6: eat, dress, bed, toilet, walk, bathe)"
        ),
    ] = 0
    papers: Annotated[frozenset[str], Field(title="Papers brought")] = frozenset()


def assess(form: Form, rates: Rates) -> Assessment:
    """Qualify an elderly, disabled or under-age person without work, income and obligor.

    The payment is a fixed local standard plus care by class. Source: Interim Measures for
    Social Assistance (2014) art. 14; Measures for Recognising Destitute Persons (2021)
    art. 22. Worked cases in tests/programmes/destitute_support.csv.
    """
    if form.person_age is None:
        return Assessment(verdict=Verdict.NOT_APPLICABLE, reason="nobody_named", article=LAW)
    for fails, reason, facts in _tests(form, rates):
        if fails:
            return Assessment(verdict=Verdict.REFUSE, reason=reason, article=LAW, facts=facts)
    return _recognised(form, rates)


def _tests(form: Form, rates: Rates) -> list[tuple[bool, str, dict[str, Decimal | int | str]]]:
    return [
        (not _in_the_circle(form, rates), "not_in_the_circle", {"age": form.person_age or 0}),
        (form.person_can_work, "able_to_work", {}),
        (_has_income(form, rates), "has_income", {"income_yuan": form.person_income_yuan}),
        (form.able_obligor, "has_obligor", {}),
    ]


def _in_the_circle(form: Form, rates: Rates) -> bool:
    age = form.person_age or 0
    continuing = rates["destitute_support.minor_age_continuing"]
    minor = rates["destitute_support.minor_age"]
    return (
        age >= rates["destitute_support.elderly_age"]
        or form.person_disabled
        or age < minor
        or (form.supported_now and age < continuing)
    )


def _has_income(form: Form, rates: Rates) -> bool:
    """Count as income what reaches the given share of the allowance standard."""
    share = rates["destitute_support.income_share"]
    floor = share * rates["living_allowance.standard"]
    return form.person_income_yuan > 0 and form.person_income_yuan >= floor


def care_class(tasks_failed: int) -> Care:
    """Return the class of care: 0 failures full, 1-3 partial, 4 and more none.

    Source: Measures for Recognising Destitute Persons (2021) art. 22.
    """
    if tasks_failed == 0:
        return Care.FULL
    return Care.PARTIAL if tasks_failed <= 3 else Care.NONE


def _recognised(form: Form, rates: Rates) -> Assessment:
    care = care_class(form.tasks_failed)
    living = rates.get("destitute_support.living_standard")
    nursing = rates.get(f"destitute_support.care_{care}")
    missing = missing_papers(PAPERS, form.papers)
    known = living is not None and nursing is not None
    return Assessment(
        verdict=Verdict.INCOMPLETE if missing else Verdict.GRANT,
        reason="destitute",
        article=CARE_LAW,
        amount_yuan=(living or Decimal(0)) + (nursing or Decimal(0)) if known else Decimal(0),
        amount_set_locally=not known,
        facts={"failures": form.tasks_failed, "care": CARE[care]},
        missing=missing,
    )


PROGRAMME = Programme(
    code="destitute_support",
    title="Support for destitute persons",
    department="Civil affairs",
    form=Form,
    assess=assess,
    parameters=(
        "living_allowance.standard",
        "destitute_support.elderly_age",
        "destitute_support.minor_age",
        "destitute_support.minor_age_continuing",
        "destitute_support.income_share",
        "destitute_support.living_standard",
        "destitute_support.care_full",
        "destitute_support.care_partial",
        "destitute_support.care_none",
    ),
    reasons=REASONS,
    papers=PAPERS,
)
