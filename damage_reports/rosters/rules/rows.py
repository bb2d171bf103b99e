"""The columns of the three rosters (domain: 一览表, 台账 before 2016), and what one row may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from relief_ops.cases.rules import identity


class Roster(StrEnum):
    """死亡失踪人员, 倒塌损坏住房户, 紧急转移安置人员."""

    CASUALTIES = "casualties"
    HOUSES = "houses"
    RELOCATED = "relocated"


class Status(StrEnum):
    """What became of a person when the row was written."""

    DEAD = "dead"
    MISSING = "missing"


class Outcome(StrEnum):
    """How the search for a missing person ended; the last two count among the dead."""

    FOUND_ALIVE = "found_alive"
    CONFIRMED_DEAD = "confirmed_dead"
    DECLARED_DEAD = "declared_dead"


class Cause(StrEnum):
    """What a person died of, or was lost in."""

    DROWNING = "drowning"
    HOUSE_COLLAPSE = "house_collapse"
    LANDSLIDE = "landslide"
    DEBRIS_FLOW = "debris_flow"
    FALLING_OBJECT = "falling_object"
    ELECTRIC_SHOCK = "electric_shock"
    OTHER = "other"


class Sex(StrEnum):
    """As the papers say."""

    MALE = "male"
    FEMALE = "female"


class Family(StrEnum):
    """家庭类型 of a household."""

    DESTITUTE = "destitute"
    LIVING_ALLOWANCE = "living_allowance"
    NEAR_POVERTY = "near_poverty"
    DISABLED = "disabled"
    VETERAN = "veteran"
    HARDSHIP = "hardship"
    ORDINARY = "ordinary"


class Structure(StrEnum):
    """房屋结构, the five classes of the national forms."""

    STEEL_CONCRETE = "steel_concrete"
    BRICK_CONCRETE = "brick_concrete"
    BRICK_WOOD = "brick_wood"
    EARTH_WOOD = "earth_wood"
    OTHER = "other"


class Rebuild(StrEnum):
    """重建、修缮方式."""

    REBUILD = "rebuild"
    REPAIR = "repair"
    RESETTLE = "resettle"
    NONE = "none"


class Placement(StrEnum):
    """集中安置 in a site of the government, 分散安置 with relatives or in rented rooms."""

    CENTRAL = "central"
    SCATTERED = "scattered"


class NoNumber(StrEnum):
    """Why a row has no identity number."""

    NOT_ISSUED = "not_issued"
    LOST = "lost"
    FOREIGN = "foreign"
    UNIDENTIFIED = "unidentified"
    NOT_YET_KNOWN = "not_yet_known"


ROOMS = tuple(
    f"{grade}_{rooms}"
    for grade in ("collapsed", "severe", "minor")
    for rooms in ("rooms", "dwelling_rooms")
)
PERSONAL = ("name", "id_number", "phone", "address")
NUMBERED = "①②③"
OPEN: Mapping[Roster, tuple[str, ...]] = {
    Roster.CASUALTIES: ("status", "outcome", "happened_at"),
    Roster.HOUSES: ("family_type", "structure", "people", *ROOMS),
    Roster.RELOCATED: ("people", "placement", "moved_at", "returned_at"),
}
# Kept together under one seal: nothing is searched or counted by them.
DETAILS: Mapping[Roster, tuple[str, ...]] = {
    Roster.CASUALTIES: (
        *("sex", "age", "ethnicity", "household_registration", "residence", "place", "cause"),
        *("kin_contact", "comfort_yuan", "comfort_on", "remarks"),
    ),
    Roster.HOUSES: (
        *("damaged_on", "rebuild", "needs_aid", "subsidy_yuan", "completed_on"),
        *("bank_account", "remarks"),
    ),
    Roster.RELOCATED: ("to_place", "remarks"),
}
FIELDS: Mapping[Roster, tuple[str, ...]] = {
    each: ("name", "id_number", "no_number", "phone", "address", *OPEN[each], *DETAILS[each])
    for each in Roster
}
CHOICES: Mapping[str, type[StrEnum]] = {
    "status": Status, "outcome": Outcome, "cause": Cause, "sex": Sex, "family_type": Family,
    "structure": Structure, "rebuild": Rebuild, "placement": Placement, "no_number": NoNumber,
}  # fmt: skip
NEEDED: Mapping[Roster, tuple[str, ...]] = {
    Roster.CASUALTIES: ("name", "status", "happened_at"),
    Roster.HOUSES: ("name", "address", "family_type", "structure", "people"),
    Roster.RELOCATED: ("name", "people", "placement", "moved_at"),
}


@dataclass(frozen=True)
class Problem:
    """One thing a row may not say: where, and a code that is put into words elsewhere."""

    field: str
    code: str


def problems(roster: Roster, row: Mapping[str, Any]) -> list[Problem]:
    """Return everything wrong with a row as it would stand; absent and None are the same."""
    said = {key: value for key, value in row.items() if value not in (None, "")}
    found = [Problem(key, "not_here") for key in said if key not in FIELDS[roster]]
    found += [Problem(key, "missing") for key in NEEDED[roster] if key not in said]
    if "id_number" not in said and "no_number" not in said:
        found.append(Problem("id_number", "number_or_why"))
    if "id_number" in said and "no_number" in said:
        found.append(Problem("no_number", "number_and_why"))
    return found + _MORE[roster](said)


def _casualty(said: Mapping[str, Any]) -> list[Problem]:
    found = []
    if said.get("status") == Status.DEAD and "outcome" in said:
        found.append(Problem("outcome", "outcome_of_dead"))
    return found


def _house(said: Mapping[str, Any]) -> list[Problem]:
    found = [
        Problem(f"{grade}_dwelling_rooms", "more_dwelling_rooms")
        for grade in ("collapsed", "severe", "minor")
        if said.get(f"{grade}_dwelling_rooms", 0) > said.get(f"{grade}_rooms", 0)
    ]
    if not any(said.get(each) for each in ROOMS):
        found.append(Problem("collapsed_rooms", "no_rooms"))
    return found


def _relocated(said: Mapping[str, Any]) -> list[Problem]:
    moved, returned = said.get("moved_at"), said.get("returned_at")
    if moved and returned and returned < moved:
        return [Problem("returned_at", "before_moved")]
    return []


_MORE = {Roster.CASUALTIES: _casualty, Roster.HOUSES: _house, Roster.RELOCATED: _relocated}


def masked(field: str, text: str) -> str:
    """Return a personal field as it is shown to somebody who has not asked for more."""
    if not text:
        return ""
    if field == "name":
        return identity.masked_name(text)
    if field == "id_number":
        return identity.masked_id_number(text)
    return identity.masked_phone(text) if field == "phone" else "***"


def told_apart(field: str, values: Sequence[Any]) -> list[str]:
    """Return versions of a personal field masked; what differs only under the mask is numbered."""
    texts = [str(value or "") for value in values]
    masks = [masked(field, each) for each in texts]
    kinds = {mask: list(dict.fromkeys(t for t, m in zip(texts, masks, strict=True) if m == mask))
             for mask in masks}  # fmt: skip
    return [
        f"{mask} {NUMBERED[kinds[mask].index(each)]}" if len(kinds[mask]) > 1 else mask
        for each, mask in zip(texts, masks, strict=True)
    ]
