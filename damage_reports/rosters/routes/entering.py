"""The form that adds or corrects a row, at a desk or on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports.rosters import queries, rules, schemas
from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.routes.api import write_row
from damage_reports.rosters.routes.blueprint import (
    blueprint,
    disaster_of,
    form_id,
    of_row,
    roster_of,
    seen,
)
from damage_reports.rosters.routes.words import WORDS
from damage_reports.rosters.rules import FIELDS, OPEN, Roster
from relief_ops import clock, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition, Invalid, StaleBase
from relief_ops.geo import AreaNode, AreaTree, Level

INSTANTS = ("happened_at", "moved_at", "returned_at")
Refused = (Invalid, StaleBase, IllegalTransition)


@blueprint.get("/rosters/<string:roster>/new")
@blueprint.doc(hide=True)
def page_new(roster: str) -> ResponseReturnValue:
    """Show an empty form for a row of the area looked at."""
    kind = roster_of(roster)
    with reading() as session:
        found = seen(session, "roster.write")
        disaster, area = disaster_of(found), _own_area(found)
        return _form(kind, disaster, areas_for(area, found.tree), {"area_code": area.code})


@blueprint.post("/rosters/<string:roster>/new")
@blueprint.doc(hide=True)
def add(roster: str) -> ResponseReturnValue:
    """Take a new row; every field error goes back beside its field."""
    require("roster.write")
    kind, given = roster_of(roster), web.form_fields()
    try:
        row_id = _write(kind, given)
    except Refused as problem:
        with reading() as session:
            found = disasters.looking(session, disaster_id=form_id(given, "disaster_id"))
            code = str(given.get("area_code", ""))
            area = disasters.area_by_code(session, code, found.disaster)
            require("roster.write", area.id)
            disaster, areas = disaster_of(found), areas_for(area, found.tree)
            return _form(kind, disaster, areas, given, error=problem), problem.status
    if given.get("next"):
        return web.see_other(
            "rosters.page_new", roster=kind.value, disaster=given.get("disaster_id"),
            area=given.get("area_code"), done=1,
        )  # fmt: skip
    return web.see_other("rosters.page_row", row_id=row_id)


@blueprint.get("/rosters/rows/<uuid:row_id>/correct")
@blueprint.doc(hide=True)
def page_correct(row_id: UUID) -> ResponseReturnValue:
    """Show the form with what everybody may see of the row; the rest stays as it is if empty."""
    require("roster.write")
    with reading() as session:
        row = queries.row(session, row_id)
        require("roster.write", row.area_id)
        return _correct_form(session, row, _typed(row))


@blueprint.post("/rosters/rows/<uuid:row_id>/correct")
@blueprint.doc(hide=True)
def correct(row_id: UUID) -> ResponseReturnValue:
    """Take a correction or a removal."""
    require("roster.write")
    given = web.form_fields()
    try:
        with reading() as session:
            row = queries.row(session, row_id)
            kind, held = Roster(row.roster), {"disaster_id": str(row.disaster_id)}
            held["base"] = str(given.get("base") or row_id)
        written = _write(kind, given | held, blank=OPEN[kind])
    except Refused as problem:
        with reading() as session:
            row = queries.row(session, row_id)
            require("roster.write", row.area_id)
            return _correct_form(session, row, given, error=problem), problem.status
    return web.see_other("rosters.page_row", row_id=written)


def _write(kind: Roster, given: Mapping[str, Any], *, blank: Sequence[str] = ()) -> UUID:
    """Keep what was typed. An open field that was emptied says so; a personal one is left alone."""
    row_id = form_id(given, "id")
    said = {key: given[key] for key in given if key not in ("id", "next")}
    said |= {key: None for key in blank if key not in given}
    said = _with_zones(said) | {"roster": kind.value}
    order = web.check(schemas.PutRow, said)
    with transaction() as session:
        write_row(session, row_id, order)
    return row_id


def _with_zones(said: dict[str, Any]) -> dict[str, Any]:
    """Return local times, as a browser's fields give them, with the zone they are in."""
    for key in INSTANTS:
        with suppress(ValueError):
            moment = datetime.fromisoformat(str(said.get(key)))
            if moment.tzinfo is None:
                said[key] = moment.replace(tzinfo=clock.LOCAL).isoformat()
    return said


def _own_area(found: disasters.Looking) -> AreaNode:
    """Return the area a row is for: the one looked at, or the first township under it."""
    if found.area.level in (Level.TOWNSHIP, Level.VILLAGE):
        return found.area
    return found.tree.reporting_townships(found.area.id)[0]


def areas_for(area: AreaNode, tree: AreaTree) -> list[AreaNode]:
    """Return the areas a row may lie in: the township and its villages, as far as they are held."""
    who, township = viewer(), tree.ancestor_at(area.id, Level.TOWNSHIP)
    near = [township, *tree.children(township.id)] if township else [area]
    return [each for each in near if who and who.may("roster.write", each.id, tree)] or [area]


def _typed(row: RosterRow) -> dict[str, Any]:
    """Return what the form shows of a row: nothing that is sealed."""
    return {key: getattr(row, key) for key in OPEN[Roster(row.roster)]}


def _correct_form(
    session: Session, row: RosterRow, typed: Mapping[str, Any], *, error: Any = None
) -> str:
    disaster, tree = of_row(session, row)
    area = tree.node(row.area_id)
    held = {"area_code": area.code} | dict(typed)
    return _form(
        Roster(row.roster), disaster, areas_for(area, tree), held, error=error,
        row=queries.shown(row, tree), standing=queries.standing(session, row.record_id),
    )  # fmt: skip


def _form(
    roster: Roster, disaster: Disaster, areas: Sequence[AreaNode], typed: Mapping[str, Any], *,
    error: Any = None, row: dict[str, Any] | None = None, standing: RosterRow | None = None,
) -> str:  # fmt: skip
    problems = error.errors if isinstance(error, Invalid) else ()
    return web.page(
        "rosters/form.html",
        roster=roster,
        disaster=disaster,
        areas=areas,
        fields=FIELDS[roster],
        typed=typed,
        error=error,
        wrong={each.field: each.message for each in problems},
        row=row,
        base=standing.id if standing else None,
        row_id=str(uuid6.uuid7()),
        done=request.args.get("done"),
        kinds=KINDS,
        instants=INSTANTS,
        needed=rules.rows.NEEDED[roster],
        **WORDS,
    )


# How a column is typed in; a column not named here is a line of text.
KINDS: Mapping[str, str] = {
    **dict.fromkeys(rules.CHOICES, "choice"),
    **dict.fromkeys(INSTANTS, "instant"),
    **dict.fromkeys(("comfort_on", "damaged_on", "completed_on"), "date"),
    **dict.fromkeys((*rules.rows.ROOMS, "age", "people", "comfort_yuan", "subsidy_yuan"), "number"),
    "needs_aid": "yes_no",
    "remarks": "text",
    "phone": "phone",
}
