"""The pages of allocation plans: all of them, one with its table and reasons, its workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID, uuid5

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from relief_ops import geo, receipts, sheets, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.queries import Waiting
from relief_ops.disasters.routes import look
from relief_ops.errors import Forbidden, IllegalTransition, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict
from stockpile.plans import queries, schemas
from stockpile.plans.models import AllocationPlan
from stockpile.plans.queries.shown import shown
from stockpile.plans.queries.shown import tabs as shown_tabs
from stockpile.plans.routes import api, columns
from stockpile.plans.routes.api import blueprint
from stockpile.plans.routes.curves import curve
from stockpile.plans.routes.papers import part_page
from stockpile.plans.routes.wording import (
    SHAPES,
    helps,
    limit_words,
    part_words,
    remedy_words,
    skip_words,
    state_words,
    why,
)
from stockpile.plans.rules import PlanKind, PlanState
from stockpile.queries import stand_ins


class _Form(Strict):
    """The form that asks for a plan: one item or all of them."""

    id: UUID
    disaster_id: UUID
    area_code: schemas.Code
    item: str = ""
    keep_minimum: bool = False
    mind_trucks: bool = False
    least_life_days: Annotated[int, Field(ge=0, le=3650)] = 0
    minutes_a_day: Annotated[int, Field(ge=0, le=1440)] = 0


class _Pin(Strict):
    """The form that fixes what a need gets; without a quantity it is left to the plan again."""

    id: UUID
    need: UUID
    quantity: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    depot: UUID | None = None
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class _Again(Strict):
    """The button that asks for the same plan again."""

    id: UUID


@blueprint.get("/stock/plans")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show the plans of a disaster, and the form that asks for another."""
    return _list({})


def _list(given: dict[str, Any], error: Invalid | None = None) -> ResponseReturnValue:
    require("stock.read")
    with reading() as session:
        seen = look(session)
        rows = queries.listed(session, seen.disaster.id, seen.tree) if seen.disaster else []
        wanted = queries.waiting(session, seen.disaster, seen.area.id, ()) if seen.disaster else []
        page = web.page(
            "allocation/list.html", seen=seen, given=given, error=error, tab="plans",
            waiting=queries.open_orders(session, [each["id"] for each in rows if not each["part"]]),
            numbers={each["id"]: each["number"] for each in rows}, view_now=seen.view.now,
            rows=rows, may=may_anywhere,
            open_items=_counted(session, wanted), open_needs=len(wanted), new_id=uuid6.uuid7(),
            may_plan=may("stock.plan", seen.area.id), states=state_words(), shapes=SHAPES,
            errors=_by_field(error),
        )  # fmt: skip
    return page, error.status if error else 200


def _counted(session: Session, wanted: list[Waiting]) -> list[tuple[str, str, int]]:
    """Return (code, name, needs) of each item somebody lacks, in the catalogue's order."""
    count = Counter(each.item_code for each in wanted)
    rows = sorted(items.items(session), key=lambda each: (each.position, each.code))
    return [(each.code, items.name_of(each), n) for each in rows if (n := count[each.code])]


def may(permission: str, area_id: UUID) -> bool:
    """Whether whoever is looking holds a permission in an area."""
    who = viewer()
    return who is not None and who.may(permission, area_id, geo.cached_tree())


def may_anywhere(permission: str) -> bool:
    """Whether whoever is looking holds a permission anywhere: whether to offer a tab."""
    who = viewer()
    return who is not None and who.may(permission, None, geo.cached_tree())


@blueprint.post("/stock/plans")
@blueprint.doc(hide=True)
def save() -> ResponseReturnValue:
    """Ask for a plan from the form; what was typed comes back with what is wrong."""
    given = {key: value for key, value in web.form_fields().items() if value != ""}
    try:
        form = web.check(_Form, given)
        items_of = {"items": [form.item] if form.item else []}
        asked = form.model_dump(mode="json", exclude={"id", "item"}) | items_of
        order = web.check(schemas.PutPlan, asked)
        api.ask(attempt_of(form.id), order)
    except Invalid as error:
        return _list(given, error)
    return web.see_other("allocation_plans.page_one", allocation_id=form.id)


def attempt_of(write_id: UUID) -> receipts.Attempt:
    """Return the write a form stands for."""
    return receipts.Attempt(id=write_id, base="", digest=web.body_digest())


@blueprint.get("/stock/plans/<uuid:allocation_id>")
@blueprint.doc(hide=True)
def page_one(allocation_id: UUID) -> ResponseReturnValue:
    """Show one plan: an item's needs, what each gets and why not more, greedy beside it."""
    return _one(allocation_id)


def _one(
    allocation_id: UUID, error: ReliefError | None = None, given: dict[str, Any] | None = None
) -> ResponseReturnValue:
    require("stock.read")
    with reading() as session:
        found, whole = queries.readable(session, allocation_id)
        if not whole:
            return part_page(session, found)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        tabs = shown_tabs(session, found)
        item = request.args.get("item") or (tabs[0]["code"] if tabs else "")
        answer = shown(session, found, tree, item)
        wanted = answer["needs"]
        chosen = next((each for each in wanted if str(each["need"]) == asked_need(given)), None)
        page = web.page(
            "allocation/one.html", plan=answer, disaster=disaster, area=tree.node(found.area_id),
            tabs=tabs, item=item, wanted=wanted, chosen=chosen, error=error, given=given or {},
            errors=_by_field(error), figures=answer["figures"].get(item), why=why,
            part_words=part_words,
            curve=curve(wanted), limits=limit_words(), skips=skip_words(),
            helps=helps(answer, chosen), remedy_words=remedy_words,
            depots=queries.depots_of(session, found, item) if chosen else [],
            states=state_words(), shapes=SHAPES, new_id=uuid6.uuid7(),
            may=may_anywhere, tab="plans", drill=found.drill_id is not None,
            may_pin=may("stock.plan", found.area_id) and found.state == "ready",
            may_again=may("stock.plan", found.area_id), may_sign=_may_sign(session, found),
            may_refuse=_may_refuse(session, found),
            may_apply=may("stock.reserve", found.area_id) and found.state == "ready",
            may_draw=may("map.read", found.area_id),
            since=queries.since(session, found, disaster) if found.state == "ready" else 0,
            hazards=hazards.standing(session, disaster.id, disasters.now_of(session, disaster)),
            hazard_words=hazards.kind_words(),
            stood_in=_stood_in(session, found, disaster, wanted),
        )  # fmt: skip
    return page, error.status if error else 200


def _stood_in(
    session: Session, found: AllocationPlan, disaster: Disaster, wanted: list[dict[str, Any]]
) -> set[UUID]:
    """Return the needs that are cut and for which something that is free could stand in."""
    cut = [each["need"] for each in wanted if each["cut"]]
    if not cut or not may("stock.reserve", found.area_id):
        return set()
    now = disasters.now_of(session, disaster)
    return stand_ins.helped(session, disaster, wanted[0]["item"], cut, now=now)


def _may_sign(session: Session, found: AllocationPlan) -> bool:
    """Whether the reader may sign the order, or put it on paper: never who had a hand in it."""
    who = viewer()
    own = who is not None and who.id in queries.had_a_hand_in(session, found)
    ordered = found.state in (PlanState.APPLIED, PlanState.REFUSED)
    return not own and ordered and may("stock.sign", found.area_id)


def _may_refuse(session: Session, found: AllocationPlan) -> bool:
    who, signs = viewer(), may("stock.sign", found.area_id)
    allowed = may("stock.refuse", found.area_id) and queries.may_refuse(
        session, found, actor_id=who.id if who else None, signs=signs
    )
    return allowed and found.state == "applied" and queries.has_open(session, found)


def _by_field(error: ReliefError | None) -> dict[str, str]:
    found = error.errors if isinstance(error, Invalid) else []
    return {each.field: each.message for each in found}


def asked_need(given: dict[str, Any] | None) -> str:
    """Return which need's reasons are wanted: that of the form, or of the address."""
    return str((given or {}).get("need") or request.args.get("need", ""))


def sent(
    allocation_id: UUID, act: Callable[[dict[str, Any]], dict[str, Any] | None]
) -> ResponseReturnValue:
    """Do what a form of a plan's page asks and show the page again; what is wrong is said there.

    `act` returns what the page's address says besides.
    """
    given = {key: value for key, value in web.form_fields().items() if value != ""}
    try:
        more = act(given) or {}
    except ReliefError as error:
        if error.status not in (409, 422):
            raise
        return _one(allocation_id, error, given)
    return web.see_other("allocation_plans.page_one", allocation_id=allocation_id, **more)


@blueprint.post("/stock/plans/<uuid:allocation_id>/pins")
@blueprint.doc(hide=True)
def pin_here(allocation_id: UUID) -> ResponseReturnValue:
    """Fix what a need gets from the plan's page."""

    def act(given: dict[str, Any]) -> dict[str, Any]:
        form = web.check(_Pin, given)
        api.pin(
            attempt_of(form.id), allocation_id, schemas.PutPin(**form.model_dump(exclude={"id"}))
        )
        return {"item": request.args.get("item"), "need": form.need}

    return sent(allocation_id, act)


@blueprint.post("/stock/plans/<uuid:allocation_id>/application")
@blueprint.doc(hide=True)
def apply_here(allocation_id: UUID) -> ResponseReturnValue:
    """Apply a plan from its page."""
    require("stock.reserve")
    try:
        api.apply(attempt_of(uuid5(allocation_id, "application")), allocation_id)
    except ReliefError as error:
        if error.status not in (409, 412) and not isinstance(error, Forbidden):
            raise
        return _one(allocation_id, error)
    return web.see_other("allocation_plans.page_one", allocation_id=allocation_id)


@blueprint.post("/stock/plans/<uuid:allocation_id>/again")
@blueprint.doc(hide=True)
def again(allocation_id: UUID) -> ResponseReturnValue:
    """Ask for the same plan as things stand now."""
    require("stock.plan")
    form = web.check(_Again, web.form_fields())
    with reading() as session:
        found = queries.plan(session, allocation_id)
        if found.kind != PlanKind.NEEDS:
            raise IllegalTransition(_("Moves are not worked out again: see what is advised now."))
        disaster = disasters.disaster(session, found.disaster_id)
        area = disasters.division_tree(session, disaster).node(found.area_id)
        order = schemas.PutPlan(
            disaster_id=disaster.id, area_code=area.code, items=found.items,
            keep_minimum=found.keep_minimum, mind_trucks=found.mind_trucks,
            least_life_days=found.least_life_days, minutes_a_day=found.minutes_a_day,
        )  # fmt: skip
    try:
        api.ask(attempt_of(form.id), order)
    except Invalid as error:
        return _one(allocation_id, error)
    return web.see_other("allocation_plans.page_one", allocation_id=form.id)


@blueprint.get("/stock/plans/<uuid:allocation_id>/export")
@blueprint.doc(hide=True)
def export(allocation_id: UUID) -> ResponseReturnValue:
    """Send a plan as a workbook: who gets what and why, and every line with its lot."""
    require("stock.read")
    with reading() as session:
        found = queries.plan(session, allocation_id)
        answer = api.answered(session, found, whole=True)
        title, drill = disasters.disaster(session, found.disaster_id).name, found.drill_id
    note = _("DRILL") if drill else ""
    book = [
        sheets.Sheet(name=_("Allocation plan"), headings=columns.needs_headings(), note=note,
                     rows=[columns.need_cells(each) for each in answer["needs"]]),
        sheets.Sheet(name=_("From where"), headings=columns.lines_headings(), note=note,
                     rows=[columns.line_cells(each, line) for each in answer["needs"]
                           for line in each["lines"]]),
        sheets.Sheet(name=_("Lots left out"), headings=columns.skipped_headings(), note=note,
                     rows=[columns.skipped_cells(each) for each in answer["skipped"]]),
    ]  # fmt: skip
    name = f"{title} {_('Allocation plan')}.xlsx"
    return web.attachment(lambda: sheets.write_workbook(book), sheets.XLSX, name)
