"""The forms that add or change a row of the lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import ReliefError
from relief_ops.geo import AreaNode
from shelters.evacuation import queries, schemas
from shelters.evacuation.routes import outlines
from shelters.evacuation.routes.api import write_cadre, write_household, write_risk_point
from shelters.evacuation.routes.blueprint import (
    blueprint,
    form_id,
    seen,
    tree_for,
    wrong_fields,
)
from shelters.evacuation.routes.words import WORDS
from shelters.evacuation.rules import GROUPS, PETS
from shelters.models import Shelter

CORRECTABLE = (400, 409, 412, 422)
PLAIN = ("kind", "unit", "people", *GROUPS, *PETS, "risk_id", "destination", "shelter_id",
         "transport", "cadre_id")  # fmt: skip


@blueprint.get("/evacuation/households/new")
@blueprint.doc(hide=True)
def page_new_household() -> ResponseReturnValue:
    """Show an empty form for a row of the area looked at."""
    return _household_form({}, None)


def _household_form(typed: dict[str, Any], error: ReliefError | None) -> ResponseReturnValue:
    require("evacuation.write")
    with reading() as session:
        found = seen(session, "evacuation.write")
        context = form_context(found, typed, error) | choices_near(session, found)
        shown = web.page("evacuation/household_form.html", row=None, **context, **WORDS)
    return shown, error.status if error else 200


def form_context(
    found: disasters.Looking, typed: dict[str, Any], error: ReliefError | None
) -> dict[str, Any]:
    """Return what every form of the lists is drawn with."""
    return {
        "seen": found, "typed": {"area_code": found.area.code} | typed, "error": error,
        "area_choices": [(each.code, each.name) for each in areas_for(found)],
        "row_id": typed.get("id") or uuid6.uuid7(),
        "wrong": wrong_fields(error), "middle": _middle(found),
    }  # fmt: skip


def _middle(found: disasters.Looking) -> str:
    """Return where a map of the area begins, as longitude,latitude; nothing where nobody knows."""
    point = found.tree.point_of(found.area.id)
    return f"{point[0]},{point[1]}" if point else ""


def areas_for(found: disasters.Looking) -> list[AreaNode]:
    """Return the areas in which the viewer may write, near the one looked at."""
    below = found.tree.children(found.area.id)
    return [found.area, *below][:400]


def choices_near(session: Session, found: disasters.Looking) -> dict[str, Any]:
    """Return what a row may refer to: risk points, cadres and shelters of the area's township."""
    top = found.tree.ancestor_at(found.area.id, "township") or found.area
    inside = found.tree.within(top.id)
    cadres = queries.cadres(session, inside)
    shelters = select(Shelter.id, Shelter.name).where(Shelter.area_id.in_(inside))
    rows = session.execute(shelters.order_by(Shelter.name).execution_options(scope="shared"))
    return {
        "risk_choices": [(each.id, each.name) for each in queries.risk_points(session, inside)],
        "cadre_choices": [(e.id, queries.lists.contact(e)["name"]) for e in cadres],
        "shelter_choices": [(row[0], row[1]) for row in rows],
    }


def _typed_form(
    model: type[Any],
    write: Callable[[Session, UUID, Any], Any],
    read: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> tuple[UUID | None, dict[str, Any], ReliefError | None]:
    """Write what a form says; return the id, what was typed and what was wrong with it."""
    given = web.form_fields()
    try:
        row_id = form_id(given)
        order = web.check(model, read({key: given[key] for key in given if key != "id"}))
        with transaction() as session:
            write(session, row_id, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return None, given, error
    return row_id, given, None


@blueprint.post("/evacuation/households/new")
@blueprint.doc(hide=True)
def add_household() -> ResponseReturnValue:
    """Take a new row; every field error goes back beside its field."""
    require("evacuation.write")
    row_id, given, error = _typed_form(schemas.PutHousehold, write_household)
    if error is not None:
        return _household_form(given, error)
    return web.see_other("evacuation.page_household", household_id=row_id)


@blueprint.get("/evacuation/households/<uuid:household_id>/change")
@blueprint.doc(hide=True)
def page_change(household_id: UUID) -> ResponseReturnValue:
    """Show the form of a row with what everybody may see; what is sealed stays if left empty."""
    return _change_form(household_id, {}, None)


def _change_form(
    household_id: UUID, typed: dict[str, Any], error: ReliefError | None
) -> ResponseReturnValue:
    require("evacuation.write")
    with reading() as session:
        row = queries.household(session, household_id)
        require("evacuation.write", row.area_id)
        tree = tree_for(session, row.drill_id)
        found = looking_around(session, row.area_id, row.drill_id)
        held = {name: getattr(row, name) for name in PLAIN} | {
            "area_code": tree.node(row.area_id).code
        }
        context = form_context(found, held | typed, error) | choices_near(session, found)
        shown = web.page(
            "evacuation/household_form.html", row=row, masked=queries.masked(row), **context,
            **WORDS,
        )  # fmt: skip
    return shown, error.status if error else 200


def looking_around(session: Session, area_id: UUID, drill_id: UUID | None) -> disasters.Looking:
    """Return a look at the township of a row, in its own drill."""
    tree = tree_for(session, drill_id)
    top = tree.ancestor_at(area_id, "township") or tree.node(area_id)
    fitting = (each for each in disasters.disasters(session) if each.drill_id == drill_id)
    disaster = next(fitting, None)
    return disasters.looking(
        session, disaster_id=disaster.id if disaster else None, area_code=top.code
    )


@blueprint.post("/evacuation/households/<uuid:household_id>/change")
@blueprint.doc(hide=True)
def change_household(household_id: UUID) -> ResponseReturnValue:
    """Take a change of a row; a sealed field left empty stays as it is."""
    require("evacuation.write")
    given = web.form_fields()
    said = {key: given[key] for key in given if key not in ("id", "base")}
    try:
        with transaction() as session:
            row = queries.household(session, household_id)
            kept = {key: text for key, text in queries.clear(row).items() if text}
            order = web.check(
                schemas.PutHousehold,
                kept | said | {"drill_id": str(row.drill_id) if row.drill_id else None},
            )
            write_household(session, household_id, order, base=str(given.get("base", "")))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _change_form(household_id, given, error)
    return web.see_other("evacuation.page_household", household_id=household_id)


@blueprint.get("/evacuation/risk-points/new")
@blueprint.doc(hide=True)
def page_new_risk() -> ResponseReturnValue:
    """Show an empty form for a risk point."""
    return _simple_form("evacuation/risk_form.html", {}, None)


@blueprint.get("/evacuation/cadres/new")
@blueprint.doc(hide=True)
def page_new_cadre() -> ResponseReturnValue:
    """Show an empty form for somebody who answers for households."""
    return _simple_form("evacuation/cadre_form.html", {}, None)


def _simple_form(
    template: str, typed: dict[str, Any], error: ReliefError | None
) -> ResponseReturnValue:
    require("evacuation.write")
    with reading() as session:
        found = seen(session, "evacuation.write")
        context = form_context(found, typed, error) | choices_near(session, found)
        shown = web.page(template, row=None, **context, **WORDS)
    return shown, error.status if error else 200


@blueprint.post("/evacuation/risk-points/new")
@blueprint.doc(hide=True)
def add_risk() -> ResponseReturnValue:
    """Take a new risk point."""
    require("evacuation.write")
    row_id, given, error = _typed_form(schemas.PutRiskPoint, _write_risk, outlines.read)
    if row_id is None:
        return _simple_form("evacuation/risk_form.html", given, error)
    return _to_places()


def _write_risk(session: Session, row_id: UUID, order: schemas.PutRiskPoint) -> Any:
    return write_risk_point(session, row_id, order)


@blueprint.post("/evacuation/cadres/new")
@blueprint.doc(hide=True)
def add_cadre() -> ResponseReturnValue:
    """Take somebody new who answers for households."""
    require("evacuation.write")
    row_id, given, error = _typed_form(schemas.PutCadre, write_cadre)
    if row_id is None:
        return _simple_form("evacuation/cadre_form.html", given, error)
    return _to_places()


def _to_places() -> ResponseReturnValue:
    return web.see_other(
        "evacuation.page_places", disaster=request.args.get("disaster"),
        area=request.args.get("area"),
    )  # fmt: skip
