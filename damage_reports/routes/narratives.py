"""What is told in words beside the figures, over the API and from the report's page."""

from __future__ import annotations

from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.routes.pages import blueprint as pages
from damage_reports.routes.shown_photos import gallery_of
from damage_reports.rules import round_words
from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Invalid, StaleBase
from relief_ops.receipts import Receipt
from relief_ops.shapes import Strict

blueprint = APIBlueprint("report_narratives", __name__)
LIMIT = 80 * 1024  # the text itself is at most 64 kB


@blueprint.get("/api/v1/narratives/<uuid:narrative_id>")
def show_narrative(narrative_id: UUID) -> ResponseReturnValue:
    """Show one revision of a text."""
    require("report.read")
    with reading() as session:
        found = queries.narrative(session, narrative_id)
        disaster = disasters.disaster(session, found.disaster_id)
        return queries.shown_narrative(found, disasters.division_tree(session, disaster))


@blueprint.put("/api/v1/narratives/<uuid:narrative_id>")
@web.takes(schemas.PutNarrative, limit=LIMIT)
def put_narrative(narrative_id: UUID, order: schemas.PutNarrative) -> ResponseReturnValue:
    """Keep a revision of what an area tells of a round."""
    with transaction() as session:
        receipt = _put(session, narrative_id, order)
    return receipt.json(), receipt.status


def _put(session: Session, narrative_id: UUID, order: schemas.PutNarrative) -> Receipt:
    disaster = disasters.disaster(session, order.disaster_id)
    area = disasters.area_by_code(session, order.area_code, disaster)
    actor_id = require("report.submit", area.id)
    attempt = web.attempt(narrative_id, base=order.base, revised=True)
    return services.put_narrative(
        session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
    )


class _Told(Strict):
    """The form under a report; its words are of the report's own area and round."""

    id: UUID
    words: str = ""
    base: UUID | None = None


@pages.get("/reports/<uuid:report_id>/narrative")
def narrative(report_id: UUID) -> ResponseReturnValue:
    """Show what was told beside a report, every version of it, and the field to write in."""
    require("report.read")
    with reading() as session:
        return _page(session, report_id)


@pages.post("/reports/<uuid:report_id>/narrative")
def write_narrative(report_id: UUID) -> ResponseReturnValue:
    """Keep what was written; what hinders it is said with every word still in the field."""
    require("report.submit")
    given = web.form_fields()
    told = web.check(_Told, {key: value for key, value in given.items() if value})
    try:
        with transaction() as session:
            report = queries.report(session, report_id)
            disaster = disasters.disaster(session, report.disaster_id)
            area = disasters.division_tree(session, disaster).node(report.area_id)
            order = web.check(
                schemas.PutNarrative,
                {"disaster_id": str(disaster.id), "area_code": area.code, "round": report.round,
                 "words": told.words, "base": told.base and str(told.base)},
            )  # fmt: skip
            _put(session, told.id, order)
    except (Invalid, StaleBase) as error:
        with reading() as session:
            return _page(session, report_id, told.words, error), error.status
    return web.see_other("report_pages.narrative", report_id=report_id)


def _page(
    session: Session, report_id: UUID, words: str | None = None,
    error: Invalid | StaleBase | None = None,
) -> str:  # fmt: skip
    report = queries.report(session, report_id)
    disaster = disasters.disaster(session, report.disaster_id)
    seen = disasters.looking(session, disaster_id=disaster.id)
    area = seen.tree.node(report.area_id)
    kept = queries.narratives(
        session, disaster_id=disaster.id, area_id=area.id, round_=report.round
    )
    standing = next((each for each in kept if each.current), None)
    who = viewer()
    return web.page(
        "reports/narrative.html",
        report=report, area=area, disaster=disaster, round_words=round_words, kept=kept,
        standing=standing, typed=words if words is not None else standing and standing.words,
        error=error, new_id=str(uuid6.uuid7()),
        may_write=who is not None and who.may("report.submit", area.id, seen.tree),
        **gallery_of(session, report, disaster, seen.tree),
    )  # fmt: skip
