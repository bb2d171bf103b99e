"""Agreements with suppliers and what is called off, over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.queries import register
from stockpile.suppliers import queries, schemas, services
from stockpile.suppliers.rules import CallState

blueprint = APIBlueprint("suppliers", __name__, template_folder="../templates")
# Who sets up depots makes agreements; who plans calls off; who signs is another person; the
# depot that takes goods in counts what came.
WRITE, PLAN, SIGN, TAKE = "depot.write", "stock.plan", "stock.sign", "stock.receive"


@blueprint.put("/api/v1/supply-agreements/<uuid:agreement_id>")
@web.takes(schemas.PutAgreement)
def put_agreement(agreement_id: UUID, order: schemas.PutAgreement) -> ResponseReturnValue:
    """Enter an agreement with a supplier, or change it (If-Match)."""
    receipt = written(web.attempt(agreement_id, personal=True), order)
    return receipt.json(), receipt.status


def written(attempt: Attempt, order: schemas.PutAgreement) -> Receipt:
    """Enter or change an agreement as whoever is looking."""
    with transaction() as session:
        require(WRITE)
        area = disasters.area_by_code(session, order.area_code, None)
        actor_id = require(WRITE, area.id)
        known = queries.find(session, attempt.id)
        if known is not None:
            require(WRITE, known.area_id)
        return services.put_agreement(session, attempt, order, area_id=area.id, actor_id=actor_id)


@blueprint.get("/api/v1/supply-agreements")
def list_agreements() -> ResponseReturnValue:
    """List the agreements of an area (?area=&item=) with what can still be called off."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        on = clock.local_date(seen.view.now)
        item = request.args.get("item", "")
        found = queries.agreements(session, seen.view, on=on, item=item)
        return {"agreements": [queries.shown(each, cached_tree()) for each in found]}


@blueprint.get("/api/v1/supply-agreements/<uuid:agreement_id>")
def show_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """Show one agreement; whom to call is masked."""
    require("stock.read")
    with reading() as session:
        found = one(session, agreement_id)
        answer = queries.shown(found, cached_tree())
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


def one(session: Session, agreement_id: UUID) -> queries.Agreement:
    """Return one agreement with its items. Raises NotFound."""
    row = queries.agreement(session, agreement_id)
    on = clock.local_date(register.now_in(session, row.drill_id))
    (found,) = queries.with_items(session, [row], on=on)
    return found


@blueprint.get("/api/v1/supply-agreements/<uuid:agreement_id>/contact")
def show_contact(agreement_id: UUID) -> ResponseReturnValue:
    """Show whom to call at a supplier in full; it is on the record."""
    return contact(agreement_id)


def contact(agreement_id: UUID) -> dict[str, str]:
    """Read whom to call as whoever is looking."""
    with transaction() as session:
        require(PLAN)
        found = queries.agreement(session, agreement_id)
        actor_id = require(PLAN, found.area_id)
        return services.read_contact(session, found, actor_id=actor_id)


@blueprint.put("/api/v1/call-offs/<uuid:call_off_id>")
@web.takes(schemas.PutCallOff)
def put_call_off(call_off_id: UUID, order: schemas.PutCallOff) -> ResponseReturnValue:
    """Call goods off from an agreement for a depot; another person signs it."""
    receipt = called(web.attempt(call_off_id, revised=True), order)
    return receipt.json(), 200 if receipt.replayed else 201


def called(attempt: Attempt, order: schemas.PutCallOff) -> Receipt:
    """Call goods off as whoever is looking."""
    with transaction() as session:
        require(PLAN)
        found = queries.agreement(session, order.agreement)
        require(PLAN, found.area_id)
        depot = register.depot(session, order.depot)
        actor_id = require(PLAN, depot.area_id)
        disaster = disasters.disaster(session, order.disaster_id)
        return services.call_off(
            session, attempt, order, found=found, disaster=disaster, depot=depot,
            actor_id=actor_id,
        )  # fmt: skip


@blueprint.put("/api/v1/call-offs/<uuid:call_off_id>/signature")
@web.takes(schemas.PutSignature)
def put_signature(call_off_id: UUID, order: schemas.PutSignature) -> ResponseReturnValue:
    """Sign a call-off, as another person than asked for it."""
    return _acted(call_off_id, "signature", order, SIGN, services.sign)


@blueprint.put("/api/v1/call-offs/<uuid:call_off_id>/paper")
@web.takes(schemas.PutPaper)
def put_paper(call_off_id: UUID, order: schemas.PutPaper) -> ResponseReturnValue:
    """Put on paper what was called off by word of mouth."""
    return _acted(call_off_id, "paper", order, SIGN, services.write_down)


@blueprint.put("/api/v1/call-offs/<uuid:call_off_id>/end")
@web.takes(schemas.PutEnd)
def put_end(call_off_id: UUID, order: schemas.PutEnd) -> ResponseReturnValue:
    """Take a call-off back, or end it with what came."""
    return _acted(call_off_id, "end", order, PLAN, services.end)


@blueprint.put("/api/v1/call-offs/<uuid:call_off_id>/deliveries/<uuid:delivery_id>")
@web.takes(schemas.PutDelivery)
def put_delivery(
    call_off_id: UUID, delivery_id: UUID, order: schemas.PutDelivery
) -> ResponseReturnValue:
    """Count what the supplier brought into the depot."""
    attempt = web.attempt(delivery_id, revised=True)
    receipt = act(attempt, call_off_id, order, TAKE, services.deliver)
    return receipt.json(), 200 if receipt.replayed else 201


Act = Callable[..., Receipt]


def _acted(
    call_off_id: UUID, name: str, order: Any, permission: str, service: Act
) -> ResponseReturnValue:
    """Do one of the steps there is only once of a call-off."""
    attempt = web.attempt(web.step_id(call_off_id, name), revised=True)
    return act(attempt, call_off_id, order, permission, service).json(), 200


def act(attempt: Attempt, call_off_id: UUID, order: Any, permission: str, service: Act) -> Receipt:
    """Do one step of a call-off as whoever is looking."""
    with transaction() as session:
        require(permission)
        found = queries.call_off(session, call_off_id)
        actor_id = require(permission, found.area_id)
        if permission == TAKE:  # the depot may have been given to another county since
            require(permission, register.depot(session, found.depot_id).area_id)
        return service(session, attempt, order, call_off_id, actor_id=actor_id)


@blueprint.get("/api/v1/call-offs")
def list_call_offs() -> ResponseReturnValue:
    """List the call-offs of the disaster for an area's depots, the latest first (?state=)."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        state = asked_state()
        found = queries.calls(session, seen.view, states=[state] if state else ())
        return {"count": len(found), "call_offs": [queries.shown_call(each) for each in found]}


def asked_state() -> str:
    """Return the state the address asks for. Raises Invalid for one there is not."""
    state = request.args.get("state", "")
    if state and state not in list(CallState):
        wrong = FieldError("state", "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="state"), [wrong])
    return state


@blueprint.get("/api/v1/call-offs/<uuid:call_off_id>")
def show_call_off(call_off_id: UUID) -> ResponseReturnValue:
    """Show one call-off and what came on it."""
    require("stock.read")
    with reading() as session:
        found = queries.call(session, call_off_id)
        brought = [
            {"id": each.id, "quantity": each.quantity, "movement": each.movement_id, "at": each.at}
            for each in queries.deliveries(session, call_off_id)
        ]
        answer = queries.shown_call(found) | {"deliveries": brought}
    return answer, 200, {"ETag": f'"{found.row.revision}"'}
