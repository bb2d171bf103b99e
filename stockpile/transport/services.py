"""A shipment given to a driver, his link opened, and what he says on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relief_ops import clock, receipts, vault
from relief_ops.auth import errands
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Event, record
from relief_ops.files import FileState
from relief_ops.files import queries as files
from relief_ops.files import services as filing
from relief_ops.files.models import FileUpload
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.models import Shipment
from stockpile.queries import register, road
from stockpile.rules import ShipmentState
from stockpile.transport import events, queries, schemas
from stockpile.transport.models import Sighting, Trip, TripPhoto
from stockpile.transport.rules import MOST_PHOTOS, placed

ERRAND = "stock.drive"


def assign(
    session: Session, attempt: Attempt, order: schemas.PutTrip, found: Shipment, *,
    actor_id: UUID, hours: int,
) -> Receipt:  # fmt: skip
    """Give a shipment to a driver; whoever had it before has it no more.

    The link to send follows from the trip's id (`errands.link_secret`).
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.state != ShipmentState.ON_THE_WAY:
        raise IllegalTransition(_("This shipment is no longer on the road."))
    now = register.now_in(session, found.drill_id)
    _end_all(session, found.id, now)
    errands.give(session, attempt.id, ERRAND, found.id, given_by=actor_id, hours=hours)
    made = Trip(
        id=attempt.id, shipment_id=found.id, drill_id=found.drill_id,
        driver_sealed=vault.seal("trip", "driver", attempt.id, order.driver),
        phone_sealed=vault.seal("trip", "phone", attempt.id, order.phone) if order.phone else None,
        vehicle=order.vehicle or found.vehicle, loaders=order.loaders,
        assigned_by=actor_id, assigned_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _say(session, events.TripAssigned(found.id), made, found, actor_id)
    return receipts.keep(session, attempt, revision=1)


def _end_all(session: Session, shipment_id: UUID, now: datetime) -> None:
    session.execute(
        update(Trip)
        .where(Trip.shipment_id == shipment_id, Trip.ended_at.is_(None))
        .values(ended_at=now)
    )


def end(session: Session, attempt: Attempt, found: Trip, *, actor_id: UUID) -> Receipt:
    """Take a link back: lost, sent to the wrong number, or another drives."""
    if receipt := receipts.replay(session, attempt):
        receipt.id = found.id
        return receipt
    if found.ended_at is not None:
        raise IllegalTransition(_("This link was taken back already."))
    errands.end(session, ERRAND, found.shipment_id)
    shipment = road.shipment(session, found.shipment_id)
    found.ended_at = register.now_in(session, found.drill_id)
    _say(session, events.TripEnded(found.shipment_id), found, shipment, actor_id)
    receipt = receipts.keep(session, attempt, revision=2)
    receipt.id = found.id
    return receipt


def open_link(session: Session, secret: str) -> str:
    """Use up a driver's link; return the secret his device keeps. Raises NotFound or Gone."""
    errand, held = errands.take(session, ERRAND, secret)
    found = session.get_one(Trip, errand.id, execution_options=register.LEDGER)
    shipment = _shipment(session, found.shipment_id)
    found.taken_at = register.now_in(session, found.drill_id)
    _say(session, events.TripTaken(found.shipment_id), found, shipment, errand.id)
    return held


def see(
    session: Session, attempt: Attempt, order: schemas.PutSighting, shipment_id: UUID, *,
    trip_id: UUID,
) -> Receipt:  # fmt: skip
    """Keep what a driver says. It is never refused for being late: it may be the only trace."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    shipment = _shipment(session, shipment_id)
    found = session.get_one(Trip, trip_id, execution_options=register.LEDGER)
    now = register.now_in(session, shipment.drill_id)
    told = queries.instant(session, shipment, min(order.at, clock.now()))
    point = None if order.lon is None or order.lat is None else (order.lon, order.lat)
    session.add(
        Sighting(
            id=attempt.id, shipment_id=shipment_id, trip_id=trip_id, drill_id=shipment.drill_id,
            kind=order.kind, cause=order.cause or "", lon=order.lon, lat=order.lat,
            accuracy_m=order.accuracy_m, told_at=order.at, received_at=now,
            seen_at=placed(told, earliest=shipment.dispatched_at, latest=now),
        )
    )  # fmt: skip
    event = events.TripSighted(shipment_id, order.kind, order.cause, point)
    _say(session, event, found, shipment, trip_id)
    return receipts.keep(session, attempt, revision=1)


def photograph(
    session: Session, attempt: Attempt, order: schemas.PutTripPhoto, shipment_id: UUID, *,
    trip_id: UUID,
) -> tuple[Receipt, UUID | None]:  # fmt: skip
    """Keep a picture a driver sent; one the trip has already is kept once.

    Returns the receipt and the picture that was there already, if it was. Raises Invalid for a
    file that is not here whole and for one more than a trip may have, NotFound for another's.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt, queries.kept_instead(session, attempt.id, trip_id, order.file_id)
    shipment = _shipment(session, shipment_id)
    lock: Any = {"with_for_update": True, "execution_options": register.LEDGER}
    trip = session.get_one(Trip, trip_id, **lock)  # nobody counts beside us
    found = files.upload(session, order.file_id, owner_id=trip_id)
    if found.state != FileState.COMPLETE:
        words = _("The photo itself has not arrived whole yet. Send its pieces first.")
        raise Invalid(words, [FieldError("file_id", "incomplete", words)])
    there = queries.photo_of_content(session, trip_id, found.sha256)
    row = there or _hang(session, attempt.id, order, shipment, found)
    event = events.TripPhotographed(shipment_id, row.id, order.kind, there is not None)
    _say(session, event, trip, shipment, trip_id)
    return receipts.keep(session, attempt, revision=1), there.id if there else None


def _hang(
    session: Session, photo_id: UUID, order: schemas.PutTripPhoto, shipment: Shipment,
    found: FileUpload,
) -> TripPhoto:  # fmt: skip
    trip_id = found.owner_id
    if queries.photos_of_trip(session, trip_id) >= MOST_PHOTOS:
        words = _("This trip has %(most)d pictures: no more are taken.", most=MOST_PHOTOS)
        raise Invalid(words, [FieldError("file_id", "too_many", words)])
    now, told = register.now_in(session, shipment.drill_id), found.told
    at = queries.instant(session, shipment, min(told.taken_at or clock.now(), clock.now()))
    row = TripPhoto(
        id=photo_id, shipment_id=shipment.id, trip_id=trip_id, drill_id=shipment.drill_id,
        kind=order.kind, file_id=found.id, sha256=found.sha256, told_at=told.taken_at,
        time_source=told.time_source, lon=told.lon, lat=told.lat, place_source=told.place_source,
        seen_at=placed(at, earliest=shipment.dispatched_at, latest=now), received_at=now,
    )  # fmt: skip
    session.add(row)
    return row


def _shipment(session: Session, shipment_id: UUID) -> Shipment:
    """Return a shipment whoever may see it: the errand was the lock."""
    found = road.shipment_known(session, shipment_id)
    assert found is not None
    return found


def _say(session: Session, event: Event, found: Trip, shipment: Shipment, actor_id: UUID) -> None:
    areas = [shipment.from_area, shipment.to_area]
    record(session, event, actor_id=actor_id, subject=found.id, areas=areas)


def forget_drivers(session: Session, disaster_id: UUID, really: bool) -> int:
    """Return how many trips of a disaster name a driver; empty them if `really`."""
    mine = Trip.__table__.c.shipment_id.in_(_shipments(disaster_id))
    return vault.emptied(session, (Trip.driver_sealed, Trip.phone_sealed), mine, really)


def forget_photos(session: Session, disaster_id: UUID, really: bool) -> int:
    """Return how many files drivers sent for a disaster there are; destroy them if `really`.

    That a picture was taken, of what and when, stays in the record of the shipment.
    """
    trip = Trip.__table__.c
    mine = select(trip.id).where(trip.shipment_id.in_(_shipments(disaster_id)))
    if really:
        gone = dict.fromkeys(("file_id", "sha256", "lon", "lat", "place_source"))
        emptied = update(TripPhoto).where(TripPhoto.trip_id.in_(mine)).values(gone)
        session.connection().execute(emptied)
    return filing.forget(session, mine, really)


def _shipments(disaster_id: UUID) -> Any:
    table = Shipment.__table__.c
    return select(table.id).where(table.disaster_id == disaster_id)
