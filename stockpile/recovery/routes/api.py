"""Goods that come back, over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Receipt
from stockpile.queries import register
from stockpile.recovery import queries, schemas, services
from stockpile.recovery.rules import RecoveryState

blueprint = APIBlueprint("recovery", __name__, template_folder="../templates")
# Whoever may take goods in at a depot brings them back and grades them; scrapping is for those
# who may write stock off, and never for whoever proposed it.
TAKE, SCRAP = "stock.receive", "stock.count"


@blueprint.put("/api/v1/recoveries/<uuid:recovery_id>")
@web.takes(schemas.PutRecovery)
def put_recovery(recovery_id: UUID, order: schemas.PutRecovery) -> ResponseReturnValue:
    """Bring goods of a lot back to a depot, where they lie apart until they are graded."""
    receipt = collected(recovery_id, order)
    return receipt.json(), receipt.status


def collected(recovery_id: UUID, order: schemas.PutRecovery) -> Receipt:
    """Bring goods back as whoever is looking."""
    with transaction() as session:
        require(TAKE)
        depot = register.depot(session, order.depot)
        actor_id = require(TAKE, depot.area_id)
        if order.place is not None:
            require(TAKE, register.place(session, order.place).area_id)
        disaster = disasters.disaster(session, order.disaster_id)
        return services.collect(
            session, web.attempt(recovery_id, revised=True), order, disaster=disaster,
            depot=depot, actor_id=actor_id,
        )  # fmt: skip


@blueprint.put("/api/v1/recoveries/<uuid:recovery_id>/gradings/<uuid:grading_id>")
@web.takes(schemas.PutGrading)
def put_grading(
    recovery_id: UUID, grading_id: UUID, order: schemas.PutGrading
) -> ResponseReturnValue:
    """Put what is good back into stock, wash what is dirty, propose to scrap what is neither."""
    receipt = graded(recovery_id, grading_id, order)
    return receipt.json(), 200 if receipt.replayed else 201


def graded(recovery_id: UUID, grading_id: UUID, order: schemas.PutGrading) -> Receipt:
    """Grade as whoever is looking."""
    with transaction() as session:
        require(TAKE)
        actor_id = require(TAKE, queries.recovery(session, recovery_id).area_id)
        attempt = web.attempt(grading_id, revised=True)
        return services.grade(session, attempt, order, recovery_id, actor_id=actor_id)


@blueprint.put("/api/v1/recoveries/<uuid:recovery_id>/scrappings/<uuid:scrapping_id>")
@web.takes(schemas.PutScrapping)
def put_scrapping(
    recovery_id: UUID, scrapping_id: UUID, order: schemas.PutScrapping
) -> ResponseReturnValue:
    """Agree, as another person than proposed it, to scrap goods; or have them graded again."""
    receipt = judged(recovery_id, scrapping_id, order)
    return receipt.json(), 200 if receipt.replayed else 201


def judged(recovery_id: UUID, scrapping_id: UUID, order: schemas.PutScrapping) -> Receipt:
    """Judge a proposal to scrap as whoever is looking."""
    with transaction() as session:
        require(SCRAP)
        actor_id = require(SCRAP, queries.recovery(session, recovery_id).area_id)
        attempt = web.attempt(scrapping_id, revised=True)
        return services.judge(session, attempt, order, recovery_id, actor_id=actor_id)


@blueprint.get("/api/v1/recoveries")
def list_recoveries() -> ResponseReturnValue:
    """List what came back in the disaster (?state=), what is still out at places, and the sums."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        if seen.disaster is None:
            return {"count": 0, "recoveries": [], "out": [], "sums": []}
        rows = queries.listed(session, seen.view, state=asked_state())
        return {
            "count": len(rows),
            "recoveries": [queries.shown(each) for each in rows],
            "out": [_out(each) for each in queries.out(session, seen.view)],
            "sums": [_sum(each) for each in queries.sums(session, seen.view)],
        }


def asked_state() -> str:
    """Return the state the address asks for. Raises Invalid for one there is not."""
    state = request.args.get("state", "")
    if state and state not in list(RecoveryState):
        wrong = FieldError("state", "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="state"), [wrong])
    return state


@blueprint.get("/api/v1/recoveries/<uuid:recovery_id>")
def show_recovery(recovery_id: UUID) -> ResponseReturnValue:
    """Show one collection and what was done with it."""
    require("stock.read")
    with reading() as session:
        found = queries.recovery(session, recovery_id)
        (row,) = queries.recoveries(session, [found.id])
        steps = [
            {"id": each.id, "kind": each.kind, "good": each.good, "scrap": each.scrap,
             "wash": each.wash, "washed": each.washed, "reason": each.reason, "at": each.at}
            for each in queries.steps(session, found.id)
        ]  # fmt: skip
        return queries.shown(row) | {"steps": steps}, 200, {"ETag": f'"{found.revision}"'}


def _out(each: queries.Out) -> dict[str, Any]:
    return {
        "place": each.place_id, "place_name": each.place_name, "lot": each.lot.id,
        "item": each.item.code, "item_name": items.name_of(each.item),
        "unit": items.unit_of(each.item), "on_hand": each.on_hand, "since": each.since,
        "due_on": each.due_on, "late": each.late,
    }  # fmt: skip


def _sum(each: queries.Sum) -> dict[str, Any]:
    return {
        "item": each.item.code, "item_name": items.name_of(each.item),
        "unit": items.unit_of(each.item), "sent": each.sent, "collected": each.collected,
        "restocked": each.restocked, "scrapped": each.scrapped, "washing": each.washing,
        "grading": each.grading,
    }  # fmt: skip
