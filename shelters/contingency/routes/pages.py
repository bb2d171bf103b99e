"""The pages of emergency plans: who has one, one version whole, and the form for the next."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, sheets, web
from relief_ops.auth import lookup, own_drill, require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import ReliefError
from relief_ops.geo import AreaNode, cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.receipts import Attempt
from relief_ops.web.pages import here, id_again, may, step_id
from shelters.contingency import queries, schemas
from shelters.contingency.models import ContingencyPlan
from shelters.contingency.routes import api
from shelters.contingency.rules import Due, Kind, Standing, due

blueprint = APIBlueprint(
    "contingency_pages", __name__, template_folder="../templates", enable_openapi=False,
    url_prefix="/evacuation/contingency",
)  # fmt: skip
CORRECTABLE = (403, 404, 409, 412, 422)
KINDS = {
    Kind.RELIEF: lazy("Disaster relief plan"), Kind.FLOOD: lazy("Flood and typhoon plan"),
}  # fmt: skip
DUES = {
    Due.NONE: lazy("no plan"), Due.OVERDUE: lazy("review overdue"),
    Due.SOON: lazy("review soon"), Due.FINE: lazy("in order"),
}  # fmt: skip
STANDINGS = {
    Standing.CURRENT: lazy("in force"), Standing.REPLACED: lazy("replaced"),
    Standing.WITHDRAWN: lazy("withdrawn"),
}  # fmt: skip
SHAPES = {Due.NONE: "act", Due.OVERDUE: "act", Due.SOON: "watch", Due.FINE: "ok"}


def _shown(template: str, **context: Any) -> str:
    return web.page(
        f"contingency/{template}", kinds=KINDS, dues=DUES, standings=STANDINGS, shapes=SHAPES,
        here=here(), **context,
    )  # fmt: skip


def _may_write(area_id: UUID) -> bool:
    return own_drill() is None and may(api.WRITE, area_id)


@blueprint.get("")
def page_list() -> ResponseReturnValue:
    """Show an area and those directly below it, each with its plans."""
    require(api.READ)
    with reading() as session:
        seen = look(session)
        require(api.READ, seen.area.id)
        lines = queries.board(session, seen.tree, seen.area, clock.local_date(clock.now()))
        mine = {each.area.id for each in lines if _may_write(each.area.id)}
        return _shown("list.html", seen=seen, lines=lines, mine=mine)


@blueprint.get("/export")
def export() -> ResponseReturnValue:
    """Hand out every plan that stands in the area, and every area without one, as a workbook."""
    require(api.READ)
    with reading() as session:
        seen = look(session)
        require(api.READ, seen.area.id)
        rows = _rows(session, seen)
    headings = [
        _("Area code"), _("Area"), _("Emergency plan"), _("State"), _("Version"), _("Title"),
        _("Document"), _("Approved on"), _("Review by"),
    ]  # fmt: skip
    sheet = sheets.Sheet(name=_("Emergency plans"), headings=headings, rows=rows)
    name = f"{_('Emergency plans')}.xlsx"
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, name)


def _rows(session: Session, seen: disasters.Looking) -> list[list[Any]]:
    today = clock.local_date(clock.now())
    plans = queries.standing(session, seen.tree.within(seen.area.id))
    warn = queries.warn_days(session, today)
    areas = [seen.tree.node(each) for each in seen.tree.within(seen.area.id)]
    real = sorted((each for each in areas if not each.pseudo), key=lambda each: each.code)
    return [
        _cells(area, kind, plans.get((area.id, kind)), today, warn)
        for area in real for kind in Kind
    ]  # fmt: skip


def _cells(area: AreaNode, kind: Kind, found: ContingencyPlan | None, today: Any, warn: int) -> Any:
    state = due(found.review_on if found else None, today, warn_days=warn)
    start = [area.code, area.name, str(KINDS[kind]), str(DUES[state])]
    if found is None:
        return [*start, None, "", "", None, None]
    return [
        *start, found.number, found.title, found.document, found.approved_on, found.review_on,
    ]  # fmt: skip


@blueprint.get("/<uuid:plan_id>")
def page_one(plan_id: UUID) -> ResponseReturnValue:
    """Show a version whole, what is new in it, and the versions before and after."""
    require(api.READ)
    return _one(plan_id)


def _one(plan_id: UUID, error: ReliefError | None = None) -> ResponseReturnValue:
    with reading() as session:
        found = queries.plan(session, plan_id)
        require(api.READ, found.area_id)
        versions = queries.versions(session, found)
        before = next((each for each in versions if each.number < found.number), None)
        today = clock.local_date(clock.now())
        page = _shown(
            "one.html", plan=found, area=cached_tree().node(found.area_id), versions=versions,
            due=due(
                found.review_on, today, warn_days=queries.warn_days(session, today)
            ),
            before=before, diff=queries.compared(before.body, found.body) if before else [],
            who=lookup.names(session, {each.actor_id for each in versions}), error=error,
            writes=_may_write(found.area_id), filled=web.form_fields() if error else {},
        )  # fmt: skip
    return page, error.status if error else 200


@blueprint.get("/new")
def page_new() -> ResponseReturnValue:
    """Show the form for the first or the next version of the area's plan (?kind=)."""
    require(api.WRITE)
    return _form({})


def _form(filled: dict[str, Any], error: ReliefError | None = None) -> ResponseReturnValue:
    with reading() as session:
        seen = look(session)
        area = _area(session, seen, filled)
        require(api.WRITE, area.id)
        kind = _kind(str(filled.get("kind") or request.args.get("kind", "")))
        found = queries.current(session, area.id, kind)
        stale = error is not None and error.code == "stale_base"
        page = _shown(
            "form.html", seen=seen, area=area, kind=kind, found=found, error=error,
            filled=filled or _carried(found), form_id=id_again(filled.get("id"), error),
            base=str(filled.get("base", "")) if filled and not stale else str(
                found.id if found else ""
            ),
        )  # fmt: skip
    return page, error.status if error else 200


def _area(session: Session, seen: disasters.Looking, filled: dict[str, Any]) -> AreaNode:
    code = filled.get("area_code")
    return disasters.area_by_code(session, str(code)) if code else seen.area


def _kind(text: str) -> Kind:
    return Kind(text) if text in set(Kind) else Kind.RELIEF


def _carried(found: ContingencyPlan | None) -> dict[str, Any]:
    """Return what the next version begins with: the last one's title and text."""
    return {"title": found.title, "body": found.body} if found else {}


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Enter the version of the form, or show it again with what is wrong."""
    require(api.WRITE)
    filled = web.form_fields()
    try:
        fields = dict(filled)
        plan_id = web.form_id(fields)
        order = web.check(
            schemas.PutContingencyPlan,
            fields | {name: fields.get(name) or None for name in ("review_on", "base")},
        )
        attempt = Attempt(id=plan_id, base=str(order.base or ""), digest=_digest(order))
        api.adopted(attempt, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _form(filled, error)
    return web.see_other("contingency_pages.page_one", plan_id=plan_id, **here())


def _digest(order: schemas.PutContingencyPlan) -> str:
    return hashlib.sha256(order.model_dump_json().encode()).hexdigest()


@blueprint.post("/<uuid:plan_id>/withdrawal")
def withdraw(plan_id: UUID) -> ResponseReturnValue:
    """Withdraw the version from its page."""
    require(api.WRITE)
    try:
        order = web.check(schemas.PutWithdrawal, web.form_fields())
        attempt = Attempt(id=step_id(plan_id, "withdrawal"), base="", digest=web.body_digest())
        api.withdrawn(attempt, plan_id, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _one(plan_id, error)
    return web.see_other("contingency_pages.page_one", plan_id=plan_id, **here())
