"""The part of a plan that whoever holds one of its depots or places may read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session, aliased

from relief_ops import geo
from relief_ops.auth import viewer
from relief_ops.auth.scope import visible
from relief_ops.disasters.items import queries as items
from relief_ops.errors import NotFound
from relief_ops.plugins import OrderedBy
from stockpile.models import Reservation
from stockpile.plans import rules
from stockpile.plans.models import (
    AllocationLine,
    AllocationPlan,
    AllocationShare,
    DispatchOrder,
)
from stockpile.plans.queries import reading
from stockpile.plans.queries.shown import needs_of, shown_order, shown_refusal, summary
from stockpile.plans.queries.since import Drawn, still_promised
from stockpile.queries.register import LEDGER

WHOLE_ONLY = ("figures", "seconds", "items", "why")  # of every place together


def readable(session: Session, plan_id: UUID) -> tuple[AllocationPlan, bool]:
    """Return a plan, and whether all of it may be read or the viewer's part. Raises NotFound."""
    try:
        return reading.plan(session, plan_id), True
    except NotFound:
        mine = select(AllocationShare.id).where(AllocationShare.plan_id == plan_id).limit(1)
        if session.scalar(mine) is None and not _leaving(session, plan_id):
            raise
    wanted = select(AllocationPlan).where(AllocationPlan.id == plan_id)
    return session.scalars(wanted.execution_options(**LEDGER)).one(), False


def listed(session: Session, disaster_id: UUID, tree: geo.AreaTree) -> list[dict[str, Any]]:
    """Return the plans of a disaster the viewer may read, whole or in part, the latest first."""
    row, start = AllocationPlan, aliased(geo.Place)
    gets = select(AllocationShare.plan_id).where(visible(AllocationShare.area_id))
    gives = select(AllocationLine.plan_id).join(start, start.id == AllocationLine.depot_id)
    whole = visible(row.area_id)
    readable = whole | row.id.in_(gets) | row.id.in_(gives.where(visible(start.area_id)))
    found = session.execute(
        select(row, case((whole, True), else_=False))
        .where(row.disaster_id == disaster_id, readable)
        .order_by(row.made_at.desc(), row.id)
        .limit(100)
        .execution_options(**LEDGER)
    )
    return [_about(session, plan, tree, whole=bool(whole)) for plan, whole in found]


def _about(
    session: Session, found: AllocationPlan, tree: geo.AreaTree, *, whole: bool
) -> dict[str, Any]:
    """Return what a list says of a plan; of a part nothing that tells of the other places."""
    about = summary(session, found, tree) | {"part": not whole}
    if whole:
        return about
    return {key: value for key, value in about.items() if key not in WHOLE_ONLY}


def shown_part(session: Session, found: AllocationPlan, tree: geo.AreaTree) -> dict[str, Any]:
    """Return what leaves the viewer's depots, and the shares of needs in his areas."""
    order = _orders(session, [found.id]).get(found.id)
    return _about(session, found, tree, whole=False) | {
        "order": shown_order(order) if order else None,
        "refused_by": shown_refusal(session, found),
        "needs": needs_of(session, found, tree),
        "leaving": _with_promised(_leaving(session, found.id), still_promised(session, found)),
    }


def _with_promised(
    rows: list[dict[str, Any]], promised: dict[Drawn, int] | None
) -> list[dict[str, Any]]:
    """Say of each line what of it is promised still; nothing before the plan is applied."""
    return [{**each, "promised": _still(promised, each)} for each in rows]


def _leaving(session: Session, plan_id: UUID) -> list[dict[str, Any]]:
    """Return what leaves the depots the viewer holds, each with where it goes."""
    start, end = aliased(geo.Place), aliased(geo.Place)
    line, share = AllocationLine, AllocationShare
    rows = session.execute(
        select(line, start.name, end.name)
        .join(share, (share.plan_id == line.plan_id) & (share.need_id == line.need_id))
        .join(start, start.id == line.depot_id)
        .join(end, end.id == share.place_id)
        .where(line.plan_id == plan_id, visible(start.area_id))
        .order_by(start.name, line.item_code, end.name, line.id)
        # The needs may lie where the viewer holds nothing: his depot is the lock.
        .execution_options(**LEDGER)
    ).all()
    lots = reading.lots(session, {row[0].lot_id for row in rows})
    known = {each.code: each for each in items.items(session)}
    return [
        {
            "need": each.need_id, "place_name": place_name, "depot": each.depot_id,
            "depot_name": depot_name, "lot": each.lot_id, "lot_label": lots[each.lot_id].label,
            "expires_on": lots[each.lot_id].expires_on, "quantity": each.quantity,
            "minutes": each.minutes, "item": each.item_code,
            "item_name": items.name_of(known[each.item_code]),
            "unit": items.unit_of(known[each.item_code]),
        }
        for each, depot_name, place_name in rows
    ]  # fmt: skip


def _still(promised: dict[Drawn, int] | None, line: dict[str, Any]) -> int | None:
    if promised is None:
        return None
    return promised.get((line["need"], line["depot"], line["lot"]), 0)


def _orders(session: Session, plan_ids: Collection[UUID]) -> dict[UUID, DispatchOrder]:
    wanted = select(DispatchOrder).where(DispatchOrder.plan_id.in_(plan_ids))
    found = session.scalars(wanted.execution_options(**LEDGER))
    return {each.plan_id: each for each in found}


def ordered_by(session: Session, reservation_ids: Collection[UUID]) -> dict[UUID, OrderedBy]:
    """Return under which plan and order promises were made, of those a plan made.

    Whoever asks sees the promise; what he may read of the plan is cut on its own page.
    """
    of = select(Reservation.need_id).where(Reservation.id.in_(reservation_ids))
    needs = set(session.scalars(of.execution_options(**LEDGER)))
    served = select(AllocationLine.plan_id, AllocationLine.need_id).where(
        AllocationLine.need_id.in_(needs)
    )
    plan_of = {
        rules.reservation_id(plan_id, need_id): plan_id
        for plan_id, need_id in session.execute(served.distinct().execution_options(**LEDGER))
    }
    mine = {each: plan_of[each] for each in reservation_ids if each in plan_of}
    orders = _orders(session, set(mine.values()))
    ways = {each: _ordered(session, each, orders.get(each)) for each in set(mine.values())}
    return {each: ways[plan_id] for each, plan_id in mine.items()}


def _ordered(session: Session, plan_id: UUID, order: DispatchOrder | None) -> OrderedBy:
    return OrderedBy(
        href=f"/stock/plans/{plan_id}", number=order.number if order else "",
        signed_at=order.signed_at if order else None,
        held=order is not None and not _may_undo(session, order),
    )  # fmt: skip


def _may_undo(session: Session, order: DispatchOrder) -> bool:
    """Whether the reader may sign such orders and had no hand in this one's plan."""
    who = viewer()
    if who is None or not who.may("stock.sign", order.area_id, geo.cached_tree()):
        return False
    wanted = select(AllocationPlan).where(AllocationPlan.id == order.plan_id)
    found = session.scalars(wanted.execution_options(**LEDGER)).one()
    return who.id not in reading.had_a_hand_in(session, found)


def readable_order(session: Session, order_id: UUID) -> DispatchOrder:
    """Return an order to whoever may read its plan, or a part of that. Raises NotFound."""
    wanted = select(DispatchOrder).where(DispatchOrder.id == order_id)
    found: DispatchOrder | None = session.scalar(wanted.execution_options(**LEDGER))
    if found is None:
        return reading.order(session, order_id)
    try:
        readable(session, found.plan_id)
    except NotFound:
        return reading.order(session, order_id)
    return found
