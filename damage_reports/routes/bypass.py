"""Reporting past the city: over the API, and the page on which it is read out and noted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import NaiveDatetime
from sqlalchemy.orm import Session

from damage_reports import schemas, services
from damage_reports.queries import limits
from damage_reports.queries.bypass import above_words, bypasses, shown_bypass
from damage_reports.routes.api import disaster_of
from damage_reports.routes.pages import blueprint as pages
from damage_reports.routes.words import spoken_means
from damage_reports.rules import Above, Means
from relief_ops import clock, web
from relief_ops.auth import lookup, require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import Invalid
from relief_ops.receipts import Receipt
from relief_ops.shapes import Strict

blueprint = APIBlueprint("report_bypass", __name__)


@blueprint.get("/api/v1/bypass-reports")
def list_bypasses() -> ResponseReturnValue:
    """List the counties that must report past the city, and whom they have told."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        found = bypasses(session, disaster_of(seen), seen.tree, seen.area)
        return {"counties": [shown_bypass(each) for each in found]}


@blueprint.put("/api/v1/bypass-reports/<uuid:bypass_id>")
@web.takes(schemas.PutBypass)
def put_bypass(bypass_id: UUID, order: schemas.PutBypass) -> ResponseReturnValue:
    """Record that a county told the province or the ministry."""
    receipt = _put(bypass_id, order)
    return receipt.json(), receipt.status


def _put(bypass_id: UUID, order: schemas.PutBypass) -> Receipt:
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("report.bypass", area.id)
        return services.put_bypass(
            session, web.attempt(bypass_id, revised=True), order, disaster=disaster, area=area,
            actor_id=actor_id,
        )  # fmt: skip


@pages.get("/reports/bypass")
def bypass_page() -> ResponseReturnValue:
    """Show which counties report past the city, what to say, and what was said."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        context = _context(session, seen)
    return web.page("reports/bypass.html", **context)


def _context(
    session: Session, seen: disasters.Looking, error: Invalid | None = None,
    typed: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    found = bypasses(session, disaster_of(seen), seen.tree, seen.area)
    who = viewer()
    return {
        "seen": seen,
        "found": found,
        "many": limits.number(session, disaster_of(seen), limits.BYPASS),
        "names": lookup.names(session, {row.actor_id for each in found for row in each.rows}),
        "above": above_words(),
        "means": spoken_means(),
        "may": {
            each.node.id: who is not None and who.may("report.bypass", each.node.id, seen.tree)
            for each in found
        },
        "new_id": uuid6.uuid7,
        "latest": f"{clock.local(seen.view.now):%Y-%m-%dT%H:%M}",
        "error": error,
        "typed": typed or {},
    }


class _Told(Strict):
    """The form of a county; its time is local, as the field of a browser gives it."""

    id: UUID
    disaster_id: UUID
    area_code: schemas.AreaCode
    above: Above
    means: Means
    told_to: str = ""
    deaths: str
    missing: str
    at: NaiveDatetime


@pages.post("/reports/bypass")
def bypass_form() -> ResponseReturnValue:
    """Note from the page that a level was told."""
    given = web.check(_Told, web.form_fields())
    try:
        fields = given.model_dump(exclude={"id"}) | {"at": given.at.replace(tzinfo=clock.LOCAL)}
        _put(given.id, web.check(schemas.PutBypass, fields))
    except Invalid as error:
        with reading() as session:
            seen = disasters.looking(
                session, disaster_id=given.disaster_id, area_code=given.area_code
            )
            context = _context(session, seen, error, given.model_dump(mode="json"))
        return web.page("reports/bypass.html", **context), error.status
    return web.see_other(
        "report_pages.bypass_page", disaster=given.disaster_id, area=given.area_code
    )
