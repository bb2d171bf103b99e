"""Travel times over the API."""

from __future__ import annotations

from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, NotFound
from relief_ops.geo import AreaNode, cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.queries import register
from stockpile.travel import queries, schemas, services
from stockpile.travel.queries import Way
from stockpile.travel.services import End

blueprint = APIBlueprint("travel", __name__, template_folder="../templates")
WRITE = "depot.write"


@blueprint.put("/api/v1/travel-times/<uuid:travel_id>")
@web.takes(schemas.PutTravelTime)
def put_travel_time(travel_id: UUID, order: schemas.PutTravelTime) -> ResponseReturnValue:
    """Enter how long goods take between two ends, or change it (If-Match)."""
    receipt = put(web.attempt(travel_id), order)
    return receipt.json(), receipt.status


def put(attempt: Attempt, order: schemas.PutTravelTime) -> Receipt:
    """Enter or change a travel time as whoever is looking: both ends must be theirs."""
    with transaction() as session:
        require(WRITE)
        return put_in(session, attempt, order)


def put_in(session: Session, attempt: Attempt, order: schemas.PutTravelTime) -> Receipt:
    """Do the same inside a transaction there is."""
    far = _end(session, order.to_place, order.to_area_code, "to")
    assert far is not None, "the shape asks for a far end"
    near = _end(session, order.from_place, order.from_area_code, "from")
    actor_id = require(WRITE, far.owner_id)
    if near is not None:
        require(WRITE, near.owner_id)
    known = queries.find(session, attempt.id)
    for owner in queries.owners(session, known) if known else ():
        require(WRITE, owner)
    return services.put_time(session, attempt, order, near=near, far=far, actor_id=actor_id)


def _end(session: Session, place_id: UUID | None, code: str | None, side: str) -> End | None:
    """Return one end of a way. Raises Invalid for a place or an area there is not."""
    if place_id is not None:
        try:
            place = register.place(session, place_id)
        except NotFound as error:
            raise Invalid(
                str(error), [FieldError(f"{side}_place", "unknown", str(error))]
            ) from None
        return End(place.id, None, place.area_id)
    if code is not None:
        area = disasters.area_by_code(session, code, None)
        return End(None, area.id, area.id)
    return None


@blueprint.put("/api/v1/travel-times/<uuid:travel_id>/end")
@web.takes(schemas.EndTravelTime)
def end_travel_time(
    travel_id: UUID,
    order: schemas.EndTravelTime,  # noqa: ARG001  parsed, so that nothing else may stand in it
) -> ResponseReturnValue:
    """Take a travel time back: what is reckoned counts again."""
    receipt = ended(web.attempt(uuid5(travel_id, "end"), revised=True), travel_id)
    return receipt.json(), 200


def ended(attempt: Attempt, travel_id: UUID) -> Receipt:
    """Take a travel time back as whoever is looking."""
    with transaction() as session:
        require(WRITE)
        found = queries.entry(session, travel_id, lock=True)
        owners = queries.owners(session, found)
        for each in owners:
            actor_id = require(WRITE, each)
        return services.end_time(session, attempt, found, owners=owners, actor_id=actor_id)


@blueprint.get("/api/v1/travel-times")
def list_travel_times() -> ResponseReturnValue:
    """List the travel times with an end in an area (?area=), islands first."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        found = queries.listed(session, seen.view, cached_tree())
        return {"travel_times": [queries.shown(each) for each in found]}


@blueprint.get("/api/v1/travel-times/<uuid:travel_id>")
def show_travel_time(travel_id: UUID) -> ResponseReturnValue:
    """Show one travel time."""
    require("stock.read")
    with reading() as session:
        found = queries.entry(session, travel_id)
        (answer,) = map(queries.shown, queries.named(session, [found], cached_tree()))
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


@blueprint.get("/api/v1/depots/<uuid:depot_id>/ways")
def show_ways(depot_id: UUID) -> ResponseReturnValue:
    """Show how long it takes from a depot to each township now, and why (?disaster=&area=)."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        if seen.disaster is None:
            raise NotFound(_("There is no disaster to reckon for."))
        depot = register.depot(session, depot_id)
        found = queries.from_depot(session, seen.disaster, depot, seen.area.id, seen.view.now)
        return {"depot": depot.id, "ways": [shown_way(*each) for each in found]}


def shown_way(town: AreaNode, way: Way) -> dict[str, object]:
    """Return a way as the API shows it; minutes are null where nobody can go."""
    return {
        "area_code": town.code,
        "area": town.name,
        "minutes": minutes(way.hours),
        "waits": round(way.waits * 60),
        "basis": way.basis,
        "travel_time": way.entry,
    }


def minutes(hours: float) -> int | None:
    """Return hours in whole minutes, None where nobody can go."""
    return None if hours == float("inf") else round(hours * 60)


def asked_depot() -> UUID | None:
    """Return the depot the address names, if it is an id."""
    try:
        return UUID(request.args.get("depot", ""))
    except ValueError:
        return None
