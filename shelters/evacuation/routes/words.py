"""What the pages call kinds, groups, states and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relief_ops.cases.routes.words import PURPOSES
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from shelters.evacuation.queries import Stand
from shelters.evacuation.queries.words import LEVELS, RISKS
from shelters.evacuation.rules import (
    GROUPS,
    PETS,
    Destination,
    Doubt,
    Dwelling,
    Escalation,
    Inquiry,
    Kind,
    Means,
    State,
    Transport,
    pets_of,
)

KINDS = {
    Kind.HOUSEHOLD: lazy("household"),
    Kind.WORKSITE: lazy("worksite"),
    Kind.DORMITORY: lazy("dormitory"),
    Kind.FISH_RAFT: lazy("people on a fish raft"),
    Kind.SCENIC_SPOT: lazy("scenic spot"),
    Kind.GUEST_HOUSE: lazy("guest house"),
}
GROUP_WORDS = {
    "over80": lazy("80 and over"),
    "alone": lazy("living alone"),
    "disabled": lazy("severely disabled"),
    "pregnant": lazy("pregnant"),
    "children": lazy("infants"),
    "medical": lazy("in medical need"),
    "outsiders": lazy("from outside"),
}
PET_WORDS = {
    "dogs": lazy("dogs"),
    "cats": lazy("cats"),
    "other_pets": lazy("other animals"),
}
DESTINATIONS = {
    Destination.SHELTER: lazy("a shelter"),
    Destination.RELATIVES: lazy("relatives or friends"),
}
TRANSPORTS = {
    Transport.NONE: lazy("on their own"),
    Transport.BUS: lazy("by bus"),
    Transport.WHEELCHAIR: lazy("by a vehicle for wheelchairs"),
    Transport.STRETCHER: lazy("lying down"),
    Transport.BOAT: lazy("by boat"),
}
MEANS = {
    Means.PHONE: lazy("by telephone"),
    Means.DOOR: lazy("at the door"),
    Means.BROADCAST: lazy("by loudspeaker"),
    Means.GONG: lazy("by gong"),
    Means.MESSAGE: lazy("by message"),
}
STATES = {
    State.TO_TELL: lazy("nobody reached"),
    State.TOLD: lazy("told"),
    State.READY: lazy("ready to go"),
    State.ON_THE_WAY: lazy("on their way"),
    State.AT_SHELTER: lazy("at a shelter"),
    State.WITH_RELATIVES: lazy("with relatives"),
    State.REFUSED: lazy("will not go"),
    State.NOT_FOUND: lazy("not found"),
    State.RETURNED: lazy("home again"),
}
DWELLINGS = {
    Dwelling.HABITABLE: lazy("fit to live in"),
    Dwelling.COLLAPSED: lazy("has collapsed"),
    Dwelling.SEVERE: lazy("severely damaged"),
    Dwelling.FLOODED: lazy("under water or unusable from it"),
    Dwelling.DANGER: lazy("danger is not over (slope, dam, building)"),
    Dwelling.OTHER: lazy("cannot return for another reason"),
}
INQUIRIES = {
    Inquiry.FAMILY: lazy("a relative asks"),
    Inquiry.RESCUE: lazy("search and rescue"),
    Inquiry.MEDICAL: lazy("a hospital asks"),
    Inquiry.VILLAGE: lazy("the village is missing somebody"),
}
# Where somebody is, as it is told to who asked: the states of the list, and of the shelters.
WHEREABOUTS = STATES | {
    "listed": lazy("on the list of who must move; nothing more is recorded"),
    "left_home": lazy("left the shelter, home"),
    "left_relatives": lazy("left the shelter, to relatives"),
    "left_hospital": lazy("left the shelter, to hospital"),
    "left_other_shelter": lazy("left, to another shelter"),
    "did_not_come": lazy("expected at a shelter and did not come"),
}
TURNS = {
    Escalation.CADRE: lazy("the cadre's turn"),
    Escalation.DEPUTY: lazy("the deputy's turn"),
    Escalation.SEND: lazy("send somebody"),
}
DOUBTS = {
    Doubt.UNREGISTERED: lazy("said to be in a shelter, registered in none"),
    Doubt.LONG_WAY: lazy("on their way for too long"),
    Doubt.NOT_COME: lazy("announced, never came"),
}
# The parts of a bar, from safe to lost; told and ready are one: reached, not yet moving.
PARTS: Mapping[str, tuple[State, ...]] = {
    "at_shelter": (State.AT_SHELTER,),
    "with_relatives": (State.WITH_RELATIVES,),
    "returned": (State.RETURNED,),
    "on_the_way": (State.ON_THE_WAY,),
    "told": (State.TOLD, State.READY),
    "to_tell": (State.TO_TELL,),
    "refused": (State.REFUSED,),
    "not_found": (State.NOT_FOUND,),
}
PART_WORDS = {
    "at_shelter": lazy("at a shelter"),
    "with_relatives": lazy("with relatives"),
    "returned": lazy("home again"),
    "on_the_way": lazy("on their way"),
    "told": lazy("told, not moving yet"),
    "to_tell": lazy("nobody reached"),
    "refused": lazy("will not go"),
    "not_found": lazy("not found"),
}
PART_OF = {state: part for part, states in PARTS.items() for state in states}


def groups(row: Any) -> list[tuple[str, int]]:
    """Return the special groups of a row in words, with how many people are of each."""
    found = ((str(GROUP_WORDS[each]), getattr(row, each)) for each in GROUPS)
    return [(words, number) for words, number in found if number]


def pets(row: Any) -> str:
    """Return the pets of a row in words; an empty text where nothing is known of them."""
    counts = {name: getattr(row, name) for name in PETS}
    if pets_of(counts.values()) is None:
        return ""
    found = [f"{PET_WORDS[name]} {number}" for name, number in counts.items() if number]
    return " · ".join(found) or _("none")


def part_of(stand: Stand) -> str:
    """Return the part of the bar somebody is counted in."""
    return PART_OF[stand.state]


WORDS: Mapping[str, Any] = {
    "risks": RISKS, "levels": LEVELS, "kinds": KINDS, "group_words": GROUP_WORDS,
    "pet_words": PET_WORDS, "pets": pets,
    "destinations": DESTINATIONS, "transports": TRANSPORTS, "means_words": MEANS,
    "states": STATES, "doubts": DOUBTS, "turns": TURNS, "part_words": PART_WORDS, "parts": PARTS,
    "groups": groups,
    "part_of": part_of, "purposes": PURPOSES, "inquiries": INQUIRIES,
    "whereabouts_words": WHEREABOUTS,
}  # fmt: skip
