"""Reading balances: now, at a past moment, and what may be picked for a need."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
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


@dataclass(frozen=True)
class Wanted:
    """Which lots a list is to show, and in what order; nothing of it leaves all of them."""

    depot_id: UUID | None = None
    item: str = ""
    item_class: str = ""
    expires_by: date | None = None
    sort: str = "item"
    falling: bool = False


# Depots are few, lots are many: names are compared once, lots are put in order by numbers.
BY_NAME = (
    select(geo.Place.id, func.row_number().over(order_by=geo.Place.name).label("rank"))
    .where(geo.Place.kind == "depot")
    .subquery("depot_by_name")
)
# What a list may be put in order by; equal rows stand by their ids.
COLUMNS: dict[str, tuple[Any, ...]] = {
    "item": (Item.position, BY_NAME.c.rank, Lot.expires_on),
    "depot": (BY_NAME.c.rank, Item.position),
    "expires": (func.coalesce(Lot.expires_on, date.max),),
    "on_hand": (Balance.on_hand,),
    "free": (Balance.on_hand - Balance.promised,),
}
JOINED: dict[Any, ColumnElement[bool]] = {
    Lot: Lot.id == Balance.lot_id,
    Item: Item.code == Balance.item_code,
    BY_NAME: BY_NAME.c.id == Balance.account_id,
}
SORTED_BY: dict[str, set[Any]] = {
    "item": {Item, BY_NAME, Lot}, "depot": {BY_NAME, Item}, "expires": {Lot},
}  # fmt: skip


def balances(
    session: Session, view: View, *, depot_id: UUID | None = None, item: str | None = None
) -> list[Row]:
    """Return what lies in the depots of the view's area, by item, depot and lot."""
    return listed(session, view, Wanted(depot_id=depot_id, item=item or ""))


def listed(
    session: Session, view: View, wanted: Wanted, *, first: int = 0, most: int | None = None
) -> list[Row]:
    """Return the lots of a list in its order, or `most` of them from the `first` on."""
    order = [each.desc() if wanted.falling else each.asc() for each in COLUMNS[wanted.sort]]
    rows = _statement(rules.AccountKind.DEPOT).order_by(None)
    if most is None:
        whole = rows.join(BY_NAME, JOINED[BY_NAME]).where(*_conditions(view, wanted))
        return [Row(*row) for row in session.execute(whole.order_by(*order, Balance.id))]
    # Narrow rows are put in order much faster than whole ones.
    page = _narrow(view, wanted, SORTED_BY.get(wanted.sort, set()), Balance.id)
    ids = list(session.scalars(page.order_by(*order, Balance.id).offset(first).limit(most)))
    found = {row[0].id: Row(*row) for row in session.execute(rows.where(Balance.id.in_(ids)))}
    return [found[each] for each in ids]


def counted(session: Session, view: View, wanted: Wanted) -> int:
    """Return how many lots a list has."""
    return session.scalar(_narrow(view, wanted, set(), func.count())) or 0


def _narrow(view: View, wanted: Wanted, tables: set[Any], column: Any) -> Select[Any]:
    """Return one column of the list, joined to no more than its order and conditions need."""
    joined = tables | ({Item} if wanted.item_class else set())
    joined |= {Lot} if wanted.expires_by else set()
    statement = select(column).select_from(Balance).join(Depot, Depot.id == Balance.account_id)
    for table, on in JOINED.items():
        if table in joined:
            statement = statement.join(table, on)
    return statement.where(*_conditions(view, wanted))


def _conditions(view: View, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [Balance.area_id.in_(below(view.area_id)), Balance.on_hand > 0]
    if wanted.depot_id:
        found.append(Balance.account_id == wanted.depot_id)
    if wanted.item:
        found.append(Balance.item_code == wanted.item)
    if wanted.item_class:
        found.append(Item.item_class == wanted.item_class)
    if wanted.expires_by:
        found.append(Lot.expires_on <= wanted.expires_by)
    return found


def at_place(session: Session, place_id: UUID) -> list[Row]:
    """Return what lies at one place, depot or shelter, that the viewer may see."""
    statement = _statement(rules.AccountKind.DEPOT, rules.AccountKind.SHELTER).where(
        Balance.account_id == place_id, Balance.on_hand > 0
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
    disaster_id: UUID | None, depot_id: UUID | None = None,
) -> list[UUID]:  # fmt: skip
    """Return the balances a need may be met from: in depots the viewer sees, not expired.

    Goods given for one disaster only are offered to that disaster only.
    """
    statement = (
        select(Balance.id)
        .join(Depot, Depot.id == Balance.account_id)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(
            Balance.item_code == item,
            Balance.on_hand > Balance.promised,
            or_(Lot.expires_on.is_(None), Lot.expires_on > today),
            or_(Lot.disaster_id.is_(None), Lot.disaster_id == disaster_id),
            Balance.drill_id.is_(None) if drill_id is None else Balance.drill_id == drill_id,
        )
        .execution_options(any_drill=True)
    )
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
        "on_hand": held[row.balance.id] if held is not None else row.balance.on_hand,
        "promised": None if past else row.balance.promised,
        "free": None if past else row.balance.free,
    }
