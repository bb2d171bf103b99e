"""Promising stock to needs, so that no quilt is promised twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import clock, receipts
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.models import Need
from relief_ops.errors import BodyDiffers, FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile import events, rules, schemas
from stockpile.models import Balance, Reservation, ReservationLine
from stockpile.queries import balances, papers, reach, register, road
from stockpile.rules import Draw, LineState
from stockpile.services import ledger


def reserve(
    session: Session, attempt: Attempt, order: schemas.PutReservation, *, actor_id: UUID
) -> Receipt:
    """Promise stock to one need: nearest depot first, first-expiring lot first.

    Holds the need and the balances until the transaction ends, so two people cannot promise
    the same tent. Only depots with an open way are asked, but for one that is named: whoever
    names it knows how. Raises IllegalTransition if nothing is left, or less than asked with
    `all_or_nothing`; Forbidden for the person who asked for it himself.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    need = needs.lock_need(session, order.need_id)
    check_not_own(need, actor_id)
    wanted = need.outstanding if order.quantity is None else order.quantity
    if wanted > need.outstanding or wanted == 0:
        raise IllegalTransition(
            _("Only %(left)d are still outstanding for this need.", left=need.outstanding)
        )
    _check_packs(session, need, wanted)
    locked = _lock_pickable(session, need, depot_id=order.depot, purpose=order.purpose)
    draws = proposal(session, need, locked, quantity=wanted)
    drawn = sum(draw.quantity for draw in draws)
    if drawn == 0 or (order.all_or_nothing and drawn < wanted):
        name = items.name_of(items.item(session, need.item_code))
        raise IllegalTransition(_("Not enough %(item)s left in reach.", item=name))
    promise(session, attempt.id, need, draws, locked=locked, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=1)


def _check_packs(session: Session, need: Need, quantity: int) -> None:
    """Refuse a part of a pack: nobody opens one for it, unless it is the rest of a need."""
    pack = items.item(session, need.item_code).pack_size
    if quantity % pack and quantity != need.outstanding:
        words = _("Only whole packs go: a multiple of %(n)d.", n=pack)
        raise Invalid(words, [FieldError("quantity", "pack", words)])


def check_not_own(need: Need, actor_id: UUID) -> None:
    """Raise Forbidden for whoever asked for a need: another person promises it."""
    if need.opened_by is not None and need.opened_by == actor_id:
        raise Forbidden(_("Who asks for it does not promise it: another person must."))


def _lock_pickable(
    session: Session, need: Need, *, depot_id: UUID | None, purpose: str
) -> dict[UUID, Balance]:
    """Lock what the need may be met from, in depots where the viewer may promise."""
    now = register.now_in(session, need.drill_id)
    ids = balances.pickable_ids(
        session, need.item_code, today=clock.local_date(now), drill_id=need.drill_id,
        disaster_id=need.disaster_id, depot_id=depot_id, purpose=purpose,
    )  # fmt: skip
    serves = balances.serves(session, need)
    if depot_id is None and ids:
        ids = reach.reachable(session, need, ids)
        if not ids:
            raise IllegalTransition(_("No way is open to this place from any depot that has some."
                                      " Name the depot to promise it all the same."))  # fmt: skip
    locked = balances.lock(session, ids)
    return {each: row for each, row in locked.items() if row.free > 0 and serves(row)}


def proposal(
    session: Session, need: Need, found: dict[UUID, Balance], *, quantity: int
) -> list[Draw]:
    """Return what would be drawn for a need: a decision of rules on plain values."""
    near = register.points(session, [need.place_id]).get(need.place_id)
    return rules.nearest_first(quantity, balances.stock(session, found.values(), near))


def promise(
    session: Session, reservation_id: UUID, need: Need, draws: Sequence[Draw], *,
    locked: dict[UUID, Balance], actor_id: UUID, awaits_order: bool = False,
) -> Reservation:  # fmt: skip
    """Book decided draws on locked balances as one reservation and count them on the need.

    With `awaits_order` nothing of it leaves its depot before an order is signed.
    """
    needs.check_not_over(session, need.disaster_id)
    quantity = sum(draw.quantity for draw in draws)
    made = Reservation(
        id=reservation_id, need_id=need.id, area_id=need.area_id, drill_id=need.drill_id,
        quantity=quantity, reserved_by=actor_id, awaits_order=awaits_order,
        reserved_at=register.now_in(session, need.drill_id),
    )  # fmt: skip
    session.add(made)
    session.flush()
    for draw in draws:
        ledger.set_aside(session, draw.balance_id, draw.quantity)
        session.add(_line(made, draw, locked[draw.balance_id]))
    needs.promise(session, need, quantity=quantity, actor_id=actor_id)
    areas = [need.area_id, *(locked[draw.balance_id].area_id for draw in draws)]
    event = events.StockReserved(need.id, Code(need.item_code), quantity)
    record(session, event, actor_id=actor_id, subject=made.id, areas=areas[:4])
    return made


def _line(made: Reservation, draw: Draw, balance: Balance) -> ReservationLine:
    return ReservationLine(
        id=uuid5(made.id, str(draw.balance_id)),
        reservation_id=made.id,
        need_id=made.need_id,
        depot_id=balance.account_id,
        balance_id=balance.id,
        lot_id=balance.lot_id,
        item_code=balance.item_code,
        quantity=draw.quantity,
        state=LineState.OPEN,
        received=0,
        damaged=0,
    )


def release_reservation(
    session: Session, attempt: Attempt, reservation_id: UUID, *, actor_id: UUID, reason: str = ""
) -> Receipt:
    """Give back what a reservation holds and has not shipped.

    Raises Forbidden where an order is signed for it and whoever asks may not undo that.
    """
    gone = IllegalTransition(_("Nothing of this promise is left to give back."))
    try:
        receipt = receipts.replay(session, attempt)
    except BodyDiffers:  # somebody gave it back before, for another reason
        raise gone from None
    if receipt:
        receipt.id = reservation_id
        return receipt
    if any(each.held for each in papers.ordered_by(session, [reservation_id]).values()):
        raise Forbidden(
            _("The order is signed: only whoever may sign it can refuse it now, and nobody who"
              " planned or promised it.")
        )  # fmt: skip
    found = road.reservation(session, reservation_id)
    need = needs.lock_need(session, found.need_id)
    lines = road.lock_lines(
        session, ReservationLine.reservation_id == reservation_id, states=[LineState.OPEN]
    )
    if not lines:
        raise gone
    for line in lines:
        line.released_why = reason.strip()
    _release(session, need, lines, subject=reservation_id, actor_id=actor_id)
    receipt = receipts.keep(session, attempt, revision=1)
    receipt.id = reservation_id
    return receipt


def give_back(session: Session, need_id: UUID, actor_id: UUID | None) -> None:
    """Give back everything promised to a withdrawn need that is not on the road."""
    need = needs.lock_need(session, need_id)
    lines = road.lock_lines(session, ReservationLine.need_id == need_id, states=[LineState.OPEN])
    if lines:
        _release(session, need, lines, subject=need_id, actor_id=actor_id)


def take_back(session: Session, reservation_ids: Collection[UUID], *, actor_id: UUID) -> int:
    """Give back what these promises hold and have not shipped; return how much it was.

    Whoever holds the needs: the act on the whole of it was allowed.
    """
    wanted = {line.need_id for line in road.lines_of(session, reservation_ids)}
    locked = {each: needs.lock_need(session, each, anywhere=True) for each in sorted(wanted)}
    lines = road.lock_lines(
        session, ReservationLine.reservation_id.in_(reservation_ids), states=[LineState.OPEN]
    )
    mine: dict[UUID, list[ReservationLine]] = defaultdict(list)
    for line in lines:
        mine[line.reservation_id].append(line)
    balances.lock(session, [line.balance_id for line in lines])
    for reservation_id, each in mine.items():
        need = locked[each[0].need_id]
        _release(session, need, each, subject=reservation_id, actor_id=actor_id)
    return sum(line.quantity for line in lines)


def _release(
    session: Session, need: Need, lines: Sequence[ReservationLine], *, subject: UUID,
    actor_id: UUID | None,
) -> None:  # fmt: skip
    locked = balances.lock(session, [line.balance_id for line in lines])
    for line in lines:
        ledger.set_aside(session, line.balance_id, -line.quantity)
        line.state = LineState.RELEASED
    quantity = sum(line.quantity for line in lines)
    needs.release(session, need, quantity=quantity, actor_id=actor_id)
    areas = [need.area_id, *(row.area_id for row in locked.values())]
    event = events.StockReleased(need.id, Code(need.item_code), quantity)
    record(session, event, actor_id=actor_id, subject=subject, areas=areas[:4])
