"""What happens to a handout afterwards: settled, taken back whole, or completed."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Forbidden, IllegalTransition
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.handouts import events, schemas
from stockpile.handouts.models import Handout
from stockpile.handouts.queries import households, reading
from stockpile.handouts.rules import HandoutState
from stockpile.handouts.services import booking, judging
from stockpile.handouts.services.handing import keep_number, state_of, take_turns
from stockpile.queries import register


def settle(
    session: Session, attempt: Attempt, handout_id: UUID, order: schemas.WithReason, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Settle an exception with a reason: what the book did not hold is booked if it does now.

    Raises Forbidden for whoever recorded the handout: another person looks at it.
    """
    if receipt := receipts.replay(session, attempt):
        receipt.id = handout_id
        return receipt
    found = reading.handout(session, handout_id, lock=True)
    if found.state != HandoutState.EXCEPTION:
        raise IllegalTransition(_("Nothing waits to be settled about this handout."))
    if found.actor_id == actor_id:
        raise Forbidden(_("Whoever recorded it does not settle it: another person must."))
    booked, short = _book_missing(session, found, actor_id=actor_id)
    found.state, found.settled_why = HandoutState.SETTLED, order.reason
    found.settled_at, found.settled_by = register.now_in(session, found.drill_id), actor_id
    found.revision += 1
    event = events.HandoutSettled(found.disaster_id, found.place_id, booked, short)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return _kept(session, attempt, found)


def _book_missing(session: Session, found: Handout, *, actor_id: UUID) -> tuple[int, int]:
    """Book what the book now holds of what was missing; return that, and what still is."""
    open_lines = {each.item_code: each for each in reading.lines(session, [found.id])}
    missing = {code: each.short for code, each in open_lines.items() if each.short}
    if not missing:
        return 0, 0
    short = booking.issue(
        session, found, register.place(session, found.place_id),
        disasters.disaster(session, found.disaster_id), missing,
        act=uuid5(found.id, "settlement"), now=register.now_in(session, found.drill_id),
        actor_id=actor_id,
    )  # fmt: skip
    for code, left in short.items():
        open_lines[code].short = left
    return sum(missing.values()) - sum(short.values()), sum(short.values())


def take_back(
    session: Session, attempt: Attempt, handout_id: UUID, order: schemas.WithReason, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Take a handout back whole: its goods are in the place's book again, and it counts no more."""
    if receipt := receipts.replay(session, attempt):
        receipt.id = handout_id
        return receipt
    found = reading.handout(session, handout_id, lock=True)
    if found.state == HandoutState.TAKEN_BACK:
        raise IllegalTransition(_("This handout was taken back already."))
    undo(session, found, reason=order.reason, actor_id=actor_id)
    return _kept(session, attempt, found)


def undo(session: Session, found: Handout, *, reason: str, actor_id: UUID) -> None:
    """Book a locked handout back into its place, and let it count no more."""
    now = register.now_in(session, found.drill_id)
    quantity = booking.give_back(
        session, reading.entries(session, found.id), now=now, actor_id=actor_id, reason=reason
    )
    found.state, found.taken_back_why = HandoutState.TAKEN_BACK, reason
    found.taken_back_at, found.taken_back_by = now, actor_id
    found.revision += 1
    event = events.HandoutTakenBack(found.disaster_id, found.place_id, quantity)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])


def identify(
    session: Session, attempt: Attempt, handout_id: UUID, order: schemas.PutWhose, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Complete whose handout it was. What the household got elsewhere is held against it now."""
    if receipt := receipts.replay(session, attempt):
        receipt.id = handout_id
        return receipt
    found = reading.handout(session, handout_id, lock=True)
    if found.household_id or found.id_number_blind or found.state == HandoutState.TAKEN_BACK:
        raise IllegalTransition(_("It is known already whose handout this is."))
    disaster = disasters.disaster(session, found.disaster_id)
    whose = households.who(session, disaster, order.household_id, order.id_number, found.people)
    take_turns(session, whose)
    found.household_id = whose.household_id
    if whose.household_id is None:
        keep_number(found, order.id_number)
    open_lines = {each.item_code: each for each in reading.lines(session, [found.id])}
    judged = judging.judge(
        session, disaster, whose, {code: each.quantity for code, each in open_lines.items()},
        on=found.counts_on, area_id=found.area_id, but=found.id,
    )  # fmt: skip
    for each in judged:
        open_lines[each.item.code].ruling = each.judged.ruling
    short = {code: each.short for code, each in open_lines.items()}
    state = state_of(judged, short)
    if found.state == HandoutState.BOOKED or state == HandoutState.EXCEPTION:
        found.state, found.settled_at, found.settled_by, found.settled_why = state, None, None, ""
    found.revision += 1
    event = events.HandoutIdentified(
        found.disaster_id, found.place_id, found.state == HandoutState.EXCEPTION
    )
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return _kept(session, attempt, found)


def _kept(session: Session, attempt: Attempt, found: Handout) -> Receipt:
    receipt = receipts.keep(session, attempt, revision=found.revision)
    receipt.id = found.id
    return receipt
