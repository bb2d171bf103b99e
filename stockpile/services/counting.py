"""Counting: blind, and beyond a limit only booked when two people found the same."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from relief_ops import clock, parameters, receipts
from relief_ops.errors import IllegalTransition
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile import events
from stockpile.models import Account, CountClaim, Lot, Movement, Shipment
from stockpile.queries import counts, register
from stockpile.rules import OUTSIDE, CountState, Move, ShipmentState, needs_second

PIECES, PERCENT = "stock.count_second_pieces", "stock.count_second_percent"


def settled(session: Session, claim: CountClaim, place: Account, lot: Lot) -> bool:
    """Whether a fall or a count may be booked now; if not, `claim` is kept for a second person.

    A small difference is booked at once. A large one is booked when another person found the
    same difference before, whatever left or came in between; until then nobody is shown it. A
    small write-off leaves what waits: it says nothing of the rest.
    """
    before = _standing(session, claim, CountState.WAITING)
    known = _found_before(session, claim)
    too_much = not known and _too_much(session, place, claim)
    if not too_much and claim.kind != Move.COUNT and not _same(before, claim):
        return True
    agreed = _same(before, claim) and before is not None and before.actor_id != claim.actor_id
    if before is not None:
        before.state = CountState.CONFIRMED if agreed else CountState.REPLACED
        before.confirmed_by, before.booked_id = (
            (claim.actor_id, claim.id) if agreed else (None, None)
        )
        claim.confirmed_by = before.actor_id if agreed else claim.confirmed_by
        session.flush()
    if agreed or not too_much:
        return True
    session.add(claim)
    event = events.CountWaits(place.id, Code(lot.item_code), lot.id)
    record(session, event, actor_id=claim.actor_id, subject=claim.id, areas=[place.area_id])
    return False


def _same(before: CountClaim | None, claim: CountClaim) -> bool:
    """Whether what waits and what is said now are the same difference, of the same movement."""
    return before is not None and (before.counted - before.held, before.corrects) == (
        claim.counted - claim.held, claim.corrects
    )  # fmt: skip


def _found_before(session: Session, claim: CountClaim) -> bool:
    """Whether the same was found before and only stood back for promises: that word still holds."""
    before = _standing(session, claim, CountState.SHORT)
    if before is None:
        return False
    before.state = CountState.REPLACED
    if _same(before, claim):
        claim.confirmed_by = before.confirmed_by
        if before.confirmed_by is not None:  # two people found it: this is what they booked
            before.state, before.booked_id = CountState.CONFIRMED, claim.id
    session.flush()
    return _same(before, claim)


def stand_back(session: Session, claim: CountClaim, place: Account, lot: Lot) -> None:
    """Keep what was found but cannot be booked: more is promised than there is."""
    claim.state = CountState.SHORT
    session.add(claim)
    event = events.CountWaits(place.id, Code(lot.item_code), lot.id)
    record(session, event, actor_id=claim.actor_id, subject=claim.id, areas=[place.area_id])


def withdraw(session: Session, attempt: Attempt, claim_id: UUID, *, actor_id: UUID) -> Receipt:
    """Withdraw a write-off or a taking-back that waits for a second person: it was a mistake.

    Whoever may count there may, the second person too. A count is not withdrawn: count again.
    """
    if receipt := receipts.replay(session, attempt):
        receipt.id = claim_id
        return receipt
    claim = counts.claim(session, claim_id, lock=True)
    if claim.state != CountState.WAITING or claim.kind == Move.COUNT:
        raise IllegalTransition(_("Nothing of this waits for a second person any more."))
    claim.state = CountState.WITHDRAWN
    lot = register.lot(session, claim.lot_id)
    assert lot is not None
    event = events.CountWithdrawn(claim.account_id, Code(lot.item_code), lot.id)
    record(session, event, actor_id=actor_id, subject=claim.id, areas=[claim.area_id])
    receipt = receipts.keep(session, attempt, revision=1)
    receipt.id = claim_id
    return receipt


def _standing(session: Session, claim: CountClaim, state: CountState) -> CountClaim | None:
    """Return what stands of the same in one state, locked: of a lot, or of what is taken back."""
    found: CountClaim | None = session.scalar(
        select(CountClaim)
        .where(
            CountClaim.account_id == claim.account_id, CountClaim.lot_id == claim.lot_id,
            CountClaim.state == state, CountClaim.kind == claim.kind,
            CountClaim.corrects.is_not_distinct_from(claim.corrects),
        )
        .with_for_update()
        .execution_options(**register.LEDGER)
    )  # fmt: skip
    return found


def _too_much(session: Session, place: Account, claim: CountClaim) -> bool:
    """Whether a difference is more than one person may book; many small losses are one large."""
    on = clock.local_date(register.now_in(session, place.drill_id))
    limits = parameters.values(session, (PIECES, PERCENT), on=on, area_id=place.area_id)
    pieces, percent = (
        int(limits[key].value) if key in limits else 0 for key in (PIECES, PERCENT)
    )  # without a limit every difference needs a second person
    difference = claim.counted - claim.held
    if difference < 0:
        difference -= _fallen_alone(session, claim)
    return needs_second(difference, claim.held, pieces=pieces, percent=percent)


def _fallen_alone(session: Session, claim: CountClaim) -> int:
    """Return by how much the lot there fell on this person's own word since a second one spoke.

    Whatever it was booked as: a loss, a count, a correction. What was taken back since fell not
    at all, and what he counted too few of and then found makes up for that.
    """
    back, since = aliased(Movement), _last_seconded(session, claim)
    mine = (
        Movement.lot_id == claim.lot_id, Movement.actor_id == claim.actor_id, Movement.seq > since
    )  # fmt: skip
    fell = session.execute(
        select(Movement.kind, func.sum(Movement.quantity))
        .join(Account, Account.id == Movement.to_account)
        .outerjoin(back, back.corrects == Movement.id)
        .where(*mine, Movement.from_account == claim.account_id, Account.kind.in_(OUTSIDE))
        .where(back.id.is_(None))
        .group_by(Movement.kind)
        .execution_options(**register.LEDGER)
    )
    by_kind = {kind: int(quantity) for kind, quantity in fell}
    found_again = session.scalar(
        select(func.sum(Movement.quantity))
        .where(*mine, Movement.to_account == claim.account_id, Movement.kind == Move.COUNT)
        .execution_options(**register.LEDGER)
    )
    counted = by_kind.pop(Move.COUNT, 0) - int(found_again or 0)
    return sum(by_kind.values()) + max(0, counted) + _lost_on_the_road(session, claim, since)


def _lost_on_the_road(session: Session, claim: CountClaim, since: int) -> int:
    """Return how much of the lot this person said was lost of what he sent or what came back."""
    lost = session.scalar(
        select(func.sum(Movement.quantity))
        .join(Shipment, Shipment.id == Movement.shipment_id)
        .where(
            Movement.lot_id == claim.lot_id, Movement.actor_id == claim.actor_id,
            Movement.seq > since, Movement.kind.in_((Move.DAMAGE, Move.SHORTAGE)),
            Shipment.from_place == claim.account_id,
            or_(Shipment.state == ShipmentState.TURNED_BACK,
                Shipment.dispatched_by == claim.actor_id),
        )
        .execution_options(**register.LEDGER)
    )  # fmt: skip
    return int(lost or 0)


def check_alone(
    session: Session, made: Shipment, place: Account, lot: Lot, *, sent: int, good: int,
    actor_id: UUID,
) -> None:  # fmt: skip
    """Raise IllegalTransition where one person sent a lot and says alone that much is lost."""
    claim = claim_of(
        session, made.id, place, lot, counted=good, held=sent, actor_id=actor_id,
        kind=Move.TURN_BACK,
    )  # fmt: skip
    if good < sent and actor_id == made.dispatched_by and _too_much(session, place, claim):
        raise IllegalTransition(
            _("So much of lot %(lot)s is missing or damaged that whoever sent it does not say so "
              "alone: let a second person count it.", lot=lot.label)
        )  # fmt: skip


def _last_seconded(session: Session, claim: CountClaim) -> int:
    """Return the log's number of what two people said of the lot there last; 0 if they never did.

    A count is of the whole lot, whoever made it; a loss is of what this person saw himself.
    """
    seen = or_(
        CountClaim.kind == Move.COUNT,
        CountClaim.actor_id == claim.actor_id,
        CountClaim.confirmed_by == claim.actor_id,
    )
    found = session.scalar(
        select(func.max(Movement.seq))
        .join(CountClaim, CountClaim.booked_id == Movement.id)
        .where(CountClaim.account_id == claim.account_id, CountClaim.lot_id == claim.lot_id, seen)
        .execution_options(**register.LEDGER)
    )
    return int(found or 0)


def claim_of(
    session: Session, new_id: UUID, place: Account, lot: Lot, *, counted: int, held: int,
    actor_id: UUID | None, kind: Move = Move.COUNT,
) -> CountClaim:  # fmt: skip
    """Return what somebody counted, not yet kept."""
    return CountClaim(
        id=new_id, kind=kind, account_id=place.id, lot_id=lot.id, counted=counted, held=held,
        actor_id=actor_id, state=CountState.WAITING, area_id=place.area_id,
        counted_at=register.now_in(session, place.drill_id), drill_id=place.drill_id,
    )  # fmt: skip
