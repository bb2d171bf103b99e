"""What changed: the last rows of the log that this view may hear, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from maps.words import words
from relief_ops import geo
from relief_ops.events import shared_room
from relief_ops.events.models import EventArea, EventRow
from relief_ops.plugins import View

MOST = 40
CLOCK_SET = "drill.clock_set"
FIGURES = ("people", "quantity", "level", "round")
QUIET = (
    "user.", "token.", "person.", "denial.", "job.", "log.", "parameter.", "policy.", "indicator.",
    "source.",
    "drill.clock", "shelter.contact_read", "shelter.import_checked", "areas.codes",
    "areas.import_asked", "calendar.", "message.", "duty_phone.", "file.",
    "roster.read_full", "roster.exported", "report.held",
    "evacuation.looked_up",
)  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """How a drill's clock went from one real instant on."""

    real: datetime
    drill: datetime
    speed: int

    def told(self, at: datetime) -> datetime:
        """Return what it showed at a real instant."""
        return self.drill + max(at - self.real, timedelta(0)) * self.speed


def latest(session: Session, view: View, *, drill: UUID | None) -> list[dict[str, Any]]:
    """Return the latest changes heard in the shared room or the view's area, newest first."""
    tree = geo.tree(session, view.on)
    shared = shared_room(tree, view.area_id)
    heard = (
        select(EventArea.seq)
        .where(or_(EventArea.area_id == shared, EventArea.area_id == view.area_id))
        .distinct()
        .order_by(EventArea.seq.desc())
        .limit(3 * MOST)
    )
    rows = session.scalars(
        select(EventRow).where(EventRow.seq.in_(heard)).order_by(EventRow.seq.desc())
    )
    shown = [row for row in rows if not row.name.startswith(QUIET)][:MOST]
    areas = _areas(session, [row.seq for row in shown], tree)
    clocks = _clocks(session, drill) if drill else []
    return [_row(row, areas.get(row.seq, []), clocks) for row in shown]


def _clocks(session: Session, drill: UUID) -> list[Clock]:
    """Return how the drill's clock was set, as the log tells it, the last first."""
    rows = session.execute(
        select(EventRow.at, EventRow.payload)
        .where(EventRow.subject == drill, EventRow.name == CLOCK_SET)
        .order_by(EventRow.seq.desc())
    )
    told = [(at, orjson.loads(payload)) for at, payload in rows]
    return [
        Clock(at, datetime.fromisoformat(each["drill_at"]), 0 if each["paused"] else each["speed"])
        for at, each in told
    ]


def _areas(session: Session, seqs: list[int], tree: geo.AreaTree) -> dict[int, list[geo.AreaNode]]:
    found: dict[int, list[geo.AreaNode]] = {}
    for seq, area_id in session.execute(
        select(EventArea.seq, EventArea.area_id).where(EventArea.seq.in_(seqs), EventArea.own)
    ):
        if area_id in tree:
            found.setdefault(seq, []).append(tree.node(area_id))
    return found


def _row(row: EventRow, areas: list[geo.AreaNode], clocks: list[Clock]) -> dict[str, Any]:
    payload = orjson.loads(row.payload)
    number = next((payload[each] for each in FIGURES if isinstance(payload.get(each), int)), None)
    return {
        "seq": row.seq,
        "name": row.name,
        "words": words(row.name),
        "at": _moment(row.at, payload, clocks),
        "area": areas[0].name if areas else "",
        "area_code": areas[0].code if areas else "",
        "figure": number,
    }


def _moment(at: datetime, payload: dict[str, Any], clocks: list[Clock]) -> datetime:
    """Return the time to show: drill time where the event names it or the clock told it then."""
    if isinstance(payload.get("received_at"), str):
        return datetime.fromisoformat(payload["received_at"])
    if not clocks:
        return at
    return next((each for each in clocks if each.real <= at), clocks[-1]).told(at)
