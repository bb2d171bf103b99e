"""What is still out: returnable goods that lie at places, and the sums of a disaster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, parameters
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.models import Disaster
from relief_ops.plugins import View
from stockpile.models import Account, Balance, Lot, Movement, ReservationLine, Shipment
from stockpile.queries.register import LEDGER, below
from stockpile.recovery.models import Recovery
from stockpile.recovery.rules import due_on
from stockpile.rules import AccountKind, ShipmentState

DAYS = "stock.recovery_days"
MOST_LOTS = 200


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
    due, since = _due(session, view), _since(session, [row[0] for row in rows])
    today = clock.local_date(view.now)
    return [
        Out(
            held.account_id, name, area_id, lot, item, held.on_hand,
            since.get((held.account_id, held.lot_id)), due, due is not None and due < today,
        )
        for held, lot, item, name, area_id in rows
    ]  # fmt: skip


def households(session: Session, view: View) -> list[tuple[Lot, Item, int]]:
    """Return the returnable lots that are with households, and how much of each."""
    rows = session.execute(
        select(Lot, Item, Balance.on_hand)
        .join(Balance, Balance.lot_id == Lot.id)
        .join(Account, Account.id == Balance.account_id)
        .join(Item, Item.code == Lot.item_code)
        .where(
            Account.kind == AccountKind.ISSUED,
            Balance.on_hand > 0,
            Item.returnable,
            Lot.drill_id.is_(None) if view.drill_id is None else Lot.drill_id == view.drill_id,
        )
        .order_by(Item.position, Lot.id)
        .limit(MOST_LOTS)
        .execution_options(**LEDGER)
    )
    return [(lot, item, on_hand) for lot, item, on_hand in rows]


def _due(session: Session, view: View) -> date | None:
    disaster = session.get(Disaster, view.disaster_id) if view.disaster_id else None
    if disaster is None or disaster.ended_at is None:
        return None
    days = parameters.values(session, (DAYS,), on=view.on)[DAYS].value
    return due_on(clock.local_date(disaster.ended_at), days=int(days))


def _since(session: Session, held: Iterable[Balance]) -> dict[tuple[UUID, UUID], datetime]:
    """Return when each lot last came to each place."""
    accounts = {each.account_id for each in held}
    rows = session.execute(
        select(Movement.to_account, Movement.lot_id, func.max(Movement.at, type_=Movement.at.type))
        .where(Movement.to_account.in_(accounts))
        .group_by(Movement.to_account, Movement.lot_id)
        .execution_options(**LEDGER)
    )
    return {(account, lot): at for account, lot, at in rows}


@dataclass(frozen=True)
class Sum:
    """Of one item in a disaster: sent, collected, back in stock, scrapped, still to be graded."""

    item: Item
    sent: int
    collected: int
    restocked: int
    scrapped: int

    @property
    def grading(self) -> int:
        """Return how much of what was collected is neither in stock nor scrapped yet."""
        return self.collected - self.restocked - self.scrapped

    @property
    def back(self) -> float | None:
        """Return what part of what was sent was collected, 0 to 1; None where nothing was."""
        return self.collected / self.sent if self.sent else None


def sums(session: Session, view: View) -> list[Sum]:
    """Return the sums of the view's disaster and area, for returnable items that moved."""
    came, sent = _came_back(session, view), _sent(session, view)
    rows = session.scalars(
        select(Item).where(Item.code.in_({*came, *sent}), Item.returnable).order_by(Item.position)
    )
    return [Sum(each, sent.get(each.code, 0), *came.get(each.code, (0, 0, 0))) for each in rows]


def _came_back(session: Session, view: View) -> dict[str, tuple[int, int, int]]:
    rows = session.execute(
        select(
            Recovery.item_code, func.sum(Recovery.quantity), func.sum(Recovery.restocked),
            func.sum(Recovery.scrapped),
        )
        .where(
            Recovery.disaster_id == view.disaster_id, Recovery.area_id.in_(below(view.area_id))
        )
        .group_by(Recovery.item_code)
    )  # fmt: skip
    return {code: (int(all_), int(good), int(bad)) for code, all_, good, bad in rows}


def _sent(session: Session, view: View) -> dict[str, int]:
    """Return by item what arrived at places of the area, by shipment, in the disaster."""
    line = ReservationLine
    found: dict[str, int] = defaultdict(int)
    rows = session.execute(
        select(line.item_code, func.sum(line.received))
        .join(Shipment, Shipment.id == line.shipment_id)
        .where(
            Shipment.disaster_id == view.disaster_id,
            Shipment.state == ShipmentState.RECEIVED,
            Shipment.to_area.in_(below(view.area_id)),
        )
        .group_by(line.item_code)
        .execution_options(**LEDGER)
    )
    for code, quantity in rows:
        found[code] += int(quantity)
    return found
