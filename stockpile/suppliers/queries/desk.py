"""What the desk must know of suppliers. And what `verify` proves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.disasters.items import queries as items
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.queries.register import LEDGER
from stockpile.suppliers.models import CallOff, CallOffDelivery
from stockpile.suppliers.queries.calls import Call, calls
from stockpile.suppliers.rules import OPEN, CallState, Means

PAPER = "stock.order_paper_hours"


def attention(session: Session, view: View) -> list[Attention]:
    """Return call-offs without their signature, without their paper, and late deliveries."""
    if view.disaster_id is None:
        return []
    held = parameters.values(session, (PAPER,), on=view.on)
    patience = timedelta(hours=int(held[PAPER].value)) if PAPER in held else timedelta(0)
    found = []
    for each in calls(session, view, states=(*OPEN, CallState.DELIVERED, CallState.CLOSED)):
        row = each.row
        if row.state == CallState.ASKED:
            title = _("%(depot)s: a call-off waits for its signature", depot=each.depot_name)
            found.append(_entry(each, "unsigned", "act", title, since=row.called_at))
        elif row.state == CallState.SIGNED and row.due_at and row.due_at < view.now:
            title = _("%(supplier)s is late with a delivery", supplier=each.supplier)
            found.append(_entry(each, "late", "act", title, since=row.due_at))
        if row.means == Means.WORD and not row.number and row.signed_at:
            overdue = row.signed_at + patience < view.now
            title = _("%(depot)s: a call-off by word of mouth needs its paper",
                      depot=each.depot_name)  # fmt: skip
            state = "act" if overdue else "watch"
            found.append(_entry(each, "paper", state, title, since=row.signed_at))
    return found


def _entry(each: Call, kind: str, state: str, title: str, *, since: datetime) -> Attention:
    amount = f"{each.row.quantity} {items.unit_of(each.item)}"
    return Attention(
        key=f"call_off:{kind}:{each.row.id}",
        state=state,
        kind=f"call_off_{kind}",
        title=title,
        detail=f"{each.supplier} · {items.name_of(each.item)} {amount}",
        area_id=each.row.area_id,
        since=since,
        href=f"/stock/call-offs/{each.row.id}",
    )


def deliveries_add_up(session: Session) -> list[str]:
    """Return every call-off whose count is not the sum of its deliveries."""
    rows = session.execute(
        select(CallOff.id, CallOff.received, func.sum(CallOffDelivery.quantity))
        .outerjoin(CallOffDelivery, CallOffDelivery.call_off_id == CallOff.id)
        .group_by(CallOff.id, CallOff.received)
        .execution_options(**LEDGER)
    )
    return [
        f"call-off {call_off_id}: {received} counted, {int(brought or 0)} delivered"
        for call_off_id, received, brought in rows
        if received != int(brought or 0)
    ]
