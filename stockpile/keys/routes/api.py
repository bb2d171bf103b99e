"""The keys of depots over the API."""

from __future__ import annotations

from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters.routes import look
from relief_ops.receipts import Attempt, Receipt
from stockpile.keys import queries, schemas, services
from stockpile.queries import register
from stockpile.routes.api import asked_id

blueprint = APIBlueprint("depot_keys", __name__, template_folder="../templates")
WRITE, CALL = "stock.ship", "stock.ship"


@blueprint.put("/api/v1/depot-keys/<uuid:key_id>")
@web.takes(schemas.PutKey)
def put_key(key_id: UUID, order: schemas.PutKey) -> ResponseReturnValue:
    """Give somebody the key of a depot, or change who has it (If-Match)."""
    receipt = given(web.attempt(key_id, personal=True), order)
    return receipt.json(), receipt.status


def given(attempt: Attempt, order: schemas.PutKey) -> Receipt:
    """Give a key as whoever is looking."""
    with transaction() as session:
        require(WRITE)
        depot = register.depot(session, order.depot)
        actor_id = require(WRITE, depot.area_id)
        return services.give(session, attempt, order, depot, actor_id=actor_id)


@blueprint.put("/api/v1/depot-keys/<uuid:key_id>/end")
@web.takes(schemas.KeyBack)
def put_key_back(
    key_id: UUID,
    order: schemas.KeyBack,  # noqa: ARG001  parsed, so that nothing else may stand in it
) -> ResponseReturnValue:
    """Say that the key was handed back."""
    receipt = taken_back(web.attempt(uuid5(key_id, "end"), revised=True), key_id)
    return receipt.json(), 200


def taken_back(attempt: Attempt, key_id: UUID) -> Receipt:
    """Take a key back as whoever is looking."""
    with transaction() as session:
        require(WRITE)
        found = queries.key(session, key_id, lock=True)
        actor_id = require(WRITE, register.depot(session, found.depot_id).area_id)
        return services.take_back(session, attempt, found, actor_id=actor_id)


@blueprint.get("/api/v1/depot-keys")
def list_keys() -> ResponseReturnValue:
    """List who has, or will have, the keys of an area's depots (?depot=); masked."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        depot_id = asked_id("depot")
        ids = [
            each.id for each in register.depots(session, seen.view) if depot_id in (None, each.id)
        ]
        found = queries.standing(session, ids, seen.view.now)
        return {"keys": [queries.shown(each) for each in found]}


@blueprint.get("/api/v1/depot-keys/<uuid:key_id>")
def show_key(key_id: UUID) -> ResponseReturnValue:
    """Show one key; whom to call is masked."""
    require("stock.read")
    with reading() as session:
        answer = queries.shown(queries.key(session, key_id))
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


@blueprint.get("/api/v1/depot-keys/<uuid:key_id>/contact")
def show_holder(key_id: UUID) -> ResponseReturnValue:
    """Show in full who has a key; it is on the record."""
    return contact(key_id)


def contact(key_id: UUID) -> dict[str, str]:
    """Read whom to call as whoever is looking."""
    with transaction() as session:
        require(CALL)
        found = queries.key(session, key_id)
        actor_id = require(CALL, register.depot(session, found.depot_id).area_id)
        return services.read_contact(session, found, actor_id=actor_id)
