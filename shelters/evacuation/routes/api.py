"""The lists over the API: risk points, who answers for whom, and who must move, masked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import parameters, web
from relief_ops.auth import looking_at, require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation import queries, schemas, services
from shelters.evacuation.routes.blueprint import (
    area_of_code,
    blueprint,
    read_purpose,
    seen,
    tree_for,
    wanted,
)

LIMIT = 64 * 1024
LOAD = "evacuation.households_per_cadre"


@blueprint.get("/api/v1/evacuation/risk-points")
def list_risk_points() -> ResponseReturnValue:
    """List the risk points of an area and those below it."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        rows = queries.risk_points(session, found.tree.within(found.area.id))
        shown = [queries.shown_risk(session, each, found.tree) for each in rows]
    return {"risk_points": shown, "total": len(shown)}


@blueprint.get("/api/v1/evacuation/risk-points/<uuid:risk_id>")
def show_risk_point(risk_id: UUID) -> ResponseReturnValue:
    """Show one risk point."""
    require("evacuation.read")
    with reading() as session:
        found = queries.risk_point(session, risk_id)
        if found is None:
            raise NotFound(_("There is no such thing, or not in your areas."))
        require("evacuation.read", found.area_id)
        looking_at(session, found.drill_id)
        answer = queries.shown_risk(session, found, tree_for(session, found.drill_id))
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


@blueprint.put("/api/v1/evacuation/risk-points/<uuid:risk_id>")
@web.takes(schemas.PutRiskPoint, limit=LIMIT)
def put_risk_point(risk_id: UUID, order: schemas.PutRiskPoint) -> ResponseReturnValue:
    """Enter a risk point, or change it (If-Match)."""
    with transaction() as session:
        receipt = write_risk_point(session, risk_id, order)
    return receipt.json(), receipt.status


def write_risk_point(
    session: Session, risk_id: UUID, order: schemas.PutRiskPoint, *, base: str = ""
) -> Receipt:
    """Ask for the permission where the risk point lies and will lie, and keep it.

    `base` is the revision a form was shown with; the API says it as If-Match.
    """
    require("evacuation.write")
    looking_at(session, order.drill_id)
    area = area_of_code(session, order.area_code, order.drill_id)
    actor_id = require("evacuation.write", area.id)
    if (known := queries.risk_point(session, risk_id)) is not None:
        require("evacuation.write", known.area_id)
    attempt = _on_base(web.attempt(risk_id), base)
    return services.put_risk_point(session, attempt, order, area_id=area.id, actor_id=actor_id)


def _on_base(attempt: Attempt, base: str) -> Attempt:
    return replace(attempt, base=base, edit=True) if base else attempt


@blueprint.get("/api/v1/evacuation/cadres")
def list_cadres() -> ResponseReturnValue:
    """List who answers for households in an area, and for how many: more than ten are marked."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        return {"cadres": shown_cadres(session, found)}


def shown_cadres(session: Session, found: disasters.Looking) -> list[dict[str, Any]]:
    """Return who answers for households in the area looked at, with how many they have."""
    rows = queries.cadres(session, found.tree.within(found.area.id))
    loads = queries.loads(session, [each.id for each in rows])
    most = int(parameters.value(session, LOAD, on=found.view.on, area_id=found.area.id).value)
    return [
        queries.shown_cadre(each, found.tree, households=loads.get(each.id, 0))
        | {"too_many": loads.get(each.id, 0) > most, "most": most}
        for each in rows
    ]


@blueprint.get("/api/v1/evacuation/cadres/<uuid:cadre_id>")
def show_cadre(cadre_id: UUID) -> ResponseReturnValue:
    """Show one of those who answer for households."""
    require("evacuation.read")
    with reading() as session:
        found = queries.cadre(session, cadre_id)
        if found is None:
            raise NotFound(_("There is no such thing, or not in your areas."))
        require("evacuation.read", found.area_id)
        load = queries.loads(session, [found.id]).get(found.id, 0)
        answer = queries.shown_cadre(found, tree_for(session, found.drill_id), households=load)
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


@blueprint.put("/api/v1/evacuation/cadres/<uuid:cadre_id>")
@web.takes(schemas.PutCadre)
def put_cadre(cadre_id: UUID, order: schemas.PutCadre) -> ResponseReturnValue:
    """Enter who answers for households, or change it (If-Match)."""
    with transaction() as session:
        receipt = write_cadre(session, cadre_id, order)
    return receipt.json(), receipt.status


def write_cadre(
    session: Session, cadre_id: UUID, order: schemas.PutCadre, *, base: str = ""
) -> Receipt:
    """Ask for the permission where somebody works and will work, and keep it."""
    require("evacuation.write")
    looking_at(session, order.drill_id)
    area = area_of_code(session, order.area_code, order.drill_id)
    actor_id = require("evacuation.write", area.id)
    if (known := queries.cadre(session, cadre_id)) is not None:
        require("evacuation.write", known.area_id)
    attempt = _on_base(web.attempt(cadre_id, personal=True), base)
    return services.put_cadre(session, attempt, order, area_id=area.id, actor_id=actor_id)


@blueprint.get("/api/v1/evacuation/households")
def list_households() -> ResponseReturnValue:
    """List who must move in an area, masked: ?kind=&risk=&group=&transport=&cadre=&page=."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        page = queries.page_of(session, wanted(found))
        return {
            "households": [queries.shown(each, found.tree) for each in page.rows],
            "total": page.total,
            "people": page.people,
            "page": page.page,
            "pages": page.pages,
        }


@blueprint.get("/api/v1/evacuation/households/<uuid:household_id>")
def show_household(household_id: UUID) -> ResponseReturnValue:
    """Show one row of the list, its personal fields masked."""
    require("evacuation.read")
    with reading() as session:
        found = queries.household(session, household_id)
        require("evacuation.read", found.area_id)
        answer = queries.shown(found, tree_for(session, found.drill_id))
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


@blueprint.get("/api/v1/evacuation/households/<uuid:household_id>/full")
def read_household(household_id: UUID) -> ResponseReturnValue:
    """Show one row in full; the reading and its ?purpose= are recorded."""
    require("evacuation.read_full")
    purpose = read_purpose(request.args.get("purpose", ""))
    with transaction() as session:
        found = queries.household(session, household_id)
        actor_id = require("evacuation.read_full", found.area_id)
        tree = tree_for(session, found.drill_id)
        rows = services.read_rows(
            session, [found], tree.node(found.area_id), tree, purpose=purpose, actor_id=actor_id
        )
    return rows[0]


@blueprint.put("/api/v1/evacuation/households/<uuid:household_id>")
@web.takes(schemas.PutHousehold)
def put_household(household_id: UUID, order: schemas.PutHousehold) -> ResponseReturnValue:
    """Enter a row of the list, change it or take it out (If-Match)."""
    with transaction() as session:
        receipt = write_household(session, household_id, order)
    return receipt.json(), receipt.status


def write_household(
    session: Session, household_id: UUID, order: schemas.PutHousehold, *, base: str = ""
) -> Receipt:
    """Ask for the permission where the household lives and will live, and keep the row.

    `base` is the revision a form was shown with; the API says it as If-Match.
    """
    require("evacuation.write")
    looking_at(session, order.drill_id)
    area = area_of_code(session, order.area_code, order.drill_id)
    actor_id = require("evacuation.write", area.id)
    if (known := queries.find(session, household_id)) is not None:
        require("evacuation.write", known.area_id)
    attempt = _on_base(web.attempt(household_id, personal=True), base)
    return services.put_household(session, attempt, order, area_id=area.id, actor_id=actor_id)
