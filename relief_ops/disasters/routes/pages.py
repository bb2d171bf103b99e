"""The pages of disasters: all of them, one with its response ladders, and its drill's clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import Field, NaiveDatetime
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, web
from relief_ops.auth import require, viewer
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries, schemas, services
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes.api import blueprint, look
from relief_ops.disasters.routes.words import (
    ROMAN,
    SHAPES,
    grade_words,
    kind_words,
    ladder_words,
    sub_kind_words,
)
from relief_ops.disasters.rules import NEXT, SUB_KINDS, Grade, Kind, Ladder, State, state_words
from relief_ops.errors import Invalid, NotFound, ReliefError
from relief_ops.geo import Level
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict


class _Form(Strict):
    """The form of a disaster; its times are local."""

    revision: int | None = None
    name: schemas.Name
    kind: Kind
    sub_kind: Annotated[str, Field(max_length=32)] = ""
    grade: Grade | None = None
    storm: Annotated[str, Field(max_length=16)] = ""
    magnitude: schemas.Magnitude | None = None
    epicentre_lon: schemas.Longitude | None = None
    epicentre_lat: schemas.Latitude | None = None
    state: State = State.ACTIVE
    started_at: NaiveDatetime
    ended_at: NaiveDatetime | None = None
    division_date: date | None = None
    form_version: Annotated[str, Field(max_length=16)] = "2020"
    drill_id: UUID | None = None


class _Response(Strict):
    """The form of a response level; its time is local."""

    id: UUID
    area_code: Annotated[str, Field(pattern=r"^\d{12}$")]
    ladder: Ladder
    level: Annotated[int, Field(ge=0, le=4)]
    from_at: NaiveDatetime
    document: Annotated[str, Field(max_length=200)] = ""
    signed_by: Annotated[str, Field(max_length=64)] = ""


class _Clock(Strict):
    """The buttons of a drill's clock."""

    revision: int
    speed: Annotated[int, Field(ge=1, le=100_000)]
    action: Annotated[str, Field(pattern="^(pause|go|end)$")]


def _there(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=clock.LOCAL) if moment else None


def _may(permission: str) -> bool:
    who, tree = viewer(), geo.cached_tree()
    return who is not None and who.may(permission, own_root(tree).id, tree)


def _words() -> dict[str, Any]:
    return {
        "kinds": kind_words(), "sub_kinds": sub_kind_words(), "grades": grade_words(),
        "states": state_words(), "ladders": ladder_words(), "shapes": SHAPES, "roman": ROMAN,
    }  # fmt: skip


@blueprint.get("/disasters")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show every disaster of the reader's city, real and drilled, the latest begun first."""
    require("disaster.read")
    wanted = {key: request.args.get(key, "") for key in ("kind", "state", "drill", "find")}
    with reading() as session:
        found = [each for each in queries.disasters(session) if _fits(each, wanted)]
        rows = [(each, _levels(session, each)) for each in found]
    return web.page(
        "disasters/list.html", rows=rows, wanted=wanted, may_open=_may("disaster.open"), **_words()
    )


def _fits(found: Disaster, wanted: dict[str, str]) -> bool:
    return (
        wanted["kind"] in ("", found.kind)
        and wanted["state"] in ("", found.state)
        and wanted["drill"] in ("", "1" if found.drill_id else "0")
        and wanted["find"].strip().lower() in f"{found.name} {found.storm_code}".lower()
    )


def _levels(session: Session, found: Disaster) -> dict[str, int]:
    """Return the level in force for the whole of a disaster's area, by ladder."""
    now = queries.now_of(session, found)
    held = queries.levels_now(session, found, found.area_id, now)
    return {ladder: row.level for ladder, row in held.items()}


@blueprint.get("/disasters/new")
@blueprint.doc(hide=True)
def page_new() -> ResponseReturnValue:
    """Show the form that opens a disaster."""
    require("disaster.open", own_root(geo.cached_tree()).id)
    with reading() as session:
        seen = look(session)  # who looks at a drill most likely plays on
    begun: dict[str, Any] = {}
    if seen.drill:
        begun = {"drill_id": seen.drill.id, "started_at": _local(seen.view.now)}
    return _form(uuid6.uuid7(), None, begun)


def _form(
    disaster_id: UUID, found: Disaster | None, given: dict[str, Any], error: Invalid | None = None
) -> ResponseReturnValue:
    with reading() as session:
        storms, editions = queries.storms(session), queries.editions(session)
        drills = [] if found else queries.running_drills(session)
    shown = web.page(
        "disasters/form.html", disaster_id=disaster_id, found=found, given=given, error=error,
        errors={each.field: each.message for each in error.errors} if error else {},
        steps=[found.state, *NEXT[State(found.state)]] if found else [State.ACTIVE],
        storms=storms, editions=editions, drills=drills, of_kind=SUB_KINDS, present=clock.now(),
        **_words(),
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.get("/disasters/<uuid:disaster_id>/edit")
@blueprint.doc(hide=True)
def page_edit(disaster_id: UUID) -> ResponseReturnValue:
    """Show the form that changes a disaster."""
    require("disaster.open", own_root(geo.cached_tree()).id)
    with reading() as session:
        found = queries.disaster(session, disaster_id)
    return _form(disaster_id, found, _given(found))


def _given(found: Disaster) -> dict[str, Any]:
    return {
        "name": found.name, "kind": found.kind, "sub_kind": found.sub_kind, "grade": found.grade,
        "storm": found.storm_code, "magnitude": found.magnitude,
        "epicentre_lon": found.epicentre_lon, "epicentre_lat": found.epicentre_lat,
        "state": found.state, "form_version": found.form_version,
        "started_at": _local(found.started_at), "ended_at": _local(found.ended_at),
        "division_date": found.division_date,
    }  # fmt: skip


def _local(moment: datetime | None) -> str:
    return f"{clock.local(moment):%Y-%m-%dT%H:%M}" if moment else ""


@blueprint.post("/disasters/<uuid:disaster_id>")
@blueprint.doc(hide=True)
def save(disaster_id: UUID) -> ResponseReturnValue:
    """Open or change a disaster from its form; what was typed comes back with what is wrong."""
    given = {key: value for key, value in web.form_fields().items() if value != ""}
    found = None
    try:
        form = web.check(_Form, given)
        with transaction() as session:
            actor_id = require("disaster.open", own_root(geo.tree(session)).id)
            found = _known(session, disaster_id)
            attempt, order = _attempt(disaster_id, form.revision), _order(session, form, found)
            services.put_disaster(session, attempt, order, actor_id=actor_id)
    except Invalid as error:
        require("disaster.open", own_root(geo.cached_tree()).id)
        with reading() as session:
            found = _known(session, disaster_id)
        return _form(disaster_id, found, given, error)
    return web.see_other("disasters.page_one", disaster_id=disaster_id)


def _known(session: Session, disaster_id: UUID) -> Disaster | None:
    """Return the disaster with this id, None for a new one. Raises NotFound for a stranger's."""
    found = session.get(Disaster, disaster_id)
    return queries.disaster(session, disaster_id) if found else None


def _attempt(write_id: UUID, revision: int | None) -> receipts.Attempt:
    base = "" if revision is None else str(revision)
    return receipts.Attempt(
        id=write_id, base=base, digest=web.body_digest(), edit=bool(base), mutable=True
    )


def _order(session: Session, form: _Form, found: Disaster | None) -> schemas.PutDisaster:
    """Return the whole record: what the form does not ask stays as it is."""
    tree = queries.division_tree(session, found) if found else None
    return schemas.PutDisaster(
        **form.model_dump(exclude={"revision", "started_at", "ended_at", "drill_id"}),
        started_at=_there(form.started_at), ended_at=_there(form.ended_at),
        drill_id=found.drill_id if found else form.drill_id,
        area_code=tree.node(found.area_id).code if found and tree else None,
    )  # fmt: skip


@blueprint.get("/disasters/<uuid:disaster_id>")
@blueprint.doc(hide=True)
def page_one(disaster_id: UUID) -> ResponseReturnValue:
    """Show one disaster: what it is, how far it is, its two response ladders with their history."""
    return _one(disaster_id)


def _one(disaster_id: UUID, error: ReliefError | None = None) -> ResponseReturnValue:
    require("disaster.read")
    with reading() as session:
        found = queries.disaster(session, disaster_id)
        tree = queries.division_tree(session, found)
        drill = queries.drill_of(session, found)
        who = viewer()
        nodes = [tree.node(found.area_id), *tree.at_level(Level.COUNTY, found.area_id)]
        shown = web.page(
            "disasters/one.html", found=found, drill=drill, present=queries.now_of(session, found),
            area=tree.node(found.area_id), error=error,
            history=[(each, tree.node(each.area_id))
                     for each in queries.responses(session, disaster_id)],
            levels=_levels(session, found), may_open=_may("disaster.open"),
            may_run=_may("drill.run"), new_id=uuid6.uuid7,
            respond_for=[each for each in nodes if not each.pseudo and who is not None
                         and who.may("disaster.respond", each.id, tree)], **_words(),
        )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/disasters/<uuid:disaster_id>/responses")
@blueprint.doc(hide=True)
def set_response(disaster_id: UUID) -> ResponseReturnValue:
    """Set or end a response level from the disaster's page."""
    try:
        form = web.check(_Response, web.form_fields())
        order = schemas.PutResponse(
            **form.model_dump(exclude={"id", "from_at"}), from_at=_there(form.from_at)
        )
        with transaction() as session:
            found = queries.disaster(session, disaster_id)
            area = queries.area_by_code(session, order.area_code, found)
            actor_id = require("disaster.respond", area.id)
            attempt = web.attempt(form.id, revised=True)
            services.put_response(session, attempt, found, order, actor_id=actor_id)
    except Invalid as error:
        return _one(disaster_id, error)
    return web.see_other("disasters.page_one", disaster_id=disaster_id, _anchor="responses")


@blueprint.post("/disasters/<uuid:disaster_id>/clock")
@blueprint.doc(hide=True)
def set_clock(disaster_id: UUID) -> ResponseReturnValue:
    """Pause a drill, let it go on at a speed, or end it."""
    form = web.check(_Clock, web.form_fields())
    with transaction() as session:
        actor_id = require("drill.run", own_root(geo.tree(session)).id)
        drill = queries.drill_of(session, queries.disaster(session, disaster_id))
        if drill is None:
            raise NotFound(_("There is no such drill."))
        order = schemas.PutClock(
            speed=form.speed, paused=form.action == "pause", ended=form.action == "end"
        )
        services.set_clock(session, _attempt(drill.id, form.revision), order, actor_id=actor_id)
    return web.see_other("disasters.page_one", disaster_id=disaster_id)
