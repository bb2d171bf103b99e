"""What waits for a signature: applied plans without their order, orders without their paper."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.plans.models import AllocationPlan, DispatchOrder
from stockpile.plans.queries import reading
from stockpile.plans.queries.since import still_promised
from stockpile.plans.rules import Means, PlanState
from stockpile.queries.register import below

HOURS = "stock.order_paper_hours"


def orders_to_sign(session: Session, view: View) -> list[Attention]:
    """Return plans that are promised and not ordered, and orders whose paper is still to come."""
    if view.disaster_id is None:
        return []
    held = parameters.values(session, (HOURS,), on=view.on)
    patience = timedelta(hours=int(held[HOURS].value) if HOURS in held else 24)
    rows = session.execute(
        select(AllocationPlan, DispatchOrder)
        .outerjoin(DispatchOrder, DispatchOrder.plan_id == AllocationPlan.id)
        .where(
            AllocationPlan.disaster_id == view.disaster_id,
            AllocationPlan.area_id.in_(below(view.area_id)),
            or_(
                AllocationPlan.state == PlanState.APPLIED,
                # What had left before it was refused left by word of mouth: its paper is due.
                and_(AllocationPlan.state == PlanState.REFUSED, DispatchOrder.id.is_not(None)),
            ),
            DispatchOrder.written_at.is_(None),
        )
        .order_by(AllocationPlan.applied_at)
    )
    return [
        _waiting(session, view, plan, order, patience)
        for plan, order in rows
        if order or still_promised(session, plan)
    ]


def _waiting(
    session: Session, view: View, plan: AllocationPlan, order: DispatchOrder | None,
    patience: timedelta,
) -> Attention:  # fmt: skip
    number = reading.number_of(session, plan)
    since = order.signed_at if order else plan.applied_at
    assert since is not None, "an applied plan says since when"
    late = order is not None and order.means == Means.WORD and since + patience <= view.now
    return Attention(
        key=f"allocation:order:{plan.id}",
        state="act" if late else "watch",
        kind="dispatch_order",
        title=_("Plan %(n)d: the order was given by word of mouth, its paper is to come", n=number)
        if order
        else _("Plan %(n)d is promised and waits for its signed order", n=number),
        detail="",
        area_id=plan.area_id,
        since=since,
        href=f"/stock/plans/{plan.id}",
    )
