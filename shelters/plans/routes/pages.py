"""The pages of evacuation plans: all of them, one with its table, its workbook."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid5

import uuid6
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from relief_ops import geo, receipts, sheets, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict
from shelters.assignment.shapes import NEEDS
from shelters.plans import queries, schemas
from shelters.plans.queries.shown import shown, summary
from shelters.plans.routes import api
from shelters.plans.routes.api import blueprint
from shelters.plans.routes.wording import SHAPES, broken_words, phase_words, state_words, why
from shelters.plans.rules import is_listed
from shelters.queries.phases import phase_of
from shelters.rules import Phase

MOST_ROWS = 5_000


class _Form(Strict):
    """The form that asks for a plan: a village a line, or nothing for those of the lists."""

    id: UUID
    disaster_id: UUID
    area_code: str
    phase: Phase
    walk_m: Annotated[int, Field(ge=0, le=20_000)]
    ride_m: Annotated[int, Field(ge=100, le=200_000)]
    groups: str = ""


class _Change(schemas.PutChange):
    """The form that moves households by hand."""

    id: UUID


class _Again(Strict):
    """The button that asks for the same plan again."""

    id: UUID


@blueprint.get("/evacuation-plans")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show the plans of a disaster, and the form that asks for another."""
    return _list({})


def _list(given: dict[str, Any], error: Invalid | None = None) -> ResponseReturnValue:
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        made = queries.plans(session, seen.disaster.id) if seen.disaster else []
        may_plan = may("evacuation.plan", seen.area.id)
        listed = _listed(session, seen) if may_plan else None
        rows = [(summary(each, seen.tree), seen.tree.node(each.area_id).name) for each in made]
        page = web.page(
            "plans/list.html", seen=seen, rows=rows, given=given, error=error,
            errors={each.field: each.message for each in error.errors} if error else {},
            new_id=uuid6.uuid7(), may_plan=may_plan, listed=listed,
            states=state_words(), shapes=SHAPES, phases=phase_words(), phase=_phase(session, seen),
        )  # fmt: skip
    return page, error.status if error else 200


def _phase(session: Session, seen: disasters.Looking) -> Phase:
    """Return the capacity a plan made now counts by: where people are to sleep."""
    if seen.disaster is None:
        return Phase.NIGHT
    return phase_of(session, seen.disaster.id, seen.area.id, seen.view.now, overnight=True)


def _listed(session: Session, seen: disasters.Looking) -> dict[str, int] | None:
    """Return how many villages, households and people the lists would have moved, or None."""
    groups = queries.groups_to_move(session, seen.disaster, seen.area.id) if seen.disaster else []
    if not groups:
        return None
    households = sum(kind[-1] for each in groups for kind in each["kinds"])
    people = sum(each["people"] for each in groups)
    return {"villages": len(groups), "households": households, "people": people}


def may(permission: str, area_id: UUID) -> bool:
    """Whether whoever is looking holds a permission in an area."""
    who = viewer()
    return who is not None and who.may(permission, area_id, geo.cached_tree())


@blueprint.post("/evacuation-plans")
@blueprint.doc(hide=True)
def save() -> ResponseReturnValue:
    """Ask for a plan from the form; what was typed comes back with what is wrong."""
    given = {key: value for key, value in web.form_fields().items() if value != ""}
    try:
        form = web.check(_Form, given)
        order = schemas.PutPlan(
            **form.model_dump(exclude={"id", "groups"}), groups=_groups(form.groups) or None
        )
        api.ask(_attempt(form.id), order)
    except Invalid as error:
        return _list(given, error)
    return web.see_other("evacuation_plans.page_one", plan_id=form.id)


def _attempt(write_id: UUID) -> receipts.Attempt:
    return receipts.Attempt(id=write_id, base="", digest=web.body_digest())


def _groups(text: str) -> list[schemas.Group]:
    """Read a village a line: its code, its people, and who of them needs a place of a kind."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = line.replace(",", " ").replace("，", " ").split()
        if not cells:
            continue
        try:
            counts = [int(each) for each in cells[1:]]
            named = dict(zip(("people", *NEEDS), counts, strict=False))
            found.append(schemas.Group.model_validate({"area_code": cells[0], **named}))
        except ValueError as error:
            wrong = _("Line %(number)d is not: code, people, and up to four needs.", number=number)
            raise Invalid(wrong, [FieldError("groups", "line", wrong)]) from error
    return found[:MOST_ROWS]


@blueprint.get("/evacuation-plans/<uuid:plan_id>")
@blueprint.doc(hide=True)
def page_one(plan_id: UUID) -> ResponseReturnValue:
    """Show one plan: its figures beside nearest-first, and every village with its reasons."""
    return _one(plan_id)


def _one(plan_id: UUID, error: ReliefError | None = None) -> ResponseReturnValue:
    require("shelter.read")
    with reading() as session:
        found = queries.plan(session, plan_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        answer = shown(session, found, tree)
        may_plan = may("evacuation.plan", found.area_id) and found.state == "ready"
        names = queries.names_of(session, [UUID(each) for each in found.seen]) if may_plan else {}
        page = web.page(
            "plans/one.html", plan=answer, disaster=disaster, area=tree.node(found.area_id),
            error=error, may_plan=may_plan, shelters=sorted(names.items(), key=lambda one: one[1]),
            may_apply=may("evacuation.apply", found.area_id) and found.state == "ready",
            new_id=uuid6.uuid7(), states=state_words(), shapes=SHAPES, phases=phase_words(),
            why=why, drill=found.drill_id is not None, broken=queries.broken(session, found),
            broken_words=broken_words(), may_again=may("evacuation.plan", found.area_id),
            may_draw=may("map.read", found.area_id), hazard_words=hazards.kind_words(),
            hazards=hazards.standing(session, disaster.id, disasters.now_of(session, disaster)),
        )  # fmt: skip
    return page, error.status if error else 200


@blueprint.post("/evacuation-plans/<uuid:plan_id>/application")
@blueprint.doc(hide=True)
def apply_here(plan_id: UUID) -> ResponseReturnValue:
    """Apply a plan from its page."""
    try:
        api.apply(_attempt(uuid5(plan_id, "application")), plan_id)
    except ReliefError as error:
        if error.status not in (409, 412):
            raise
        return _one(plan_id, error)
    return web.see_other("evacuation_plans.page_one", plan_id=plan_id)


@blueprint.post("/evacuation-plans/<uuid:plan_id>/again")
@blueprint.doc(hide=True)
def again(plan_id: UUID) -> ResponseReturnValue:
    """Ask for the same plan as things stand now; it moves as few people as it can."""
    require("evacuation.plan")
    form = web.check(_Again, web.form_fields())
    with reading() as session:
        found = queries.plan(session, plan_id)
        disaster = disasters.disaster(session, found.disaster_id)
        area = disasters.division_tree(session, disaster).node(found.area_id)
        groups = None if is_listed(found.given) else found.given
        order = schemas.PutPlan.model_validate(
            {
                "disaster_id": disaster.id, "area_code": area.code, "phase": found.phase,
                "walk_m": found.walk_m, "ride_m": found.ride_m, "groups": groups,
            }
        )  # fmt: skip
    try:
        api.ask(_attempt(form.id), order)
    except Invalid as error:
        return _one(plan_id, error)
    return web.see_other("evacuation_plans.page_one", plan_id=form.id)


@blueprint.post("/evacuation-plans/<uuid:plan_id>/changes")
@blueprint.doc(hide=True)
def change_here(plan_id: UUID) -> ResponseReturnValue:
    """Move households by hand from the plan's page."""
    try:
        form = web.check(_Change, web.form_fields())
        order = schemas.PutChange(**form.model_dump(exclude={"id"}))
        api.change(_attempt(form.id), plan_id, order)
    except ReliefError as error:
        if error.status not in (409, 422):
            raise
        return _one(plan_id, error)
    return web.see_other("evacuation_plans.page_one", plan_id=plan_id)


@blueprint.get("/evacuation-plans/<uuid:plan_id>/export")
@blueprint.doc(hide=True)
def export(plan_id: UUID) -> ResponseReturnValue:
    """Send the table of a plan as a workbook."""
    require("shelter.read")
    with reading() as session:
        found = queries.plan(session, plan_id)
        disaster = disasters.disaster(session, found.disaster_id)
        answer = shown(session, found, disasters.division_tree(session, disaster))
        title, drill = disaster.name, found.drill_id is not None
    headings = [_("Code"), _("Village"), _("Shelter"), _("People"), _("Metres"), _("How"),
                _("Needs not met"), _("Why")]  # fmt: skip
    rows = [
        [village["area_code"], village["name"], line["shelter_name"] or _("nowhere"),
         line["people"], line["metres"], how(line), line["unmet"], why(line)]
        for village in answer["villages"] for line in village["lines"]
    ]  # fmt: skip
    sheet = sheets.Sheet(
        name=_("Evacuation plan"), headings=headings, rows=rows, note=_("DRILL") if drill else ""
    )
    name = f"{title} {_('Evacuation plan')}.xlsx"
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, name)


def how(line: dict[str, Any]) -> str:
    """Return how people get there."""
    if line["shelter"] is None:
        return ""
    return _("on foot") if line["on_foot"] else _("by bus")
