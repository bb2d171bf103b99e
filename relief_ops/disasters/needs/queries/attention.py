"""What of the needs somebody must deal with."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.queries.reading import Line, needs
from relief_ops.disasters.needs.rules import FIRST_CLASS, OPEN_STATES, WAITED_FOR
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View


def attention(session: Session, view: View) -> list[Attention]:
    """Return needs of the first class that nobody answers, and needs due soon or overdue."""
    if view.disaster_id is None:
        return []
    keys = ("need.unpromised_minutes", "need.due_soon_minutes")
    held = parameters.values(session, keys, on=view.on)
    patience, notice = (
        timedelta(minutes=int(held[key].value)) if key in held else timedelta(0) for key in keys
    )
    found = []
    for each in needs(session, view, states=OPEN_STATES, basis=WAITED_FOR):
        if _unanswered(each.need, view.now, patience):
            found.append(_attention(each, "unpromised", "act", each.need.opened_at))
        elif each.need.due_at and each.need.due_at - notice <= view.now:
            state = "act" if each.need.due_at < view.now else "watch"
            found.append(_attention(each, "due", state, each.need.due_at - notice))
    return found


def _progress(line: Line) -> str:
    found = line.need
    amounts = f"{found.promised} / {found.quantity} {items.unit_of(line.item)}"
    return f"{items.name_of(line.item)} {amounts}"


def _unanswered(found: Need, now: datetime, patience: timedelta) -> bool:
    waiting = found.outstanding > 0 and found.priority == FIRST_CLASS
    return waiting and found.opened_at + patience <= now


def _attention(line: Line, kind: str, state: str, since: datetime) -> Attention:
    titles = {
        "unpromised": _("%(place)s: nobody has answered a need of the first class"),
        "due": _("%(place)s: a need is due"),
    }
    found = line.need
    return Attention(
        key=f"need:{kind}:{found.id}",
        state=state,
        kind=f"need_{kind}",
        title=titles[kind] % {"place": line.place_name},
        detail=_progress(line),
        area_id=found.area_id,
        since=since,
        href=f"/stock/needs/{found.id}",
    )
