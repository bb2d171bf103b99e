"""A shipment given to a driver, his link opened, and what he says on the way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relief_ops import clock, receipts, vault
from relief_ops.auth import errands
from relief_ops.errors import IllegalTransition
from relief_ops.events import Event, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.models import Shipment
from stockpile.queries import register, road
from stockpile.rules import ShipmentState
from stockpile.transport import events, queries, schemas
from stockpile.transport.models import Sighting, Trip
from stockpile.transport.rules import placed

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
        vehicle=order.vehicle or found.vehicle, assigned_by=actor_id, assigned_at=now,
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
    table = Shipment.__table__.c
    mine = Trip.__table__.c.shipment_id.in_(
        select(table.id).where(table.disaster_id == disaster_id)
    )
    return vault.emptied(session, (Trip.driver_sealed, Trip.phone_sealed), mine, really)
