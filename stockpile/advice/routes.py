"""What should move or be bought although nobody asked: over the API, and as a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import clock, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, NotFound, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web.pages import may
from stockpile.advice import queries, schemas, services
from stockpile.advice.rules import Why
from stockpile.routes.pages import may as may_anywhere

blueprint = APIBlueprint("stock_advice", __name__, template_folder="templates")
READ, PROMISE = "stock.read", "stock.reserve"
WHY = {
    Why.MINIMUM: lazy("fills up to the least stock"),
    Why.ROTATE: lazy("is used up before it expires"),
    Why.SURPLUS: lazy("was asked for, and a shelter has too much of it"),
}


@blueprint.get("/api/v1/stock-advice")
def show_advice() -> ResponseReturnValue:
    """Show what an area's stock should do now: moves, and what no stock covers."""
    require(READ)
    with reading() as session:
        seen = _looked(look(session))
        found = queries.advice(session, seen.disaster, seen.area.id)
        return {
            "disaster_id": seen.disaster.id,
            "area_code": seen.area.code,
            "moves": [each.shown() for each in found.rows],
            "buys": [_bought(each) for each in found.buys],
        }


def _looked(seen: disasters.Looking) -> Any:
    if seen.disaster is None:
        raise NotFound(_("There is no disaster here to show."))
    return seen


def _bought(each: queries.Buy) -> dict[str, Any]:
    return {
        "item": each.item.code, "item_name": items.name_of(each.item),
        "unit": items.unit_of(each.item), "lacks": each.lacks, "asked": each.asked,
        "free": each.free, "coming": each.coming, "quantity": each.quantity,
        "short": [{"name": name, "lacks": lacks} for name, lacks in each.short],
        "offers": [one.shown() for one in each.offers],
    }  # fmt: skip


@blueprint.put("/api/v1/stock-moves/<uuid:moves_id>")
@web.takes(schemas.PutMoves)
def put_moves(moves_id: UUID, order: schemas.PutMoves) -> ResponseReturnValue:
    """Promise moves that are advised; another person signs the order that lets them go."""
    receipt = moved(web.attempt(moves_id, revised=True), order)
    return receipt.json(), 200 if receipt.replayed else 201


def moved(attempt: Attempt, order: schemas.PutMoves) -> Receipt:
    """Promise moves as whoever is looking."""
    with transaction() as session:
        require(PROMISE)
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require(PROMISE, area.id)
        return services.put_moves(
            session, attempt, order, disaster=disaster, area_id=area.id, actor_id=actor_id
        )


@blueprint.get("/stock/advice")
@blueprint.doc(hide=True)
def page_advice() -> ResponseReturnValue:
    """Show what should move or be bought, with a form that promises the ticked moves."""
    return _page()


def _page(error: ReliefError | None = None) -> ResponseReturnValue:
    require(READ)
    with reading() as session:
        seen = look(session)
        found = (
            queries.advice(session, seen.disaster, seen.area.id)
            if seen.disaster else queries.Advice([], [])
        )  # fmt: skip
    shown = web.page(
        "advice/advice.html", seen=seen, found=found, error=error, why=WHY, tab="plans",
        name_of=items.name_of, unit_of=items.unit_of, may=may_anywhere,
        may_promise=may(PROMISE, seen.area.id), may_call=may("stock.plan", seen.area.id),
        new_id=str(uuid6.uuid7()), fresh_id=uuid6.uuid7,
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/stock/advice")
@blueprint.doc(hide=True)
def form_moves() -> ResponseReturnValue:
    """Promise the moves that are ticked."""
    require(PROMISE)
    try:
        fields = web.form_fields()
        moves_id = web.form_id(fields)
        fields.pop("move", None)
        fields["moves"] = _ticked()
        moved(web.attempt(moves_id, revised=True), web.check(schemas.PutMoves, fields))
    except ReliefError as error:
        if error.status not in (409, 422):
            raise
        return _page(error)
    return web.see_other("allocation_plans.page_one", allocation_id=moves_id)


def _ticked() -> list[dict[str, Any]]:
    """Return the moves that are ticked: balance, place, quantity and need in one value."""
    parts = [each.split(":") for each in request.form.getlist("move")]
    found = [
        {"balance": each[0], "to": each[1], "quantity": each[2], "need": each[3] or None}
        for each in parts if len(each) == 4
    ]  # fmt: skip
    if not found:
        words = _("Tick at least one move.")
        raise Invalid(words, [FieldError("moves", "missing", words)])
    return found


@blueprint.get("/stock/advice/export")
@blueprint.doc(hide=True)
def export() -> ResponseReturnValue:
    """Hand out what is advised as a workbook."""
    require(READ)
    with reading() as session:
        seen = _looked(look(session))
        found = queries.advice(session, seen.disaster, seen.area.id)
        moves = [_moved_cells(each) for each in found.rows]
        buys = [
            [items.name_of(each.item), items.unit_of(each.item), each.lacks, each.asked,
             each.free, each.coming, each.quantity, one.supplier if one else "",
             one.depot_name if one else "", one.quantity if one else None,
             one.due_at if one else None]
            for each in found.buys for one in each.offers or [None]
        ]  # fmt: skip
    drill = _("DRILL") if seen.drill else ""
    note = f"{drill} {seen.area.name} {clock.local(seen.view.now):%Y-%m-%d %H:%M}".strip()
    book = [
        sheets.Sheet(name=_("Moves"), rows=moves, note=note, headings=[
            _("Item"), _("Lot"), _("Expires"), _("From place"), _("To place"), _("Unit"),
            _("Quantity"), _("There by"), _("What for")]),
        sheets.Sheet(name=_("To buy"), rows=buys, note=note, headings=[
            _("Item"), _("Unit"), _("Below the least stock"), _("Asked for, not promised"),
            _("Spare"), _("Called off, to come"), _("To buy"), _("Supplier"), _("Depot"),
            _("Quantity"), _("There by")]),
    ]  # fmt: skip
    name = f"{_('What should move or be bought')}.xlsx"
    return web.attachment(lambda: sheets.write_workbook(book), sheets.XLSX, name)


def _moved_cells(each: queries.Row) -> list[Any]:
    return [
        items.name_of(each.item), each.lot.label, each.lot.expires_on, each.depot_name,
        each.place_name, items.unit_of(each.item), each.move.quantity,
        each.there_by, str(WHY[each.move.why]),
    ]  # fmt: skip
