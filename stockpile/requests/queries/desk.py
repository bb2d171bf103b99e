"""What of requests somebody must deal with."""

from __future__ import annotations

from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.requests.queries.reading import requests
from stockpile.requests.rules import RequestState, is_late

HOURS = "stock.request_hours"


def attention(session: Session, view: View) -> list[Attention]:
    """Return the requests that wait for their answer; one that waits too long must be acted on."""
    if view.disaster_id is None:
        return []
    held = parameters.values(session, (HOURS,), on=view.on)
    hours = int(held[HOURS].value) if HOURS in held else 2
    return [
        Attention(
            key=f"supply_request:{each.row.id}",
            state="act" if is_late(each.row.asked_at, each.row.due_at, view.now, hours=hours)
            else "watch",
            kind="supply_request",
            title=_("%(depot)s asks the level above and waits for an answer",
                    depot=each.depot_name),
            detail=each.row.reason,
            area_id=each.row.area_id,
            since=each.row.asked_at,
            href=f"/stock/requests/{each.row.id}",
        )
        for each in requests(session, view, states=[RequestState.ASKED])
    ]  # fmt: skip
