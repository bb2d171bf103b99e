"""What was published over the API: entered, and read beside the system's own figures."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from damage_reports.published import queries, schemas, services
from relief_ops import geo, web
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look

LIMIT = 32 * 1024
blueprint = APIBlueprint("published", "damage_reports.published", template_folder="templates")


@blueprint.put("/api/v1/published-figures/<uuid:published_id>")
@web.takes(schemas.PutPublished, limit=LIMIT)
def put_published(published_id: UUID, order: schemas.PutPublished) -> ResponseReturnValue:
    """Enter what was published of an area as of one instant, or put it right."""
    with transaction() as session:
        actor_id = require("disaster.open", own_root(geo.tree(session)).id)
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        require("disaster.open", area.id)
        receipt = services.put_published(
            session, web.attempt(published_id), order, area=area, disaster=disaster,
            actor_id=actor_id,
        )  # fmt: skip
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/published-figures")
def list_published() -> ResponseReturnValue:
    """List what was published of a disaster, each figure beside what the reports add up to."""
    require("report.read")
    with reading() as session:
        found = queries.statements(session, look(session))
        return {"published": [queries.shown(each) for each in found]}
