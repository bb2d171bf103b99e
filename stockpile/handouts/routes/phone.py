"""Handing out without a network: the page, and what a phone at a desk carries away."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.queries import Looking
from relief_ops.disasters.routes import look
from stockpile.handouts.queries import stock
from stockpile.handouts.routes.api import MAY, blueprint

PATH = "/phone/handouts"
MOST_DESKS = 60


@blueprint.get(PATH)
@blueprint.doc(hide=True)
def phone_handouts() -> ResponseReturnValue:
    """Show the handouts on the phone: an empty page, the same for everybody."""
    require(MAY)
    return web.offline_page(PATH)


@blueprint.get(f"{PATH}/facts")
@blueprint.doc(hide=True)
def phone_facts() -> ResponseReturnValue:
    """Give the places where the reader hands out, with what lies there; nobody's name."""
    web.enter_app("/phone", "report.submit")
    with reading() as session:
        seen = look(session)
        return {"desks": _desks(session, seen)}


def _desks(session: Session, seen: Looking) -> list[dict[str, Any]]:
    who = viewer()
    if seen.disaster is None or who is None:
        return []
    catalogue = items.items(session)
    places = [
        each for each in stock.desks(session, seen.view) if who.may(MAY, each.area_id, seen.tree)
    ][:MOST_DESKS]
    free = stock.free_at(
        session, [each.id for each in places], seen.disaster,
        today=clock.local_date(seen.view.now),
    )  # fmt: skip
    lying: dict[Any, list[dict[str, str]]] = defaultdict(list)
    for place_id, codes in free.items():
        lying[place_id] = [
            {"code": one.code, "zh": one.name_zh, "en": one.name_en, "unit": one.unit_zh}
            for one in catalogue
            if one.code in codes
        ]
    return [{"id": each.id, "name": each.name, "items": lying[each.id]} for each in places]


def form() -> dict[str, Any]:
    """Return what the views need besides their own words: nothing."""
    return {}


def texts() -> list[str]:
    """Return the English texts in it: none."""
    return []
