"""What the pages call rosters, columns, choices and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from damage_reports.rosters.rules import (
    Cause,
    Family,
    Likeness,
    NoNumber,
    Outcome,
    Placement,
    Rebuild,
    Roster,
    Sex,
    State,
    Status,
    Structure,
)
from relief_ops.cases.routes.words import PURPOSES
from relief_ops.i18n import lazy

ROSTERS = {
    Roster.CASUALTIES: lazy("Dead and missing"),
    Roster.HOUSES: lazy("Collapsed and damaged dwellings"),
    Roster.RELOCATED: lazy("People relocated"),
}
COLUMNS: Mapping[str, Any] = {
    "name": lazy("Full name"),
    "id_number": lazy("Identity number"),
    "no_number": lazy("Why there is no number"),
    "phone": lazy("Telephone"),
    "address": lazy("Address"),
    "remarks": lazy("Remarks"),
    "status": lazy("Dead or missing"),
    "outcome": lazy("Outcome of the search"),
    "happened_at": lazy("When it happened"),
    "sex": lazy("Sex"),
    "age": lazy("Age"),
    "ethnicity": lazy("Ethnicity"),
    "household_registration": lazy("Registered household"),
    "residence": lazy("Usual residence"),
    "place": lazy("Where it happened"),
    "cause": lazy("Cause"),
    "kin_contact": lazy("Next of kin"),
    "comfort_yuan": lazy("Comfort money (yuan)"),
    "comfort_on": lazy("Comfort money paid on"),
    "family_type": lazy("Type of family"),
    "structure": lazy("Structure"),
    "people": lazy("People in it"),
    "collapsed_rooms": lazy("Rooms collapsed"),
    "collapsed_dwelling_rooms": lazy("of which dwelling rooms"),
    "severe_rooms": lazy("Rooms severely damaged"),
    "severe_dwelling_rooms": lazy("of which dwelling rooms"),
    "minor_rooms": lazy("Rooms with minor damage"),
    "minor_dwelling_rooms": lazy("of which dwelling rooms"),
    "damaged_on": lazy("Damaged on"),
    "rebuild": lazy("Rebuild or repair"),
    "needs_aid": lazy("Needs help with it"),
    "subsidy_yuan": lazy("Subsidy (yuan)"),
    "completed_on": lazy("Completed on"),
    "bank_account": lazy("Bank account"),
    "placement": lazy("Placed together or apart"),
    "to_place": lazy("Placed where"),
    "moved_at": lazy("Moved at"),
    "returned_at": lazy("Returned at"),
}
# The same column, said apart where it stands without the one before it.
APART: Mapping[str, Any] = {
    "collapsed_dwelling_rooms": lazy("of which dwelling rooms collapsed"),
    "severe_dwelling_rooms": lazy("of which dwelling rooms severely damaged"),
    "minor_dwelling_rooms": lazy("of which dwelling rooms with minor damage"),
}
HEADS = {Roster.HOUSES: lazy("Head of household")}
CHOICES: Mapping[str, Mapping[Any, Any]] = {
    "status": {
        Status.DEAD: lazy("dead"),
        Status.MISSING: lazy("missing"),
    },
    "outcome": {
        Outcome.FOUND_ALIVE: lazy("found alive"),
        Outcome.CONFIRMED_DEAD: lazy("confirmed dead"),
        Outcome.DECLARED_DEAD: lazy("declared dead"),
    },
    "cause": {
        Cause.DROWNING: lazy("drowning"),
        Cause.HOUSE_COLLAPSE: lazy("collapse of a house"),
        Cause.LANDSLIDE: lazy("buried by a landslide"),
        Cause.DEBRIS_FLOW: lazy("debris flow"),
        Cause.FALLING_OBJECT: lazy("falling object or tree"),
        Cause.ELECTRIC_SHOCK: lazy("electric shock or lightning"),
        Cause.OTHER: lazy("another cause"),
    },
    "sex": {
        Sex.MALE: lazy("male"),
        Sex.FEMALE: lazy("female"),
    },
    "family_type": {
        Family.DESTITUTE: lazy("destitute, supported apart"),
        Family.LIVING_ALLOWANCE: lazy("on the living allowance"),
        Family.NEAR_POVERTY: lazy("just above the living allowance"),
        Family.DISABLED: lazy("with a severely disabled member"),
        Family.VETERAN: lazy("entitled to special care"),
        Family.HARDSHIP: lazy("in other hardship"),
        Family.ORDINARY: lazy("ordinary"),
    },
    "structure": {
        Structure.STEEL_CONCRETE: lazy("reinforced concrete"),
        Structure.BRICK_CONCRETE: lazy("brick and concrete"),
        Structure.BRICK_WOOD: lazy("brick and wood"),
        Structure.EARTH_WOOD: lazy("earth and wood"),
        Structure.OTHER: lazy("another structure"),
    },
    "rebuild": {
        Rebuild.REBUILD: lazy("rebuild"),
        Rebuild.REPAIR: lazy("repair"),
        Rebuild.RESETTLE: lazy("resettle"),
        Rebuild.NONE: lazy("neither"),
    },
    "placement": {
        Placement.CENTRAL: lazy("together, in a site of the government"),
        Placement.SCATTERED: lazy("apart, with relatives or in rented rooms"),
    },
    "no_number": {
        NoNumber.NOT_ISSUED: lazy("never issued (an infant, say)"),
        NoNumber.LOST: lazy("papers lost, number not remembered"),
        NoNumber.FOREIGN: lazy("other papers (Hong Kong, Macao, Taiwan, abroad)"),
        NoNumber.UNIDENTIFIED: lazy("not identified yet"),
        NoNumber.NOT_YET_KNOWN: lazy("not asked yet"),
    },
}
LIKENESS = {
    Likeness.NUMBER: lazy("the same identity number"),
    Likeness.PLACE: lazy("the same address"),
    Likeness.NAME: lazy("the same or a like name in one village"),
}
STATES = {
    State.EQUAL: ("ok", lazy("agrees")),
    State.DIFFERS: ("act", lazy("differs")),
    State.NOT_REPORTED: ("watch", lazy("not reported")),
    State.EXPLAINED: ("watch half", lazy("differs, explained")),
}
MORE_SHOWN = {"removed": lazy("removed rows"), "same": lazy("settled as the same as another")}


def choice(field: str, value: Any) -> str:
    """Return a choice of a column in words."""
    return str(CHOICES[field][value])


WORDS: Mapping[str, Any] = {
    "rosters": ROSTERS, "columns": COLUMNS, "apart": APART, "choice": choice,
    "likeness": LIKENESS, "states": STATES, "purposes": PURPOSES, "more_shown": MORE_SHOWN,
    "heads": HEADS, "choices": CHOICES,
}  # fmt: skip
