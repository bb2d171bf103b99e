"""Reading balances: now, at a past moment, and what may be picked for a need."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.auth import viewer
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.rules import Basis
from relief_ops.geo.predicates import metres_between
from relief_ops.plugins import View
from stockpile import rules
from stockpile.models import Account, Balance, Depot, Lot, Movement
from stockpile.queries.register import LEDGER, below, points


@dataclass(frozen=True)
class Row:
    """A balance with its lot, item and the place it lies in."""

    balance: Balance
    lot: Lot
    item: Item
    place_id: UUID
    place_name: str


def _statement(*kinds: rules.AccountKind) -> Any:
    place = geo.Place
    return (
        select(Balance, Lot, Item, place.id, place.name)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Item, Item.code == Balance.item_code)
        .join(Account, Account.id == Balance.account_id)
        .join(place, place.id == Account.place_id)
        .where(Account.kind.in_(kinds))
        .order_by(Item.position, Item.code, place.name, Lot.expires_on, Lot.id)
    )


def at_place(session: Session, place_id: UUID, *, also: Collection[UUID] = ()) -> list[Row]:
    """Return what lies at one place, depot or shelter, that the viewer may see.

    `also` are lots to be named though nothing of them lies there by the book.
    """
    statement = _statement(rules.AccountKind.DEPOT, rules.AccountKind.SHELTER).where(
        Balance.account_id == place_id, or_(Balance.on_hand > 0, Balance.lot_id.in_(also))
    )
    found = session.execute(statement.execution_options(any_drill=True))
    return [Row(*row) for row in found]


def held_at(session: Session, rows: Iterable[Row], at: datetime) -> dict[UUID, int]:
    """Return what each of these balances held at a past moment, folded from the ledger."""
    wanted = {(row.balance.account_id, row.balance.lot_id): row.balance.id for row in rows}
    lots = {lot_id for _account, lot_id in wanted}
    held = dict.fromkeys(wanted.values(), 0)
    found = session.execute(
        select(Movement.from_account, Movement.to_account, Movement.lot_id, Movement.quantity)
        .where(Movement.lot_id.in_(lots), Movement.at <= at)
        .execution_options(**LEDGER)
    )
    for source, target, lot_id, quantity in found:
        if (source, lot_id) in wanted:
            held[wanted[source, lot_id]] -= quantity
        if (target, lot_id) in wanted:
            held[wanted[target, lot_id]] += quantity
    return held


def lock(session: Session, balance_ids: Iterable[UUID]) -> dict[UUID, Balance]:
    """Lock these balances until the transaction ends, in ascending id order."""
    rows = session.scalars(
        select(Balance)
        .where(Balance.id.in_(list(balance_ids)))
        .order_by(Balance.id)
        .with_for_update()
        .execution_options(populate_existing=True, **LEDGER)
    )
    return {row.id: row for row in rows}


def pickable_ids(
    session: Session, item: str, *, today: date, drill_id: UUID | None,
    disaster_id: UUID | None, depot_id: UUID | None = None, purpose: str | None = "",
) -> list[UUID]:  # fmt: skip
    """Return the balances a need may be met from: in open depots the viewer sees, not expired.

    Goods given for one disaster only are offered to that disaster only, those given for another
    purpose only where it is named; without looking at that where `purpose` is None.
    """
    statement = (
        select(Balance.id)
        .join(Depot, Depot.id == Balance.account_id)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(
            Balance.item_code == item,
            Balance.on_hand > Balance.promised,
            Depot.shut_at.is_(None),
            or_(Lot.expires_on.is_(None), Lot.expires_on > today),
            or_(Lot.disaster_id.is_(None), Lot.disaster_id == disaster_id),
            Balance.drill_id.is_(None) if drill_id is None else Balance.drill_id == drill_id,
        )
        .execution_options(any_drill=True)
    )
    if purpose:
        statement = statement.where(Lot.purpose == purpose)
    elif purpose is not None:
        statement = statement.where(or_(Lot.purpose == "", Lot.disaster_id.is_not(None)))
    if depot_id:
        statement = statement.where(Balance.account_id == depot_id)
    return list(session.scalars(statement))


def serves(session: Session, need: Need) -> Callable[[Balance], bool]:
    """Return what says whether a need may be met from a balance.

    The viewer may promise there, and it lies in another depot. What the level above granted is
    met from above: from no depot of the asking area, and from none that waits for such goods.
    """
    someone, tree = viewer(), geo.cached_tree()
    assert someone is not None
    inside: Collection[UUID] = ()
    asking: Collection[UUID] = ()
    if need.basis == Basis.REQUEST:
        inside = tree.within(need.area_id) if need.area_id in tree else {need.area_id}
        asking = asking_depots(session, need.disaster_id)

    def may_serve(row: Balance) -> bool:
        elsewhere = row.account_id != need.place_id and row.account_id not in asking
        return (
            elsewhere
            and row.area_id not in inside
            and someone.may("stock.reserve", row.area_id, tree)
        )

    return may_serve


def asking_depots(session: Session, disaster_id: UUID) -> set[UUID]:
    """Return the depots that wait for goods the level above granted them."""
    statement = select(Need.place_id).where(
        Need.disaster_id == disaster_id, Need.basis == Basis.REQUEST,
        Need.withdrawn_at.is_(None), Need.quantity > Need.promised,
    )  # fmt: skip
    return set(session.scalars(statement.execution_options(**LEDGER)))


def stock(
    session: Session, found: Iterable[Balance], near: tuple[float, float] | None
) -> list[rules.Stock]:
    """Return balances as plain values with their distance from a point in metres."""
    rows = list(found)
    where = points(session, {row.account_id for row in rows})
    expiry = _expiry(session, {row.lot_id for row in rows})
    return [
        rules.Stock(
            balance_id=row.id,
            depot_id=row.account_id,
            free=row.free,
            metres=_metres(near, where.get(row.account_id)),
            expires_on=expiry[row.lot_id],
        )
        for row in rows
    ]


def _expiry(session: Session, lot_ids: set[UUID]) -> dict[UUID, date | None]:
    rows = session.execute(
        select(Lot.id, Lot.expires_on).where(Lot.id.in_(lot_ids)).execution_options(**LEDGER)
    )
    return {row[0]: row[1] for row in rows}


def _metres(near: tuple[float, float] | None, there: tuple[float, float] | None) -> float | None:
    return None if near is None or there is None else metres_between(near, there)


def sums(session: Session, view: View) -> dict[str, tuple[int, int]]:
    """Return (on hand, promised) per item in the depots of the view's area, unexpired lots."""
    today = clock.local_date(view.now)
    rows = session.execute(
        select(Balance.item_code, func.sum(Balance.on_hand), func.sum(Balance.promised))
        .join(Depot, Depot.id == Balance.account_id)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(
            Balance.area_id.in_(below(view.area_id)),
            or_(Lot.expires_on.is_(None), Lot.expires_on > today),
        )
        .group_by(Balance.item_code)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def shown(row: Row, held: dict[UUID, int] | None = None) -> dict[str, Any]:
    """Return a balance as the API shows it; with `held`, as it was at a past moment."""
    past = held is not None
    return {
        "depot": row.place_id,
        "depot_name": row.place_name,
        "item": row.item.code,
        "item_name": items.name_of(row.item),
        "unit": items.unit_of(row.item),
        "lot": row.lot.id,
        "lot_label": row.lot.label,
        "expires_on": row.lot.expires_on,
        "donor": row.lot.donor,
        "purpose": row.lot.purpose,
        "owner": row.lot.owner,
        "price_yuan": row.lot.price_yuan,
        "on_hand": held[row.balance.id] if held is not None else row.balance.on_hand,
        "promised": None if past else row.balance.promised,
        "free": None if past else row.balance.free,
    }
