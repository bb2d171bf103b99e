"""Booking movements: receipts, donations, transfers, issues, returns, counts, corrections."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.errors import FieldError, IllegalTransition, Invalid, NotFound
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile import events, schemas
from stockpile.models import Account, Lot, Movement
from stockpile.queries import balances, register
from stockpile.rules import (
    MOVES,
    OUTSIDE,
    TAKEN_BACK,
    AccountKind,
    Move,
    expiry_of,
    goes_unnamed,
    is_pickable,
)
from stockpile.services import counting, ledger
from stockpile.services.depots import check_open
from stockpile.services.ledger import Entry

# What a shut depot lets go of no more: its goods may still be counted and written off.
LEAVING = (Move.ISSUE, Move.TRANSFER, Move.LOAN)

# What gives goods to somebody: no more than a shipment may either carry what has expired.
SERVING = (Move.ISSUE, Move.LOAN)


def put_movement(
    session: Session, attempt: Attempt, order: schemas.PutMovement, *, actor_id: UUID,
    ordered: bool = False,
) -> Receipt:  # fmt: skip
    """Book one movement as it was given; what was `ordered` comes in even of a merged item."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if order.kind == Move.CORRECTION:
        _correct(session, attempt.id, order, actor_id=actor_id)
    else:
        if order.kind in (Move.RECEIVE, Move.DONATION) and not ordered:
            items.check_goes_on(items.item(session, order.item or ""))
        _move(session, attempt.id, order, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=1)


def _move(session: Session, new_id: UUID, order: schemas.PutMovement, *, actor_id: UUID) -> None:
    source, target, drill_id = _accounts(session, order)
    if order.from_ and order.kind in LEAVING:
        check_open(session, order.from_)
    assert order.item is not None
    assert order.quantity is not None
    item = items.item(session, order.item)
    now = register.now_in(session, drill_id)
    at = _moment(order.at, now)
    incoming = source.kind not in (AccountKind.DEPOT, AccountKind.SHELTER)
    lot = (
        _lot_in(session, order, item, drill_id)
        if incoming
        else _lot_out(session, order, source, order.quantity)
    )
    if order.kind in SERVING:
        _check_serves(lot, clock.local_date(at))
    if order.kind == Move.COUNT:
        _count(session, new_id, order, (source, target), lot, now=now, actor_id=actor_id)
        return
    entry = Entry(
        id=new_id, kind=order.kind, source=source, target=target, lot=lot,
        quantity=order.quantity, at=at, actor_id=actor_id, reason=order.reason,
        document=order.document,
    )  # fmt: skip
    if order.kind == Move.WRITE_OFF and not _seen_twice(session, entry):
        return
    ledger.post(session, [entry], now=now)
    _say(session, entry)


def _check_serves(lot: Lot, day: date) -> None:
    """Raise IllegalTransition for what had expired on the day it is given."""
    if not is_pickable(lot.expires_on, day):
        raise IllegalTransition(
            _("Lot %(lot)s expired on %(day)s: it may be written off, not given out.",
              lot=lot.label, day=lot.expires_on)
        )  # fmt: skip


def _accounts(session: Session, order: schemas.PutMovement) -> tuple[Account, Account, UUID | None]:
    """Return both ends and the drill they belong to; real and drilled stock never mix."""
    ends = MOVES[order.kind]
    named = [register.place(session, each) for each in (order.from_, order.to) if each]
    worlds = {place.drill_id for place in named}
    if len(worlds) > 1 or order.from_ == order.to:
        raise Invalid(_("Both ends must be two places of the same drill, or both real."))
    drill_id = worlds.pop()
    accounts = [_account(session, place) for place in named]
    if ends.counter is None:
        return accounts[0], accounts[1], drill_id
    counter = ledger.counter_account(session, ends.counter, drill_id)
    pair = (accounts[0], counter) if ends.needs_from else (counter, accounts[0])
    return *pair, drill_id


def _account(session: Session, place: geo.Place) -> Account:
    kind = AccountKind.DEPOT if place.kind == "depot" else AccountKind.SHELTER
    return ledger.account_at(session, place, kind)


def _moment(at: datetime | None, now: datetime) -> datetime:
    if at is not None and at > now:
        wrong = FieldError("at", "future", _("This lies in the future."))
        raise Invalid(_("Some fields need another look."), [wrong])
    return at or now


def _lot_in(session: Session, order: schemas.PutMovement, item: Item, drill_id: UUID | None) -> Lot:
    """Return the lot goods come in as: the one named, or one for what is known of them."""
    if order.disaster_id is not None:
        _check_meant_for(session, order.disaster_id, drill_id)
    expires_on = order.expires_on or expiry_of(order.made_on, item.shelf_life_days)
    unit_fen = None if order.price_yuan is None else int(order.price_yuan * 100)
    known: list[object] = [item.code, expires_on, order.made_on, order.donor, order.purpose]
    known.append(order.disaster_id)
    known += [each for each in (order.owner, unit_fen) if each not in ("", None)]
    if order.kind == Move.DONATION and not order.donor:
        known.append(Move.DONATION)  # what nobody named gave lies apart from what was bought
    lot_id = order.lot or uuid5(drill_id or ledger.REAL, repr([str(each) for each in known]))
    found = register.lot(session, lot_id)
    if found is None:
        found = Lot(
            id=lot_id, item_code=item.code, made_on=order.made_on, expires_on=expires_on,
            donor=order.donor, purpose=order.purpose, disaster_id=order.disaster_id,
            owner=order.owner, unit_fen=unit_fen, drill_id=drill_id,
        )  # fmt: skip
        session.add(found)
        session.flush()
    elif (found.item_code, found.drill_id) != (item.code, drill_id):
        raise Invalid(_("This lot is of another item."))
    elif order.lot and (other := _other_days(order, found)):
        words = _("This lot was made or expires on another day: take it in as a lot of its own.")
        raise Invalid(words, [FieldError(each, "apart", words) for each in other])
    elif order.lot and not _joins(order, unit_fen, found):
        words = _("This lot came from elsewhere, or is meant for something else.")
        raise Invalid(words, [FieldError("lot", "apart", words)])
    return found


def _check_meant_for(session: Session, disaster_id: UUID, drill_id: UUID | None) -> None:
    """Raise Invalid unless there is such a disaster, in the world the goods come into."""
    try:
        if disasters.disaster(session, disaster_id).drill_id == drill_id:
            return
        words = _("Goods and their disaster must be of the same drill, or both real.")
    except NotFound as error:
        words = str(error)
    wrong = [FieldError("disaster_id", "unknown", words)]
    raise Invalid(_("Some fields need another look."), wrong)


def _other_days(order: schemas.PutMovement, found: Lot) -> list[str]:
    """Return which of the days goods came with are not the lot's."""
    days = {
        "expires_on": (order.expires_on, found.expires_on),
        "made_on": (order.made_on, found.made_on),
    }
    return [name for name, (said, held) in days.items() if said not in (None, held)]


def _joins(order: schemas.PutMovement, unit_fen: int | None, found: Lot) -> bool:
    """Whether goods may be poured into a lot: what was given is kept apart to the last unit.

    What comes back goes where it came from; a gift joins its own lot unless it says otherwise.
    """
    if order.kind in (Move.RETURN, Move.LOAN_BACK):
        return True
    told = (order.donor, order.purpose, order.disaster_id, order.owner, unit_fen)
    same = told == (found.donor, found.purpose, found.disaster_id, found.owner, found.unit_fen)
    if order.kind == Move.DONATION:
        return bool(found.donor) and (same or not any(told))
    return same or (not any(told) and not (found.donor or found.is_bound or found.owner))


def _lot_out(session: Session, order: schemas.PutMovement, source: Account, quantity: int) -> Lot:
    """Return the lot goods go out of: the one named, or the first to expire that suffices."""
    if order.lot is not None:
        found = register.lot(session, order.lot)
        if found is None or found.item_code != order.item:
            raise Invalid(_("There is no such lot of this item."))
        return found
    rows = [row for row in balances.at_place(session, source.id) if row.item.code == order.item]
    if order.kind == Move.COUNT:
        if len(rows) != 1:
            raise Invalid(_("Say which lot was counted."))
        return rows[0].lot
    fitting = sorted(
        (row.lot for row in rows if row.balance.free >= quantity),
        key=lambda lot: (lot.expires_on or date.max, lot.id),
    )
    today = clock.local_date(register.now_in(session, source.drill_id))
    for lot in fitting:
        if goes_unnamed(order.kind, expires_on=lot.expires_on, bound=lot.is_bound, today=today):
            return lot
    if fitting:
        words = _("What has expired, or was given for a purpose, goes only when its lot is chosen.")
        raise IllegalTransition(words)
    raise IllegalTransition(_("There is not so much of this item free in one lot there."))


def _count(
    session: Session, new_id: UUID, order: schemas.PutMovement, ends: tuple[Account, Account],
    lot: Lot, *, now: datetime, actor_id: UUID,
) -> None:  # fmt: skip
    """Book the difference between what was counted and what the ledger holds, as a move.

    One that is too large for one person's word is kept until a second finds the same; one that
    leaves less than is promised is kept until promises were given back.
    """
    place, difference_account = ends
    both = ledger.prepare(session, [(place, lot), (difference_account, lot)])
    held = both[ledger.balance_id(place.id, lot.id)]
    assert order.quantity is not None
    difference = order.quantity - held.on_hand
    claim = counting.claim_of(
        session, new_id, place, lot, counted=order.quantity, held=held.on_hand, actor_id=actor_id
    )
    if not counting.settled(session, claim, place, lot):
        return
    if order.quantity < held.promised:
        counting.stand_back(session, claim, place, lot)
        return
    if difference:
        source, target = (place, difference_account) if difference < 0 else ends[::-1]
        entry = Entry(
            id=new_id, kind=Move.COUNT, source=source, target=target, lot=lot,
            quantity=abs(difference), at=now, actor_id=actor_id, reason=order.reason,
            document=order.document,
        )  # fmt: skip
        ledger.post(session, [entry], now=now)
    event = events.StockCounted(place.id, Code(lot.item_code), lot.id, order.quantity, difference)
    record(session, event, actor_id=actor_id, subject=new_id, areas=[place.area_id])


def _seen_twice(session: Session, entry: Entry) -> bool:
    """Whether so much may leave the book now: much waits until a second person says the same."""
    place, lot = entry.source, entry.lot
    both = ledger.prepare(session, [(place, lot), (entry.target, lot)])
    held = both[ledger.balance_id(place.id, lot.id)]
    if entry.quantity > held.free:
        raise IllegalTransition(_("There is not so much of this lot free there."))
    claim = counting.claim_of(
        session, entry.id, place, lot, counted=held.on_hand - entry.quantity, held=held.on_hand,
        actor_id=entry.actor_id, kind=entry.kind,
    )  # fmt: skip
    claim.corrects = entry.corrects
    return counting.settled(session, claim, place, lot)


def _correct(session: Session, new_id: UUID, order: schemas.PutMovement, *, actor_id: UUID) -> None:
    """Take a movement back by its mirror image; it is refused if the goods have gone on.

    What takes goods out of a place for good waits for a second person like any loss.
    """
    assert order.corrects is not None
    wrong = register.movement(session, order.corrects)
    if wrong.kind == Move.COUNT:
        raise IllegalTransition(_("A count is corrected by counting again."))
    if wrong.kind in (Move.COLLECT, Move.RESTOCK, Move.SCRAP):
        raise IllegalTransition(_("What came back is corrected by grading it."))
    if wrong.kind in (Move.ASSEMBLE, Move.DISMANTLE):
        raise IllegalTransition(_("Kits put together by mistake are taken apart again, whole."))
    if wrong.kind not in TAKEN_BACK:
        raise IllegalTransition(_("What belongs to a shipment is corrected by its receipt."))
    if wrong.handout_id is not None:
        raise IllegalTransition(_("What a household got is taken back with its handout."))
    if register.corrected_by(session, wrong.id):
        raise IllegalTransition(_("This movement was corrected already."))
    now = register.now_in(session, wrong.drill_id)
    entry = Entry(
        id=new_id, kind=Move.CORRECTION, source=_known(session, wrong.to_account),
        target=_known(session, wrong.from_account), lot=_lot_of(session, wrong),
        quantity=wrong.quantity, at=now, actor_id=actor_id, reason=order.reason,
        document=order.document, corrects=wrong.id,
    )  # fmt: skip
    falls = entry.source.place_id is not None and entry.target.kind in OUTSIDE
    if falls and not _seen_twice(session, entry):
        return
    ledger.post(session, [entry], now=now)
    _say(session, entry)


def _known(session: Session, account_id: UUID) -> Account:
    found = register.account(session, account_id)
    if found is None:
        raise NotFound(_("There is no such movement."))
    return found


def _lot_of(session: Session, wrong: Movement) -> Lot:
    found = register.lot(session, wrong.lot_id)
    assert found is not None
    return found


def _say(session: Session, entry: Entry) -> None:
    event = events.StockMoved(
        entry.kind, entry.source.id, entry.target.id, Code(entry.lot.item_code), entry.lot.id,
        entry.quantity, entry.corrects,
    )  # fmt: skip
    places = [each.area_id for each in (entry.source, entry.target) if each.place_id]
    record(session, event, actor_id=entry.actor_id, subject=entry.id, areas=places)
