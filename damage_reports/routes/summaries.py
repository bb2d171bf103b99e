"""Tables for the level above over the API: prepare, sign, and what was corrected since."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from damage_reports import queries, schemas, services
from damage_reports.routes.api import disaster_of
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _

blueprint = APIBlueprint("report_summaries", __name__)


@blueprint.get("/api/v1/summaries")
def list_summaries() -> ResponseReturnValue:
    """List the tables of ?round= of an area and of those directly below it."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        disaster, round_ = disaster_of(seen), request.args.get("round", "")
        if not round_:
            wrong = FieldError("round", "query", _("Say which round."))
            raise Invalid(_("The address has a bad value: %(name)s.", name="round"), [wrong])
        found = queries.summaries(session, disaster, seen.tree, seen.area, round_)
        return {
            "summaries": [
                {
                    "id": each.row.id, "area_code": each.area.code, "stage": each.stage,
                    "sent_at": each.sent_at, "revision": each.row.revision,
                    "outstanding": each.outstanding,
                }
                for each in found.values()
            ]
        }  # fmt: skip


@blueprint.get("/api/v1/summaries/<uuid:summary_id>")
def show_summary(summary_id: UUID) -> ResponseReturnValue:
    """Show a table as it was signed, and each cell that was corrected since."""
    require("report.read")
    with reading() as session:
        row = queries.summary(session, summary_id)
        disaster = disasters.disaster(session, row.disaster_id)
        found = queries.signed(session, row, disasters.division_tree(session, disaster))
        return queries.shown_summary(session, found, disaster)


@blueprint.put("/api/v1/summaries/<uuid:summary_id>")
@web.takes(schemas.PutSummary)
def put_summary(summary_id: UUID, order: schemas.PutSummary) -> ResponseReturnValue:
    """Freeze an area's table of a round as it stands now."""
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("report.prepare", area.id)
        attempt = web.attempt(summary_id, base=order.base, revised=True)
        receipt = services.put_summary(
            session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
        )
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/summaries/<uuid:summary_id>/signatures/<uuid:signature_id>")
@web.takes(schemas.PutSignature)
def put_signature(
    summary_id: UUID, signature_id: UUID, order: schemas.PutSignature
) -> ResponseReturnValue:
    """Sign a table, or note a word by telephone."""
    with transaction() as session:
        row = queries.summary(session, summary_id, lock=True)
        disaster = disasters.disaster(session, row.disaster_id)
        area = disasters.division_tree(session, disaster).node(row.area_id)
        actor_id = require(services.signing_permission(order), area.id)
        receipt = services.put_signature(
            session, web.attempt(signature_id, revised=True), order, summary=row,
            disaster=disaster, area=area, actor_id=actor_id,
        )  # fmt: skip
    return receipt.json(), receipt.status
