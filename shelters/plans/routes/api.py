"""Evacuation plans over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import receipts, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from shelters.plans import queries, schemas, services
from shelters.plans.models import EvacuationPlan
from shelters.plans.queries.shown import shown, summary

blueprint = APIBlueprint("evacuation_plans", __name__, template_folder="../templates")


@blueprint.get("/api/v1/evacuation-plans")
def list_plans() -> ResponseReturnValue:
    """List the evacuation plans of a disaster, the latest first."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        made = queries.plans(session, seen.disaster.id) if seen.disaster else []
        return {"plans": [summary(each, seen.tree) for each in made]}


@blueprint.get("/api/v1/evacuation-plans/<uuid:plan_id>")
def show_plan(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan: who goes where and why, who is left, the bound, and nearest-first beside it."""
    require("shelter.read")
    with reading() as session:
        answer = _shown(session, queries.plan(session, plan_id))
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


def _shown(session: Session, found: EvacuationPlan) -> dict[str, Any]:
    disaster = disasters.disaster(session, found.disaster_id)
    return shown(session, found, disasters.division_tree(session, disaster))


@blueprint.put("/api/v1/evacuation-plans/<uuid:plan_id>")
@web.takes(schemas.PutPlan)
def put_plan(plan_id: UUID, order: schemas.PutPlan) -> ResponseReturnValue:
    """Ask for a plan; it is worked out in the background."""
    receipt = ask(web.attempt(plan_id, revised=True), order)
    return receipt.json(), receipt.status


def ask(attempt: receipts.Attempt, order: schemas.PutPlan) -> receipts.Receipt:
    """Ask for a plan as whoever is looking."""
    with transaction() as session:
        require("evacuation.plan")
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("evacuation.plan", area.id)
        return services.put_plan(
            session, attempt, order, disaster=disaster, area_id=area.id, actor_id=actor_id
        )


@blueprint.put("/api/v1/evacuation-plans/<uuid:plan_id>/application")
@web.takes(schemas.Apply)
def put_application(
    plan_id: UUID,
    order: schemas.Apply,  # noqa: ARG001  parsed, so that nothing else may stand in it
) -> ResponseReturnValue:
    """Make a plan what villages are told, all of it or nothing."""
    attempt = web.attempt(uuid5(plan_id, "application"), revised=True)
    return apply(attempt, plan_id).json(), 200


def apply(attempt: receipts.Attempt, plan_id: UUID) -> receipts.Receipt:
    """Apply a plan as whoever is looking."""
    with transaction() as session:
        require("evacuation.apply")
        found = queries.plan(session, plan_id, lock=True)
        actor_id = require("evacuation.apply", found.area_id)
        return services.apply(session, attempt, found, actor_id=actor_id)


@blueprint.put("/api/v1/evacuation-plans/<uuid:plan_id>/changes/<uuid:change_id>")
@web.takes(schemas.PutChange)
def put_change(plan_id: UUID, change_id: UUID, order: schemas.PutChange) -> ResponseReturnValue:
    """Move households of a plan to another shelter by hand, with a reason."""
    receipt = change(web.attempt(change_id, revised=True), plan_id, order)
    return receipt.json(), 200 if receipt.replayed else 201


def change(attempt: receipts.Attempt, plan_id: UUID, order: schemas.PutChange) -> receipts.Receipt:
    """Change a plan as whoever is looking."""
    with transaction() as session:
        require("evacuation.plan")
        found = queries.plan(session, plan_id, lock=True)
        actor_id = require("evacuation.plan", found.area_id)
        return services.change(session, attempt, found, order, actor_id=actor_id)


@blueprint.get("/api/v1/evacuation-promises/<string:area_code>")
def show_promises(area_code: str) -> ResponseReturnValue:
    """Show where a village was told to go (?disaster=), the most people first."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        area = disasters.area_by_code(session, area_code, seen.disaster)
        require("shelter.read", area.id)
        told = queries.where_to(session, seen.disaster.id, area.id) if seen.disaster else []
        return {
            "area_code": area.code,
            "shelters": [{"id": each[0], "name": each[1], "people": each[2]} for each in told],
        }
