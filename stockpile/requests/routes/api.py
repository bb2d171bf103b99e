"""Requests to the level above over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.queries import register
from stockpile.requests import queries, schemas, services
from stockpile.requests.rules import RequestState

blueprint = APIBlueprint("supply_requests", __name__, template_folder="../templates")
PLAN = "stock.plan"  # who plans for the depot asks; who plans for the area above answers


@blueprint.put("/api/v1/supply-requests/<uuid:request_id>")
@web.takes(schemas.PutRequest)
def put_request(request_id: UUID, order: schemas.PutRequest) -> ResponseReturnValue:
    """Ask the level above for goods for a depot; another person answers."""
    receipt = asked(web.attempt(request_id, revised=True), order)
    return receipt.json(), 200 if receipt.replayed else 201


def asked(attempt: Attempt, order: schemas.PutRequest) -> Receipt:
    """Ask as whoever is looking."""
    with transaction() as session:
        require(PLAN)
        depot = register.depot(session, order.depot)
        actor_id = require(PLAN, depot.area_id)
        disaster = disasters.disaster(session, order.disaster_id)
        return services.ask(
            session, attempt, order, disaster=disaster, depot=depot, actor_id=actor_id
        )


@blueprint.put("/api/v1/supply-requests/<uuid:request_id>/grant")
@web.takes(schemas.PutGrant)
def put_grant(request_id: UUID, order: schemas.PutGrant) -> ResponseReturnValue:
    """Grant a request in whole or in part, as somebody who plans for the area above."""
    return act(request_id, "grant", order, services.grant).json(), 200


@blueprint.put("/api/v1/supply-requests/<uuid:request_id>/refusal")
@web.takes(schemas.PutRefusal)
def put_refusal(request_id: UUID, order: schemas.PutRefusal) -> ResponseReturnValue:
    """Refuse a request, as somebody who plans for the area above."""
    return act(request_id, "refusal", order, services.refuse).json(), 200


@blueprint.put("/api/v1/supply-requests/<uuid:request_id>/withdrawal")
@web.takes(schemas.PutWithdrawal)
def put_withdrawal(request_id: UUID, order: schemas.PutWithdrawal) -> ResponseReturnValue:
    """Withdraw a request of one's own area; what is on the road still arrives."""
    return act(request_id, "withdrawal", order, services.withdraw).json(), 200


Act = Callable[..., Receipt]


def act(request_id: UUID, name: str, order: Any, service: Act) -> Receipt:
    """Do one step of a request as whoever is looking: answers come from above."""
    with transaction() as session:
        require(PLAN)
        found = queries.request(session, request_id)
        depot = register.depot(session, found.depot_id)
        own = service is services.withdraw
        actor_id = require(PLAN, depot.area_id if own else found.asked_of)
        attempt = web.attempt(web.step_id(request_id, name), revised=True)
        return service(session, attempt, order, request_id, actor_id=actor_id)


@blueprint.get("/api/v1/supply-requests")
def list_requests() -> ResponseReturnValue:
    """List what the depots of an area asked of the level above, the latest first (?state=)."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        state = asked_state()
        found = queries.requests(session, seen.view, states=[state] if state else ())
        tree = cached_tree()
        return {"count": len(found), "requests": [queries.shown(each, tree) for each in found]}


def asked_state() -> str:
    """Return the state the address asks for. Raises Invalid for one there is not."""
    state = request.args.get("state", "")
    if state and state not in list(RequestState):
        wrong = FieldError("state", "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="state"), [wrong])
    return state


@blueprint.get("/api/v1/supply-requests/<uuid:request_id>")
def show_request(request_id: UUID) -> ResponseReturnValue:
    """Show one request and how far it is met."""
    require("stock.read")
    with reading() as session:
        answer = queries.shown(queries.one(session, request_id), cached_tree())
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}
