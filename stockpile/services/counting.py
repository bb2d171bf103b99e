"""Counting: blind, and beyond a limit only booked when two people found the same."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from relief_ops import clock, parameters
from relief_ops.events import Code, record
from stockpile import events
from stockpile.models import Account, CountClaim, Lot, Movement
from stockpile.queries import register
from stockpile.rules import CountState, Move, needs_second

PIECES, PERCENT = "stock.count_second_pieces", "stock.count_second_percent"


def settled(session: Session, claim: CountClaim, place: Account, lot: Lot) -> bool:
    """Whether a count may be booked now; if not, it is kept as `claim` for a second person.

    A small difference is booked at once. A large one is booked when another person found the
    same difference before, whatever left or came in between; until then nobody is shown it. A
    small write-off leaves what waits: it says nothing of the rest.
    """
    before = _waiting(session, place, lot, claim.kind)
    if claim.kind == Move.WRITE_OFF and not _too_much(session, place, claim):
        return True
    agreed = before is not None and (
        before.counted - before.held == claim.counted - claim.held
        and before.actor_id != claim.actor_id
    )
    if before is not None:
        before.state = CountState.CONFIRMED if agreed else CountState.REPLACED
        before.confirmed_by = claim.actor_id if agreed else None
        session.flush()
    if agreed or not _too_much(session, place, claim):
        return True
    session.add(claim)
    event = events.CountWaits(place.id, Code(lot.item_code), lot.id)
    record(session, event, actor_id=claim.actor_id, subject=claim.id, areas=[place.area_id])
    return False


def _waiting(session: Session, place: Account, lot: Lot, kind: str) -> CountClaim | None:
    found: CountClaim | None = session.scalar(
        select(CountClaim)
        .where(
            CountClaim.account_id == place.id, CountClaim.lot_id == lot.id,
            CountClaim.state == CountState.WAITING, CountClaim.kind == kind,
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
    if claim.kind == Move.WRITE_OFF:
        difference -= _written_off_alone(session, claim)
    return needs_second(difference, claim.held, pieces=pieces, percent=percent)


def _written_off_alone(session: Session, claim: CountClaim) -> int:
    """Return how much of the lot there this person wrote off that nobody else said too."""
    back = aliased(Movement)
    booked = session.scalar(
        select(func.sum(Movement.quantity))
        .outerjoin(back, back.corrects == Movement.id)
        .where(
            Movement.kind == Move.WRITE_OFF, Movement.from_account == claim.account_id,
            Movement.lot_id == claim.lot_id, Movement.actor_id == claim.actor_id,
            back.id.is_(None),
        )
        .execution_options(**register.LEDGER)
    )  # fmt: skip
    agreed = session.scalar(
        select(func.sum(CountClaim.held - CountClaim.counted))
        .where(
            CountClaim.kind == Move.WRITE_OFF, CountClaim.account_id == claim.account_id,
            CountClaim.lot_id == claim.lot_id, CountClaim.state == CountState.CONFIRMED,
            CountClaim.confirmed_by == claim.actor_id,
        )
        .execution_options(**register.LEDGER)
    )  # fmt: skip
    return max(0, int(booked or 0) - int(agreed or 0))


def claim_of(
    session: Session, new_id: UUID, place: Account, lot: Lot, *, counted: int, held: int,
    actor_id: UUID, kind: Move = Move.COUNT,
) -> CountClaim:  # fmt: skip
    """Return what somebody counted, not yet kept."""
    return CountClaim(
        id=new_id, kind=kind, account_id=place.id, lot_id=lot.id, counted=counted, held=held,
        actor_id=actor_id, state=CountState.WAITING, area_id=place.area_id,
        counted_at=register.now_in(session, place.drill_id), drill_id=place.drill_id,
    )  # fmt: skip
