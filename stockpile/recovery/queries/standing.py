"""What is still out: returnable goods that lie at places, and the sums of a disaster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from relief_ops import clock, geo, parameters
from relief_ops.auth.scope import visible
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.models import Disaster
from relief_ops.plugins import View
from stockpile.models import Account, Balance, Lot, Movement, Shipment
from stockpile.queries import road
from stockpile.queries.register import LEDGER, below
from stockpile.recovery.models import Recovery
from stockpile.recovery.rules import due_on
from stockpile.rules import AccountKind, Move

DAYS = "stock.recovery_days"
MOST_LOTS = 200
NONE = (0, 0, 0, 0)
BACK = (Move.CORRECTION, Move.RETURN, Move.COLLECT)


@dataclass(frozen=True)
class Out:
    """So much of a returnable lot that lies at a place, since when, by when it is to be back."""

    place_id: UUID
    place_name: str
    area_id: UUID
    lot: Lot
    item: Item
    on_hand: int
    since: datetime | None
    due_on: date | None
    late: bool


def out(session: Session, view: View) -> list[Out]:
    """Return the returnable goods at the places of the view's area that are no depots."""
    place = geo.Place
    rows = session.execute(
        select(Balance, Lot, Item, place.name, place.area_id)
        .join(Account, Account.id == Balance.account_id)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Item, Item.code == Balance.item_code)
        .join(place, place.id == Account.place_id)
        .where(
            Account.kind == AccountKind.SHELTER,
            Balance.on_hand > 0,
            Item.returnable,
            Balance.area_id.in_(below(view.area_id)),
        )
        .order_by(place.name, Item.position, Lot.id)
        .limit(view.limit)
    ).all()
    due_day, came = due(session, view), _came(session, [row[0] for row in rows])
    none = Came(None, None)
    today = clock.local_date(view.now)
    return [
        Out(
            held.account_id, name, area_id, lot, item, held.on_hand, found.at, due_day,
            due_day is not None and due_day < today,
        )
        for held, lot, item, name, area_id in rows
        if (found := came.get((held.account_id, held.lot_id), none)).of in (None, view.disaster_id)
    ]  # fmt: skip


def households(session: Session, view: View) -> list[tuple[Lot, Item, int]]:
    """Return the returnable lots households have from the viewer's areas, and how much of each."""
    left = {lot: given - back for lot, (given, back) in with_households(session).items()}
    rows = session.execute(
        select(Lot, Item)
        .join(Item, Item.code == Lot.item_code)
        .where(
            Lot.id.in_([lot for lot, quantity in left.items() if quantity > 0]),
            Item.returnable,
            Lot.drill_id.is_(None) if view.drill_id is None else Lot.drill_id == view.drill_id,
        )
        .order_by(Item.position, Lot.id)
        .limit(MOST_LOTS)
        .execution_options(**LEDGER)
    )
    return [(lot, item, left[lot.id]) for lot, item in rows]


def with_households(
    session: Session, lot_ids: Iterable[UUID] | None = None
) -> dict[UUID, tuple[int, int]]:
    """Return lot → (given to households from the viewer's areas, come back to them since)."""
    given = _households(session, Movement.from_account, (Move.ISSUE,), lot_ids)
    back = _households(session, Movement.to_account, BACK, lot_ids)
    return {lot: (quantity, back.get(lot, 0)) for lot, quantity in given.items()}


def _households(
    session: Session, here: Any, kinds: Iterable[Move], lot_ids: Iterable[UUID] | None
) -> dict[UUID, int]:
    """Return by lot what moved between the viewer's accounts (`here`) and households."""
    there = Movement.to_account if here is Movement.from_account else Movement.from_account
    mine, other = aliased(Account), aliased(Account)
    statement = (
        select(Movement.lot_id, func.sum(Movement.quantity))
        .join(mine, mine.id == here)
        .join(other, other.id == there)
        .where(
            other.kind == AccountKind.ISSUED, Movement.kind.in_(list(kinds)), visible(mine.area_id)
        )
        .group_by(Movement.lot_id)
        .execution_options(**LEDGER)
    )
    if lot_ids is not None:
        statement = statement.where(Movement.lot_id.in_(list(lot_ids)))
    return {lot: int(quantity) for lot, quantity in session.execute(statement)}


def due(session: Session, view: View) -> date | None:
    """Return by when goods of the view's disaster are to be back; None while it lasts."""
    disaster = session.get(Disaster, view.disaster_id) if view.disaster_id else None
    if disaster is None or disaster.ended_at is None:
        return None
    days = parameters.values(session, (DAYS,), on=view.on)[DAYS].value
    return due_on(clock.local_date(disaster.ended_at), days=int(days))


@dataclass(frozen=True)
class Came:
    """When a lot last came to a place, and for which disaster, if it came by shipment."""

    at: datetime | None
    of: UUID | None


def _came(session: Session, held: Iterable[Balance]) -> dict[tuple[UUID, UUID], Came]:
    accounts = {each.account_id for each in held}
    rows = session.execute(
        select(Movement.to_account, Movement.lot_id, Movement.at, Shipment.disaster_id)
        .outerjoin(Shipment, Shipment.id == Movement.shipment_id)
        .where(Movement.to_account.in_(accounts))
        .order_by(Movement.at, Movement.seq, Movement.line)
        .execution_options(**LEDGER)
    )
    return {(account, lot): Came(at, disaster) for account, lot, at, disaster in rows}


@dataclass(frozen=True)
class Sum:
    """Of one item in a disaster: sent, collected, back in stock, scrapped, washed, to be graded."""

    item: Item
    sent: int
    collected: int
    restocked: int
    scrapped: int
    washing: int

    @property
    def grading(self) -> int:
        """Return how much of what was collected is neither in stock, scrapped nor in the wash."""
        return self.collected - self.restocked - self.scrapped - self.washing

    @property
    def back(self) -> float | None:
        """Return what part of what was sent was collected, 0 to 1; None where nothing was."""
        return self.collected / self.sent if self.sent else None


def sums(session: Session, view: View) -> list[Sum]:
    """Return the sums of the view's disaster and area, for returnable items that moved."""
    if view.disaster_id is None:
        return []
    came = _came_back(session, view)
    sent = road.received(session, view.disaster_id, Shipment.to_area.in_(below(view.area_id)))
    rows = session.scalars(
        select(Item).where(Item.code.in_({*came, *sent}), Item.returnable).order_by(Item.position)
    )
    return [Sum(each, sent.get(each.code, 0), *came.get(each.code, NONE)) for each in rows]


def _came_back(session: Session, view: View) -> dict[str, tuple[int, int, int, int]]:
    rows = session.execute(
        select(
            Recovery.item_code, func.sum(Recovery.quantity), func.sum(Recovery.restocked),
            func.sum(Recovery.scrapped), func.sum(Recovery.washing),
        )
        .where(
            Recovery.disaster_id == view.disaster_id, Recovery.area_id.in_(below(view.area_id))
        )
        .group_by(Recovery.item_code)
    )  # fmt: skip
    return {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows}
