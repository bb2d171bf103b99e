"""Reading what is known of trucks on the road."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, parameters, vault
from relief_ops.auth import lookup, viewer
from relief_ops.cases.rules.identity import masked_name, masked_phone
from relief_ops.disasters.models import Drill
from relief_ops.errors import NotFound
from relief_ops.geo.predicates import metres_between
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.models import Movement, Shipment
from stockpile.queries import road
from stockpile.queries.register import LEDGER
from stockpile.rules import Move, ShipmentState
from stockpile.transport.models import Sighting, Trip
from stockpile.transport.queries.photos import photos
from stockpile.transport.rules import Shot, Sight, Way, expected

FACTOR, KMH = "stock.road_factor", "stock.road_kmh"
MOVED_ON_METRES = 500
LEFT = (Sight.LEFT, Sight.POSITION, Sight.HELD_UP, Sight.ARRIVED)


@dataclass(frozen=True)
class Underway:
    """A shipment on the road with its last driver, all that he said, and when it should arrive."""

    road: road.OnTheRoad
    trip: Trip | None
    sightings: tuple[Sighting, ...]
    expected_at: datetime | None

    @property
    def last(self) -> Sighting | None:
        """Return what was said last, by the time of what is told."""
        return self.sightings[-1] if self.sightings else None

    @property
    def word(self) -> Sighting | None:
        """Return the last thing the driver himself said: a position his phone tells is none.

        An obstacle is behind him once he says that he goes on, or the truck has moved on.
        """
        told = [each for each in self.sightings if each.kind != Sight.POSITION]
        last = told[-1] if told else None
        if last is None or last.kind != Sight.HELD_UP:
            return last
        after = self.sightings[self.sightings.index(last) + 1 :]
        return None if any(_moved_on(last, each) for each in after) else last

    @property
    def position(self) -> Sighting | None:
        """Return the last thing said that carries a place."""
        return next((each for each in reversed(self.sightings) if each.lon is not None), None)


def _moved_on(stood: Sighting, now: Sighting) -> bool:
    if stood.lon is None or stood.lat is None or now.lon is None or now.lat is None:
        return False
    return metres_between((stood.lon, stood.lat), (now.lon, now.lat)) > MOVED_ON_METRES


def trip(session: Session, trip_id: UUID) -> Trip:
    """Return a trip whose shipment starts or ends in the viewer's areas. Raises NotFound."""
    found = session.scalar(select(Trip).where(Trip.id == trip_id).execution_options(**LEDGER))
    if found is None:
        raise NotFound(_("There is no such trip, or not in your areas."))
    road.shipment(session, found.shipment_id)
    return found


def trips(session: Session, shipment_ids: Iterable[UUID]) -> dict[UUID, list[Trip]]:
    """Return the trips of each shipment, the first first; the caller may see them."""
    rows = session.scalars(
        select(Trip)
        .where(Trip.shipment_id.in_(list(shipment_ids)))
        .order_by(Trip.assigned_at, Trip.id)
        .execution_options(**LEDGER)
    )
    found: dict[UUID, list[Trip]] = {}
    for each in rows:
        found.setdefault(each.shipment_id, []).append(each)
    return found


def sightings(session: Session, shipment_ids: Iterable[UUID]) -> dict[UUID, list[Sighting]]:
    """Return what was said of each shipment, in the order it happened; the caller may see it."""
    rows = session.scalars(
        select(Sighting)
        .where(Sighting.shipment_id.in_(list(shipment_ids)))
        .order_by(Sighting.seen_at, Sighting.received_at, Sighting.id)
        .execution_options(**LEDGER)
    )
    found: dict[UUID, list[Sighting]] = {}
    for each in rows:
        found.setdefault(each.shipment_id, []).append(each)
    return found


def underway(session: Session, view: View) -> list[Underway]:
    """Return what is on the road in the view, each with what its driver said."""
    found = road.shipments(session, view, state=ShipmentState.ON_THE_WAY)
    return followed(session, found, on=view.on)


def followed(session: Session, found: Sequence[road.OnTheRoad], *, on: Any) -> list[Underway]:
    """Return shipments with their drivers, what these said, and when each should arrive."""
    ids = [each.shipment.id for each in found]
    driven, seen = trips(session, ids), sightings(session, ids)
    held = parameters.values(session, (FACTOR, KMH), on=on)
    return [
        _followed(each, driven.get(each.shipment.id, []), seen.get(each.shipment.id, []), held)
        for each in found
    ]


def _followed(
    each: road.OnTheRoad, driven: Sequence[Trip], seen: Sequence[Sighting], held: Any
) -> Underway:
    due = _expected(each, seen, factor=float(held[FACTOR].value), kmh=float(held[KMH].value))
    return Underway(each, driven[-1] if driven else None, tuple(seen), due)


def _expected(
    each: road.OnTheRoad, seen: Sequence[Sighting], *, factor: float, kmh: float
) -> datetime | None:
    """Return when a shipment should arrive; None where an end has no point and nothing is planned.

    Roads are the way as the crow flies, times a factor.
    """
    ends, found = each.coordinates, each.shipment
    if ends is None:
        return found.eta
    start, end = ((point[0], point[1]) for point in ends)
    left_at = next((one.seen_at for one in seen if one.kind in LEFT), found.dispatched_at)
    way = Way(left_at, metres_between(start, end) * factor, found.eta)
    arrived = next((one for one in seen if one.kind == Sight.ARRIVED), None)
    if arrived is not None:
        return arrived.seen_at
    places = [
        (one.seen_at, metres_between((one.lon, one.lat), end) * factor)
        for one in seen
        if one.lon is not None and one.lat is not None and one.seen_at >= left_at
    ]
    return expected(way, places, kmh=kmh)


def instant(session: Session, found: Shipment, real: datetime) -> datetime:
    """Return a real instant on the clock of a shipment's disaster: drill time in a drill."""
    return clock.at(real, session.get(Drill, found.drill_id) if found.drill_id else None)


def may_call(found: Shipment) -> bool:
    """Whether the viewer may have to ring the driver: whoever ships it, or receives it."""
    who, tree = viewer(), geo.cached_tree()
    ends = (("stock.ship", found.from_area), ("stock.receive", found.to_area))
    return who is not None and any(who.may(permission, area, tree) for permission, area in ends)


def driver_of(found: Trip, *, full: bool) -> str:
    """Return the driver's name, masked unless `full`; empty once it is forgotten."""
    if not found.driver_sealed:
        return ""
    name = vault.unseal("trip", "driver", found.id, found.driver_sealed)
    return name if full else masked_name(name)


def phone_of(found: Trip, *, full: bool) -> str:
    """Return the driver's telephone, masked unless `full`; empty once it is forgotten."""
    if not found.phone_sealed:
        return ""
    phone = vault.unseal("trip", "phone", found.id, found.phone_sealed)
    return phone if full else masked_phone(phone)


@dataclass(frozen=True)
class Handover:
    """One link of the chain of custody: who has the goods from an instant on, and who says so."""

    at: datetime
    step: str
    holder: str
    told_by: str


def custody(session: Session, found: Underway) -> list[Handover]:
    """Return who had a shipment when: depot, road, each driver, and who signed at its place."""
    shipment = found.road.shipment
    names = lookup.names(session, [shipment.dispatched_by, *_receivers(session, shipment.id)])
    keeper = names.get(shipment.dispatched_by, "")
    chain = [Handover(shipment.dispatched_at, "dispatched", found.road.from_name, keeper)]
    driven = trips(session, [shipment.id]).get(shipment.id, [])
    full = may_call(shipment)
    called = {each.id: driver_of(each, full=full) or _("Driver") for each in driven}
    for each in found.sightings:
        if each.kind in (Sight.LOADED, Sight.LOAD_DIFFERS, Sight.LEFT, Sight.ARRIVED):
            who = called[each.trip_id]
            chain.append(Handover(each.seen_at, each.kind, who, who))
    if shipment.ended_at:
        by = next(iter(_receivers(session, shipment.id)), None)
        received = shipment.state == ShipmentState.RECEIVED
        place = found.road.to_name if received else found.road.from_name
        chain.append(Handover(shipment.ended_at, shipment.state, place, names.get(by, "")))
    chain.sort(key=lambda each: each.at)
    return _with_photos(session, chain, shipment.id, called)


def _with_photos(
    session: Session, chain: list[Handover], shipment_id: UUID, called: dict[UUID, str]
) -> list[Handover]:
    """Return the chain with the pictures of goods: whoever had them then has them still."""
    shown = [each for each in photos(session, shipment_id) if each.kind != Shot.ROAD]
    links = [
        Handover(each.seen_at, f"photo_{each.kind}", holder.holder, called[each.trip_id])
        for each in shown
        for holder in [link for link in chain if link.at <= each.seen_at][-1:]
    ]
    return sorted([*chain, *links], key=lambda each: each.at)


ENDS = (Move.DELIVERY, Move.DAMAGE, Move.SHORTAGE, Move.SURPLUS, Move.TURN_BACK)


def _receivers(session: Session, shipment_id: UUID) -> list[UUID]:
    """Return who booked the end of a shipment."""
    wanted = (
        select(Movement.actor_id)
        .where(Movement.shipment_id == shipment_id, Movement.kind.in_(ENDS))
        .order_by(Movement.line)
        .limit(1)
    )
    return [each for each in session.scalars(wanted.execution_options(**LEDGER)) if each]
