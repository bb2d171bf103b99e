"""The way of one box: from the stock it was packed of to the households that got its goods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from relief_ops import clock
from relief_ops.auth import lookup
from stockpile.boxes.queries.reading import Row, scans
from stockpile.boxes.rules import DISPATCHED, HANDED_OUT, PACKED, RECEIVED, Stage
from stockpile.handouts.models import Handout
from stockpile.models import Movement, Reservation
from stockpile.queries import register, road
from stockpile.queries.register import LEDGER
from stockpile.rules import Move, ShipmentState
from stockpile.transport import queries as transport

TAKEN_IN = (
    Move.RECEIVE, Move.DONATION, Move.RETURN, Move.TRANSFER, Move.ASSEMBLE, Move.DISMANTLE,
    Move.DELIVERY, Move.SURPLUS, Move.TURN_BACK,
)  # fmt: skip
LATEST_HANDOUTS = 50
PROMISED = "promised"
ORDER = (
    *TAKEN_IN, "promised", PACKED, "box_loaded", DISPATCHED, "box_arrived", "box_damaged", RECEIVED,
    "box_opened", HANDED_OUT,
)  # fmt: skip
READ = "box_"  # before what the reader of a label said, apart from what the driver says


@dataclass(frozen=True)
class Link:
    """One step of a box's way: when, with whom it was then, and who says so.

    `quantity` is how much of the goods it was, where it is not the whole box; `handout` the
    handout of it, when the goods reached a household.
    """

    at: datetime
    step: str
    holder: str
    told_by: UUID | str | None
    quantity: int | None = None
    handout: UUID | None = None


def chain(session: Session, found: Row) -> list[Link]:
    """Return every step of a box's way, in the order it happened, with the names of staff.

    Once a box is open its goods are loose at their place: what was handed out of its lot there
    since then is told, and not of which box it was.
    """
    links = [
        *_taken_in(session, found), *_packed(session, found), *_scanned(session, found),
        *_driven(session, found), *_handed_out(session, found),
    ]  # fmt: skip
    names = lookup.names(
        session, {each.told_by for each in links if isinstance(each.told_by, UUID)}
    )
    told = [_named(each, names) for each in links]
    return sorted(told, key=lambda each: (each.at, _rank(each.step)))


def _rank(step: str) -> int:
    """Return where a step stands among those of one instant."""
    return ORDER.index(step) if step in ORDER else ORDER.index(DISPATCHED)


def _named(each: Link, names: dict[UUID | None, str]) -> Link:
    if not isinstance(each.told_by, UUID):
        return each
    who = names.get(each.told_by, "")
    return Link(each.at, each.step, each.holder, who, each.quantity, each.handout)


def _taken_in(session: Session, found: Row) -> Iterator[Link]:
    """Yield how the lot came into the depot before the box was packed."""
    statement = (
        select(Movement)
        .where(
            Movement.lot_id == found.lot.id,
            Movement.to_account == found.packing.depot_id,
            Movement.kind.in_(TAKEN_IN),
        )
        .order_by(Movement.seq, Movement.line)
    )
    for each in session.scalars(statement.execution_options(**LEDGER)):
        if each.booked_at <= found.packing.packed_at:
            yield Link(each.at, each.kind, found.from_name, each.actor_id, each.quantity)


def _packed(session: Session, found: Row) -> Iterator[Link]:
    promise = session.get_one(
        Reservation, found.line.reservation_id, execution_options=register.LEDGER
    )
    yield Link(
        promise.reserved_at, PROMISED, found.from_name, promise.reserved_by, found.line.quantity
    )
    packing = found.packing
    yield Link(packing.packed_at, PACKED, found.from_name, packing.packed_by)


def _scanned(session: Session, found: Row) -> Iterator[Link]:
    for each in scans(session, [found.box.id]):
        holder = found.from_name if each.stage == Stage.LOADED else found.to_name
        yield Link(each.seen_at, READ + each.stage, holder, each.actor_id)


def _driven(session: Session, found: Row) -> Iterator[Link]:
    """Yield the custody of the truck it went with."""
    if found.line.shipment_id is None:
        return
    way = road.on_the_road(session, found.line.shipment_id)
    on = clock.local_date(register.now_in(session, way.shipment.drill_id))
    (underway,) = transport.followed(session, [way], on=on)
    for each in transport.custody(session, underway):
        yield Link(each.at, each.step, each.holder, each.told_by)


def _handed_out(session: Session, found: Row) -> Iterator[Link]:
    """Yield what was handed to households of its lot at its place since it was there."""
    opened = found.said.get(Stage.OPENED)
    shipment = found.shipment
    if shipment is None or shipment.state != ShipmentState.RECEIVED or shipment.ended_at is None:
        return
    since = opened.seen_at if opened else shipment.ended_at
    back = aliased(Movement)
    statement = (
        select(Movement, Handout.number)
        .join(Handout, Handout.id == Movement.handout_id)
        .outerjoin(back, back.corrects == Movement.id)
        .where(
            Movement.kind == Move.ISSUE,
            Movement.lot_id == found.lot.id,
            Movement.from_account == found.need.place_id,
            Movement.at >= since,
            back.id.is_(None),
        )
        .order_by(Movement.at, Movement.seq, Movement.line)
        .limit(LATEST_HANDOUTS)
    )
    for each, number in session.execute(statement.execution_options(**LEDGER)):
        yield Link(each.at, HANDED_OUT, str(number), each.actor_id, each.quantity, each.handout_id)


def steps(links: Iterable[Link]) -> set[str]:
    """Return which steps of the way of a box were told; a driver's word is no word of the box."""
    kept = (PACKED, DISPATCHED, RECEIVED, HANDED_OUT)
    read = {each.step.removeprefix(READ) for each in links if each.step.startswith(READ)}
    return read | {each.step for each in links if each.step in kept}
