"""Reading labels without a network: the page, and what a phone at a ramp carries away."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters.queries import Looking
from relief_ops.disasters.routes import look
from stockpile.boxes import queries
from stockpile.boxes.rules import Stage

PATH = "/phone/boxes"
MOST = 1_500
blueprint = APIBlueprint("box_phone", __name__, enable_openapi=False)


@blueprint.get(PATH)
def phone_boxes() -> ResponseReturnValue:
    """Show the boxes on the phone: an empty page, the same for everybody."""
    require("stock.receive")
    return web.offline_page(PATH)


@blueprint.get(f"{PATH}/facts")
def phone_facts() -> ResponseReturnValue:
    """Give the boxes the reader may meet: those he sends, those that come to him."""
    web.enter_app("/phone", "report.submit")
    with reading() as session:
        seen = look(session)
        return _facts(session, seen)


def _facts(session: Session, seen: Looking) -> dict[str, Any]:
    who = viewer()
    if seen.disaster is None or who is None or not who.may("stock.receive", None, seen.tree):
        return {"stages": [], "boxes": []}
    stages = [
        stage for stage in Stage
        if who.may("stock.ship" if stage == Stage.LOADED else "stock.receive", None, seen.tree)
    ]  # fmt: skip
    rows = queries.carried(session, seen.view, most=MOST)
    return {"stages": stages, "boxes": [_box(each) for each in rows]}


def _box(found: queries.Row) -> dict[str, Any]:
    item = found.item
    return {
        "id": found.box.id, "number": found.box.number, "quantity": found.box.quantity,
        "zh": item.name_zh, "en": item.name_en, "unit": item.unit_zh, "unit_en": item.unit_en,
        "from": found.from_name, "to": found.to_name, "said": sorted(found.said),
        "shipment": found.shipment.number if found.shipment else None,
        "state": found.shipment.state if found.shipment else "packed",
    }  # fmt: skip


def form() -> dict[str, Any]:
    """Return what the views need besides their own words: nothing."""
    return {}


def texts() -> list[str]:
    """Return the English texts in it: none."""
    return []
