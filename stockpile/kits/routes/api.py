"""Kits over the API."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.receipts import Attempt, Receipt
from stockpile.kits import queries, schemas, services
from stockpile.queries import register

blueprint = APIBlueprint("kits", __name__, template_folder="../templates")
# Whoever takes goods in at a depot makes kits of them: nothing leaves the depot's book by it.
MAKE = "stock.receive"


@blueprint.put("/api/v1/kit-acts/<uuid:act_id>")
@web.takes(schemas.PutKitAct)
def put_act(act_id: UUID, order: schemas.PutKitAct) -> ResponseReturnValue:
    """Put kits together in a depot, or take them apart; a mistake is taken back by the opposite."""
    receipt = acted(web.attempt(act_id, revised=True), order)
    return receipt.json(), receipt.status


def acted(attempt: Attempt, order: schemas.PutKitAct) -> Receipt:
    """Put together or take apart as whoever is looking."""
    with transaction() as session:
        require(MAKE)
        depot = register.depot(session, order.depot)
        actor_id = require(MAKE, depot.area_id)
        return services.act(session, attempt, order, depot=depot, actor_id=actor_id)


@blueprint.get("/api/v1/depots/<uuid:depot_id>/kits")
def show_kits(depot_id: UUID) -> ResponseReturnValue:
    """Show which kits could be put together in a depot, what limits that, and what was done."""
    require("stock.read")
    with reading() as session:
        depot = register.depot(session, depot_id)
        return {
            "kits": [queries.shown_possible(each) for each in queries.possible(session, depot)],
            "acts": [queries.shown_act(each) for each in queries.acts(session, depot)],
        }
