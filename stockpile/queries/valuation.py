"""What the stock in depots is worth, now or at a past moment, by the price of each lot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.items.rules import Book, ItemClass
from relief_ops.plugins import View
from stockpile.models import Balance, Lot, Movement
from stockpile.queries import register
from stockpile.queries.register import LEDGER
from stockpile.rules import Value, value_of


@dataclass(frozen=True)
class Valuation:
    """The value of each item that lies in the depots of an area, in the catalogue's order."""

    rows: list[tuple[Item, Value]]
    at: datetime | None

    @property
    def books(self) -> list[tuple[Book, Value]]:
        """Return the value of each book that has anything in it: relief, flood-fighting."""
        found: dict[Book, Value] = {}
        for item, value in self.rows:
            book = ItemClass(item.item_class).book
            found[book] = found.get(book, Value()) + value
        return [(book, found[book]) for book in Book if book in found]

    @property
    def total(self) -> Value:
        """Return the value of everything."""
        return sum((value for _item, value in self.rows), Value())


def valuation(session: Session, view: View, *, at: datetime | None = None) -> Valuation:
    """Return what lies in the depots of the view's area is worth; `at` asks for a past moment."""
    depots = [each.id for each in register.depots(session, view)]
    held = _held(depots) if at is None else _held_at(depots, at)
    found: dict[str, Value] = {}
    for code, unit_fen, quantity in session.execute(held.execution_options(**LEDGER)):
        if quantity:
            found[code] = found.get(code, Value()) + value_of(int(quantity), unit_fen)
    catalogue = items.items(session)
    return Valuation([(each, found[each.code]) for each in catalogue if each.code in found], at)


def _held(depots: Iterable[UUID]) -> Any:
    """Return the SQL of (item, price, quantity) that lie there now."""
    return (
        select(Balance.item_code, Lot.unit_fen, func.sum(Balance.on_hand))
        .join(Lot, Lot.id == Balance.lot_id)
        .where(Balance.account_id.in_(depots), Balance.on_hand > 0)
        .group_by(Balance.item_code, Lot.unit_fen)
    )


def _held_at(depots: Iterable[UUID], at: datetime) -> Any:
    """Return the SQL of (item, price, quantity) that lay there, folded from the ledger."""
    ids = list(depots)
    came = select(Movement.item_code, Movement.lot_id, Movement.quantity.label("n")).where(
        Movement.to_account.in_(ids), Movement.at <= at
    )
    went = select(Movement.item_code, Movement.lot_id, -Movement.quantity).where(
        Movement.from_account.in_(ids), Movement.at <= at
    )
    both = union_all(came, went).subquery()
    return (
        select(both.c.item_code, Lot.unit_fen, func.sum(both.c.n))
        .join(Lot, Lot.id == both.c.lot_id)
        .group_by(both.c.item_code, Lot.unit_fen)
    )


def shown(value: Value) -> dict[str, Any]:
    """Return a value as the API shows it: null, not 0, where no price is known."""
    return {
        "quantity": value.quantity,
        "unpriced": value.unpriced,
        "value_yuan": value.yuan,
    }
