"""The queue over HTTP."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import receipts, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters.attention import queries, schemas, services
from relief_ops.disasters.routes import look

blueprint = APIBlueprint("attention", __name__)


@blueprint.get("/api/v1/attention")
def list_attention() -> ResponseReturnValue:
    """List what somebody must deal with; ?hidden=1 shows what is snoozed or settled too."""
    require("map.read")
    with reading() as session:
        seen = look(session)
        hidden = request.args.get("hidden") == "1"
        found = queries.entries(session, seen.view, hidden=hidden)
        return {"attention": [queries.shown(each, seen.tree) for each in found]}


@blueprint.put("/api/v1/attention/<uuid:entry_id>/mark")
@web.takes(schemas.Mark)
def put_mark(entry_id: UUID, order: schemas.Mark) -> ResponseReturnValue:
    """See, take, let go, snooze, raise or settle an entry."""
    with transaction() as session:
        require("attention.own")
        attempt = web.attempt(entry_id)
        if receipt := receipts.replay(session, attempt):
            return receipt.json(), receipt.status
        seen = look(session)
        entry = queries.entry(session, seen.view, entry_id).attention
        actor_id = require("attention.own", entry.area_id)
        receipt = services.mark(
            session, attempt, order, entry,
            disaster_id=seen.view.disaster_id, now=seen.view.now, actor_id=actor_id,
        )  # fmt: skip
    return receipt.json(), receipt.status
