"""What shelters give at their door, taken off the stock that lies there."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.i18n import gettext as _
from relief_ops.plugins import GivenOut
from stockpile.handouts import schemas
from stockpile.handouts.queries import reading, stock
from stockpile.handouts.rules import HandoutState
from stockpile.handouts.services.handing import hand
from stockpile.handouts.services.settling import undo
from stockpile.queries import register

LONGEST_NAME = 60


def give_out(session: Session, told: GivenOut) -> None:
    """Book what a registration says was given; what it said before is taken back first.

    It has left the door: like what was handed out offline it is booked whatever the limits say,
    and what the book does not hold waits for a person. An item that the place never had in its
    books was not given from them.
    """
    for found in reading.held(session, [_id(told, number) for number in range(1, told.told)]):
        if found.state != HandoutState.TAKEN_BACK:
            undo(session, found, reason=_("The registration says otherwise now."),
                 actor_id=told.actor_id)  # fmt: skip
    kept = stock.ever_held(session, told.place_id, told.items)
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


def _id(told: GivenOut, number: int) -> UUID:
    return uuid5(told.act_id, f"given out {number}")
