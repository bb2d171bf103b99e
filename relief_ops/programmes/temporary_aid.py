"""Temporary aid: one payment to people struck by a sudden, passing hardship."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from relief_ops.cases.rules.means import PeopleTogether, Rates, Yuan, missing_papers, to_fen
from relief_ops.plugins import Assessment, Programme, Verdict

LAW = "Interim Measures for Social Assistance, arts. 47 and 48"
VAGRANT_LAW = "Measures for Aiding Vagrants and Beggars without Means (2003)"
PAPERS = {"id_card": "Identity card", "hardship_proof": "Proof of the hardship"}
REASONS = {
    "no_hardship": "No sudden hardship is stated.",
    "vagrant": "Food, lodging, care for sudden illness and a way home, if the person wants it.",
    "apply_at_home": "Without local registration or residence, help is asked for at home.",
    "hardship": "Sudden hardship in a family of %(people)s.",
    "hardship_capped": "Sudden hardship; at most %(multiple)s times the monthly standard of"
    " %(standard_yuan)s yuan a head: %(ceiling_yuan)s yuan for %(people)s.",
    "urgent_first": "Basic living is broken off: help at once, papers afterwards; at most"
    " %(ceiling_yuan)s yuan for %(people)s.",
}


class Cause(StrEnum):
    """What struck the family."""

    NONE = "none"
    FIRE = "fire"
    ACCIDENT = "accident"
    ILLNESS = "illness"
    DISASTER = "disaster"
    EXPENSE = "expense"
    OTHER = "other"
    VAGRANT = "vagrant"


@dataclass(frozen=True, kw_only=True)
class Form:
    """What happened, and what is needed now."""

    people: PeopleTogether = 1
    hardship: Annotated[Cause, Field(title="Sudden hardship")] = Cause.NONE
    needed_yuan: Annotated[Yuan | None, Field(title="Money needed to get through")] = None
    very_hard: Annotated[bool, Field(title="An especially grave hardship")] = False
    urgent: Annotated[bool, Field(title="Cannot wait: food, shelter or treatment now")] = False
    local_resident: Annotated[bool, Field(title="Registered or resident here")] = True
    papers: Annotated[frozenset[str], Field(title="Papers brought")] = frozenset()


def assess(form: Form, rates: Rates) -> Assessment:
    """Qualify people in sudden hardship, once, up to a multiple of the standard a head.

    In urgent cases help comes first and papers later. Without a published multiple, or
    when no sum is stated, the amount is set locally. Source: Interim Measures for Social
    Assistance (2014) arts. 47-48; Zhejiang Regulations on Social Assistance arts. 38-40;
    Opinions on Reforming Social Assistance (2020). Worked cases in
    tests/programmes/temporary_aid.csv.
    """
    if form.hardship is Cause.NONE:
        return Assessment(verdict=Verdict.NOT_APPLICABLE, reason="no_hardship", article=LAW)
    if form.hardship is Cause.VAGRANT:
        return Assessment(
            verdict=Verdict.GRANT, reason="vagrant", article=VAGRANT_LAW, amount_set_locally=True
        )
    anywhere = form.urgent and rates["temporary_aid.any_place_if_urgent"]
    if not form.local_resident and not anywhere:
        return Assessment(verdict=Verdict.REFUSE, reason="apply_at_home", article=LAW)
    return _struck(form, rates)


def _struck(form: Form, rates: Rates) -> Assessment:
    missing = missing_papers(PAPERS, form.papers)
    name = "very_hard_multiple" if form.very_hard else "multiple"
    multiple = rates.get(f"temporary_aid.{name}")
    ceiling = None if multiple is None else multiple * _standards(form, rates)
    return Assessment(
        verdict=Verdict.INCOMPLETE if missing and not form.urgent else Verdict.GRANT,
        reason=_reason(form, ceiling),
        article=LAW,
        amount_yuan=_amount_yuan(form, ceiling),
        amount_set_locally=ceiling is None or form.needed_yuan is None,
        facts=_numbers(form, rates, multiple, ceiling),
        missing=missing,
    )


def _standards(form: Form, rates: Rates) -> Decimal:
    return rates["living_allowance.standard"] * form.people


def _reason(form: Form, ceiling: Decimal | None) -> str:
    if ceiling is None:
        return "hardship"
    return "urgent_first" if form.urgent else "hardship_capped"


def _amount_yuan(form: Form, ceiling: Decimal | None) -> Decimal:
    if ceiling is None or form.needed_yuan is None:
        return Decimal(0)
    return to_fen(min(form.needed_yuan, ceiling))


def _numbers(
    form: Form, rates: Rates, multiple: Decimal | None, ceiling: Decimal | None
) -> dict[str, Decimal | int]:
    if multiple is None or ceiling is None:
        return {"people": form.people}
    return {
        "people": form.people,
        "multiple": multiple,
        "standard_yuan": rates["living_allowance.standard"],
        "ceiling_yuan": ceiling,
    }


PROGRAMME = Programme(
    code="temporary_aid",
    title="Temporary aid",
    department="Civil affairs",
    form=Form,
    assess=assess,
    parameters=(
        "living_allowance.standard",
        "temporary_aid.multiple",
        "temporary_aid.very_hard_multiple",
        "temporary_aid.any_place_if_urgent",
    ),
    reasons=REASONS,
    papers=PAPERS,
)
