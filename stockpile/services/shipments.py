"""The road: dispatch from a depot, receipt at the place, or turning back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts
from relief_ops.disasters.boards.services import move_supply
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.models import Need
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Event, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile import events, schemas
from stockpile.models import Account, Lot, ReservationLine, Shipment
from stockpile.queries import register, road
from stockpile.rules import AccountKind, LineState, Move, ShipmentState, is_pickable
from stockpile.services import ledger
from stockpile.services.counting import check_alone
from stockpile.services.depots import check_open
from stockpile.services.figures import propose
from stockpile.services.leaving import check_leaves
from stockpile.services.ledger import Entry
from stockpile.services.parting import chosen, part
from stockpile.services.sparing import check_spared

Step = Callable[..., None]


@dataclass(frozen=True)
class Counted:
    """What became of one lot line: arrived in order, damaged, missing, beyond what was sent."""

    line: ReservationLine
    received: int
    damaged: int
    short: int
    surplus: int


def dispatch(
    session: Session, attempt: Attempt, order: schemas.PutShipment, *, depot: geo.Place,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Send the open lines of these promises that lie in one depot to their place, or a part.

    A shelter that gives what it has too much of is a depot here.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = [
        line for line in road.lines_of(session, order.reservation_ids) if line.depot_id == depot.id
    ]
    locked = _lock_needs(session, found)
    lines = road.lock_lines(
        session, ReservationLine.id.in_([line.id for line in found]), states=[LineState.OPEN]
    )
    if not lines:
        raise IllegalTransition(_("Nothing of this promise is left in this depot to ship."))
    parts = chosen(session, lines, order.lines)
    lines = [line for line, _goes in parts]
    check_open(session, depot.id)
    if road.awaiting_order(session, lines):
        raise IllegalTransition(_("The order for it is not signed yet: nothing leaves before."))
    made = _shipment(session, attempt.id, order, depot, locked, actor_id=actor_id)
    lines = part(session, made.id, parts)
    check_spared(session, made, lines)
    check_leaves(session, made, lines)
    _load(session, made, lines, actor_id=actor_id)
    _left(session, made, lines, as_of=made.dispatched_at)
    _count_on_needs(session, needs.ship, locked, _per_need(lines), actor_id=actor_id)
    total = sum(line.quantity for line in lines)
    event = events.ShipmentDispatched(made.disaster_id, made.from_place, made.to_place, total)
    _say(session, made, event, actor_id)
    return receipts.keep(session, attempt, revision=1)


def _lock_needs(session: Session, lines: Iterable[ReservationLine]) -> dict[UUID, Need]:
    ids = sorted({line.need_id for line in lines})
    return {need_id: _lock(session, need_id) for need_id in ids}


def _lock(session: Session, need_id: UUID) -> Need:
    """Lock a need whoever holds its area: the act at the depot or the ramp was allowed."""
    return needs.lock_need(session, need_id, anywhere=True)


def _shipment(
    session: Session, new_id: UUID, order: schemas.PutShipment, depot: geo.Place,
    locked: dict[UUID, Need], *, actor_id: UUID,
) -> Shipment:  # fmt: skip
    first = next(iter(locked.values()))
    if len({(need.place_id, need.disaster_id) for need in locked.values()}) > 1:
        raise Invalid(_("One shipment goes to one place."))
    made = Shipment(
        id=new_id, disaster_id=first.disaster_id, drill_id=depot.drill_id,
        from_place=depot.id, to_place=first.place_id, from_area=depot.area_id,
        number=road.next_number(session, depot.id),
        to_area=first.area_id, state=ShipmentState.ON_THE_WAY, vehicle=order.vehicle,
        eta=order.eta, dispatched_at=register.now_in(session, depot.drill_id),
        dispatched_by=actor_id, revision=1,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _load(
    session: Session, made: Shipment, lines: Sequence[ReservationLine], *, actor_id: UUID
) -> None:
    """Move the lines from the depot's account to the shipment's own, out of their promise."""
    source = register.account(session, made.from_place)
    assert source is not None
    road_account = ledger.transit_account(
        session, made.id, area_id=made.to_area, drill_id=made.drill_id
    )
    at = made.dispatched_at
    book = Booking(session, made.id, at, actor_id)
    ends = (source, road_account)
    entries = [book.entry(line, Move.DISPATCH, ends, line.quantity) for line in lines]
    ledger.post(session, entries, now=at)
    for line in lines:
        line.state, line.shipment_id = LineState.SHIPPED, made.id
    _tell_board(session, made, lines, sign=1, at=at)


def _left(
    session: Session, made: Shipment, lines: Iterable[ReservationLine], *, as_of: datetime
) -> None:
    """Take off the figure of its area what a place that is no depot sends on, or has again."""
    source = register.account(session, made.from_place)
    if source is None or source.kind == AccountKind.DEPOT:
        return
    codes = [line.item_code for line in lines]
    for area_id in road.counted_for(session, made.disaster_id, made.from_place):
        propose(session, made, area_id, codes, as_of=as_of)


@dataclass(frozen=True)
class Booking:
    """What the entries of one shipment share: who books them, when."""

    session: Session
    shipment_id: UUID
    at: datetime
    actor_id: UUID

    def entry(
        self, line: ReservationLine, kind: Move, ends: tuple[Account, Account], quantity: int
    ) -> Entry:
        """Return one movement of a line; dispatch also uses up the line's promise."""
        return Entry(
            id=uuid5(line.id, kind), kind=kind, source=ends[0], target=ends[1],
            lot=_lot(self.session, line), quantity=quantity, at=self.at,
            actor_id=self.actor_id, shipment_id=self.shipment_id,
            promised=quantity if kind == Move.DISPATCH else 0,
        )  # fmt: skip


def _lot(session: Session, line: ReservationLine) -> Lot:
    found = register.lot(session, line.lot_id)
    assert found is not None
    return found


def _tell_board(
    session: Session, made: Shipment, lines: Iterable[ReservationLine], *, sign: int, at: datetime
) -> None:
    """Say at the destination what is on its way there, in this same transaction."""
    amounts: Counter[str] = Counter()
    for line in lines:
        amounts[line.item_code] += line.quantity
    for code, quantity in sorted(amounts.items()):
        move_supply(
            session, place_id=made.to_place, item_code=code, on_hand=0,
            on_the_way=sign * quantity, as_of=at,
        )  # fmt: skip


def receive(
    session: Session, attempt: Attempt, order: schemas.PutReceipt, shipment_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Count a shipment at its place: what is short or damaged is a movement of its own.

    The need counts at most what was shipped and is open again for what did not arrive in good
    order: a surplus stands in for what is damaged. That much is lost is not said by whoever sent
    it.
    """
    if receipt := receipts.replay(session, attempt):
        receipt.id = shipment_id
        return receipt
    made, lines, locked = _open_shipment(session, shipment_id)
    now = register.now_in(session, made.drill_id)
    said = _counted(lines, order)
    _check_alone(session, made, said, actor_id=actor_id)
    counted = _without_expired(session, said, clock.local_date(now))
    there = ledger.account_at(session, register.place(session, made.to_place), AccountKind.SHELTER)
    _unload(session, Booking(session, made.id, now, actor_id), counted, there, Move.DELIVERY)
    _close(session, made, lines, ShipmentState.RECEIVED, LineState.RECEIVED, now=now)
    made.note = order.note
    arrived = _amounts(counted, lambda each: min(each.received, each.line.quantity))
    missing = _amounts(counted, lambda each: max(0, each.line.quantity - each.received))
    _count_on_needs(session, needs.receive, locked, arrived, actor_id=actor_id)
    _count_on_needs(session, needs.turn_back, locked, missing, actor_id=actor_id)
    propose(session, made, made.to_area, [line.item_code for line in lines], as_of=now)
    _say(session, made, _received(made, counted), actor_id)
    receipt = receipts.keep(session, attempt, revision=made.revision)
    receipt.id = shipment_id
    return receipt


def _received(made: Shipment, counted: Sequence[Counted]) -> events.ShipmentReceived:
    return events.ShipmentReceived(
        made.disaster_id,
        made.to_place,
        sum(each.received for each in counted),
        sum(each.short for each in counted),
        sum(each.damaged for each in counted),
        sum(each.surplus for each in counted),
    )


def _open_shipment(
    session: Session, shipment_id: UUID
) -> tuple[Shipment, list[ReservationLine], dict[UUID, Need]]:
    """Return a shipment on the road, its lines and needs, all locked: needs first."""
    made = road.shipment(session, shipment_id)
    found = [line for line, _item, _lot in road.loads(session, [made.id]).get(made.id, [])]
    locked = _lock_needs(session, found)
    made = road.shipment(session, shipment_id, lock=True)
    if made.state != ShipmentState.ON_THE_WAY:
        raise IllegalTransition(_("This shipment is no longer on the road."))
    lines = road.lock_lines(
        session, ReservationLine.shipment_id == made.id, states=[LineState.SHIPPED]
    )
    return made, lines, locked


def _counted(lines: Sequence[ReservationLine], order: schemas.TurnBack) -> list[Counted]:
    """Share what was counted per lot among the lines of that lot; the last takes a surplus."""
    if order.lines is None:
        return [Counted(line, line.quantity, 0, 0, 0) for line in lines]
    told = {each.lot: [each.received, each.damaged] for each in order.lines}
    if len(told) != len(order.lines) or not set(told) <= {line.lot_id for line in lines}:
        raise Invalid(_("Count each lot of this shipment once, and no other."))
    last = {line.lot_id: line.id for line in lines}
    counted = []
    for line in lines:
        left = told.get(line.lot_id, [0, 0])
        damaged = min(left[1], line.quantity)
        good = min(left[0], line.quantity - damaged)
        left[0], left[1] = left[0] - good, left[1] - damaged
        surplus = left[0] if last[line.lot_id] == line.id else 0
        short = line.quantity - damaged - good
        counted.append(Counted(line, good + surplus, damaged, short, surplus))
    return counted


def _without_expired(session: Session, counted: Iterable[Counted], today: date) -> list[Counted]:
    """Count what expired on the way as damaged: it may not be given out, and meets no need."""
    return [
        each if is_pickable(_lot(session, each.line).expires_on, today)
        else replace(each, received=0, surplus=0,
                     damaged=each.damaged + each.received - each.surplus)
        for each in counted
    ]  # fmt: skip


def _unload(
    session: Session, book: Booking, counted: Sequence[Counted], there: Account, comes: Move
) -> None:
    """Book what came off the road there, and what of it is lost, missing or too much."""
    on_road = register.account(session, book.shipment_id)
    assert on_road is not None
    loss = ledger.counter_account(session, AccountKind.LOSS, on_road.drill_id)
    difference = ledger.counter_account(session, AccountKind.COUNT_DIFFERENCE, on_road.drill_id)
    entries = []
    for each in counted:
        each.line.received, each.line.damaged = each.received, each.damaged
        moves = (
            (comes, (on_road, there), each.received - each.surplus),
            (Move.DAMAGE, (on_road, loss), each.damaged),
            (Move.SHORTAGE, (on_road, loss), each.short),
            (Move.SURPLUS, (difference, there), each.surplus),
        )
        entries += [
            book.entry(each.line, kind, ends, quantity)
            for kind, ends, quantity in moves
            if quantity
        ]
    ledger.post(session, entries, now=book.at)


def turn_back(
    session: Session, attempt: Attempt, order: schemas.TurnBack, shipment_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Take a shipment back into its depot; what was promised is free, the need open again.

    What came back damaged or not at all is a movement of its own, as at any receipt; much of it
    is not said by whoever sent it.
    """
    if receipt := receipts.replay(session, attempt):
        receipt.id = shipment_id
        return receipt
    made, lines, locked = _open_shipment(session, shipment_id)
    now = register.now_in(session, made.drill_id)
    source = register.account(session, made.from_place)
    assert source is not None
    counted = _counted(lines, order)
    if any(each.surplus for each in counted):
        words = _("More comes back than was sent: count it in the depot.")
        raise Invalid(words, [FieldError("lines", "surplus", words)])
    _check_alone(session, made, counted, actor_id=actor_id)
    book = Booking(session, made.id, now, actor_id)
    _unload(session, book, counted, source, Move.TURN_BACK)
    _close(session, made, lines, ShipmentState.TURNED_BACK, LineState.TURNED_BACK, now=now)
    made.note = order.note
    _left(session, made, lines, as_of=now)
    _count_on_needs(session, needs.turn_back, locked, _per_need(lines), actor_id=actor_id)
    total = sum(each.received for each in counted)
    event = events.ShipmentTurnedBack(made.disaster_id, made.from_place, total)
    _say(session, made, event, actor_id)
    receipt = receipts.keep(session, attempt, revision=made.revision)
    receipt.id = shipment_id
    return receipt


def _check_alone(
    session: Session, made: Shipment, counted: Iterable[Counted], *, actor_id: UUID
) -> None:
    """Look at each lot of a load, whole: its lines may be of several promises."""
    source = register.account(session, made.from_place)
    assert source is not None
    sent, good = Counter[UUID](), Counter[UUID]()
    lots: dict[UUID, Lot] = {}
    for each in counted:
        lot = lots.setdefault(each.line.lot_id, _lot(session, each.line))
        sent[lot.id] += each.line.quantity
        good[lot.id] += each.received - each.surplus
    for lot_id, lot in lots.items():
        check_alone(
            session, made, source, lot, sent=sent[lot_id], good=good[lot_id], actor_id=actor_id
        )


def _close(
    session: Session, made: Shipment, lines: Sequence[ReservationLine], state: ShipmentState,
    line_state: LineState, *, now: datetime,
) -> None:  # fmt: skip
    made.state, made.ended_at, made.revision = state, now, made.revision + 1
    for line in lines:
        line.state = line_state
    _tell_board(session, made, lines, sign=-1, at=now)


def _per_need(lines: Iterable[ReservationLine]) -> Counter[UUID]:
    amounts: Counter[UUID] = Counter()
    for line in lines:
        amounts[line.need_id] += line.quantity
    return amounts


def _amounts(counted: Iterable[Counted], of: Callable[[Counted], int]) -> Counter[UUID]:
    amounts: Counter[UUID] = Counter()
    for each in counted:
        amounts[each.line.need_id] += of(each)
    return amounts


def _count_on_needs(
    session: Session, step: Step, locked: dict[UUID, Need], amounts: Counter[UUID], *,
    actor_id: UUID,
) -> None:  # fmt: skip
    for need_id, quantity in amounts.items():
        if quantity:
            step(session, locked[need_id], quantity=quantity, actor_id=actor_id)


def _say(session: Session, made: Shipment, event: Event, actor_id: UUID) -> None:
    areas = [made.from_area, made.to_area]
    record(session, event, actor_id=actor_id, subject=made.id, areas=areas)
