"""The pages of agreements with suppliers, of what is called off, and its letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import clock, sheets, web
from relief_ops.auth import lookup, require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import ReliefError
from relief_ops.geo import AreaNode, cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from relief_ops.web.pages import here, id_again, may
from stockpile.queries import register
from stockpile.routes.pages import may as may_anywhere
from stockpile.routes.pages import viewer_id
from stockpile.suppliers import queries, schemas, services
from stockpile.suppliers.routes import api
from stockpile.suppliers.routes.wording import KINDS, SHAPES, STATES
from stockpile.suppliers.rules import OPEN, CallState

blueprint = APIBlueprint(
    "supplier_pages", __name__, template_folder="../templates", enable_openapi=False,
    url_prefix="/stock",
)  # fmt: skip
CORRECTABLE = (403, 409, 412, 422)
SPARE_ROWS = 3  # empty lines in the form of an agreement


def _shown(template: str, **context: Any) -> str:
    return web.page(
        f"suppliers/{template}", tab="suppliers", name_of=items.name_of, unit_of=items.unit_of,
        may=may_anywhere, kinds=KINDS, states=STATES, shapes=SHAPES, **context,
    )  # fmt: skip


@blueprint.get("/suppliers")
def page_list() -> ResponseReturnValue:
    """Show who holds what by agreement, and what is called off."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        state = request.args.get("state", "")
        state = state if state in list(CallState) else ""
        item, on = request.args.get("item", ""), clock.local_date(seen.view.now)
        return _shown(
            "list.html", seen=seen, tree=cached_tree(), state=state, item=item,
            catalogue=items.items(session),
            found=queries.agreements(session, seen.view, on=on, item=item),
            calls=queries.calls(session, seen.view, states=[state] if state else ()),
        )  # fmt: skip


@blueprint.get("/suppliers/new")
def page_new() -> ResponseReturnValue:
    """Show the form of a new agreement."""
    require(api.WRITE)
    return _form({})


@blueprint.get("/suppliers/<uuid:agreement_id>/edit")
def page_edit(agreement_id: UUID) -> ResponseReturnValue:
    """Show the form that changes an agreement; whoever opens it reads whom to call."""
    require(api.WRITE)
    with reading() as session:
        require(api.WRITE, queries.agreement(session, agreement_id).area_id)
    said = api.contact(agreement_id)
    with reading() as session:
        found = api.one(session, agreement_id)
        return _form(_as_typed(found) | said | {"id": str(agreement_id)})


def _as_typed(found: queries.Agreement) -> dict[str, Any]:
    row = found.row
    lines = [
        {"item": each.item.code, "quantity": each.offer.quantity,
         "lead_hours": each.line.lead_hours,
         "price_yuan": "" if each.price_yuan is None else each.price_yuan}
        for each in found.held
    ]  # fmt: skip
    return {
        "supplier": row.supplier, "kind": row.kind, "document": row.document,
        "area_code": _code(row.area_id), "valid_from": row.valid_from,
        "valid_to": row.valid_to or "", "revision": row.revision,
        "drill_id": row.drill_id or "", "lines": lines,
    }  # fmt: skip


def _code(area_id: UUID) -> str:
    tree = cached_tree()
    return tree.node(area_id).code if area_id in tree else ""


def _form(filled: dict[str, Any], error: ReliefError | None = None) -> str:
    with reading() as session:
        seen = look(session)
        lines = [*filled.get("lines", []), *({} for _each in range(SPARE_ROWS))]
        drill = seen.disaster.drill_id if seen.disaster else None
        return _shown(
            "form.html", seen=seen, filled={"drill_id": drill or ""} | filled, lines=lines,
            error=error, catalogue=items.items(session),
            form_id=filled.get("id") or str(uuid6.uuid7()),
            areas=_areas(seen.area.id),
        )  # fmt: skip


def _areas(area_id: UUID) -> list[AreaNode]:
    """Return an area and those below it as they are today: agreements are of today's areas."""
    tree = cached_tree()
    own = tree.ancestors(area_id)[:1]
    return own + tree.children(area_id) if own else tree.roots


@blueprint.post("/suppliers")
def save() -> ResponseReturnValue:
    """Enter or change the agreement of the form, or show it again with what is wrong."""
    require(api.WRITE)
    filled = web.form_fields()
    filled["lines"] = _rows(filled.get("lines"))
    filled.setdefault("drill_id", "")  # a real one stays real, whatever is looked at
    said = {key: value for key, value in filled.items() if value != ""}
    try:
        agreement_id = web.form_id(said)
        revision = str(said.pop("revision", ""))
        attempt = Attempt(
            id=agreement_id, base=revision, digest=web.body_digest(personal=True),
            edit=bool(revision), mutable=True,
        )  # fmt: skip
        api.written(attempt, web.check(schemas.PutAgreement, said))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _form(filled, error), error.status
    return web.see_other("supplier_pages.page_one", agreement_id=agreement_id, **here())


def _rows(given: Any) -> list[dict[str, Any]]:
    """Return the lines of the form that say anything, in their order."""
    rows = given if isinstance(given, dict) else {}
    keys = sorted(rows, key=lambda key: (len(key), key))
    ordered = [rows[key] for key in keys if isinstance(rows[key], dict)]
    filled = ({key: value for key, value in each.items() if value != ""} for each in ordered)
    return [each for each in filled if each]


@blueprint.get("/suppliers/<uuid:agreement_id>")
def page_one(agreement_id: UUID) -> ResponseReturnValue:
    """Show an agreement, what can still be called off, and the form that calls it off."""
    require("stock.read")
    return _one(agreement_id)


@blueprint.post("/suppliers/<uuid:agreement_id>/contact")
def page_contact(agreement_id: UUID) -> ResponseReturnValue:
    """Show an agreement with whom to call in full; it is on the record."""
    require(api.PLAN)
    return _one(agreement_id, said=api.contact(agreement_id))


def _one(
    agreement_id: UUID, error: ReliefError | None = None, said: dict[str, str] | None = None
) -> str:
    with reading() as session:
        seen = look(session)
        found = api.one(session, agreement_id)
        tree, area_id = cached_tree(), found.row.area_id
        return _shown(
            "one.html", seen=seen, found=found, error=error,
            area=tree.node(area_id) if area_id in tree else None,
            typed=request.form if error else request.args, said=said,
            masked=queries.shown(found, tree),
            form_id=id_again(request.form.get("id"), error),
            calls=queries.calls(session, seen.view, agreement_id=agreement_id),
            depots=register.depots(session, seen.view),
            plans=may(api.PLAN, area_id, tree), writes=may(api.WRITE, area_id, tree),
        )  # fmt: skip


@blueprint.post("/suppliers/<uuid:agreement_id>/call-offs")
def call(agreement_id: UUID) -> ResponseReturnValue:
    """Call goods off from an agreement's page."""
    require(api.PLAN)
    filled = web.form_fields()
    try:
        call_off_id = web.form_id(filled)
        said = {key: value for key, value in filled.items() if value != ""}
        order = web.check(schemas.PutCallOff, said | {"agreement": str(agreement_id)})
        api.called(web.attempt(call_off_id, revised=True), order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _one(agreement_id, error), error.status
    return web.see_other("supplier_pages.page_call", call_off_id=call_off_id)


@blueprint.get("/call-offs/<uuid:call_off_id>")
def page_call(call_off_id: UUID) -> ResponseReturnValue:
    """Show one call-off, what came, and what may be done."""
    require("stock.read")
    return _call(call_off_id)


def _call(call_off_id: UUID, error: ReliefError | None = None) -> str:
    with reading() as session:
        look(session)
        found = queries.call(session, call_off_id)
        row, tree = found.row, cached_tree()
        brought = queries.deliveries(session, call_off_id)
        who = [row.called_by, row.signed_by, *(each.actor_id for each in brought)]
        return _shown(
            "call.html", found=found, row=row, brought=brought, error=error, typed=request.form,
            names=lookup.names(session, who), form_id=id_again(request.form.get("id"), error),
            own=row.called_by == viewer_id(), open=row.state in OPEN,
            signs=may(api.SIGN, row.area_id, tree), plans=may(api.PLAN, row.area_id, tree),
            takes=may(api.TAKE, row.area_id, tree),
            disaster=disasters.disaster(session, row.disaster_id),
        )  # fmt: skip


@blueprint.get("/call-offs/<uuid:call_off_id>/print")
def page_print(call_off_id: UUID) -> ResponseReturnValue:
    """Show the letter to the supplier as it is printed."""
    require("stock.read")
    with reading() as session:
        look(session)
        found = queries.call(session, call_off_id)
        return _shown(
            "print.html", found=found, row=found.row,
            disaster=disasters.disaster(session, found.row.disaster_id),
            names=lookup.names(session, [found.row.called_by, found.row.signed_by]),
            printed_at=register.now_in(session, found.row.drill_id),
        )  # fmt: skip


@blueprint.post("/call-offs/<uuid:call_off_id>/signature")
def sign(call_off_id: UUID) -> ResponseReturnValue:
    """Sign a call-off from its page."""
    return _act(call_off_id, "signature", api.SIGN, schemas.PutSignature, services.sign)


@blueprint.post("/call-offs/<uuid:call_off_id>/paper")
def write_down(call_off_id: UUID) -> ResponseReturnValue:
    """Put a call-off on paper from its page."""
    return _act(call_off_id, "paper", api.SIGN, schemas.PutPaper, services.write_down)


@blueprint.post("/call-offs/<uuid:call_off_id>/deliveries")
def deliver(call_off_id: UUID) -> ResponseReturnValue:
    """Count what came from a call-off's page."""
    return _act(call_off_id, "", api.TAKE, schemas.PutDelivery, services.deliver)


@blueprint.post("/call-offs/<uuid:call_off_id>/end")
def end(call_off_id: UUID) -> ResponseReturnValue:
    """Take a call-off back, or end it, from its page."""
    return _act(call_off_id, "end", api.PLAN, schemas.PutEnd, services.end)


def _act(
    call_off_id: UUID, name: str, permission: str, shape: Any, service: api.Act
) -> ResponseReturnValue:
    """Do one step; a step there is only once has the id that follows from the call-off's."""
    require(permission)
    with reading() as session:
        require(permission, queries.call_off(session, call_off_id).area_id)
    filled = {key: value for key, value in web.form_fields().items() if value != ""}
    try:
        form_id = web.form_id(filled)
        write_id = web.step_id(call_off_id, name) if name else form_id
        attempt = web.attempt(write_id, revised=True)
        api.act(attempt, call_off_id, web.check(shape, filled), permission, service)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _call(call_off_id, error), error.status
    return web.see_other("supplier_pages.page_call", call_off_id=call_off_id)


@blueprint.get("/suppliers/export")
def export() -> ResponseReturnValue:
    """Hand out the agreements and the call-offs as a workbook; nobody's telephone is in it."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        on = clock.local_date(seen.view.now)
        held = [
            _agreed(each, one)
            for each in queries.agreements(session, seen.view, on=on) for one in each.held
        ]  # fmt: skip
        calls = [_called(each) for each in queries.calls(session, seen.view)]
        drill = _("DRILL") if seen.drill else ""
        title = f"{drill} {seen.area.name} {_('Suppliers')}".strip()
    book = [
        sheets.Sheet(name=_("Agreements"), rows=held, note=title, headings=[
            _("Supplier"), _("Number of the agreement"), _("Valid from"), _("Valid to"), _("Item"),
            _("Unit"), _("Agreed"), _("Called so far"), _("Left to call"), _("Lead time (hours)"),
            _("Price (yuan a unit)")]),
        sheets.Sheet(name=_("Call-offs"), rows=calls, note=title, headings=[
            _("Called at"), _("Supplier"), _("Item"), _("Unit"), _("Quantity"), _("Come so far"),
            _("Depot"), _("State"), _("Number of the order"), _("Due")]),
    ]  # fmt: skip
    return web.attachment(lambda: sheets.write_workbook(book), sheets.XLSX, f"{title}.xlsx")


def _agreed(found: queries.Agreement, held: Any) -> list[Any]:
    row = found.row
    return [
        row.supplier, row.document, row.valid_from, row.valid_to, items.name_of(held.item),
        items.unit_of(held.item), held.offer.quantity, held.offer.called, held.offer.left,
        held.line.lead_hours, held.price_yuan,
    ]  # fmt: skip


def _called(each: queries.Call) -> list[Any]:
    row = each.row
    return [
        row.called_at, each.supplier, items.name_of(each.item), items.unit_of(each.item),
        row.quantity, row.received, each.depot_name, str(STATES[CallState(row.state)]),
        row.number, row.due_at,
    ]  # fmt: skip
