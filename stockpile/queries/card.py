"""The stock card: every movement of one item at one place with the balance after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import Session

from relief_ops import clock
from stockpile.models import Lot, Movement
from stockpile.queries import register
from stockpile.queries.register import LEDGER


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which card, and of which local days; None is from the beginning, and until now."""

    place_id: UUID
    item: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Line:
    """A movement, what it added or (below zero) took, and the balance after it."""

    movement: Movement
    lot: Lot
    change: int
    balance: int


@dataclass(frozen=True)
class Sums:
    """What lay there before the period, what came and went in it, and in how many movements."""

    opening: int
    received: int
    given: int
    count: int

    @property
    def closing(self) -> int:
        """Return what lay there at the end of the period."""
        return self.opening + self.received - self.given


def sums(session: Session, wanted: Wanted) -> Sums:
    """Return the figures of a card's head and foot."""
    came = Movement.to_account == wanted.place_id
    before = Movement.at < _instant(wanted.start) if wanted.start else None
    inside = _inside(wanted, Movement.at)
    statement = select(
        _sum(_change(wanted), before) if before is not None else func.sum(0),
        _sum(Movement.quantity, inside, came),
        _sum(Movement.quantity, inside, ~came),
        _sum(1, inside),
    ).where(_of(wanted))
    row = session.execute(statement.execution_options(**LEDGER)).one()
    return Sums(*(int(each or 0) for each in row))


def _sum(value: Any, *conditions: ColumnElement[bool]) -> Any:
    """Return the SQL sum of a value over the rows for which all of this holds."""
    held = conditions[0]
    for each in conditions[1:]:
        held = held & each
    return func.sum(case((held, value), else_=0))


def lines(
    session: Session, wanted: Wanted, *, first: int = 0, most: int | None = None
) -> list[Line]:
    """Return the card's lines in the order things happened, up to `most` from the `first` on."""
    found = session.execute(
        _with_balance(wanted).offset(first).limit(most).execution_options(**LEDGER)
    ).all()
    moves = session.execute(
        select(Movement, Lot)
        .join(Lot, Lot.id == Movement.lot_id)
        .where(Movement.id.in_([row.id for row in found]))
        .execution_options(**LEDGER)
    )
    known = {movement.id: (movement, lot) for movement, lot in moves}
    return [Line(*known[row.id], int(row.change), int(row.balance)) for row in found]


def _with_balance(wanted: Wanted) -> Select[Any]:
    """Return the ids of the period's movements; the balance counts those before it too."""
    order = (Movement.at, Movement.seq, Movement.line)
    change = _change(wanted)
    balance = func.sum(change).over(order_by=order)
    whole = (
        select(
            Movement.id, Movement.at, Movement.seq, Movement.line, change.label("change"),
            balance.label("balance"),
        )
        .where(_of(wanted))
        .subquery()
    )  # fmt: skip
    return (
        select(whole.c.id, whole.c.change, whole.c.balance)
        .where(_inside(wanted, whole.c.at))
        .order_by(whole.c.at, whole.c.seq, whole.c.line)
    )


def _of(wanted: Wanted) -> ColumnElement[bool]:
    ends = or_(
        Movement.from_account == wanted.place_id, Movement.to_account == wanted.place_id
    )  # a place's account has the id of the place
    return ends & (Movement.item_code == wanted.item)


def _change(wanted: Wanted) -> ColumnElement[int]:
    came = Movement.to_account == wanted.place_id
    return case((came, Movement.quantity), else_=-Movement.quantity)


def _inside(wanted: Wanted, at: Any) -> ColumnElement[bool]:
    inside: ColumnElement[bool] = true()
    if wanted.start:
        inside = inside & (at >= _instant(wanted.start))
    if wanted.end:
        inside = inside & (at < _instant(wanted.end + timedelta(days=1)))
    return inside


def _instant(day: date) -> datetime:
    """Return when a local day begins."""
    return datetime.combine(day, time(), tzinfo=clock.LOCAL).astimezone(UTC)


def shown(line: Line) -> dict[str, Any]:
    """Return a line as the API shows it."""
    return register.shown_movement(line.movement) | {
        "lot_label": line.lot.label,
        "in": max(line.change, 0),
        "out": max(-line.change, 0),
        "balance": line.balance,
    }
