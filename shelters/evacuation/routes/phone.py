"""Door to door without a network: the pages, the words, the households to go to and away."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.geo import AreaTree
from shelters.evacuation import queries, rules
from shelters.evacuation.queries import Stand
from shelters.evacuation.queries.words import RISKS
from shelters.evacuation.routes.blueprint import (
    blueprint,
    may,
    order_of,
    orders_of,
    seen,
    wanted,
)
from shelters.evacuation.routes.doors import BUTTONS, deputises, stands_here
from shelters.evacuation.routes.turns import turns
from shelters.evacuation.routes.words import (
    DESTINATIONS,
    DWELLINGS,
    GROUP_WORDS,
    MEANS,
    STATES,
    TRANSPORTS,
)

PATH = "/phone/doors"
DWELLINGS_PATH = "/phone/dwellings"
MOST_AWAY = 600
LISTS: Mapping[str, Mapping[Any, Any]] = {
    "states": STATES,
    "means": MEANS,
    "groups": GROUP_WORDS,
    "destinations": DESTINATIONS,
    "transports": TRANSPORTS,
    "risks": RISKS,
    "dwellings": DWELLINGS,
}


@blueprint.get(PATH)
@blueprint.doc(hide=True)
def phone_doors() -> ResponseReturnValue:
    """Show the doors on the phone: an empty page, the same for everybody."""
    require("evacuation.record")
    return web.offline_page(PATH)


@blueprint.get(f"{PATH}/facts")
@blueprint.doc(hide=True)
def phone_facts() -> ResponseReturnValue:
    """Give the households to go to, masked as the page at the desk shows them."""
    web.enter_app("/phone", "evacuation.record")
    with reading() as session:
        found = seen(session, "evacuation.record") if may("evacuation.record") else None
        orders = orders_of(session, found) if found else []
        if found is None or not orders:
            return {"order": None, "households": [], "total": 0, "own": False}
        order = orders[0]
        stands, total, own = stands_here(session, found)
        deputy, (_turn, since) = deputises(session), turns(session, found, orders)
        return {
            "order": {
                "id": order.id,
                "number": order.number,
                "deadline_at": order.deadline_at,
                "home": order.returned_at is not None,
            },
            "orders": [each.id for each in orders],
            "households": _households(session, stands)
            if not own
            else [
                each | {"deputy": deputy(stand), "deputy_at": since(stand)}
                for each, stand in zip(_households(session, stands), stands, strict=True)
            ],
            "total": total,
            "own": own,
        }


def _households(session: Session, stands: list[Stand]) -> list[dict[str, Any]]:
    rows = [each.row for each in stands]
    shelters = queries.shelter_names(session, (row.shelter_id for row in rows))
    risks = queries.risk_kinds(session, (row.risk_id for row in rows))
    return [
        {
            "id": each.row.id,
            "order": each.order_id,
            "name": each.row.unit or queries.masked(each.row)["name"],
            "people": each.row.people,
            "state": each.state,
            "since": each.since,
            "refusals": each.refusals,
            "safe": each.safe,
            "groups": {
                code: number for code in rules.GROUPS if (number := getattr(each.row, code))
            },
            "shelter": shelters.get(each.row.shelter_id) if each.row.shelter_id else None,
            "destination": each.row.destination,
            "transport": each.row.transport,
            "risk": risks.get(each.row.risk_id) if each.row.risk_id else None,
        }
        for each in stands
    ]


@blueprint.get(DWELLINGS_PATH)
@blueprint.doc(hide=True)
def phone_dwellings() -> ResponseReturnValue:
    """Show the dwellings on the phone: an empty page, the same for everybody."""
    require("evacuation.record")
    return web.offline_page(DWELLINGS_PATH)


@blueprint.get(f"{DWELLINGS_PATH}/facts")
@blueprint.doc(hide=True)
def phone_dwelling_facts() -> ResponseReturnValue:
    """Give who is away and what was found at home, masked, those not looked at first."""
    web.enter_app("/phone", "evacuation.record")
    with reading() as session:
        found = seen(session, "evacuation.record") if may("evacuation.record") else None
        order = order_of(session, found) if found else None
        if found is None or order is None:
            return {"order": None, "households": [], "total": 0}
        rows, total = queries.away(session, order, wanted(found), most=MOST_AWAY)
        return {
            "order": {"id": order.id, "number": order.number, "impact_at": order.impact_at},
            "households": [_away(each, found.tree) for each in rows],
            "total": total,
        }


def _away(each: queries.Away, tree: AreaTree) -> dict[str, Any]:
    return {
        "id": each.row.id,
        "name": each.row.unit or queries.masked(each.row)["name"],
        "people": each.row.people,
        "area": tree.node(each.row.area_id).name,
        "state": each.state,
        "found": each.finding.found if each.finding else None,
        "found_at": each.finding.at if each.finding else None,
    }


@cache
def form() -> dict[str, Any]:
    """Return what the phone needs to know of steps: what may follow, and the words, in English."""
    following = {
        before.value: [each.value for each in BUTTONS if each in after]
        for before, after in rules.NEXT.items()
    }
    words = {
        name: {str(code): str(text.message) for code, text in choices.items()}
        for name, choices in LISTS.items()
    }
    return {"next": following, "safe": sorted(rules.SAFE), **words}


@cache
def texts() -> list[str]:
    """Return every English text of the form, to be given in Chinese beside it."""
    return list(dict.fromkeys(text for name in LISTS for text in form()[name].values()))
