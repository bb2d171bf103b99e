"""What somebody must see to: people who are not safe as the deadline comes, or is past."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.listing import within
from shelters.evacuation.queries.orders import moved, orders_for

SOON = timedelta(hours=1)


def attention(session: Session, view: View) -> list[Attention]:
    """Return an entry for each running order with people not safe in the last hour, or later."""
    if view.disaster_id is None or view.at is not None:
        return []
    tree = geo.tree(session, view.on)
    near = [
        each
        for each in orders_for(session, view.disaster_id, view.area_id, tree)
        if each.lifted_at is None and each.issued_at <= view.now
    ]
    found = (
        _entry(session, view, each) for each in near if view.now >= each.deadline_at - SOON
    )  # fmt: skip
    return [each for each in found if each is not None]


def _entry(session: Session, view: View, order: EvacuationOrder) -> Attention | None:
    people = _not_safe(session, view, order)
    if not people:
        return None
    late = view.now >= order.deadline_at
    return Attention(
        key=f"evacuation.not_safe:{order.id}",
        state="act" if late else "watch",
        kind="evacuation.not_safe",
        title=_("%(people)d people of the lists are not safe yet", people=people),
        detail=_("the deadline is past") if late else _("the deadline is within the hour"),
        area_id=view.area_id,
        since=order.deadline_at - SOON,
        href=f"/evacuation?order={order.id}&state=unsafe",
    )


def _not_safe(session: Session, view: View, order: EvacuationOrder) -> int:
    row, standing = ListedHousehold, EvacuationStanding
    of = and_(standing.household_id == row.id, standing.order_id == order.id)
    found = session.scalar(
        select(func.coalesce(func.sum(row.people), 0))
        .select_from(row)
        .outerjoin(standing, of)
        .where(
            moved(order.id),
            ~row.removed,
            within(row.area_id, view.area_id),
            standing.safe_since_at.is_(None),
        )
    )
    return int(found or 0)
