"""Booking what leaves a place for a household: the lot that expires first, never what is promised.

A handout that was over before anybody asked is booked as far as the book goes; what it does not
hold stays open on the line (`short`), so that no stock is made up to give it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.disasters.models import Disaster
from stockpile.handouts.models import Handout
from stockpile.handouts.queries import stock
from stockpile.models import Account, Balance, Lot, Movement
from stockpile.queries import register
from stockpile.rules import AccountKind, Draw, Move, Stock, nearest_first
from stockpile.services import ledger
from stockpile.services.ledger import Entry


def issue(
    session: Session, found: Handout, place: geo.Place, disaster: Disaster,
    wanted: Mapping[str, int], *, act: UUID, now: datetime, actor_id: UUID,
) -> dict[str, int]:  # fmt: skip
    """Book by item as much as the place holds free; return what is missing of each.

    `act` is the write it is booked under: entries of one handout in two acts are two entries.
    """
    source = ledger.account_at(session, place, kind_of(place))
    issued = ledger.counter_account(session, AccountKind.ISSUED, place.drill_id)
    lots = stock.lots(session, place.id, wanted, disaster, today=clock.local_date(now))
    pairs = [(account, lot) for lot in lots for account in (source, issued)]
    held = ledger.prepare(session, pairs) if pairs else {}
    entries, short = [], {}
    for code, quantity in wanted.items():
        draws = _draws(source, [lot for lot in lots if lot.item_code == code], held, quantity)
        short[code] = quantity - sum(draw.quantity for _lot, draw in draws)
        entries += [
            Entry(
                id=uuid5(act, f"{lot.id}"), kind=Move.ISSUE, source=source, target=issued, lot=lot,
                quantity=draw.quantity, at=now, actor_id=actor_id, handout_id=found.id,
            )
            for lot, draw in draws
        ]  # fmt: skip
    if entries:
        ledger.post(session, entries, now=now)
    return short


def kind_of(place: geo.Place) -> AccountKind:
    """Return which kind of account a place has."""
    return AccountKind.DEPOT if place.kind == "depot" else AccountKind.SHELTER


def _draws(
    source: Account, lots: Iterable[Lot], held: Mapping[UUID, Balance], quantity: int
) -> list[tuple[Lot, Draw]]:
    by_balance = {ledger.balance_id(source.id, lot.id): lot for lot in lots}
    offered = [
        Stock(balance_id=each, depot_id=source.id, free=held[each].free, metres=0.0,
              expires_on=lot.expires_on)
        for each, lot in by_balance.items()
    ]  # fmt: skip
    return [(by_balance[each.balance_id], each) for each in nearest_first(quantity, offered)]


def give_back(
    session: Session, entries: Sequence[Movement], *, now: datetime, actor_id: UUID, reason: str
) -> int:
    """Book every entry back by its mirror image and return how much that was."""
    mirrored = [
        Entry(
            id=uuid5(each.id, "taken back"), kind=Move.CORRECTION,
            source=_account(session, each.to_account), target=_account(session, each.from_account),
            lot=_lot(session, each.lot_id), quantity=each.quantity, at=now, actor_id=actor_id,
            reason=reason, corrects=each.id, handout_id=each.handout_id,
        )
        for each in entries
    ]  # fmt: skip
    if mirrored:
        ledger.post(session, mirrored, now=now)
    return sum(each.quantity for each in mirrored)


def _account(session: Session, account_id: UUID) -> Account:
    found = register.account(session, account_id)
    assert found is not None, "an entry of the ledger has both its accounts"
    return found


def _lot(session: Session, lot_id: UUID) -> Lot:
    found = register.lot(session, lot_id)
    assert found is not None, "an entry of the ledger has its lot"
    return found
