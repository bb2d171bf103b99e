"""Check-in without a network: the page, and what a phone at a shelter carries away."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.items.queries import items
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from shelters import queries as shelters
from shelters import rules
from shelters.check_in import queries
from shelters.check_in.routes.blueprint import CARE_WORDS, MAY, blueprint
from shelters.evacuation.routes.words import GROUP_WORDS
from shelters.models import Shelter, ShelterStatus
from shelters.queries.one import TYPED, typed_used
from shelters.rules import Band, LeftTo, State
from shelters.rules.doors import Party

PATH = "/phone/check-in"
ISSUED = ("bedding", "packs")
MOST_ITEMS = 8
LISTS = ("shelters", "households", "items", "villages", "inside")
STATES = {
    State.STANDBY: "standby",
    State.PREPARING: "being prepared",
    State.OPEN: "open",
    State.FULL: "full",
    State.CLOSING: "closing",
    State.CLOSED: "closed",
}
DOUBTS = {
    "safety_lapsed": "safety check lapsed",
    "safety_failed": "safety check failed",
    "under_repair": "under repair",
    "out_of_use": "out of use",
}
LEFT = {
    LeftTo.HOME: "home",
    LeftTo.RELATIVES: "to relatives",
    LeftTo.HOSPITAL: "to hospital",
    LeftTo.OTHER_SHELTER: "to another shelter",
    LeftTo.CANCELLED: "did not come",
}


@blueprint.get(PATH)
@blueprint.doc(hide=True)
def phone_check_in() -> ResponseReturnValue:
    """Show the check-in on the phone: an empty page, the same for everybody."""
    require(MAY)
    return web.offline_page(PATH)


@blueprint.get(f"{PATH}/facts")
@blueprint.doc(hide=True)
def phone_facts() -> ResponseReturnValue:
    """Give one's shelters and, of the one chosen (?shelter=), the households it waits for."""
    web.enter_app("/phone", "report.submit")
    with reading() as session:
        seen = look(session)
        areas = _where_one_admits()
        if seen.disaster is None or not areas:
            return {key: [] for key in LISTS} | {"shelter": None}
        doors = queries.doors(session, seen.disaster, areas, first=seen.area.id)
        chosen = _chosen([each for each, _status in doors])
        return {
            "shelters": [_shown(session, *pair, seen.disaster) for pair in doors],
            "shelter": chosen and chosen.id,
            "households": _households(session, chosen, seen.disaster, seen.tree),
            "items": [_item(each) for each in items(session) if each.item_class in ISSUED][
                :MOST_ITEMS
            ],
            "villages": _villages(chosen, seen.tree),
            "inside": _inside(session, chosen, seen.disaster, seen.tree),
            "kinds_used": typed_used(session, chosen.id, seen.disaster.id) if chosen else {},
        }


def _where_one_admits() -> set[UUID]:
    """Return the areas in which the reader registers people, whatever area they report for."""
    who = viewer()
    tree = geo.cached_tree()
    return {each for each in who.area_ids if who.may(MAY, each, tree)} if who else set()


def _chosen(found: list[Shelter]) -> Shelter | None:
    """Return the shelter the phone remembers; the only one where there is one."""
    asked = request.args.get("shelter", "")
    only = found[0] if len(found) == 1 else None
    return next((each for each in found if str(each.id) == asked), only)


def _shown(
    session: Session, shelter: Shelter, status: ShelterStatus | None, disaster: Disaster
) -> dict[str, Any]:
    people = status.inside if status else 0
    band = rules.band(people, shelter.capacity_max)
    state = State(status.state) if status else State.STANDBY
    return {
        "id": shelter.id,
        "name": shelter.name,
        "state": state,
        "people": people,
        "capacity": shelter.capacity_max,
        "free": max(shelter.capacity_max - people, 0),
        "band": band,
        "next": _next(session, shelter, disaster) if _offers_next(state, band) else None,
        "kinds": {kind: number for kind in TYPED if (number := getattr(shelter, kind))},
    }


def _offers_next(state: State, band: Band) -> bool:
    """Whether the next shelter is to be offered already: nearly full, or nobody is taken in."""
    return band != Band.OK if state in rules.ADMITTING else state != State.STANDBY


def _next(session: Session, shelter: Shelter, disaster: Disaster) -> dict[str, Any] | None:
    at = disasters.now_of(session, disaster)
    found = shelters.others(session, shelter, disaster.id, Party(people=1), at=at, most=1)
    return next(iter(found), None)


def _households(
    session: Session, shelter: Shelter | None, disaster: Disaster, tree: geo.AreaTree
) -> list[dict[str, Any]]:
    if shelter is None:
        return []
    rows = queries.expected(session, shelter, disaster, tree)
    held = queries.places(session, disaster.id, (each.id for each in rows))
    return queries.shown(rows, held, shelter, tree)


def _inside(
    session: Session, shelter: Shelter | None, disaster: Disaster, tree: geo.AreaTree
) -> list[dict[str, Any]]:
    """Return who is in the shelter that was chosen, so that they can be let go from here."""
    return queries.carried_inside(session, shelter.id, disaster.id, tree) if shelter else []


def _villages(shelter: Shelter | None, tree: geo.AreaTree) -> list[dict[str, str]]:
    """Return the villages around a shelter, to say where a walk-in is at home."""
    township = tree.ancestor_at(shelter.area_id, "township") if shelter else None
    around: set[UUID] = set(tree.within(township.id)) if township else set()
    nodes = [tree.node(each) for each in around]
    own = [node for node in nodes if node.level == "village"]
    return [{"code": each.code, "name": each.name} for each in sorted(own, key=lambda n: n.code)]


def _item(each: Item) -> dict[str, str]:
    return {"code": each.code, "zh": each.name_zh, "en": each.name_en, "unit": each.unit_zh}


@cache
def form() -> dict[str, Any]:
    """Return the words a phone needs that are not its own, in English."""
    return {
        "care": {code: str(text.message) for code, text in CARE_WORDS.items()},
        "groups": {code: str(text.message) for code, text in GROUP_WORDS.items()},
        "doubts": DOUBTS,
        "left": {way.value: words for way, words in LEFT.items()},
        "states": {state.value: words for state, words in STATES.items()},
    }


@cache
def texts() -> list[str]:
    """Return every English text of the form, to be given in Chinese beside it."""
    return list(dict.fromkeys(text for each in form().values() for text in each.values()))
