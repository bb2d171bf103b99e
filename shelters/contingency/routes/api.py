"""Emergency plans over the API."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, web
from relief_ops.auth import own_drill, require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import Forbidden
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web.pages import step_id
from shelters.contingency import queries, schemas, services
from shelters.contingency.models import ContingencyPlan
from shelters.contingency.rules import due

blueprint = APIBlueprint("contingency", __name__, template_folder="../templates")
READ, WRITE = "evacuation.read", "contingency.write"
LIMIT = 128 * 1024


@blueprint.put("/api/v1/contingency-plans/<uuid:plan_id>")
@web.takes(schemas.PutContingencyPlan, limit=LIMIT)
def put_plan(plan_id: UUID, order: schemas.PutContingencyPlan) -> ResponseReturnValue:
    """Enter a version of an area's emergency plan under a new id; `base` is what it replaces."""
    receipt = adopted(web.attempt(plan_id, base=order.base, revised=True), order)
    return receipt.json(), receipt.status


def adopted(attempt: Attempt, order: schemas.PutContingencyPlan) -> Receipt:
    """Enter a version as whoever is looking."""
    with transaction() as session:
        require(WRITE)
        area = disasters.area_by_code(session, order.area_code)
        actor_id = require(WRITE, area.id)
        _must_be_real()
        return services.adopt(session, attempt, order, area_id=area.id, actor_id=actor_id)


def _must_be_real() -> None:
    if own_drill() is not None:
        raise Forbidden(_("An account made for a drill reads the plans; it does not change them."))


@blueprint.put("/api/v1/contingency-plans/<uuid:plan_id>/withdrawal")
@web.takes(schemas.PutWithdrawal)
def put_withdrawal(plan_id: UUID, order: schemas.PutWithdrawal) -> ResponseReturnValue:
    """Withdraw the version that stands without another in its place."""
    receipt = withdrawn(web.attempt(step_id(plan_id, "withdrawal"), revised=True), plan_id, order)
    return receipt.json(), receipt.status


def withdrawn(attempt: Attempt, plan_id: UUID, order: schemas.PutWithdrawal) -> Receipt:
    """Withdraw a version as whoever is looking."""
    with transaction() as session:
        require(WRITE)
        found = queries.plan(session, plan_id, lock=True)
        actor_id = require(WRITE, found.area_id)
        _must_be_real()
        return services.withdraw(session, attempt, order, found=found, actor_id=actor_id)


@blueprint.get("/api/v1/contingency-plans")
def list_plans() -> ResponseReturnValue:
    """List the plans that stand in an area and below it (?area=), without their text."""
    require(READ)
    with reading() as session:
        seen = look(session)
        require(READ, seen.area.id)
        plans = queries.standing(session, seen.area.id)
        warn = queries.warn_days(session, clock.local_date(clock.now()), seen.area.id)
        rows = [_listed(each, warn) for each in plans.values()]
    rows.sort(key=lambda each: (each["area_code"], each["kind"]))
    return {"plans": rows, "total": len(rows)}


def _listed(found: ContingencyPlan, warn: int) -> dict[str, object]:
    today = clock.local_date(clock.now())
    shown = queries.shown(found, cached_tree(), whole=False)
    return shown | {"due": due(found.review_on, today, warn_days=warn)}


@blueprint.get("/api/v1/contingency-plans/<uuid:plan_id>")
def show_plan(plan_id: UUID) -> ResponseReturnValue:
    """Show one version whole."""
    require(READ)
    with reading() as session:
        return queries.shown(_found(session, plan_id), cached_tree())


def _found(session: Session, plan_id: UUID) -> ContingencyPlan:
    found = queries.plan(session, plan_id)
    require(READ, found.area_id)
    return found
