"""The pages of emergency plans: who has one, one version whole, and the form for the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, sheets, web
from relief_ops.auth import lookup, own_drill, require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import NotFound, ReliefError
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


def _area(session: Session, seen: disasters.Looking) -> AreaNode:
    """Return the area looked at as it is today: plans belong to no disaster."""
    today = geo.tree(session)
    if seen.area.id not in today:
        raise NotFound(_("This area is no longer there. Choose another."))
    return today.node(seen.area.id)


def _code_of(seen: disasters.Looking) -> Callable[[AreaNode], str]:
    """Return what says an area's code as addresses have it: of the day of the disaster."""
    return lambda area: seen.tree.node(area.id).code if area.id in seen.tree else ""


@blueprint.get("")
def page_list() -> ResponseReturnValue:
    """Show an area and those directly below it, each with its plans."""
    require(api.READ)
    with reading() as session:
        seen = look(session)
        area = _area(session, seen)
        require(api.READ, area.id)
        lines = queries.board(session, cached_tree(), area, clock.local_date(clock.now()))
        mine = {each.area.id for each in lines if _may_write(each.area.id)}
        return _shown("list.html", seen=seen, lines=lines, mine=mine, code_of=_code_of(seen))


@blueprint.get("/export")
def export() -> ResponseReturnValue:
    """Hand out every plan that stands in the area, and every area without one, as a workbook."""
    require(api.READ)
    with reading() as session:
        area = _area(session, look(session))
        require(api.READ, area.id)
        rows = _rows(session, area)
    headings = [
        _("Area code"), _("Area"), _("Emergency plan"), _("State"), _("Version"), _("Title"),
        _("Document"), _("Approved on"), _("Review by"),
    ]  # fmt: skip
    sheet = sheets.Sheet(name=_("Emergency plans"), headings=headings, rows=rows)
    name = f"{_('Emergency plans')}.xlsx"
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, name)


def _rows(session: Session, area: AreaNode) -> list[list[Any]]:
    today, tree = clock.local_date(clock.now()), cached_tree()
    plans = queries.standing(session, area.id)
    warn = queries.warn_days(session, today, area.id)
    areas = [tree.node(each) for each in tree.within(area.id)]
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
        seen = look(session)
        found = queries.plan(session, plan_id)
        require(api.READ, found.area_id)
        versions = queries.versions(session, found)
        before = next((each for each in versions if each.number < found.number), None)
        today = clock.local_date(clock.now())
        warn = queries.warn_days(session, today, found.area_id)
        page = _shown(
            "one.html", plan=found, area=cached_tree().node(found.area_id), versions=versions,
            due=due(found.review_on, today, warn_days=warn), code_of=_code_of(seen),
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
        area = _typed_for(session, filled) or _area(session, seen)
        require(api.WRITE, area.id)
        kind = _kind(str(filled.get("kind") or request.args.get("kind", "")))
        found = queries.current(session, area.id, kind)
        page = _shown(
            "form.html", seen=seen, area=area, kind=kind, found=found, error=error,
            filled=filled or _carried(found), form_id=id_again(filled.get("id"), error),
            base=filled.get("base", found.id if found else ""),
            stale=error is not None and error.code == "stale_base", code_of=_code_of(seen),
        )  # fmt: skip
    return page, error.status if error else 200


def _typed_for(session: Session, filled: dict[str, Any]) -> AreaNode | None:
    """Return the area a form was for, if it says one."""
    try:
        return geo.tree(session).by_code(str(filled.get("area_code", "")))
    except KeyError:
        return None


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
        # Whoever was told of another version says that this one is to replace it.
        base = fields.pop("instead", "") or fields.get("base") or None
        text = str(fields.get("body", "")).replace("\r\n", "\n")
        more = {"review_on": fields.get("review_on") or None, "base": base, "body": text}
        order = web.check(schemas.PutContingencyPlan, fields | more)
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
