"""What somebody must see to: areas that will be late, people not safe as the deadline comes.

What is to be seen to household by household stands in `watching`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, parameters
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.board import Line, reader_of
from shelters.evacuation.queries.listing import within
from shelters.evacuation.queries.orders import moved, orders_for
from shelters.evacuation.queries.parts import REST
from shelters.evacuation.queries.watching import watched

SOON, AHEAD = timedelta(hours=1), timedelta(hours=6)
ALARM = "evacuation.late_alarm"


def alarm(session: Session, on: date, area_id: UUID) -> float:
    """Return how likely an area is late before it counts as late."""
    return float(parameters.value(session, ALARM, on=on, area_id=area_id).value)


def attention(session: Session, view: View) -> list[Attention]:
    """Return an entry for each running order with people not safe in the last hour, or later.

    In the six hours before the deadline there is one for each township that will likely be late,
    and all along one for each thing that is to be seen to of its households.
    """
    if view.disaster_id is None or view.at is not None:
        return []
    tree = geo.tree(session, view.on)
    near = [
        each
        for each in orders_for(session, view.disaster_id, view.area_id, tree)
        if each.lifted_at is None and each.issued_at <= view.now
    ]
    near.sort(key=lambda each: (each.deadline_at, each.issued_at))
    found: list[Attention] = []
    for place, order in enumerate(near):
        of = _of(order, near[:place], view.area_id)
        found += watched(session, view, order, of)
        if view.now >= order.deadline_at - SOON:
            found += _not_safe(session, view, order, of)
        if order.deadline_at - AHEAD <= view.now < order.deadline_at:
            found += _late(session, view, order, of, tree)
    return found


def _of(
    order: EvacuationOrder, before: Iterable[EvacuationOrder], area_id: UUID
) -> ColumnElement[bool]:
    """Return whom an order moves: whom more than one moves is of the one that is due first."""
    return and_(
        moved(order.id), *(~moved(each.id) for each in before),
        ~ListedHousehold.removed, within(ListedHousehold.area_id, area_id),
    )  # fmt: skip


def _late(
    session: Session, view: View, order: EvacuationOrder, of: ColumnElement[bool], tree: AreaTree
) -> Iterable[Attention]:
    share = alarm(session, view.on, view.area_id)
    reader = reader_of(session, order, of, tree, now=view.now, alarm=share)
    for line in reader.lines(_townships(tree, view.area_id)):
        if line.ahead.late:
            yield _entry_of(order, line)


def _townships(tree: AreaTree, area_id: UUID) -> list[AreaNode]:
    """Return the townships of an area; one that lies below any is looked at itself."""
    return tree.at_level("township", area_id) or [tree.node(area_id)]


def _entry_of(order: EvacuationOrder, line: Line) -> Attention:
    by, end, people = _hour(order.deadline_at), line.ahead.middle, line.tally.left
    detail = _("no household is wholly safe yet; %(people)d people to go", people=people)
    if line.ahead.beyond:
        detail = _("forecast: the end is not in sight; %(people)d people to go", people=people)
    if end:
        detail = _("forecast: all safe at about %(at)s; %(people)d people to go",
                   at=_hour(end), people=people)  # fmt: skip
    return Attention(
        key=f"evacuation.late:{order.id}:{line.area.id}",
        state="watch",
        kind="evacuation.late",
        title=_("%(area)s will likely not be safe by %(by)s", area=line.area.name, by=by),
        detail=detail,
        area_id=line.area.id,
        since=order.issued_at,
        href=f"/evacuation?order={order.id}&village={line.area.code}&state=unsafe",
    )


def _hour(moment: datetime) -> str:
    return f"{clock.local(moment):%m-%d %H:%M}"


def _not_safe(
    session: Session, view: View, order: EvacuationOrder, of: ColumnElement[bool]
) -> Iterable[Attention]:
    people = _people(session, order, of)
    if not people:
        return
    late = view.now >= order.deadline_at
    yield Attention(
        key=f"evacuation.not_safe:{order.id}",
        state="act" if late else "watch",
        kind="evacuation.not_safe",
        title=_("%(people)d people of the lists are not safe yet", people=people),
        detail=_("the deadline is past") if late else _("the deadline is within the hour"),
        area_id=view.area_id,
        since=order.deadline_at - SOON,
        href=f"/evacuation?order={order.id}&state=unsafe",
    )


def _people(session: Session, order: EvacuationOrder, of: ColumnElement[bool]) -> int:
    row, standing = ListedHousehold, EvacuationStanding
    stands = and_(standing.household_id == row.id, standing.order_id == order.id)
    found = session.scalar(
        select(func.coalesce(func.sum(REST), 0))
        .select_from(row)
        .outerjoin(standing, stands)
        .where(of, standing.safe_since_at.is_(None))
    )
    return int(found or 0)
