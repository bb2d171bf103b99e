"""Which counties are stable: over the API, and the page on which it is said and accepted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import NaiveDatetime
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.routes.api import disaster_of
from damage_reports.routes.pages import blueprint as pages
from damage_reports.rules import StableState
from relief_ops import clock, web
from relief_ops.auth import lookup, require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import Forbidden, IllegalTransition, Invalid
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Receipt
from relief_ops.shapes import Strict

blueprint = APIBlueprint("stability", __name__)

SHAPES = {
    StableState.DECLARED: "watch hollow",
    StableState.ACCEPTED: "ok",
    StableState.REFUSED: "act",
    StableState.REOPENED: "wait",
    StableState.WITHDRAWN: "wait",
}


@blueprint.get("/api/v1/stabilities")
def list_stabilities() -> ResponseReturnValue:
    """List what the counties of an area declared, the latest first."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        found = queries.counties(session, disaster_of(seen), seen.tree, seen.area)
        return {
            "stabilities": [
                queries.shown_stability(session, row, each.node)
                for each in found
                for row in each.rows
            ]
        }


@blueprint.put("/api/v1/stabilities/<uuid:stability_id>")
@web.takes(schemas.PutStability)
def put_stability(stability_id: UUID, order: schemas.PutStability) -> ResponseReturnValue:
    """Declare that a county is stable since an instant."""
    receipt = _declare(stability_id, order)
    return receipt.json(), receipt.status


def _declare(stability_id: UUID, order: schemas.PutStability) -> Receipt:
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id, lock=True)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("stability.declare", area.id)
        attempt = web.attempt(stability_id, revised=True)
        return services.put_stability(
            session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
        )


@blueprint.put("/api/v1/stabilities/<uuid:stability_id>/verdict")
@web.takes(schemas.JudgeStability)
def judge_stability(stability_id: UUID, order: schemas.JudgeStability) -> ResponseReturnValue:
    """Accept a declaration, refuse it, or open the situation again."""
    receipt = _judge(stability_id, order)
    return receipt.json(), receipt.status


def _judge(stability_id: UUID, order: schemas.JudgeStability) -> Receipt:
    require("report.read")
    with transaction() as session:
        disaster_id = queries.declaration(session, stability_id).disaster_id
        disaster = disasters.disaster(session, disaster_id, lock=True)
        row = queries.declaration(session, stability_id, lock=True)
        area = disasters.division_tree(session, disaster).node(row.area_id)
        actor_id = _may_judge(order.action, area)
        return services.judge_stability(
            session, web.attempt(order.id, revised=True), order, row=row, disaster=disaster,
            actor_id=actor_id,
        )  # fmt: skip


def _may_judge(action: str, area: AreaNode) -> UUID:
    """Return who judges: the level above; the county itself may open its own situation again."""
    if action == "reopen":
        return require("stability.declare", area.id)
    return require("stability.accept", area.parent_id or area.id)


def state_words() -> dict[StableState, str]:
    """Return how far a declaration is, in words."""
    return {
        StableState.DECLARED: _("declared, to be accepted"),
        StableState.ACCEPTED: _("stable"),
        StableState.REFUSED: _("not accepted"),
        StableState.REOPENED: _("opened again"),
        StableState.WITHDRAWN: _("withdrawn"),
    }


@pages.get("/reports/stability")
def stability_page() -> ResponseReturnValue:
    """Show which counties are stable, and what the daily report still waits for."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        context = _context(session, seen, seen.disaster)
    return web.page("reports/stability.html", **context)


def _context(
    session: Session, seen: disasters.Looking, disaster: Disaster,
    error: Invalid | Forbidden | IllegalTransition | None = None, of: str = "",
) -> dict[str, Any]:  # fmt: skip
    found = queries.counties(session, disaster, seen.tree, seen.area)
    people = {each for county in found for row in county.rows for each in _people(row)}
    return {
        "seen": seen,
        "found": found,
        "names": lookup.names(session, people),
        "daily": [each for each in queries.rounds(session, disaster) if each.daily],
        "states": state_words(),
        "shapes": SHAPES,
        "may_declare": {
            each.node.id: _may("stability.declare", each.node.id, seen) for each in found
        },
        "may_accept": {
            each.node.id: _may("stability.accept", each.node.parent_id or each.node.id, seen)
            for each in found
        },
        "me": getattr(viewer(), "id", None),
        "ids": {each.node.id: str(uuid6.uuid7()) for each in found},
        "latest": f"{clock.local(seen.view.now):%Y-%m-%dT%H:%M}",
        "error": error,
        "of": of,
    }


def _people(row: Any) -> tuple[UUID | None, UUID | None]:
    return row.declared_by, row.judged_by


def _may(permission: str, area_id: UUID, seen: disasters.Looking) -> bool:
    who = viewer()
    return who is not None and who.may(permission, area_id, seen.tree)


class _Declared(Strict):
    """The form of a county; its time is local, as the field of a browser gives it."""

    id: UUID
    disaster_id: UUID
    area_code: schemas.AreaCode
    stable_at: NaiveDatetime
    note: schemas.Reason = ""


@pages.post("/reports/stability")
def declare_form() -> ResponseReturnValue:
    """Declare a county stable from the page."""
    given = web.check(_Declared, web.form_fields())
    order = schemas.PutStability(
        disaster_id=given.disaster_id, area_code=given.area_code, note=given.note,
        stable_at=given.stable_at.replace(tzinfo=clock.LOCAL),
    )  # fmt: skip
    try:
        _declare(given.id, order)
    except (Invalid, IllegalTransition) as error:
        return _again(given.disaster_id, error, given.area_code)
    return web.see_other("report_pages.stability_page", disaster=order.disaster_id)


@pages.post("/reports/stability/<uuid:stability_id>/verdict")
def judge_stability_form(stability_id: UUID) -> ResponseReturnValue:
    """Accept, refuse or open again from the page."""
    order = web.check(schemas.JudgeStability, web.form_fields())
    with reading() as session:
        disaster_id = queries.declaration(session, stability_id).disaster_id
    try:
        _judge(stability_id, order)
    except (Invalid, Forbidden, IllegalTransition) as error:
        return _again(disaster_id, error)
    return web.see_other("report_pages.stability_page", disaster=disaster_id)


def _again(
    disaster_id: UUID, error: Invalid | Forbidden | IllegalTransition, of: str = ""
) -> ResponseReturnValue:
    with reading() as session:
        seen = disasters.looking(session, disaster_id=disaster_id, area_code=None)
        disaster = disasters.disaster(session, disaster_id)
        context = _context(session, seen, disaster, error, of)
        return web.page("reports/stability.html", **context), error.status
