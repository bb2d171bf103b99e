"""The list of what lies in depots: filtered, put in order and paged by the database.

Which depots a list covers is asked first, within what the reader may see; everything else
goes by their ids alone. Lots are many and depots few, so the lots of each item in each depot
are counted once: that gives the length of the list, and in the two orders that begin with
item or depot it says which few shelves a page lies on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.plugins import View
from stockpile.models import Balance, Depot, Lot
from stockpile.queries import register
from stockpile.queries.balances import Row
from stockpile.queries.register import LEDGER


@dataclass(frozen=True)
class Wanted:
    """Which lots a list is to show, and in what order; nothing of it leaves all of them."""

    depot_id: UUID | None = None
    item: str = ""
    item_class: str = ""
    expires_by: date | None = None
    sort: str = "item"
    falling: bool = False
    emptied: bool = False  # what holds nothing any more too: at a past moment it may have


@dataclass(frozen=True)
class Shelf:
    """How many lots of one item lie in one depot."""

    depot: Depot
    item: Item
    lots: int


@dataclass(frozen=True)
class Shelves:
    """What a list covers, of all the depots and items there are to choose from.

    `count` is how many lots it has; `found` their shelves in its order, where the order has any.
    """

    wanted: Wanted
    depots: dict[UUID, Depot]
    catalogue: dict[str, Item]
    count: int = 0
    found: tuple[Shelf, ...] = ()


EXPIRES = func.coalesce(Balance.expires_on, date.max)
BY_ITEM, BY_DEPOT = (Item.position, Item.code), (Depot.name, Depot.id)
# What a list may be put in order by; equal rows stand by their ids.
COLUMNS: dict[str, tuple[Any, ...]] = {
    "item": (*BY_ITEM, *BY_DEPOT, EXPIRES),
    "depot": (*BY_DEPOT, *BY_ITEM, EXPIRES),
    "expires": (EXPIRES,),
    "on_hand": (Balance.on_hand,),
    "free": (Balance.on_hand - Balance.promised,),
}
BY_SHELF = ("item", "depot")


def balances(
    session: Session, view: View, *, depot_id: UUID | None = None, item: str | None = None
) -> list[Row]:
    """Return what lies, or at the view's past moment may have lain, in the depots of its area."""
    wanted = Wanted(depot_id=depot_id, item=item or "", emptied=view.at is not None)
    return whole(session, shelves(session, view, wanted))


def shelves(session: Session, view: View, wanted: Wanted) -> Shelves:
    """Return what of the depots in the view's area a list covers."""
    depots = {each.id: each for each in register.depots(session, view)}
    catalogue = {each.code: each for each in items.items(session)}
    covered = Shelves(wanted, depots, catalogue)
    if wanted.sort not in BY_SHELF:
        return replace(covered, count=session.scalar(_of(covered, func.count())) or 0)
    account, code = Balance.account_id, Balance.item_code
    counted = _of(covered, account, code, func.count()).group_by(account, code)
    lots = {(row[0], row[1]): row[2] for row in session.execute(counted)}
    return replace(covered, count=sum(lots.values()), found=tuple(
        Shelf(depots[each[0]], catalogue[each[1]], lots[each]) for each in _ordered(covered, lots)
    ))  # fmt: skip


def _ordered(covered: Shelves, pairs: Iterable[tuple[UUID, str]]) -> list[tuple[UUID, str]]:
    """Return (depot, item) pairs as the lists by item and by depot have them."""
    depots = {each: rank for rank, each in enumerate(covered.depots)}
    codes = {each: rank for rank, each in enumerate(covered.catalogue)}

    def place(pair: tuple[UUID, str]) -> tuple[int, int]:
        depot, code = depots[pair[0]], codes[pair[1]]
        return (depot, code) if covered.wanted.sort == "depot" else (code, depot)

    return sorted(pairs, key=place, reverse=covered.wanted.falling)


def _of(covered: Shelves, *columns: Any) -> Select[Any]:
    """Return these columns of every lot the list covers."""
    wanted = covered.wanted
    there = [each for each in covered.depots if wanted.depot_id in (None, each)]
    found = select(*columns).where(Balance.account_id.in_(there))
    if not wanted.emptied:
        found = found.where(Balance.on_hand > 0)
    if wanted.item:
        found = found.where(Balance.item_code == wanted.item)
    if wanted.item_class:
        codes = [
            each.code for each in covered.catalogue.values()
            if each.item_class == wanted.item_class
        ]  # fmt: skip
        found = found.where(Balance.item_code.in_(codes))
    if wanted.expires_by:
        found = found.where(Balance.expires_on <= wanted.expires_by)
    return found.execution_options(**LEDGER)


def whole(session: Session, covered: Shelves) -> list[Row]:
    """Return the whole list in its order."""
    lots = _named(_of(covered, Balance, Lot).join(Lot, Lot.id == Balance.lot_id))
    found = session.execute(_in_order(lots, COLUMNS[covered.wanted.sort], covered.wanted.falling))
    return _rows(covered, found)


def page(session: Session, covered: Shelves, *, first: int, most: int) -> list[Row]:
    """Return up to `most` lots of the list from the `first` on, in its order."""
    # Narrow rows are put in order much faster than whole ones.
    ids = _ids(session, covered, first, most)
    lots = select(Balance, Lot).join(Lot, Lot.id == Balance.lot_id).where(Balance.id.in_(ids))
    rows = _rows(covered, session.execute(lots.execution_options(**LEDGER)))
    found = {each.balance.id: each for each in rows}
    return [found[each] for each in ids if each in found]


def _ids(session: Session, covered: Shelves, first: int, most: int) -> list[UUID]:
    """Return the ids of a page in the list's order."""
    if covered.wanted.sort in BY_SHELF:
        return list(session.scalars(_on_shelves(covered, first, most).limit(most)))
    lots, columns = _of(covered, Balance.id), COLUMNS[covered.wanted.sort]
    first = min(first, covered.count)
    most = min(most, covered.count - first)
    after = covered.count - first - most
    if first <= after:
        near = _in_order(lots, columns, covered.wanted.falling).offset(first)
        return list(session.scalars(near.limit(most)))
    far = _in_order(lots, columns, not covered.wanted.falling).offset(after)
    return list(session.scalars(far.limit(most)))[::-1]


def _on_shelves(covered: Shelves, first: int, most: int) -> Select[Any]:
    """Return the ids of the lots by item or depot, from the `first` on."""
    chosen, before = _around(covered.found, first, most)
    pairs = [(each.depot.id, each.item.code) for each in chosen]
    lots = _of(covered, Balance.id).where(
        tuple_(Balance.account_id, Balance.item_code).in_(pairs)
    ).offset(first - before)  # fmt: skip
    falling = covered.wanted.falling
    if len(pairs) == 1:
        return _in_order(lots, (EXPIRES,), falling)
    return _in_order(_named(lots), COLUMNS[covered.wanted.sort], falling)


def _around(shelves: Iterable[Shelf], first: int, most: int) -> tuple[list[Shelf], int]:
    """Return the shelves a page lies on, and how many lots come before the first of them."""
    chosen: list[Shelf] = []
    before = end = 0
    for each in shelves:
        start, end = end, end + each.lots
        if end > first and start < first + most:
            chosen.append(each)
        elif end <= first:
            before = end
    return chosen, before


def _named(lots: Select[Any]) -> Select[Any]:
    """Join what the orders by item and by depot go by."""
    lots = lots.join(Item, Item.code == Balance.item_code)
    return lots.join(Depot, Depot.id == Balance.account_id)


def _in_order(lots: Select[Any], columns: Iterable[Any], falling: bool) -> Select[Any]:
    """Put lots in order; equal ones stand by their ids, turned round with the rest."""
    order = (*columns, Balance.id)
    return lots.order_by(*(each.desc() if falling else each.asc() for each in order))


def _rows(covered: Shelves, found: Iterable[Any]) -> list[Row]:
    return [
        Row(balance, lot, covered.catalogue[balance.item_code], depot.id, depot.name)
        for balance, lot in found
        for depot in (covered.depots[balance.account_id],)
    ]
