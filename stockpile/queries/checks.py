"""Proofs that the stored balances are the ledger and nothing else."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from relief_ops.disasters.boards.models import FigureProposal, SupplyAtPlace
from stockpile.models import Account, Balance, Depot, Lot, Movement, ReservationLine, Shipment
from stockpile.queries import road
from stockpile.queries.register import LEDGER
from stockpile.rules import AccountKind, LineState, Move, ShipmentState


def balances_are_the_fold(session: Session) -> list[str]:
    """Return every balance that is not the sum of its movements."""
    folded: Counter[tuple[UUID, UUID]] = Counter()
    for column, sign in ((Movement.to_account, 1), (Movement.from_account, -1)):
        rows = session.execute(
            select(column, Movement.lot_id, func.sum(Movement.quantity))
            .group_by(column, Movement.lot_id)
            .execution_options(**LEDGER)
        )
        for account_id, lot_id, quantity in rows:
            folded[account_id, lot_id] += sign * int(quantity)
    stored = {
        (row.account_id, row.lot_id): row.on_hand
        for row in session.scalars(select(Balance).execution_options(**LEDGER))
    }
    return [
        f"balance of {account} in lot {lot}: {stored.get((account, lot), 0)} is stored, "
        f"{folded[account, lot]} moved"
        for account, lot in sorted({*folded, *stored})
        if stored.get((account, lot), 0) != folded[account, lot]
    ]


def balances_are_of_their_lots(session: Session) -> list[str]:
    """Return every balance that says another item or expiry than its lot."""
    other = or_(
        Balance.item_code != Lot.item_code, Balance.expires_on.is_distinct_from(Lot.expires_on)
    )
    wrong = session.execute(
        select(Balance.account_id, Lot.id)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(other)
        .order_by(Lot.id)
        .execution_options(**LEDGER)
    )
    return [
        f"balance of {account} in lot {lot}: not the lot's item or expiry" for account, lot in wrong
    ]


def nothing_appears(session: Session) -> list[str]:
    """Return every item whose balances over all accounts do not sum to zero."""
    rows = session.execute(
        select(Balance.item_code, func.sum(Balance.on_hand))
        .group_by(Balance.item_code)
        .having(func.sum(Balance.on_hand) != 0)
        .execution_options(**LEDGER)
    )
    return [f"{code}: {quantity} came from nowhere" for code, quantity in rows]


def promises_are_kept(session: Session) -> list[str]:
    """Return every balance whose promise is not the sum of its open lines."""
    rows = session.execute(
        select(ReservationLine.balance_id, func.sum(ReservationLine.quantity))
        .where(ReservationLine.state == LineState.OPEN)
        .group_by(ReservationLine.balance_id)
    )
    promised = {row[0]: int(row[1]) for row in rows}
    stored = session.scalars(select(Balance).execution_options(**LEDGER))
    return [
        f"balance {row.id}: {row.promised} is promised, {promised.get(row.id, 0)} is open"
        for row in stored
        if row.promised != promised.get(row.id, 0)
    ]


def board_is_right(session: Session) -> list[str]:
    """Return every place whose board row differs from its account and the road to it."""
    there: Counter[tuple[UUID | None, str]] = Counter()
    rows = session.execute(
        select(Account.place_id, Balance.item_code, func.sum(Balance.on_hand))
        .join(Account, Account.id == Balance.account_id)
        .where(Account.kind == AccountKind.SHELTER)
        .group_by(Account.place_id, Balance.item_code)
        .execution_options(**LEDGER)
    )
    there.update({(row[0], row[1]): int(row[2]) for row in rows})
    coming: Counter[tuple[UUID, str]] = Counter()
    road = session.execute(
        select(Shipment.to_place, ReservationLine.item_code, func.sum(ReservationLine.quantity))
        .join(ReservationLine, ReservationLine.shipment_id == Shipment.id)
        .where(Shipment.state == ShipmentState.ON_THE_WAY)
        .group_by(Shipment.to_place, ReservationLine.item_code)
        .execution_options(**LEDGER)
    )
    coming.update({(row[0], row[1]): int(row[2]) for row in road})
    return [
        f"board of {row.place_id}, {row.item_code}: {row.on_hand} and {row.on_the_way} stand there"
        for row in session.scalars(select(SupplyAtPlace).execution_options(**LEDGER))
        if (row.on_hand, row.on_the_way)
        != (there[row.place_id, row.item_code], coming[row.place_id, row.item_code])
    ]


def _moved(
    session: Session, account: Any, *kinds: Move, turned_back: bool = True
) -> Counter[tuple[UUID, UUID, UUID, str]]:
    """Return (disaster, area, place, item) → what moved to or from places that are no depot."""
    states = set(ShipmentState) - (set() if turned_back else {ShipmentState.TURNED_BACK})
    of = (Shipment.disaster_id, Shipment.to_area, account, Movement.item_code)
    rows = session.execute(
        select(*of, func.sum(Movement.quantity))
        .join(Movement, Movement.shipment_id == Shipment.id)
        .where(Movement.kind.in_(kinds), account.not_in(select(Depot.id)))
        .where(Shipment.state.in_(states))
        .group_by(*of)
        .execution_options(**LEDGER)
    )
    return Counter({(row[0], row[1], row[2], row[3]): int(row[4]) for row in rows})


def issued_is_what_arrived(session: Session) -> list[str]:
    """Return every figure of goods given out that the ledger's own deliveries do not bear out.

    What a place that is no depot sent on counts there no more, unless the truck turned back.
    """
    came = _moved(session, Movement.to_account, Move.DELIVERY, Move.SURPLUS)
    sent_on: Counter[tuple[UUID, UUID, str]] = Counter()
    left = _moved(session, Movement.from_account, Move.DISPATCH, turned_back=False)
    for (disaster, _area, place, code), quantity in left.items():
        sent_on[disaster, place, code] += quantity
    delivered: Counter[tuple[UUID, UUID, str]] = Counter()
    for (disaster, area, place, code), quantity in came.items():
        delivered[disaster, area, code] += max(0, quantity - sent_on[disaster, place, code])
    proposed = {
        (row.disaster_id, row.area_id, row.indicator.removeprefix(road.ISSUED)): row.value or 0
        for row in session.scalars(
            select(FigureProposal)
            .where(FigureProposal.indicator.startswith(road.ISSUED))
            .execution_options(**LEDGER)
        )
    }
    return [
        f"{code} given out in {area}: {proposed.get((disaster, area, code), 0)} is proposed, "
        f"{delivered[disaster, area, code]} arrived"
        for disaster, area, code in sorted({*delivered, *proposed})
        if proposed.get((disaster, area, code), 0) != delivered[disaster, area, code]
    ]
