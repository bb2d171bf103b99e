"""Pages of orders: given, printed, lifted, and the way home."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import ReliefError
from shelters.evacuation import queries, schemas, services
from shelters.evacuation.routes.blueprint import (
    blueprint,
    disaster_of,
    form_id,
    may,
    seen,
    wrong_fields,
)
from shelters.evacuation.routes.orders_api import (
    rooms_for,
    write_lift,
    write_order,
    write_return,
    write_revision,
)

INSTANTS = ("impact_at", "deadline_at", "at")
CORRECTABLE = (400, 409, 412, 422)


@blueprint.get("/evacuation/orders/new")
@blueprint.doc(hide=True)
def page_new_order() -> ResponseReturnValue:
    """Show the form that gives an order for the area looked at and those below it."""
    return _new_form({}, None)


def _new_form(typed: dict[str, Any], error: ReliefError | None) -> ResponseReturnValue:
    require("evacuation.order")
    with reading() as session:
        found = seen(session, "evacuation.order")
        disaster = disaster_of(found)
        below = [found.area, *found.tree.children(found.area.id)]
        rooms = [services.room_for(session, disaster, [each])[0] for each in below]
        shown = web.page(
            "evacuation/order_form.html", seen=found, areas=below, typed=typed, error=error,
            room={each.area.code: each for each in rooms},
            order_id=typed.get("id") or uuid6.uuid7(), wrong=wrong_fields(error),
        )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/evacuation/orders/new")
@blueprint.doc(hide=True)
def give_order() -> ResponseReturnValue:
    """Give an order; every field error goes back beside its field."""
    require("evacuation.order")
    given = web.form_fields() | {"area_codes": request.form.getlist("area_codes")}
    try:
        order_id = form_id(given)
        said = {key: given[key] for key in given if key != "id"}
        order = web.check(schemas.PutOrder, with_zones(said))
        with transaction() as session:
            write_order(session, order_id, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _new_form(given, error)
    return web.see_other("evacuation.page_order", order_id=order_id)


def with_zones(said: dict[str, Any]) -> dict[str, Any]:
    """Return local times, as a browser's fields give them, with the zone they are in."""
    for key in INSTANTS:
        try:
            moment = datetime.fromisoformat(str(said.get(key)))
        except ValueError:
            continue
        if moment.tzinfo is None:
            said[key] = moment.replace(tzinfo=clock.LOCAL).isoformat()
    return said


@blueprint.get("/evacuation/orders/<uuid:order_id>")
@blueprint.doc(hide=True)
def page_order(order_id: UUID) -> ResponseReturnValue:
    """Show an order as the paper it is, with what may still be done about it."""
    return _order_page(order_id, None)


def _order_page(order_id: UUID, error: ReliefError | None) -> ResponseReturnValue:
    require("evacuation.read")
    with reading() as session:
        found = queries.order(session, order_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        shown = web.page(
            "evacuation/order.html", order=queries.shown_order(session, found, tree),
            rooms=rooms_for(session, found, tree),
            disaster=disaster, error=error, may_order=may("evacuation.order", found.issuer_id),
            wrong=wrong_fields(error), new_id=uuid6.uuid7(),
        )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/evacuation/orders/<uuid:order_id>/revisions")
@blueprint.doc(hide=True)
def revise_order(order_id: UUID) -> ResponseReturnValue:
    """Move the hour of a running order from its page."""
    require("evacuation.order")
    given = web.form_fields()
    try:
        revision_id = form_id(given)
        said = {key: given[key] for key in given if key != "id" and given[key]}
        order = web.check(schemas.PutRevision, with_zones(said))
        with transaction() as session:
            write_revision(session, order_id, revision_id, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _order_page(order_id, error)
    return web.see_other("evacuation.page_order", order_id=order_id)


@blueprint.post("/evacuation/orders/<uuid:order_id>/lift")
@blueprint.doc(hide=True)
def lift_order(order_id: UUID) -> ResponseReturnValue:
    """Lift an order from its page."""
    require("evacuation.order")
    try:
        order = web.check(schemas.PutLift, web.form_fields())
        with transaction() as session:
            write_lift(session, order_id, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _order_page(order_id, error)
    return web.see_other("evacuation.page_order", order_id=order_id)


@blueprint.post("/evacuation/orders/<uuid:order_id>/return")
@blueprint.doc(hide=True)
def allow_return(order_id: UUID) -> ResponseReturnValue:
    """Open the way home from the page of the order."""
    require("evacuation.order")
    try:
        order = web.check(schemas.PutReturn, web.form_fields())
        with transaction() as session:
            write_return(session, order_id, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _order_page(order_id, error)
    return web.see_other("evacuation.page_order", order_id=order_id)
