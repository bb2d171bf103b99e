"""Joining disasters into one process and splitting them (汇拢与拆分): the page, and its three acts.

Each act is asked once: the page first shows what it would do to every figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.queries import regrouping
from damage_reports.routes.pages import blueprint
from relief_ops import geo, web
from relief_ops.auth import lookup, require, viewer
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as parts
from relief_ops.disasters.parts import schemas as part_schemas
from relief_ops.disasters.parts import services
from relief_ops.disasters.routes import kind_words, look
from relief_ops.disasters.rules import Kind, State
from relief_ops.disasters.schemas import PutDisaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.geo import Level
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict

Problem = Invalid | IllegalTransition


@blueprint.get("/reports/parts")
def parts_page() -> ResponseReturnValue:
    """Show what joined a disaster, and what an act named in the address would change."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        context = _context(session, seen, seen.disaster)
    return web.page("reports/parts.html", **context)


def _context(
    session: Session, seen: disasters.Looking, disaster: Disaster, error: Problem | None = None
) -> dict[str, Any]:
    planned, may_change = None, _may_change(session)
    try:
        planned = _planned(session, seen, disaster) if may_change and not error else None
    except (Invalid, IllegalTransition) as wrong:
        error = wrong
    rows = parts.memberships(session, disaster.id)
    splits = parts.splits(session, disaster.id)
    form = queries.form_of(session, disaster.form_version)
    found = queries.rollup(
        session, disaster_id=disaster.id, area=seen.area, tree=seen.tree, form=form
    )  # fmt: skip
    return {
        "seen": seen,
        "disaster": disaster,
        "named": {each.id: each for each in disasters.disasters(session)},
        "kinds": kind_words(),
        "rows": rows,
        "whole": parts.grouping(session).wholes.get(disaster.id),
        "splits": [(row, parts.named(seen.tree, areas)) for row, areas in splits],
        "people": lookup.names(session, _people(rows, splits)),
        "total": found.area,
        "units": {each.disaster_id: each.unit for each in found.parts},
        "fields": [field for field in form.values() if field.core],
        "joinable": parts.joinable(session, disaster) if may_change else [],
        "targets": _targets(session, disaster) if may_change else [],
        "counties": _held(session, seen, disaster) if may_change else [],
        "planned": planned,
        "may_change": may_change,
        "error": error,
        "new_id": str(uuid6.uuid7()),
    }


def _people(rows: list[Any], splits: list[Any]) -> list[UUID | None]:
    joined = [each for row in rows for each in (row.actor_id, row.ended_by)]
    return [*joined, *(row.actor_id for row, _areas in splits)]


def _may_change(session: Session) -> bool:
    who, tree = viewer(), geo.tree(session)
    return who is not None and who.may("disaster.open", own_root(tree).id, tree)


def _targets(session: Session, source: Disaster) -> list[Disaster]:
    """Return the open disasters into which areas of one could be split off."""
    return [
        each
        for each in disasters.disasters(session)
        if each.state not in parts.SETTLED and not parts.misfits(session, source, each)
    ]


def _held(
    session: Session, seen: disasters.Looking, disaster: Disaster
) -> list[tuple[geo.AreaNode, list[geo.AreaNode]]]:
    """Return the counties of a disaster with the townships whose figures it still holds."""
    known, tree = parts.grouping(session), seen.tree
    found = [
        (county, [
            node for node in tree.at_level(Level.TOWNSHIP, county.id)
            if known.home(disaster.id, node.id) == disaster.id
            and node.id in tree.within(disaster.area_id)
        ])
        for county in tree.at_level(Level.COUNTY)
    ]  # fmt: skip
    return [each for each in found if each[1]]


def _planned(
    session: Session, seen: disasters.Looking, disaster: Disaster
) -> dict[str, Any] | None:
    """Return the act the address asks to look at first, with what it would change."""
    args = request.values
    if args.get("join"):
        part = disasters.disaster(session, _id("join"))
        services.check_join(session, whole=disaster, part=part)
        return {
            "act": "join", "other": part.name, "part": part,
            "preview": regrouping.of_join(session, disaster, part, seen.tree),
        }  # fmt: skip
    if args.get("leave"):
        row = parts.membership(session, disaster.id, _id("leave"))
        return {
            "act": "leave", "other": disasters.name_of(session, row.part_id), "row": row,
            "preview": regrouping.of_separation(session, disaster, row.part_id, seen.tree),
        }  # fmt: skip
    return _planned_split(session, seen, disaster) if args.getlist("areas") else None


def _planned_split(session: Session, seen: disasters.Looking, source: Disaster) -> dict[str, Any]:
    args, codes = request.values, request.values.getlist("areas")
    if args.get("into"):
        into = disasters.disaster(session, _id("into"))
    else:
        into = _new_disaster(source, uuid6.uuid7(), args)
    townships = services.splittable(session, codes, source=source, into=into)
    return {
        "act": "split", "other": into.name, "into": into, "codes": codes,
        "preview": regrouping.of_split(session, source, into.id, townships, seen.tree),
    }  # fmt: skip


def _id(name: str) -> UUID:
    try:
        return UUID(request.values[name])
    except ValueError as error:
        wrong = FieldError(name, "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name=name), [wrong]) from error


class _New(Strict):
    """The disaster that areas are split off into, where there is none yet."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    kind: Kind


def _new_disaster(source: Disaster, new_id: UUID, given: Mapping[str, Any]) -> Disaster:
    """Return a disaster beside another: of the same beginning, form, divisions, area and drill."""
    asked = web.check(_New, {key: given[key] for key in ("name", "kind") if given.get(key)})
    kind = Kind(asked.kind)
    return Disaster(
        id=new_id, name=asked.name, kind=kind, sub_kind="", drill_id=source.drill_id,
        storm_code=source.storm_code if kind == Kind.TYPHOON else "", area_id=source.area_id,
        magnitude_tenths=source.magnitude_tenths, epicentre_lon=source.epicentre_lon,
        epicentre_lat=source.epicentre_lat,
        state=State.ACTIVE, started_at=source.started_at, ended_at=None,
        division_date=source.division_date, form_version=source.form_version, revision=1,
    )  # fmt: skip


@blueprint.post("/reports/parts/join")
def join_form() -> ResponseReturnValue:
    """Join from the page."""
    given = web.form_fields()
    own = web.check(_Own, {key: given.pop(key, None) for key in ("id", "disaster_id")})
    try:
        order = web.check(part_schemas.PutPart, given)
        with transaction() as session:
            actor_id = _actor(session)
            services.join(
                session, web.attempt(own.id, revised=True), order,
                whole=disasters.disaster(session, own.disaster_id),
                part=disasters.disaster(session, order.part_id), actor_id=actor_id,
            )  # fmt: skip
    except (Invalid, IllegalTransition) as error:
        return _again(own.disaster_id, error)
    return web.see_other("report_pages.parts_page", disaster=own.disaster_id)


@blueprint.post("/reports/parts/<uuid:membership_id>/end")
def separate_form(membership_id: UUID) -> ResponseReturnValue:
    """Separate from the page."""
    given = web.form_fields()
    own = web.check(_Whole, {"disaster_id": given.pop("disaster_id", None)})
    try:
        order = web.check(part_schemas.EndPart, given)
        with transaction() as session:
            actor_id = _actor(session)
            row = parts.membership(session, own.disaster_id, membership_id)
            attempt = web.attempt(order.id, revised=True)
            services.separate(session, attempt, order, row=row, actor_id=actor_id)
    except (Invalid, IllegalTransition) as error:
        return _again(own.disaster_id, error)
    return web.see_other("report_pages.parts_page", disaster=own.disaster_id)


@blueprint.post("/reports/parts/split")
def split_form() -> ResponseReturnValue:
    """Split areas off from the page, into a disaster there is or a new one."""
    given = web.form_fields()
    own = web.check(_Own, {key: given.pop(key, None) for key in ("id", "disaster_id")})
    named: dict[str, Any] = {key: given.pop(key) for key in ("name", "kind") if key in given}
    given["area_codes"] = given.pop("area_codes[]", [])
    try:
        order = web.check(part_schemas.PutSplit, given)
        _split(own, order, named)
    except (Invalid, IllegalTransition) as error:
        return _again(own.disaster_id, error)
    return web.see_other("report_pages.parts_page", disaster=own.disaster_id)


def _split(own: _Own, order: part_schemas.PutSplit, named: Mapping[str, Any]) -> None:
    with transaction() as session:
        actor_id = _actor(session)
        source = disasters.disaster(session, own.disaster_id)
        attempt = web.attempt(own.id, revised=True)
        if named:
            new = _order(session, _new_disaster(source, order.into_id, named))
            services.split_anew(session, attempt, order, new, source=source, actor_id=actor_id)
        else:
            into = disasters.disaster(session, order.into_id)
            services.split(session, attempt, order, source=source, into=into, actor_id=actor_id)


def _order(session: Session, new: Disaster) -> PutDisaster:
    tree = disasters.division_tree(session, new)
    return PutDisaster(
        name=new.name, kind=Kind(new.kind), storm=new.storm_code, drill_id=new.drill_id,
        magnitude=None if new.magnitude is None else Decimal(str(new.magnitude)),
        epicentre_lon=new.epicentre_lon, epicentre_lat=new.epicentre_lat,
        area_code=tree.node(new.area_id).code, started_at=new.started_at,
        division_date=new.division_date, form_version=new.form_version,
    )  # fmt: skip


class _Whole(Strict):
    """The disaster whose page it is."""

    disaster_id: UUID


class _Own(_Whole):
    """The id a page gave its form, and the disaster whose page it is."""

    id: UUID


def _actor(session: Session) -> UUID:
    return require("disaster.open", own_root(geo.tree(session)).id)


def _again(disaster_id: UUID, error: Problem) -> ResponseReturnValue:
    with reading() as session:
        seen = disasters.looking(session, disaster_id=disaster_id)
        disaster = disasters.disaster(session, disaster_id)
        context = _context(session, seen, disaster, error)
        return web.page("reports/parts.html", **context), error.status
