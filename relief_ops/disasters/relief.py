"""Disaster relief: help for people whose basic living a natural disaster has broken."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from relief_ops.cases.rules.means import HeadCount, Rates, missing_papers
from relief_ops.plugins import Assessment, Programme, Verdict

LAW = "Regulations on Natural Disaster Relief, arts. 14 and 19 to 21"
PAPERS = {
    "id_card": "Identity card",
    "household_register": "Household register",
    "damage_assessment": "Damage assessment of the dwelling",
    "death_certificate": "Proof of death by disaster",
}
REASONS = {
    "not_struck": "The disaster has not touched the family's basic living.",
    "dwelling_excluded": "What was damaged is not the family's only dwelling, or has long stood"
    " empty, or is a kitchen, shed or makeshift structure.",
    "struck": "%(items)s kinds of help are due by the standards in force.",
}


class DwellingDamage(StrEnum):
    """Grade of the whole dwelling: the highest whose test is met."""

    NONE = "none"
    MINOR = "minor"
    SEVERE = "severe"
    COLLAPSED = "collapsed"


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the disaster did to the family."""

    relocated_people: Annotated[HeadCount, Field(title="Moved out in the emergency")] = 0
    without_home_people: Annotated[
        HeadCount, Field(title="Without home, income and means to help themselves")
    ] = 0
    without_home_days: Annotated[int, Field(ge=0, le=366, title="For how many days")] = 0
    dwelling_damage: Annotated[DwellingDamage, Field(title="Damage to the dwelling")] = (
        DwellingDamage.NONE
    )
    sole_dwelling: Annotated[bool, Field(title="It is the family's only dwelling")] = True
    long_empty_or_shed: Annotated[
        bool, Field(title="Long empty, or a kitchen, shed or makeshift structure")
    ] = False
    deaths: Annotated[HeadCount, Field(title="Members killed by the disaster")] = 0
    winter_people: Annotated[HeadCount, Field(title="In need over winter and spring")] = 0
    drought_people: Annotated[HeadCount, Field(title="In need through drought")] = 0
    papers: Annotated[frozenset[str], Field(title="Papers brought")] = frozenset()


def assess(form: Form, rates: Rates) -> Assessment:
    """Add up what the standards in force give for each thing the disaster did.

    The dwelling counts once, whole, and only if it is the family's own and only one.
    Source: Regulations on Natural Disaster Relief (2010) arts. 14, 19-21; amounts are the
    area's dated standards. Worked cases in tests/programmes/disaster_relief.csv.
    """
    amounts = {item: amount for item, amount in _items(form, rates).items() if amount}
    if not amounts:
        return _nothing_due(form)
    missing = missing_papers(_required(form), form.papers)
    return Assessment(
        verdict=Verdict.INCOMPLETE if missing else Verdict.GRANT,
        reason="struck",
        article=LAW,
        amount_yuan=sum(amounts.values(), Decimal(0)),
        facts={"items": len(amounts), **amounts},
        missing=missing,
    )


def _items(form: Form, rates: Rates) -> dict[str, Decimal]:
    days = min(Decimal(form.without_home_days), rates["disaster_relief.transitional_days_max"])
    return {
        "relocation_yuan": form.relocated_people * rates["disaster_relief.relocated"],
        "transitional_yuan": form.without_home_people
        * days
        * rates["disaster_relief.transitional_day"],
        "dwelling_yuan": _dwelling_yuan(form, rates),
        "condolence_yuan": form.deaths * rates["disaster_relief.condolence"],
        "winter_yuan": form.winter_people * rates["disaster_relief.winter_spring"],
        "drought_yuan": form.drought_people * rates["disaster_relief.drought"],
    }


def _dwelling_yuan(form: Form, rates: Rates) -> Decimal:
    if not form.sole_dwelling or form.long_empty_or_shed:
        return Decimal(0)
    if form.dwelling_damage is DwellingDamage.MINOR:
        return rates["disaster_relief.house_minor"]
    if form.dwelling_damage in {DwellingDamage.SEVERE, DwellingDamage.COLLAPSED}:
        return rates["disaster_relief.house_rebuild"]
    return Decimal(0)


def _nothing_due(form: Form) -> Assessment:
    if form.dwelling_damage is not DwellingDamage.NONE:
        return Assessment(verdict=Verdict.REFUSE, reason="dwelling_excluded", article=LAW)
    return Assessment(verdict=Verdict.NOT_APPLICABLE, reason="not_struck", article=LAW)


def _required(form: Form) -> list[str]:
    """Ask for the papers that what is claimed needs."""
    required = ["id_card", "household_register"]
    if form.dwelling_damage is not DwellingDamage.NONE:
        required.append("damage_assessment")
    if form.deaths:
        required.append("death_certificate")
    return required


PROGRAMME = Programme(
    code="disaster_relief",
    title="Disaster-victim relief",
    department="Emergency management",
    form=Form,
    assess=assess,
    parameters=(
        "disaster_relief.relocated",
        "disaster_relief.transitional_day",
        "disaster_relief.transitional_days_max",
        "disaster_relief.house_minor",
        "disaster_relief.house_rebuild",
        "disaster_relief.condolence",
        "disaster_relief.winter_spring",
        "disaster_relief.drought",
    ),
    reasons=REASONS,
    papers=PAPERS,
)
