"""Boxes over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.boxes import queries, rules, schemas, services
from stockpile.boxes.rules import Stage
from stockpile.queries import register, road
from stockpile.routes.api import asked_id

blueprint = APIBlueprint("boxes", __name__, template_folder="../templates")
# What is loaded is said where it leaves, the rest where it arrives.
PERMISSION = {stage: "stock.receive" for stage in Stage} | {Stage.LOADED: "stock.ship"}


@blueprint.put("/api/v1/packings/<uuid:packing_id>")
@web.takes(schemas.PutPacking)
def put_packing(packing_id: UUID, order: schemas.PutPacking) -> ResponseReturnValue:
    """Put what is promised of a lot into boxes; packed anew, the labels before are void."""
    receipt = packed(packing_id, order)
    return receipt.json(), receipt.status


def packed(packing_id: UUID, order: schemas.PutPacking) -> Receipt:
    """Pack in one transaction, whoever asked: a page or the API."""
    with transaction() as session:
        require("stock.ship")
        ends = queries.ends(session, order.line_id)
        actor_id = require("stock.ship", ends.from_area)
        attempt = web.attempt(packing_id, revised=True)
        return services.pack(session, attempt, order, ends, actor_id=actor_id)


@blueprint.put("/api/v1/box-scans/<uuid:scan_id>")
@web.takes(schemas.PutBoxScan)
def put_box_scan(scan_id: UUID, order: schemas.PutBoxScan) -> ResponseReturnValue:
    """Keep what whoever read the label of a box says of it: loaded, arrived, damaged, opened.

    Loaded is said where it leaves, the rest where it arrives; however late it comes in.
    """
    require(PERMISSION[order.stage])
    with transaction() as session:
        found = queries.box(session, order.box_id)
        receipt = scanned(session, web.attempt(scan_id, revised=True), order, found)
    return receipt.json(), receipt.status


def scanned(
    session: Session, attempt: Attempt, order: schemas.PutBoxScan, found: queries.Row
) -> Receipt:
    """Keep a word on a box as whoever is looking, if he may say it where the box is then."""
    packing = found.packing
    area = packing.from_area if order.stage == Stage.LOADED else packing.to_area
    actor_id = require(PERMISSION[order.stage], area)
    return services.scan(session, attempt, order, found, actor_id=actor_id)


@blueprint.get("/api/v1/boxes")
def list_boxes() -> ResponseReturnValue:
    """List the boxes of ?shipment=, or those packed and not yet sent of ?depot=."""
    require("stock.read")
    with reading() as session:
        load = asked(session)
        return {
            "count": len(load.rows),
            "missing": [each.box.number for each in load.missing],
            "boxes": [queries.shown(each) for each in load.rows],
        }


def asked(session: Session) -> queries.Load:
    """Return the boxes the address asks for. Raises Invalid for neither a shipment nor a depot."""
    if shipment_id := asked_id("shipment"):
        return queries.load_of(session, road.shipment(session, shipment_id).id)
    if depot_id := asked_id("depot"):
        return queries.picked(session, register.giver(session, depot_id).id)
    words = _("Say which shipment (?shipment=) or depot (?depot=).")
    raise Invalid(words, [FieldError("shipment", "missing", words)])


@blueprint.get("/api/v1/boxes/<uuid:box_id>")
def show_box(box_id: UUID) -> ResponseReturnValue:
    """Show one box and its whole way: taken in, packed, sent, opened, handed out.

    `unsaid` names the steps before the last one told that nobody told.
    """
    require("stock.read")
    with reading() as session:
        found = queries.box(session, box_id)
        links = queries.chain(session, found)
        return queries.shown(found) | {
            "unsaid": rules.unsaid(queries.steps(links)),
            "chain": [_link(each) for each in links],
        }


def _link(each: queries.Link) -> dict[str, Any]:
    return {
        "at": each.at, "step": each.step, "holder": each.holder, "told_by": each.told_by,
        "quantity": each.quantity, "handout_id": each.handout,
    }  # fmt: skip
