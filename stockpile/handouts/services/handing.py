"""Handing goods to a household: judged, booked and said in one transaction.

Two desks that serve one household at a moment take turns: first on the write, then on the
household, then on the place whose handouts are numbered, last on the balances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, db, geo, receipts, vault
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.rules import State
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.handouts import events, rules, schemas
from stockpile.handouts.models import Handout, HandoutLine
from stockpile.handouts.queries import households, reading
from stockpile.handouts.queries.households import Who
from stockpile.handouts.rules import HandoutState, Ruling
from stockpile.handouts.services import booking, judging
from stockpile.handouts.services.judging import Line
from stockpile.queries import register
from stockpile.services.depots import check_open

TABLE = "handout"


def put_handout(
    session: Session, attempt: Attempt, order: schemas.PutHandout, *, place: geo.Place,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Hand goods out within the limits and the stock, or note what was handed out already.

    Raises Invalid naming what was given when and where, IllegalTransition without the stock.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    hand(session, attempt.id, order, place=place, disaster=disaster, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=1)


def hand(
    session: Session, handout_id: UUID, order: schemas.Handed, *, place: geo.Place,
    disaster: Disaster, actor_id: UUID,
) -> None:  # fmt: skip
    """Judge, book and say one handout."""
    _check_world(place, disaster, offline=order.offline)
    now = register.now_in(session, place.drill_id)
    whose = households.who(session, disaster, order.household_id, order.id_number, order.people)
    found = _new(handout_id, order, whose, place, disaster, now=now, actor_id=actor_id)
    take_turns(session, whose)
    wanted = {each.item: each.quantity for each in order.lines}
    _check_items(session, order.lines)
    lines = judging.judge(
        session, disaster, whose, wanted, on=found.counts_on, area_id=place.area_id
    )
    if not order.offline:
        judging.refuse(lines)
        check_open(session, place.id)
    shut = order.offline and bool(register.shut_why(session, place.id))
    db.serialise(session, place.id)
    found.number = reading.next_number(session, place.id)
    short = booking.issue(
        session, found, place, disaster, wanted, act=found.id, now=now, actor_id=actor_id
    )
    if not order.offline:
        _refuse_short(lines, short)
    _write(session, found, lines, short, shut=shut)
    _say(session, found, lines, short, actor_id=actor_id)


def take_turns(session: Session, whose: Who) -> None:
    """Let nobody else serve this household until the end of the transaction."""
    if whose.guard is not None:
        db.serialise(session, whose.guard)


def _check_world(place: geo.Place, disaster: Disaster, *, offline: bool) -> None:
    if place.drill_id != disaster.drill_id:
        raise Invalid(_("The place and the disaster must be of the same drill, or both real."))
    if disaster.state == State.CLOSED and not offline:
        raise IllegalTransition(_("This disaster is closed. Nothing more is handed out for it."))


def _check_items(session: Session, lines: Sequence[schemas.HandedLine]) -> None:
    for number, each in enumerate(lines):
        try:
            items.item(session, each.item)
        except Invalid as error:
            wrong = FieldError(f"lines.{number}.item", "unknown", str(error))
            raise Invalid(str(error), [wrong]) from None


def _new(
    new_id: UUID, order: schemas.Handed, whose: Who, place: geo.Place, disaster: Disaster, *,
    now: datetime, actor_id: UUID,
) -> Handout:  # fmt: skip
    """Return the handout as it was told; what only registered people have is not kept twice."""
    told = rules.moment_of(order.handed_over_at, began=disaster.started_at, now=now)
    found = Handout(
        id=new_id, disaster_id=disaster.id, drill_id=place.drill_id, place_id=place.id,
        area_id=place.area_id, household_id=whose.household_id, people=whose.people,
        offline=order.offline, signed=order.signed, received_at=now, actor_id=actor_id,
        handed_over_at=order.handed_over_at or now, revision=1, settled_why="",
        taken_back_why="",
        counts_on=clock.local_date(told if order.offline else now),
    )  # fmt: skip
    found.name_sealed = sealed(found, "name", order.name)
    found.signature_sealed = sealed(found, "signature", order.drawing)
    if whose.household_id is None:
        keep_number(found, order.id_number)
    return found


def keep_number(found: Handout, id_number: str) -> None:
    """Keep the identity number of somebody nobody registered, sealed, to be found by it."""
    found.id_number_sealed = sealed(found, "id_number", id_number)
    found.id_number_blind = vault.blind(id_number) if id_number else None


def sealed(found: Handout, field: str, text: str) -> bytes | None:
    """Return one personal field of a handout encrypted, or None for an empty one."""
    return vault.seal(TABLE, field, found.id, text) if text else None


def _refuse_short(lines: Sequence[Line], short: Mapping[str, int]) -> None:
    missing = [each for each in lines if short[each.item.code]]
    if missing:
        raise IllegalTransition(
            " ".join(
                _(
                    "%(item)s: only %(n)d %(unit)s are free here.",
                    item=items.name_of(each.item), unit=items.unit_of(each.item),
                    n=each.quantity - short[each.item.code],
                )
                for each in missing
            )
        )  # fmt: skip


def _write(
    session: Session, found: Handout, lines: Sequence[Line], short: Mapping[str, int], *,
    shut: bool,
) -> None:  # fmt: skip
    """Keep the handout; what left a shut depot all the same waits for a person to look at it."""
    found.state = HandoutState.EXCEPTION if shut else state_of(lines, short)
    session.add(found)
    session.flush()
    session.add_all(
        HandoutLine(
            handout_id=found.id, item_code=each.item.code, quantity=each.quantity,
            short=short[each.item.code], ruling=each.judged.ruling,
        )
        for each in lines
    )  # fmt: skip


def state_of(lines: Sequence[Line], short: Mapping[str, int]) -> HandoutState:
    """Return whether somebody has to look at it: beyond the limits, or beyond the book."""
    beyond = any(each.judged.ruling != Ruling.ALLOWED for each in lines)
    return HandoutState.EXCEPTION if beyond or any(short.values()) else HandoutState.BOOKED


def _say(
    session: Session, found: Handout, lines: Sequence[Line], short: Mapping[str, int], *,
    actor_id: UUID,
) -> None:  # fmt: skip
    event = events.StockHandedOut(
        found.disaster_id, found.place_id, found.people, len(lines),
        sum(each.quantity for each in lines), sum(short.values()), found.offline,
        found.state == HandoutState.EXCEPTION,
    )  # fmt: skip
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
