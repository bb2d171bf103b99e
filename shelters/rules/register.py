"""What the register holds of a building, and what speaks against what it says.

The fields are those of DB33/T 2158-2021 and of the county forms (domain.md §2.2); the sizes are
policy parameters and come from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shelters.rules import Kind


class Usage(StrEnum):
    """Whether a building serves as a shelter at all, whatever the disaster."""

    IN_USE = "in_use"
    UNDER_REPAIR = "under_repair"
    OUT_OF_USE = "out_of_use"


class Risk(StrEnum):
    """How likely the ground itself is to flood or to slide, as the county's survey says."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Appraisal(StrEnum):
    """The grade of a building's safety appraisal: A sound to D dangerous as a whole (JGJ 125)."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"


class Result(StrEnum):
    """What a safety check found."""

    PASSED = "passed"
    CONDITIONAL = "conditional"
    FAILED = "failed"


WORDS = (
    "code", "original_use", "owner_unit", "managing_unit", "opening_conditions",
    "materials_standard",
)  # fmt: skip
NUMBERS = (
    "floor_area", "lodging_area", "rooms_male", "rooms_female", "rooms_family", "toilets",
)  # fmt: skip
FEATURES = (
    "step_free", "accessible_toilet", "water", "electricity", "generator", "kitchen",
    "medical_point", "communications", "sign_installed", "materials_complete",
)  # fmt: skip
CHOICES: dict[str, type[StrEnum]] = {
    "appraisal": Appraisal, "flood_risk": Risk, "geological_risk": Risk,
}  # fmt: skip
DAYS = ("fire_inspected_on", "appraised_on", "last_drill_on", "materials_counted_on")
DETAILS = (*WORDS, *NUMBERS, *FEATURES, *CHOICES, *DAYS, "elevation_m", "usage")
CONTACTS = (
    "deputy", "deputy_phone", "key_holder", "key_phone", "police", "police_phone", "health",
    "health_phone",
)  # fmt: skip
PHONES = frozenset(each for each in CONTACTS if each.endswith("_phone"))

# How the page and the form group them.
SECTIONS: dict[str, tuple[str, ...]] = {
    "building": (
        "original_use", "owner_unit", "managing_unit", "floor_area", "lodging_area", "rooms_male",
        "rooms_female", "rooms_family",
    ),
    "equipment": (
        "water", "electricity", "generator", "toilets", "kitchen", "medical_point",
        "communications", "step_free", "accessible_toilet", "sign_installed",
    ),
    "safety": (
        "fire_inspected_on", "appraised_on", "appraisal", "elevation_m", "flood_risk",
        "geological_risk",
    ),
    "running": (
        "opening_conditions", "last_drill_on", "materials_standard", "materials_complete",
        "materials_counted_on",
    ),
}  # fmt: skip

ENDINGS = {
    Kind.CENTRE_COUNTY: "避灾安置中心",
    Kind.CENTRE_TOWNSHIP: "避灾安置中心",
    Kind.POINT_VILLAGE: "避灾安置点",
}
LEAST = {
    Kind.CENTRE_COUNTY: "shelter.capacity_min_county_centre",
    Kind.CENTRE_TOWNSHIP: "shelter.capacity_min_township_centre",
    Kind.POINT_VILLAGE: "shelter.capacity_min_village_point",
}
PER_PERSON, PER_TOILET = "shelter.area_per_person_m2", "shelter.people_per_toilet"
DUE_DAYS, CHECK_YEARS = "shelter.safety_due_days", "shelter.safety_check_years"


@dataclass(frozen=True)
class Size:
    """What of a shelter's record is measured: places, square metres of sleeping, toilets."""

    kind: Kind
    capacity: int
    floor_area: int | None = None
    lodging_area: int | None = None
    toilets: int | None = None


@dataclass(frozen=True)
class Doubt:
    """Something in a record that deserves a second look: its code, what is, what should be."""

    code: str
    figure: int
    wanted: int


def size_doubts(size: Size, limits: dict[str, float]) -> list[Doubt]:
    """Return what is unusual about a size; a limit that is not known is not asked about."""
    found = []
    least = limits.get(LEAST[size.kind])
    if least is not None and size.capacity < least:
        found.append(Doubt("too_small", size.capacity, int(least)))
    per_person = limits.get(PER_PERSON)
    if per_person and size.lodging_area is not None:
        room = int(size.lodging_area // per_person)
        if size.capacity > room:
            found.append(Doubt("crowded", size.capacity, room))
    per_toilet = limits.get(PER_TOILET)
    if per_toilet and size.toilets is not None:
        wanted = -(-size.capacity // int(per_toilet))
        if size.toilets < wanted:
            found.append(Doubt("few_toilets", size.toilets, wanted))
    if None not in (size.floor_area, size.lodging_area) and size.lodging_area > size.floor_area:  # type: ignore[operator]
        found.append(Doubt("areas", size.lodging_area or 0, size.floor_area or 0))
    return found


def proper_name(area: str, kind: Kind) -> str:
    """Return what a shelter is called by the naming rule: its division and what it is."""
    return f"{area}{ENDINGS[kind]}"


def is_well_named(name: str, kind: Kind, areas: list[str]) -> bool:
    """Whether a name says a division it lies in (or one below) and ends as the rule wants."""
    bare = "".join(name.split())
    return bare.endswith(ENDINGS[kind]) and any(each and each in bare for each in areas)


def safe_until(result: Result, checked_on: date, valid_until: date | None) -> date | None:
    """Return until when a check lets a building be used: a failed one ended it the day before."""
    return checked_on - timedelta(days=1) if result == Result.FAILED else valid_until


def is_due(checked_until: date | None, today: date, days: int) -> bool:
    """Whether the safety check still holds but runs out within so many days."""
    return checked_until is not None and today <= checked_until <= today + timedelta(days=days)


def years_later(day: date, years: int) -> date:
    """Return the last day of so many years from a day on: 2024-03-01 and 3 give 2027-02-28."""
    try:
        same = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        same = day.replace(year=day.year + years, month=3, day=1)
    return same - timedelta(days=1)
