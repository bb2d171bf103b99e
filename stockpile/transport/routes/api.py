"""Drivers and their shipments over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import parameters, web
from relief_ops.auth import errand, errands, require
from relief_ops.clock import local_date
from relief_ops.db import reading, transaction
from relief_ops.receipts import Receipt
from relief_ops.web.security import settings
from stockpile.queries import register, road
from stockpile.transport import queries, schemas, services
from stockpile.transport.models import Sighting, Trip, TripPhoto

blueprint = APIBlueprint("transport", __name__, template_folder="../templates")
HOURS = "trip.link_hours"


@blueprint.get("/api/v1/shipments/<uuid:shipment_id>/trips")
def list_trips(shipment_id: UUID) -> ResponseReturnValue:
    """Show who drives a shipment, what was said and photographed, and when it should arrive.

    The driver is masked for whoever neither ships nor receives it.
    """
    require("stock.read")
    with reading() as session:
        found = one(session, shipment_id)
        full = queries.may_call(found.road.shipment)
        return {
            "shipment_id": shipment_id,
            "expected_at": found.expected_at,
            "trips": [_shown(each, full=full) for each in trips_of(session, shipment_id)],
            "sightings": [_sighting(each) for each in found.sightings],
            "photos": [_photo(each) for each in queries.photos(session, shipment_id)],
            "custody": [
                {"at": each.at, "step": each.step, "holder": each.holder, "told_by": each.told_by}
                for each in queries.custody(session, found)
            ],
        }


def one(session: Session, shipment_id: UUID) -> queries.Underway:
    """Return one shipment with what is known of its way. Raises NotFound."""
    found = road.on_the_road(session, shipment_id)
    now = register.now_in(session, found.shipment.drill_id)
    return queries.followed(session, [found], on=local_date(now))[0]


def trips_of(session: Session, shipment_id: UUID) -> list[Trip]:
    """Return the trips of one shipment the viewer may see."""
    return queries.trips(session, [shipment_id]).get(shipment_id, [])


def _shown(found: Trip, *, full: bool) -> dict[str, Any]:
    return {
        "id": found.id,
        "driver": queries.driver_of(found, full=full),
        "phone": queries.phone_of(found, full=full),
        "vehicle": found.vehicle,
        "loaders": found.loaders,
        "assigned_at": found.assigned_at,
        "taken_at": found.taken_at,
        "ended_at": found.ended_at,
    }


def _sighting(found: Sighting) -> dict[str, Any]:
    return {
        "id": found.id, "kind": found.kind, "cause": found.cause or None, "lon": found.lon,
        "lat": found.lat, "accuracy_m": found.accuracy_m, "at": found.seen_at,
        "told_at": found.told_at, "received_at": found.received_at,
    }  # fmt: skip


def _photo(found: TripPhoto) -> dict[str, Any]:
    """Return a driver's picture; without a `picture` once it is no longer kept."""
    picture = url_for("trips.picture", photo_id=found.id, size="view") if found.sha256 else None
    return {
        "id": found.id, "trip_id": found.trip_id, "kind": found.kind, "sha256": found.sha256,
        "lon": found.lon, "lat": found.lat, "place_source": found.place_source,
        "at": found.seen_at, "told_at": found.told_at, "time_source": found.time_source,
        "received_at": found.received_at, "picture": picture,
    }  # fmt: skip


@blueprint.put("/api/v1/trips/<uuid:trip_id>")
@web.takes(schemas.PutTrip)
def put_trip(trip_id: UUID, order: schemas.PutTrip) -> ResponseReturnValue:
    """Give a shipment to a driver; the answer has the link that works once."""
    receipt = assigned(trip_id, order)
    return receipt.json() | {"link": link_of(trip_id)}, receipt.status


def assigned(trip_id: UUID, order: schemas.PutTrip) -> Receipt:
    """Give a shipment to a driver in one transaction, whoever asked: a page or the API."""
    with transaction() as session:
        require("stock.ship")
        found = road.shipment(session, order.shipment_id)
        actor_id = require("stock.ship", found.from_area)
        on = local_date(register.now_in(session, found.drill_id))
        hours = int(parameters.values(session, (HOURS,), on=on)[HOURS].value)
        return services.assign(
            session, web.attempt(trip_id, revised=True), order, found, actor_id=actor_id,
            hours=hours,
        )  # fmt: skip


def link_of(trip_id: UUID) -> str:
    """Return the address a driver opens."""
    return f"{_root()}/way/{errands.link_secret(trip_id)}"


def address_of(shipment_id: UUID) -> str:
    """Return the address of a shipment's page, for whoever signs in."""
    return f"{_root()}{url_for('stock.shipment_page', shipment_id=shipment_id)}"


def _root() -> str:
    return settings().public_url or request.url_root.rstrip("/")


@blueprint.put("/api/v1/trips/<uuid:trip_id>/end")
@web.takes(schemas.EndTrip)
def put_end(
    trip_id: UUID,
    order: schemas.EndTrip,  # noqa: ARG001  parsed, so that nothing else may stand in it
) -> ResponseReturnValue:
    """Take a driver's link back."""
    receipt = ended(trip_id)
    return receipt.json(), receipt.status


def ended(trip_id: UUID) -> Receipt:
    """Take a link back in one transaction."""
    with transaction() as session:
        require("stock.ship")
        found = queries.trip(session, trip_id)
        actor_id = require("stock.ship", road.shipment(session, found.shipment_id).from_area)
        attempt = web.attempt(uuid5(trip_id, "end"), revised=True)
        return services.end(session, attempt, found, actor_id=actor_id)


@blueprint.put("/api/v1/sightings/<uuid:sighting_id>")
@web.on_errand
@web.takes(schemas.PutSighting)
def put_sighting(sighting_id: UUID, order: schemas.PutSighting) -> ResponseReturnValue:
    """Take what a driver says of his shipment, from the device that opened the link."""
    trip_id, shipment_id = errand(services.ERRAND)
    with transaction() as session:
        attempt = web.attempt(sighting_id, revised=True)
        receipt = services.see(session, attempt, order, shipment_id, trip_id=trip_id)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/trip-photos/<uuid:photo_id>")
@web.on_errand
@web.takes(schemas.PutTripPhoto)
def put_photo(photo_id: UUID, order: schemas.PutTripPhoto) -> ResponseReturnValue:
    """Take a picture from the device that opened the link; `same_as` names one that was there."""
    trip_id, shipment_id = errand(services.ERRAND)
    with transaction() as session:
        attempt = web.attempt(photo_id, revised=True)
        receipt, same = services.photograph(session, attempt, order, shipment_id, trip_id=trip_id)
    return receipt.json() | ({"same_as": str(same)} if same else {}), receipt.status
