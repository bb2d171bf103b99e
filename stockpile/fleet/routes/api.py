"""The trucks of depots over the API."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters.routes import look
from relief_ops.receipts import Attempt, Receipt
from stockpile.fleet import queries, schemas, services
from stockpile.queries import register
from stockpile.routes.api import asked_id

blueprint = APIBlueprint("depot_trucks", __name__, template_folder="../templates")
WRITE = "stock.ship"


@blueprint.put("/api/v1/depot-trucks/<uuid:trucks_id>")
@web.takes(schemas.PutTrucks)
def put_trucks(trucks_id: UUID, order: schemas.PutTrucks) -> ResponseReturnValue:
    """Enter trucks of one kind at a depot, or how many there are by now (If-Match)."""
    receipt = entered(web.attempt(trucks_id), order)
    return receipt.json(), receipt.status


def entered(attempt: Attempt, order: schemas.PutTrucks) -> Receipt:
    """Enter trucks as whoever is looking."""
    with transaction() as session:
        require(WRITE)
        depot = register.depot(session, order.depot)
        actor_id = require(WRITE, depot.area_id)
        return services.enter(session, attempt, order, depot, actor_id=actor_id)


@blueprint.get("/api/v1/depot-trucks")
def list_trucks() -> ResponseReturnValue:
    """List the trucks of an area's depots (?depot=)."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        depot_id = asked_id("depot")
        ids = [
            each.id for each in register.depots(session, seen.view) if depot_id in (None, each.id)
        ]
        return {"trucks": [queries.shown(each) for each in queries.standing(session, ids)]}


@blueprint.get("/api/v1/depot-trucks/<uuid:trucks_id>")
def show_trucks(trucks_id: UUID) -> ResponseReturnValue:
    """Show trucks of one kind."""
    require("stock.read")
    with reading() as session:
        answer = queries.shown(queries.trucks(session, trucks_id))
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}
