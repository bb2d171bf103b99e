"""Disasters, drills, responses and storms over the API."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries, schemas, services

blueprint = APIBlueprint("disasters", __name__, template_folder="../templates")


def look(session: Session) -> queries.Looking:
    """Return what this request looks at, from its query string; needs map.read."""
    args = web.view_args()
    seen = queries.looking(
        session,
        disaster_id=args.disaster_id,
        area_code=args.area_code,
        at=args.at,
        known_at=args.known_at,
        box=args.box,
        limit=args.limit,
        settings=args.settings,
    )
    require("map.read")
    return seen


@blueprint.get("/api/v1/disasters")
def list_disasters() -> ResponseReturnValue:
    """List disasters, the latest begun first."""
    require("disaster.read")
    with reading() as session:
        return {"disasters": [queries.shown(session, each) for each in queries.disasters(session)]}


@blueprint.get("/api/v1/disasters/<uuid:disaster_id>")
def show_disaster(disaster_id: UUID) -> ResponseReturnValue:
    """Show one disaster with its response levels."""
    require("disaster.read")
    with reading() as session:
        found = queries.disaster(session, disaster_id)
        tree = queries.division_tree(session, found)
        history = [
            {
                "area_code": tree.node(each.area_id).code,
                "ladder": each.ladder,
                "sector": each.sector,
                "level": each.level,
                "from_at": each.from_at,
                "document": each.document,
                "signed_by": each.signed_by,
            }
            for each in queries.responses(session, disaster_id)
        ]
        return queries.shown(session, found) | {"responses": history}


@blueprint.put("/api/v1/disasters/<uuid:disaster_id>")
@web.takes(schemas.PutDisaster)
def put_disaster(disaster_id: UUID, order: schemas.PutDisaster) -> ResponseReturnValue:
    """Open or change a disaster."""
    with transaction() as session:
        actor_id = require("disaster.open", own_root(geo.tree(session)).id)
        receipt = services.put_disaster(session, web.attempt(disaster_id), order, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/disasters/<uuid:disaster_id>/responses/<uuid:response_id>")
@web.takes(schemas.PutResponse)
def put_response(
    disaster_id: UUID, response_id: UUID, order: schemas.PutResponse
) -> ResponseReturnValue:
    """Set a response level for an area."""
    with transaction() as session:
        disaster = queries.disaster(session, disaster_id)
        area = queries.area_by_code(session, order.area_code, disaster)
        actor_id = require("disaster.respond", area.id)
        attempt = web.attempt(response_id, revised=True)
        receipt = services.put_response(session, attempt, disaster, order, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/drills/<uuid:drill_id>")
@web.takes(schemas.PutDrill)
def put_drill(drill_id: UUID, order: schemas.PutDrill) -> ResponseReturnValue:
    """Set up a drill."""
    with transaction() as session:
        actor_id = require("drill.run", own_root(geo.tree(session)).id)
        receipt = services.put_drill(session, web.attempt(drill_id), order, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/drills/<uuid:drill_id>")
def show_drill(drill_id: UUID) -> ResponseReturnValue:
    """Show a drill's clock."""
    require("disaster.read")
    with reading() as session:
        return queries.shown_drill(session, drill_id)


@blueprint.put("/api/v1/drills/<uuid:drill_id>/clock")
@web.takes(schemas.PutClock)
def put_clock(drill_id: UUID, order: schemas.PutClock) -> ResponseReturnValue:
    """Set, pause, resume, speed up or end a drill's clock."""
    with transaction() as session:
        actor_id = require("drill.run", own_root(geo.tree(session)).id)
        receipt = services.set_clock(session, web.attempt(drill_id), order, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/storms")
def list_storms() -> ResponseReturnValue:
    """List the storms of the archive."""
    require("map.read")
    with reading() as session:
        return {"storms": [queries.shown_storm(each) for each in queries.storms(session)]}


@blueprint.get("/api/v1/storms/<string:code>")
def show_storm(code: str) -> ResponseReturnValue:
    """Show a storm's track by each agency, with its averaging time."""
    require("map.read")
    with reading() as session:
        return queries.track(session, code)
