"""Allocation plans over the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import receipts, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.web.pages import may
from stockpile.plans import queries, schemas, services
from stockpile.plans.models import AllocationPlan
from stockpile.plans.queries.parts import shown_part
from stockpile.plans.queries.shown import shown, shown_order

blueprint = APIBlueprint("allocation_plans", __name__, template_folder="../templates")


@blueprint.get("/api/v1/allocation-plans")
def list_plans() -> ResponseReturnValue:
    """List the allocation plans of a disaster, the latest first."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        rows = queries.listed(session, seen.disaster.id, seen.tree) if seen.disaster else []
        return {"plans": rows}


@blueprint.get("/api/v1/allocation-plans/<uuid:plan_id>")
def show_plan(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan: who gets what from where, what cut it, and first come first served beside it."""
    require("stock.read")
    with reading() as session:
        found, whole = queries.readable(session, plan_id)
        answer = answered(session, found, whole=whole)
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


def answered(session: Session, found: AllocationPlan, *, whole: bool) -> dict[str, Any]:
    """Return a plan or the viewer's part of it, with the names of its disaster's division."""
    disaster = disasters.disaster(session, found.disaster_id)
    tree = disasters.division_tree(session, disaster)
    return (shown if whole else shown_part)(session, found, tree)


@blueprint.get("/api/v1/allocation-plans/<uuid:plan_id>/map")
def show_map(plan_id: UUID) -> ResponseReturnValue:
    """Show one item of a plan as a map draws it: ?item= says which, else the first."""
    require("stock.read")
    with reading() as session:
        found = queries.plan(session, plan_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        item = request.args.get("item") or min(queries.totals(session, plan_id), default="")
        return queries.drawn_plan(
            session, shown(session, found, tree, item), tree, at=disasters.now_of(session, disaster)
        )  # fmt: skip


@blueprint.put("/api/v1/allocation-plans/<uuid:plan_id>")
@web.takes(schemas.PutPlan)
def put_plan(plan_id: UUID, order: schemas.PutPlan) -> ResponseReturnValue:
    """Ask for a plan; it is worked out in the background."""
    receipt = ask(web.attempt(plan_id, revised=True), order)
    return receipt.json(), receipt.status


def ask(attempt: receipts.Attempt, order: schemas.PutPlan) -> receipts.Receipt:
    """Ask for a plan as whoever is looking."""
    with transaction() as session:
        require("stock.plan")
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("stock.plan", area.id)
        return services.put_plan(
            session, attempt, order, disaster=disaster, area_id=area.id, actor_id=actor_id
        )


@blueprint.put("/api/v1/allocation-plans/<uuid:plan_id>/pins/<uuid:pin_id>")
@web.takes(schemas.PutPin)
def put_pin(plan_id: UUID, pin_id: UUID, order: schemas.PutPin) -> ResponseReturnValue:
    """Fix what a need gets, with a reason; the rest is worked out again."""
    receipt = pin(web.attempt(pin_id, revised=True), plan_id, order)
    return receipt.json(), 200 if receipt.replayed else 201


def pin(attempt: receipts.Attempt, plan_id: UUID, order: schemas.PutPin) -> receipts.Receipt:
    """Fix a part of a plan as whoever is looking."""
    with transaction() as session:
        require("stock.plan")
        found = queries.plan(session, plan_id, lock=True)
        actor_id = require("stock.plan", found.area_id)
        attempt = replace(attempt, base=str(plan_id))  # the same pin in another plan is another
        return services.pin(session, attempt, found, order, actor_id=actor_id)


@blueprint.put("/api/v1/allocation-plans/<uuid:plan_id>/application")
@web.takes(schemas.Apply)
def put_application(
    plan_id: UUID,
    order: schemas.Apply,  # noqa: ARG001  parsed, so that nothing else may stand in it
) -> ResponseReturnValue:
    """Promise everything in a plan to its needs, all of it or nothing."""
    attempt = web.attempt(uuid5(plan_id, "application"), revised=True)
    return apply(attempt, plan_id).json(), 200


def apply(attempt: receipts.Attempt, plan_id: UUID) -> receipts.Receipt:
    """Apply a plan as whoever is looking."""
    with transaction() as session:
        require("stock.reserve")
        found = queries.plan(session, plan_id, lock=True)
        actor_id = require("stock.reserve", found.area_id)
        return services.apply(session, attempt, found, actor_id=actor_id)


@blueprint.put("/api/v1/allocation-plans/<uuid:plan_id>/refusal")
@web.takes(schemas.PutRefusal)
def put_refusal(plan_id: UUID, order: schemas.PutRefusal) -> ResponseReturnValue:
    """Refuse what a plan promised, with a reason: what has not left is given back."""
    attempt = web.attempt(uuid5(plan_id, "refusal"), revised=True)
    return refuse(attempt, plan_id, order).json(), 200


def refuse(attempt: receipts.Attempt, plan_id: UUID, order: schemas.PutRefusal) -> receipts.Receipt:
    """Refuse a plan as whoever is looking."""
    with transaction() as session:
        require("stock.refuse")
        found = queries.plan(session, plan_id, lock=True)
        actor_id = require("stock.refuse", found.area_id)
        signs = may("stock.sign", found.area_id)
        return services.refuse(session, attempt, found, order, actor_id=actor_id, signs=signs)


@blueprint.get("/api/v1/dispatch-orders/<uuid:order_id>")
def show_order(order_id: UUID) -> ResponseReturnValue:
    """Show the order under a plan: by what means, its number, since when."""
    require("stock.read")
    with reading() as session:
        return shown_order(queries.readable_order(session, order_id))


@blueprint.put("/api/v1/dispatch-orders/<uuid:order_id>")
@web.takes(schemas.PutOrder)
def put_order(order_id: UUID, order: schemas.PutOrder) -> ResponseReturnValue:
    """Order what a plan promised: from now on it may leave its depots."""
    receipt = sign(web.attempt(order_id, revised=True), order)
    return receipt.json(), 200 if receipt.replayed else 201


def sign(attempt: receipts.Attempt, order: schemas.PutOrder) -> receipts.Receipt:
    """Sign the order under a plan as whoever is looking."""
    with transaction() as session:
        require("stock.sign")
        found = queries.plan(session, order.plan_id, lock=True)
        actor_id = require("stock.sign", found.area_id)
        return services.sign(session, attempt, found, order, actor_id=actor_id)


@blueprint.put("/api/v1/dispatch-orders/<uuid:order_id>/paper")
@web.takes(schemas.PutPaper)
def put_paper(order_id: UUID, order: schemas.PutPaper) -> ResponseReturnValue:
    """Put an order given by word of mouth on paper."""
    return write_down(web.attempt(uuid5(order_id, "paper"), revised=True), order_id, order).json()


def write_down(
    attempt: receipts.Attempt, order_id: UUID, order: schemas.PutPaper
) -> receipts.Receipt:
    """Put an order on paper as whoever is looking."""
    with transaction() as session:
        require("stock.sign")
        found = queries.order(session, order_id, lock=True)
        actor_id = require("stock.sign", found.area_id)
        return services.write_down(session, attempt, found, order, actor_id=actor_id)
