"""Reading reservations and shipments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from relief_ops import geo
from relief_ops.auth.scope import visible
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.needs.models import Need
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.models import Account, Depot, Lot, Reservation, ReservationLine, Shipment
from stockpile.queries.register import ANY_DRILL, LEDGER, below
from stockpile.rules import LineState, ShipmentState


@dataclass(frozen=True)
class OnTheRoad:
    """A shipment with the names and points of its two ends."""

    shipment: Shipment
    from_name: str
    to_name: str
    ends: tuple[float | None, float | None, float | None, float | None]

    @property
    def coordinates(self) -> list[list[float]] | None:
        """Return the line from origin to destination, or None where an end has no point."""
        west, south, east, north = self.ends
        if west is None or south is None or east is None or north is None:
            return None
        return [[round(west, 5), round(south, 5)], [round(east, 5), round(north, 5)]]


@dataclass(frozen=True)
class Promised:
    """A promised line that still lies in its depot, with where it is to go.

    The depot is a place: a shelter gives what it has too much of like any depot.
    """

    line: ReservationLine
    depot: geo.Place
    need: Need
    item: Item
    lot: Lot
    to_name: str
    awaits_order: bool


def reservation(session: Session, reservation_id: UUID) -> Reservation:
    """Return a reservation. Raises NotFound outside the viewer's areas."""
    found = session.scalar(
        select(Reservation).where(Reservation.id == reservation_id).execution_options(**ANY_DRILL)
    )
    if found is None:
        raise NotFound(_("There is no such promise, or not in your areas."))
    return found


def lines_of(session: Session, reservation_ids: Iterable[UUID]) -> list[ReservationLine]:
    """Return the lines of reservations, by id."""
    statement = select(ReservationLine).where(
        ReservationLine.reservation_id.in_(list(reservation_ids))
    )
    return list(session.scalars(statement.order_by(ReservationLine.id)))


def lines_of_need(session: Session, need_id: UUID) -> list[ReservationLine]:
    """Return every line ever promised to a need, by id."""
    statement = select(ReservationLine).where(ReservationLine.need_id == need_id)
    return list(session.scalars(statement.order_by(ReservationLine.id)))


def lock_lines(
    session: Session, *conditions: Any, states: Sequence[LineState]
) -> list[ReservationLine]:
    """Return the lines in these states, fresh and locked to the end; their need is locked."""
    return list(
        session.scalars(
            select(ReservationLine)
            .where(*conditions, ReservationLine.state.in_(states))
            .order_by(ReservationLine.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def to_ship(session: Session, view: View, *, depot_id: UUID | None = None) -> list[Promised]:
    """Return what is promised and still lies in depots of the view's area the viewer holds."""
    start = aliased(geo.Place)
    statement = (
        select(ReservationLine, start, Need, Item, Lot, geo.Place.name, Reservation.awaits_order)
        .join(Reservation, Reservation.id == ReservationLine.reservation_id)
        .join(start, start.id == ReservationLine.depot_id)
        .join(Need, Need.id == ReservationLine.need_id)
        .join(Item, Item.code == ReservationLine.item_code)
        .join(Lot, Lot.id == ReservationLine.lot_id)
        .join(geo.Place, geo.Place.id == Need.place_id)
        .where(
            ReservationLine.state == LineState.OPEN,
            start.area_id.in_(below(view.area_id)),
            # The need may lie in an area the keeper does not hold: the depot is his lock here.
            visible(start.area_id),
        )
        .order_by(Need.priority, Need.due_at, ReservationLine.id)
        .execution_options(scope="shared")
    )
    if depot_id:
        statement = statement.where(start.id == depot_id)
    return [Promised(*row) for row in session.execute(statement)]


def awaiting_order(session: Session, lines: Iterable[ReservationLine]) -> bool:
    """Whether any of these lines may not leave before an order is signed."""
    ids = {line.reservation_id for line in lines}
    wanted = select(Reservation.id).where(Reservation.id.in_(ids), Reservation.awaits_order)
    found = session.scalars(wanted.limit(1).execution_options(**LEDGER)).first()
    return found is not None


def _ends() -> Any:
    return or_(visible(Shipment.from_area), visible(Shipment.to_area))


def shipment(session: Session, shipment_id: UUID, *, lock: bool = False) -> Shipment:
    """Return a shipment that starts or ends in the viewer's areas. Raises NotFound."""
    statement = select(Shipment).where(Shipment.id == shipment_id, _ends())
    if lock:
        statement = statement.with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=lock, **ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such shipment, or not in your areas."))
    return found


def next_number(session: Session, depot_id: UUID) -> int:
    """Return the number of the next shipment of a depot; nobody else gets one meanwhile."""
    hold(session, depot_id)
    last = session.scalar(
        select(func.max(Shipment.number))
        .where(Shipment.from_place == depot_id)
        .execution_options(**LEDGER)
    )
    return (last or 0) + 1


def hold(session: Session, depot_id: UUID) -> None:
    """Let nobody else number what leaves a place until the end of the transaction."""
    held = select(Account.id).where(Account.id == depot_id).with_for_update(key_share=True)
    session.execute(held.execution_options(**LEDGER))


def shipment_known(session: Session, shipment_id: UUID) -> Shipment | None:
    """Return a shipment whoever may see it, to answer a retry, or None."""
    found: Shipment | None = session.scalar(
        select(Shipment).where(Shipment.id == shipment_id).execution_options(**LEDGER)
    )
    return found


def _road() -> Select[Any]:
    start, end = aliased(geo.Place), aliased(geo.Place)
    ends = (
        func.ST_X(start.point), func.ST_Y(start.point),
        func.ST_X(end.point), func.ST_Y(end.point),
    )  # fmt: skip
    return (
        select(Shipment, start.name, end.name, *ends)
        .join(start, start.id == Shipment.from_place)
        .join(end, end.id == Shipment.to_place)
    )


def _made(row: Any) -> OnTheRoad:
    return OnTheRoad(row[0], row[1], row[2], (row[3], row[4], row[5], row[6]))


def shipments(
    session: Session, view: View, *, state: ShipmentState | None = None,
    only: ColumnElement[bool] | None = None,
) -> list[OnTheRoad]:  # fmt: skip
    """Return the shipments of the view's disaster with an end in its area, latest first."""
    here = below(view.area_id)
    statement = (
        _road()
        .where(
            _ends(),
            Shipment.disaster_id == view.disaster_id,
            or_(Shipment.from_area.in_(here), Shipment.to_area.in_(here)),
        )
        .order_by(Shipment.dispatched_at.desc(), Shipment.id)
        .limit(view.limit)
    )
    if state:
        statement = statement.where(Shipment.state == state)
    if only is not None:
        statement = statement.where(only)
    return [_made(row) for row in session.execute(statement)]


def on_the_road(session: Session, shipment_id: UUID) -> OnTheRoad:
    """Return one shipment with its ends. Raises NotFound."""
    statement = _road().where(_ends(), Shipment.id == shipment_id)
    row = session.execute(statement.execution_options(**ANY_DRILL)).first()
    if row is None:
        raise NotFound(_("There is no such shipment, or not in your areas."))
    return _made(row)


def driven(session: Session, shipment_id: UUID) -> OnTheRoad:
    """Return a shipment with its ends to whoever drives it: the link was the lock."""
    statement = _road().where(Shipment.id == shipment_id).execution_options(**LEDGER)
    return _made(session.execute(statement).one())


def loads(
    session: Session, shipment_ids: Iterable[UUID]
) -> dict[UUID, list[tuple[ReservationLine, Item, Lot]]]:
    """Return what each shipment carries, with items and lots; the caller may see them."""
    rows = session.execute(
        select(ReservationLine, Item, Lot)
        .join(Item, Item.code == ReservationLine.item_code)
        .join(Lot, Lot.id == ReservationLine.lot_id)
        .where(ReservationLine.shipment_id.in_(list(shipment_ids)))
        .order_by(Item.position, Lot.expires_on, ReservationLine.id)
        .execution_options(**LEDGER)
    )
    found: dict[UUID, list[tuple[ReservationLine, Item, Lot]]] = {}
    for line, item, lot in rows:
        if line.shipment_id:
            found.setdefault(line.shipment_id, []).append((line, item, lot))
    return found


ISSUED = "issued."  # before an item's code: the figure of it that reached its last place


def received_in(session: Session, disaster_id: UUID, area_id: UUID) -> dict[str, int]:
    """Return per item what came to an area's places that are no depot, less what they sent on."""
    no_depot = Shipment.to_place.not_in(select(Depot.id))
    return received(session, disaster_id, Shipment.to_area == area_id, no_depot)


def received(session: Session, disaster_id: UUID, *at: ColumnElement[bool]) -> dict[str, int]:
    """Return per item what shipments brought to the places they went to, less what these sent on.

    So goods that one shelter sent another are counted once, where they are; what a place had
    beside them and sent on is taken off nothing.
    """
    of, line = Shipment.disaster_id == disaster_id, ReservationLine
    came = _per_place(
        session, Shipment.to_place, line.received, of, Shipment.state == ShipmentState.RECEIVED, *at
    )
    sent_on = _per_place(
        session, Shipment.from_place, line.quantity, of,
        Shipment.state != ShipmentState.TURNED_BACK,
        Shipment.from_place.in_({place for place, _code in came}),
    )  # fmt: skip
    found: Counter[str] = Counter()
    for (place, code), quantity in came.items():
        found[code] += max(0, quantity - sent_on.get((place, code), 0))
    return dict(found)


def counted_for(session: Session, disaster_id: UUID, place_id: UUID) -> list[UUID]:
    """Return the areas in whose figures of goods given out a place stands, by id."""
    rows = select(Shipment.to_area).where(
        Shipment.disaster_id == disaster_id, Shipment.to_place == place_id,
        Shipment.state == ShipmentState.RECEIVED,
    )  # fmt: skip
    return sorted(set(session.scalars(rows.execution_options(**LEDGER))))


def _per_place(
    session: Session, place: Any, amount: Any, *where: ColumnElement[bool]
) -> dict[tuple[UUID, str], int]:
    rows = session.execute(
        select(place, ReservationLine.item_code, func.sum(amount))
        .join(ReservationLine, ReservationLine.shipment_id == Shipment.id)
        .where(*where)
        .group_by(place, ReservationLine.item_code)
        .execution_options(**LEDGER)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def shown_line(line: ReservationLine) -> dict[str, Any]:
    """Return a promised line as the API shows it."""
    return {
        "line_id": line.id,
        "depot": line.depot_id,
        "lot": line.lot_id,
        "item": line.item_code,
        "quantity": line.quantity,
        "state": line.state,
        "released_why": line.released_why,
        "shipment_id": line.shipment_id,
    }


def shown_reservation(found: Reservation, lines: Iterable[ReservationLine]) -> dict[str, Any]:
    """Return a reservation as the API shows it."""
    return {
        "id": found.id,
        "need_id": found.need_id,
        "quantity": found.quantity,
        "reserved_at": found.reserved_at,
        "lines": [shown_line(each) for each in lines],
    }


def shown_shipment(
    road: OnTheRoad, load: Sequence[tuple[ReservationLine, Item, Lot]]
) -> dict[str, Any]:
    """Return a shipment as the API shows it."""
    found = road.shipment
    return {
        "id": found.id,
        "number": found.number,
        "disaster_id": found.disaster_id,
        "from": found.from_place,
        "from_name": road.from_name,
        "to": found.to_place,
        "to_name": road.to_name,
        "state": found.state,
        "vehicle": found.vehicle,
        "eta": found.eta,
        "dispatched_at": found.dispatched_at,
        "ended_at": found.ended_at,
        "lines": [
            {
                "need_id": line.need_id,
                "item": item.code,
                "item_name": items.name_of(item),
                "unit": items.unit_of(item),
                "lot": lot.id,
                "quantity": line.quantity,
                "received": line.received,
                "damaged": line.damaged,
            }
            for line, item, lot in load
        ],
        "revision": found.revision,
    }
