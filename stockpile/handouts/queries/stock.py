"""What a desk can hand out: the unexpired lots at its place, and those meant for its disaster."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.models import Disaster
from relief_ops.plugins import View
from stockpile.models import Account, Balance, Lot
from stockpile.queries.register import ANY_DRILL, LEDGER, below
from stockpile.rules import AccountKind

DESKS = (AccountKind.DEPOT, AccountKind.SHELTER)


def lots(
    session: Session, place_id: UUID, codes: Iterable[str], disaster: Disaster, *, today: date
) -> list[Lot]:
    """Return the lots of some items that a place may hand out in a disaster."""
    statement = (
        select(Lot)
        .join(Balance, Balance.lot_id == Lot.id)
        .where(
            Balance.account_id == place_id,
            Balance.item_code.in_(list(codes)),
            Balance.on_hand > Balance.promised,
            *_fit(disaster, today),
        )
    )
    return list(session.scalars(statement.execution_options(**LEDGER)))


def ever_held(session: Session, place_id: UUID, codes: Iterable[str]) -> set[str]:
    """Return those of some items that a place has, or had, in its books."""
    statement = select(Balance.item_code).where(
        Balance.account_id == place_id, Balance.item_code.in_(list(codes))
    )
    return set(session.scalars(statement.execution_options(**LEDGER)))


def free(session: Session, place_id: UUID, disaster: Disaster, *, today: date) -> dict[str, int]:
    """Return how much of each item a place can hand out in a disaster."""
    return free_at(session, [place_id], disaster, today=today).get(place_id, {})


def free_at(
    session: Session, place_ids: Iterable[UUID], disaster: Disaster, *, today: date
) -> dict[UUID, dict[str, int]]:
    """Return by place how much of each item it can hand out in a disaster."""
    statement = (
        select(Balance.account_id, Balance.item_code, func.sum(Balance.on_hand - Balance.promised))
        .join(Lot, Lot.id == Balance.lot_id)
        .where(
            Balance.account_id.in_(list(place_ids)),
            Balance.on_hand > Balance.promised,
            *_fit(disaster, today),
        )
        .group_by(Balance.account_id, Balance.item_code)
    )
    found: dict[UUID, dict[str, int]] = {}
    for place_id, code, quantity in session.execute(statement.execution_options(**LEDGER)):
        found.setdefault(place_id, {})[code] = int(quantity)
    return found


def _fit(disaster: Disaster, today: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a lot: not expired, and not meant for another disaster."""
    return (
        or_(Lot.expires_on.is_(None), Lot.expires_on > today),
        or_(Lot.disaster_id.is_(None), Lot.disaster_id == disaster.id),
    )


def desks(session: Session, view: View) -> list[geo.Place]:
    """Return the places of the view's area that ever held stock, by name."""
    of_drill = (
        Account.drill_id.is_(None) if view.drill_id is None else Account.drill_id == view.drill_id
    )
    statement = (
        select(geo.Place)
        .join(Account, Account.place_id == geo.Place.id)
        .where(Account.kind.in_(DESKS), Account.area_id.in_(below(view.area_id)), of_drill)
        .order_by(geo.Place.name, geo.Place.id)
        .execution_options(**ANY_DRILL)
    )
    return list(session.scalars(statement))
