"""Joining and splitting over HTTP."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from relief_ops import geo, web
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.parts import queries, schemas, services

blueprint = APIBlueprint("disaster_parts", __name__)


@blueprint.get("/api/v1/disasters/<uuid:disaster_id>/parts")
def list_parts(disaster_id: UUID) -> ResponseReturnValue:
    """List what joined a disaster or was split off it, ever, the latest first."""
    require("disaster.read")
    with reading() as session:
        return queries.shown(session, disasters.disaster(session, disaster_id))


@blueprint.put("/api/v1/disasters/<uuid:disaster_id>/parts/<uuid:membership_id>")
@web.takes(schemas.PutPart)
def put_part(disaster_id: UUID, membership_id: UUID, order: schemas.PutPart) -> ResponseReturnValue:
    """Let another disaster count in this one from now on."""
    with transaction() as session:
        actor_id = require("disaster.open", own_root(geo.tree(session)).id)
        receipt = services.join(
            session, web.attempt(membership_id, revised=True), order,
            whole=disasters.disaster(session, disaster_id),
            part=disasters.disaster(session, order.part_id), actor_id=actor_id,
        )  # fmt: skip
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/disasters/<uuid:disaster_id>/parts/<uuid:membership_id>/end")
@web.takes(schemas.EndPart)
def end_part(disaster_id: UUID, membership_id: UUID, order: schemas.EndPart) -> ResponseReturnValue:
    """Let a part count on its own again from now on."""
    with transaction() as session:
        actor_id = require("disaster.open", own_root(geo.tree(session)).id)
        disasters.disaster(session, disaster_id)
        receipt = services.separate(
            session, web.attempt(order.id, revised=True), order,
            row=queries.membership(session, disaster_id, membership_id), actor_id=actor_id,
        )  # fmt: skip
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/disasters/<uuid:disaster_id>/splits/<uuid:split_id>")
@web.takes(schemas.PutSplit)
def put_split(disaster_id: UUID, split_id: UUID, order: schemas.PutSplit) -> ResponseReturnValue:
    """Move what this disaster holds of some areas into another from now on."""
    with transaction() as session:
        actor_id = require("disaster.open", own_root(geo.tree(session)).id)
        receipt = services.split(
            session, web.attempt(split_id, revised=True), order,
            source=disasters.disaster(session, disaster_id),
            into=disasters.disaster(session, order.into_id), actor_id=actor_id,
        )  # fmt: skip
    return receipt.json(), receipt.status
