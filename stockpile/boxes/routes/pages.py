"""The pages of boxes: pick list, labels, the boxes of a shipment, and the way of one box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, IllegalTransition, Invalid, ReliefError
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.web.pages import may
from stockpile.boxes import queries, rules, schemas
from stockpile.boxes.routes import api
from stockpile.boxes.routes.wording import gap_words, link_words, stage_words
from stockpile.boxes.rules import Stage
from stockpile.models import Shipment
from stockpile.queries import register, road

blueprint = APIBlueprint(
    "box_pages", __name__, template_folder="../templates", enable_openapi=False, url_prefix="/stock"
)
A_SHEET = 120
MOST_TYPED = 200_000
CORRECTABLE = (409, 422)


def _shown(template: str, **context: Any) -> str:
    return web.page(
        f"boxes/{template}", tab="road", name_of=items.name_of, unit_of=items.unit_of, may=may,
        stages=stage_words(), new_id=lambda: str(uuid6.uuid7()), **context,
    )  # fmt: skip


@blueprint.get("/shipments/<uuid:shipment_id>/boxes")
def shipment_boxes(shipment_id: UUID) -> ResponseReturnValue:
    """Show the boxes of a shipment: which were loaded, arrived, are missing; and sign for them."""
    return _shipment(shipment_id, {}, [])


def _shipment(shipment_id: UUID, filled: dict[str, Any], errors: Sequence[FieldError]) -> str:
    require("stock.read")
    with reading() as session:
        look(session)
        found = road.on_the_road(session, shipment_id)
        load = queries.load_of(session, shipment_id)
        lines = road.loads(session, [shipment_id]).get(shipment_id, [])
        ships, receives = _ends(found.shipment)
        loose = {each.id for each in load.loose}
        return _shown(
            "shipment.html", road=found, load=load, filled=filled, errors=errors,
            counted=load.counted(), lots=_lots(lines), ships=ships, receives=receives,
            loose=[each for each in lines if each[0].id in loose],
            unlabelled={each.lot_id for each in load.loose},
            offered=[each for each in Stage if (ships if each == Stage.LOADED else receives)],
        )  # fmt: skip


def _ends(found: Shipment) -> tuple[bool, bool]:
    """Whether the reader may say what leaves, and what arrives."""
    tree = cached_tree()
    return (
        may("stock.ship", found.from_area, tree),
        may("stock.receive", found.to_area, tree),
    )


def _lots(lines: Sequence[Any]) -> list[tuple[Any, Any, int]]:
    """Return (item, lot, quantity) of a load, each lot once."""
    found: dict[UUID, tuple[Any, Any, int]] = {}
    for line, item, lot in lines:
        sent = found[lot.id][2] if lot.id in found else 0
        found[lot.id] = (item, lot, sent + line.quantity)
    return list(found.values())


@blueprint.post("/shipments/<uuid:shipment_id>/boxes")
def tell(shipment_id: UUID) -> ResponseReturnValue:
    """Keep one word on many boxes, by their numbers or as a hand scanner read them."""
    require("stock.read")
    filled = web.form_fields()
    try:
        _tell(shipment_id, filled)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        problems = getattr(error, "errors", None) or [FieldError("boxes", error.code, str(error))]
        return _shipment(shipment_id, filled, problems), error.status
    return web.see_other("box_pages.shipment_boxes", shipment_id=shipment_id)


def _tell(shipment_id: UUID, filled: dict[str, Any]) -> None:
    form_id = web.form_id(filled)
    said = rules.read(str(filled.get("boxes", ""))[:MOST_TYPED])
    if said.unread:
        raise _wrong(
            _("Not a number or label of a box: %(words)s.", words=" ".join(said.unread[:20]))
        )
    if not (said.ids or said.numbers):
        raise _wrong(_("Say which boxes."))
    with transaction() as session:
        at = register.now_in(session, road.shipment(session, shipment_id).drill_id).isoformat()
        word = {"box_id": str(form_id), "stage": filled.get("stage", ""), "at": at}
        order = web.check(schemas.PutBoxScan, word)
        for found in _meant(session, shipment_id, said):
            # The same form sent again says the same at another instant, which is no part of it.
            attempt = web.attempt(uuid5(form_id, found.box.id.hex), revised=True)
            api.scanned(session, attempt, order, found)


def _meant(session: Session, shipment_id: UUID, said: rules.Said) -> list[queries.Row]:
    """Return the boxes meant. Raises Invalid for a number this shipment does not have."""
    numbered = queries.numbered(session, shipment_id, said.numbers)
    if missing := sorted(set(said.numbers) - {each.box.number for each in numbered}):
        words = " ".join(str(each) for each in missing[:20])
        raise _wrong(_("This shipment has no box with the number %(words)s.", words=words))
    read = queries.boxes(session, said.ids) if said.ids else []
    for each in read:
        if each.line.shipment_id != shipment_id or each.packing.replaced_at is not None:
            number = each.box.number
            raise _wrong(
                _("Box %(number)s is not of this shipment, or its label is void.", number=number)
            )
    return list({each.box.id: each for each in (*read, *numbered)}.values())


def _wrong(words: str) -> Invalid:
    return Invalid(words, [FieldError("boxes", "boxes", words)])


@blueprint.get("/depots/<uuid:depot_id>/picking")
def pick_list(depot_id: UUID) -> ResponseReturnValue:
    """Show what is promised and still lies in a depot, by destination, and pack it."""
    return _picking(depot_id, {}, [])


def _picking(depot_id: UUID, filled: dict[str, Any], errors: Sequence[FieldError]) -> str:
    require("stock.read")
    with reading() as session:
        seen = look(session)
        depot = register.giver(session, depot_id)
        waiting = road.to_ship(session, seen.view, depot_id=depot_id)
        load = queries.picked(session, depot_id)
        boxes: dict[UUID, list[queries.Row]] = {}
        for each in load.rows:
            boxes.setdefault(each.line.id, []).append(each)
        return _shown(
            "picking.html", depot=depot, waiting=waiting, boxes=boxes, filled=filled,
            errors=errors, packs=may("stock.ship", depot.area_id, cached_tree()),
            printed_at=seen.view.now,
        )  # fmt: skip


@blueprint.post("/lines/<uuid:line_id>/packing")
def pack(line_id: UUID) -> ResponseReturnValue:
    """Pack one promised line; show where one came from again."""
    require("stock.ship")
    filled = web.form_fields()
    with reading() as session:
        line = queries.ends(session, line_id).line
        depot_id, shipment_id = line.depot_id, line.shipment_id
    try:
        packing_id = web.form_id(filled)
        said = {key: filled[key] for key in ("per_box",) if key in filled}
        api.packed(packing_id, web.check(schemas.PutPacking, said | {"line_id": str(line_id)}))
    except (Invalid, IllegalTransition) as error:
        problems = getattr(error, "errors", None) or [FieldError("per_box", error.code, str(error))]
        filled["line"] = str(line_id)
        if shipment_id:
            return _shipment(shipment_id, filled, problems), error.status
        return _picking(depot_id, filled, problems), error.status
    here = {key: request.args.get(key) for key in ("disaster", "area")}
    if shipment_id:
        return web.see_other("box_pages.shipment_boxes", shipment_id=shipment_id, **here)
    return web.see_other("box_pages.pick_list", depot_id=depot_id, **here)


@blueprint.get("/shipments/<uuid:shipment_id>/labels")
def shipment_labels(shipment_id: UUID) -> ResponseReturnValue:
    """Show the labels of a shipment's boxes, to print on A4."""
    require("stock.read")
    with reading() as session:
        look(session)
        return _labels(queries.load_of(session, road.shipment(session, shipment_id).id))


@blueprint.get("/depots/<uuid:depot_id>/labels")
def depot_labels(depot_id: UUID) -> ResponseReturnValue:
    """Show the labels of what lies packed in a depot, or of one line of it (?line=)."""
    require("stock.read")
    with reading() as session:
        look(session)
        return _labels(queries.picked(session, register.giver(session, depot_id).id))


def _labels(load: queries.Load) -> str:
    rows = [each for each in load.rows if not request.args.get("line") or _of_line(each)]
    pages = max(1, -(-len(rows) // A_SHEET))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return _shown(
        "labels.html", rows=rows[(number - 1) * A_SHEET : number * A_SHEET], count=len(rows),
        page_number=number, pages=pages, picture_of=_picture,
    )  # fmt: skip


def _of_line(found: queries.Row) -> bool:
    return str(found.line.id) == request.args.get("line")


def _picture(found: queries.Row) -> str:
    """Return a label's code as a picture; it says what is in the box even without a network."""
    import segno

    says = rules.label(found.box.id, found.box.number, found.box.quantity, found.item.code)
    return segno.make(says, error="m", micro=False).svg_data_uri(scale=3, light="#fff")


@blueprint.get("/boxes/<uuid:box_id>")
def box_page(box_id: UUID) -> ResponseReturnValue:
    """Show the way of one box, from the stock to the households that got its goods."""
    require("stock.read")
    with reading() as session:
        look(session)
        found = queries.box(session, box_id)
        links = queries.chain(session, found)
        return _shown(
            "box.html", row=found, chain=links, steps=link_words(), gaps=gap_words(),
            unsaid=rules.unsaid(queries.steps(links)),
        )  # fmt: skip
