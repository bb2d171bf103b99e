"""Asking for goods by a report: one order, one need for each item."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from damage_reports.goods import queries
from damage_reports.goods.events import GoodsAsked
from damage_reports.goods.schemas import PutOrder
from damage_reports.models import Report
from relief_ops import receipts
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.queries import place_for
from relief_ops.errors import IllegalTransition
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_order(
    session: Session, attempt: Attempt, report: Report, order: PutOrder, *, disaster: Disaster,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Open a need of the report's area for each item of the order, all or none.

    Raises IllegalTransition where the report does not count, Invalid for unknown items.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if not report.current or report.counted_to is not None:
        raise IllegalTransition(_("This report does not count; ask by the one that does."))
    people = queries.goods(session, report, disaster, days=order.days).people
    event = GoodsAsked(disaster.id, report.id, people, order.days, len(order.items))
    record(session, event, actor_id=actor_id, subject=report.id, areas=[report.area_id])
    place_id = place_for(session, None, area_id=report.area_id, disaster=disaster)
    needs.hold_forecasts(
        session, disaster, items=order.items, place_id=place_id, area_id=report.area_id
    )
    for code, quantity in sorted(order.items.items()):
        asked = needs.Asked(
            item=code, quantity=quantity, priority=order.priority, due_at=order.due_at
        )
        needs.open_need(
            session, uuid5(attempt.id, code), asked, disaster=disaster, place_id=place_id,
            area_id=report.area_id, actor_id=actor_id,
        )  # fmt: skip
    return receipts.keep(session, attempt, revision=1)
