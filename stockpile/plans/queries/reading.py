"""Reading plans, what needs get in them, and what was fixed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from stockpile.models import Balance, Depot, Lot
from stockpile.plans.models import (
    AllocationLine,
    AllocationPin,
    AllocationPlan,
    AllocationShare,
    DispatchOrder,
)

ANY_DRILL = {"any_drill": True}


def plan(session: Session, plan_id: UUID, *, lock: bool = False) -> AllocationPlan:
    """Return one plan of the viewer's areas. Raises NotFound."""
    statement = select(AllocationPlan).where(AllocationPlan.id == plan_id)
    if lock:
        statement = statement.with_for_update()
    found = session.scalar(statement.execution_options(**ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such plan, or not in your areas."))
    return found


def number_of(session: Session, found: AllocationPlan) -> int:
    """Return the number of a plan: its place among those asked for in its disaster."""
    row = AllocationPlan
    earlier = (row.made_at < found.made_at) | (
        (row.made_at == found.made_at) & (row.id <= found.id)
    )
    statement = select(func.count()).where(row.disaster_id == found.disaster_id, earlier)
    return session.scalar(statement.execution_options(scope="shared", **ANY_DRILL)) or 1


def shares(session: Session, plan_id: UUID, item: str | None = None) -> list[AllocationShare]:
    """Return what each need (of one item) gets, the worst cover of the most urgent class first."""
    row = AllocationShare
    statement = select(row).where(row.plan_id == plan_id)
    if item is not None:
        statement = statement.where(row.item_code == item)
    found = session.scalars(statement.order_by(row.item_code, row.priority, row.id))
    return sorted(found, key=lambda each: (each.item_code, cover_of(each)))


def cover_of(share: AllocationShare) -> float:
    """Return the part of its whole need that is met; of what it lacked, in a plan of before."""
    had = share.had or 0
    return (had + share.got) / (had + share.quantity)


def totals(session: Session, plan_id: UUID) -> dict[str, dict[str, int]]:
    """Return what is lacking, given and had already of each item of a plan, in pieces."""
    row = AllocationShare
    statement = (
        select(
            row.item_code, func.sum(row.quantity), func.sum(row.got),
            func.coalesce(func.sum(row.had), 0),
        )
        .where(row.plan_id == plan_id)
        .group_by(row.item_code)
    )  # fmt: skip
    return {
        code: {"quantity": int(quantity or 0), "got": int(got or 0), "had": int(had or 0)}
        for code, quantity, got, had in session.execute(statement)
    }


def lines(session: Session, plan_id: UUID, item: str | None = None) -> list[AllocationLine]:
    """Return the lines of a plan, or of one item of it, need by need."""
    row = AllocationLine
    statement = select(row).where(row.plan_id == plan_id)
    if item is not None:
        statement = statement.where(row.item_code == item)
    return list(session.scalars(statement.order_by(row.need_id, row.minutes, row.id)))


def pins(session: Session, plan_id: UUID) -> list[AllocationPin]:
    """Return everything that was fixed by hand, in order."""
    row = AllocationPin
    statement = select(row).where(row.plan_id == plan_id)
    return list(session.scalars(statement.order_by(row.revision, row.id)))


def had_a_hand_in(session: Session, found: AllocationPlan) -> set[UUID | None]:
    """Return who made a plan, fixed a line of it by hand or promised it: none of them signs."""
    return {found.actor_id, found.applied_by, *(each.actor_id for each in pins(session, found.id))}


def may_refuse(
    session: Session, found: AllocationPlan, *, actor_id: UUID | None, signs: bool
) -> bool:
    """Whether somebody may undo what a plan promised: the signed order is its signers' to undo."""
    if order_of(session, found.id) is None:
        return True
    return signs and actor_id not in had_a_hand_in(session, found)


def standing_pins(session: Session, plan_id: UUID) -> dict[UUID, AllocationPin]:
    """Return the pins that count: the latest of each need, if it fixes anything."""
    latest = {each.need_id: each for each in pins(session, plan_id)}
    return {need: each for need, each in latest.items() if each.quantity is not None}


def place_names(session: Session, place_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of places."""
    place = geo.Place
    rows = session.execute(select(place.id, place.name).where(place.id.in_(list(place_ids))))
    return {row[0]: row[1] for row in rows}


def depots_of(session: Session, found: AllocationPlan, code: str) -> list[tuple[UUID, str]]:
    """Return the depots of a plan's world that hold an item and the viewer sees, by name."""
    drill = Depot.drill_id
    rows = session.execute(
        select(Depot.id, Depot.name)
        .join(Balance, Balance.account_id == Depot.id)
        .where(
            Balance.item_code == code, Balance.on_hand > Balance.promised,
            drill.is_(None) if found.drill_id is None else drill == found.drill_id,
        )
        .distinct()
        .order_by(Depot.name, Depot.id)
        .execution_options(**ANY_DRILL)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def lots(session: Session, lot_ids: Iterable[UUID]) -> dict[UUID, Lot]:
    """Return lots by their ids."""
    wanted = select(Lot).where(Lot.id.in_(list(lot_ids)))
    found = session.scalars(wanted.execution_options(scope="shared", **ANY_DRILL))
    return {each.id: each for each in found}


def order_of(session: Session, plan_id: UUID) -> DispatchOrder | None:
    """Return the order under a plan, if it is signed."""
    wanted = select(DispatchOrder).where(DispatchOrder.plan_id == plan_id)
    found: DispatchOrder | None = session.scalar(wanted.execution_options(**ANY_DRILL))
    return found


def order(session: Session, order_id: UUID, *, lock: bool = False) -> DispatchOrder:
    """Return one order of the viewer's areas. Raises NotFound."""
    statement = select(DispatchOrder).where(DispatchOrder.id == order_id)
    if lock:
        statement = statement.with_for_update()
    found = session.scalar(statement.execution_options(**ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such order, or not in your areas."))
    return found
