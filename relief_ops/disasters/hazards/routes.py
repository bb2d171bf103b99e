"""Hazards over HTTP: the API, the list, one hazard with its history."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import Field, NaiveDatetime

from relief_ops import clock, geo, receipts, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.hazards import queries, schemas, services
from relief_ops.disasters.hazards.rules import Kind
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo.geojson import Coordinates
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict

blueprint = APIBlueprint("hazards", __name__, template_folder="templates")
MOST_BYTES = 60_000


@blueprint.get("/api/v1/hazards")
def list_hazards() -> ResponseReturnValue:
    """List the hazards of a disaster that stand (?at=); ?all=1 lists those that are over too."""
    require("disaster.read")
    with reading() as session:
        seen = look(session)
        if seen.disaster is None:
            return {"hazards": []}
        found = queries.hazards(session, seen.disaster.id)
        at = seen.view.at or seen.view.now
        every = request.args.get("all") == "1"
        kept = [each for each in found if every or queries.stands(each, at)]
        return {"hazards": [queries.shown(each, seen.tree) for each in kept]}


@blueprint.get("/api/v1/hazards/<uuid:hazard_id>")
def show_hazard(hazard_id: UUID) -> ResponseReturnValue:
    """Show one hazard."""
    require("disaster.read")
    with reading() as session:
        found = queries.hazard(session, hazard_id)
        disaster = disasters.disaster(session, found.disaster_id)
        answer = queries.shown(found, disasters.division_tree(session, disaster))
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


@blueprint.put("/api/v1/hazards/<uuid:hazard_id>")
@web.takes(schemas.PutHazard)
def put_hazard(hazard_id: UUID, order: schemas.PutHazard) -> ResponseReturnValue:
    """Enter a closed road or dangerous ground, or change it."""
    receipt = _put(web.attempt(hazard_id), order)
    return receipt.json(), receipt.status


def _put(attempt: receipts.Attempt, order: schemas.PutHazard) -> receipts.Receipt:
    with transaction() as session:
        require("hazard.write")
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("hazard.write", area.id)
        if (known := queries.area_of(session, attempt.id)) is not None:
            require("hazard.write", known)
        return services.put_hazard(
            session, attempt, order, disaster=disaster, area_id=area.id, actor_id=actor_id
        )


@blueprint.put("/api/v1/hazards/<uuid:hazard_id>/lifting")
@web.takes(schemas.Lift)
def lift_hazard(hazard_id: UUID, order: schemas.Lift) -> ResponseReturnValue:
    """Say that a road is open again, or ground is safe again."""
    attempt = web.attempt(uuid5(hazard_id, "lifting"), revised=True)
    receipt = _lift(attempt, hazard_id, order)
    return receipt.json(), 200


def _lift(attempt: receipts.Attempt, hazard_id: UUID, order: schemas.Lift) -> receipts.Receipt:
    with transaction() as session:
        require("hazard.write")
        found = queries.hazard(session, hazard_id, lock=True)
        actor_id = require("hazard.write", found.area_id)
        return services.lift(session, attempt, found, order, actor_id=actor_id)


# --- The pages.


class _Form(Strict):
    """The form of a hazard; its times are local, its shape is pasted or sent as a file."""

    id: UUID
    disaster_id: UUID
    area_code: str
    kind: Kind
    name: Annotated[str, Field(min_length=1, max_length=120)]
    reason: schemas.Reason
    shape: str = ""
    coordinates: Coordinates
    from_at: NaiveDatetime
    until_at: NaiveDatetime | None = None


@blueprint.get("/hazards")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show what stands and what is over, and the form that enters another."""
    return _list({})


def _list(given: dict[str, Any], error: Invalid | None = None) -> ResponseReturnValue:
    require("disaster.read")
    with reading() as session:
        seen = look(session)
        found = queries.hazards(session, seen.disaster.id) if seen.disaster else []
        at = seen.view.at or seen.view.now
        shown = web.page(
            "hazards/list.html", seen=seen, given=given, error=error, new_id=uuid6.uuid7(),
            errors={each.field: each.message for each in error.errors} if error else {},
            rows=[(each, seen.tree.node(each.area_id), queries.stands(each, at))
                  for each in found],
            kinds=queries.kind_words(), systems=_systems(), present=seen.view.now,
            may_write=_may(seen.area.id),
        )  # fmt: skip
    return shown, error.status if error else 200


def _systems() -> dict[str, str]:
    return {
        Coordinates.WGS84: _("WGS-84 or CGCS2000 (GPS, survey)"),
        Coordinates.GCJ02: _("GCJ-02 (Chinese map services)"),
    }


def _may(area_id: UUID) -> bool:
    who = viewer()
    return who is not None and who.may("hazard.write", area_id, geo.cached_tree())


@blueprint.post("/hazards")
@blueprint.doc(hide=True)
def save() -> ResponseReturnValue:
    """Enter a hazard from the form; what was typed comes back with what is wrong."""
    given = {key: value for key, value in web.form_fields().items() if value != ""}
    try:
        form = web.check(_Form, given)
        order = schemas.PutHazard(
            **form.model_dump(exclude={"id", "shape", "from_at", "until_at"}),
            shape=_drawn(form.shape), from_at=_there(form.from_at), until_at=_there(form.until_at),
        )  # fmt: skip
        attempt = receipts.Attempt(id=form.id, base="", digest=web.body_digest(), mutable=True)
        _put(attempt, order)
    except Invalid as error:
        return _list(given, error)
    return web.see_other("hazards.page_one", hazard_id=form.id)


def _there(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=clock.LOCAL) if moment else None


def _drawn(pasted: str) -> dict[str, Any]:
    """Return the shape that was sent as a file, or else the pasted one. Raises Invalid."""
    sent = request.files.get("file")
    data = sent.read(MOST_BYTES + 1) if sent else b""
    text = data.decode("utf-8-sig", "replace") if data else pasted
    wrong = _("This is not a GeoJSON shape.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if len(data) > MOST_BYTES:
        wrong, found = _("The file is too large; draw the shape more coarsely."), None
    if not isinstance(found, dict):
        raise Invalid(wrong, [FieldError("shape", "shape", wrong)])
    return found


@blueprint.get("/hazards/<uuid:hazard_id>")
@blueprint.doc(hide=True)
def page_one(hazard_id: UUID) -> ResponseReturnValue:
    """Show one hazard: what it is, whether it stands, what it said before."""
    return _one(hazard_id)


def _one(hazard_id: UUID, error: Invalid | None = None) -> ResponseReturnValue:
    require("disaster.read")
    with reading() as session:
        found = queries.hazard(session, hazard_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        shown = web.page(
            "hazards/one.html", found=found, disaster=disaster, error=error,
            area=tree.node(found.area_id), kinds=queries.kind_words(),
            stands=queries.stands(found, disasters.now_of(session, disaster)),
            history=queries.revisions(session, found.id), may_write=_may(found.area_id),
        )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/hazards/<uuid:hazard_id>/lifting")
@blueprint.doc(hide=True)
def lift_here(hazard_id: UUID) -> ResponseReturnValue:
    """Lift a hazard from its page."""
    try:
        order = web.check(schemas.Lift, web.form_fields())
    except Invalid as error:
        return _one(hazard_id, error)
    attempt = receipts.Attempt(
        id=uuid5(hazard_id, "lifting"), base="", digest=web.body_digest(), mutable=False
    )
    _lift(attempt, hazard_id, order)
    return web.see_other("hazards.page_one", hazard_id=hazard_id)
