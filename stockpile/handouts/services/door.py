"""What shelters give at their door, taken off the stock that lies there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import clock, db
from relief_ops.disasters import queries as disasters
from relief_ops.i18n import gettext as _
from relief_ops.plugins import GivenOut
from stockpile.handouts import schemas
from stockpile.handouts.models import Handout
from stockpile.handouts.queries import households, reading, stock
from stockpile.handouts.rules import HandoutState
from stockpile.handouts.services import booking
from stockpile.handouts.services.handing import hand, take_turns
from stockpile.handouts.services.settling import undo
from stockpile.queries import register
from stockpile.rules import AccountKind
from stockpile.services import ledger

LONGEST_NAME = 60


def give_out(session: Session, told: GivenOut) -> None:
    """Book what a registration says was given; what it said before is taken back first.

    It has left the door: like what was handed out offline it is booked whatever the limits say,
    and what the book does not hold waits for a person. An item that the place never had in its
    books was not given from them. Nothing of this refuses the registration: a handout whose goods
    came back already stands as it was, and a person corrects it at the desk.
    """
    earlier = [
        each
        for each in reading.held(session, [_id(told, number) for number in range(1, told.told)])
        if each.state != HandoutState.TAKEN_BACK
    ]
    kept = stock.ever_held(session, told.place_id, told.items)
    if not (earlier or kept) or not _held_with_households(session, told, earlier, kept):
        return
    for found in earlier:
        undo(session, found, reason=_("The registration says otherwise now."),
             actor_id=told.actor_id)  # fmt: skip
    if not kept:
        return
    order = schemas.Handed(
        disaster_id=told.disaster_id, place=told.place_id, name=told.name[:LONGEST_NAME],
        id_number=told.id_number, people=told.people, handed_over_at=told.at, offline=True,
        lines=[
            schemas.HandedLine(item=code, quantity=quantity)
            for code, quantity in sorted(told.items.items()) if code in kept
        ],
    )  # fmt: skip
    hand(
        session, _id(told, told.told), order, place=register.place(session, told.place_id),
        disaster=disasters.disaster(session, told.disaster_id), actor_id=told.actor_id,
    )  # fmt: skip


def _held_with_households(
    session: Session, told: GivenOut, earlier: Iterable[Handout], kept: Iterable[str]
) -> bool:
    """Whether all of these handouts can be taken back; locks in the order of a desk.

    That is the household, the place, then every balance either act touches, by id.
    """
    disaster = disasters.disaster(session, told.disaster_id)
    place = register.place(session, told.place_id)
    take_turns(session, households.who(session, disaster, None, told.id_number, told.people))
    db.serialise(session, told.place_id)
    back: Counter[UUID] = Counter()
    for found in earlier:
        for entry in reading.entries(session, found.id):
            back[entry.lot_id] += entry.quantity
    today = clock.local_date(register.now_in(session, place.drill_id))
    lots = {each.id: each for each in stock.lots(session, place.id, kept, disaster, today=today)}
    lots |= {each: lot for each in back if (lot := register.lot(session, each))}
    if not lots:
        return True
    source = ledger.account_at(session, place, booking.kind_of(place))
    issued = ledger.counter_account(session, AccountKind.ISSUED, place.drill_id)
    held = ledger.prepare(
        session, [(account, lot) for lot in lots.values() for account in (source, issued)]
    )
    return all(
        held[ledger.balance_id(issued.id, lot_id)].on_hand >= quantity
        for lot_id, quantity in back.items()
    )


def _id(told: GivenOut, number: int) -> UUID:
    return uuid5(told.act_id, f"given out {number}")
