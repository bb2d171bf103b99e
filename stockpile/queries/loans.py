"""What is lent out now: what the account of loans holds, told by who borrowed it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.plugins import View
from stockpile import rules
from stockpile.models import Account, Balance, Lot, Movement
from stockpile.queries.register import ANY_DRILL, LEDGER, below


@dataclass(frozen=True)
class Loan:
    """So much of one lot that somebody borrowed of a place and has still to bring back."""

    movement: Movement
    left: int
    lot: Lot
    item: Item
    place_id: UUID
    place_name: str


def open_loans(session: Session, view: View, *, place_id: UUID | None = None) -> list[Loan]:
    """Return what places of the view's area have lent and not got back, the oldest first."""
    lent = session.scalar(
        select(Account.id)
        .where(Account.kind == rules.AccountKind.LENT, Account.drill_id == view.drill_id)
        .execution_options(**LEDGER)
    )
    if lent is None:
        return []
    out = _still_out(session, lent)
    lenders = _lenders(session, view, {each.from_account for each, _left in out}, place_id)
    goods = _goods(session, {each.lot_id for each, _left in out})
    return [
        Loan(each, left, *goods[each.lot_id], *lenders[each.from_account])
        for each, left in sorted(out, key=lambda pair: (pair[0].at, pair[0].seq, pair[0].line))
        if each.from_account in lenders
    ]


def _still_out(session: Session, lent: UUID) -> list[tuple[Movement, int]]:
    """Return the loans that are open, with how much of each is."""
    held = select(Balance.lot_id).where(Balance.account_id == lent, Balance.on_hand > 0)
    moves = session.scalars(
        select(Movement)
        .where(
            Movement.lot_id.in_(held),
            or_(Movement.from_account == lent, Movement.to_account == lent),
        )
        .order_by(Movement.lot_id, Movement.at, Movement.seq, Movement.line)
        .execution_options(**LEDGER)
    ).all()
    found = {each.id: each for each in moves}
    out = []
    for _lot, group in groupby(moves, key=lambda each: each.lot_id):
        lendings = [_lending(each, lent) for each in group]
        out += [(found[loan], left) for loan, left in rules.open_loans(lendings)]
    return out


def _lending(each: Movement, lent: UUID) -> rules.Lending:
    out = each.to_account == lent
    return rules.Lending(
        id=each.id, quantity=each.quantity if out else -each.quantity, who=each.reason.strip(),
        place=each.from_account if out else each.to_account, corrects=each.corrects,
    )  # fmt: skip


def _lenders(
    session: Session, view: View, accounts: set[UUID], place_id: UUID | None
) -> dict[UUID, tuple[UUID, str]]:
    statement = (
        select(Account.id, geo.Place.id, geo.Place.name)
        .join(geo.Place, geo.Place.id == Account.place_id)
        .where(Account.id.in_(accounts), Account.area_id.in_(below(view.area_id)))
        .execution_options(**ANY_DRILL)
    )
    if place_id:
        statement = statement.where(Account.place_id == place_id)
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}


def _goods(session: Session, lots: set[UUID]) -> dict[UUID, tuple[Lot, Item]]:
    rows = session.execute(
        select(Lot, Item)
        .join(Item, Item.code == Lot.item_code)
        .where(Lot.id.in_(lots))
        .execution_options(**LEDGER)
    )
    return {row[0].id: (row[0], row[1]) for row in rows}


def shown(each: Loan) -> dict[str, Any]:
    """Return an open loan as the API shows it."""
    return {
        "movement": each.movement.id,
        "depot": each.place_id,
        "depot_name": each.place_name,
        "item": each.item.code,
        "item_name": items.name_of(each.item),
        "unit": items.unit_of(each.item),
        "lot": each.lot.id,
        "lot_label": each.lot.label,
        "who": each.movement.reason,
        "document": each.movement.document,
        "since": each.movement.at,
        "lent": each.movement.quantity,
        "out": each.left,
    }
