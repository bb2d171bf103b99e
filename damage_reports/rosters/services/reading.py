"""Reading in full: who read which row, and why, is on record before anything is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.rosters import events, queries
from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.queries import Wanted
from damage_reports.rosters.rules import Roster
from relief_ops.cases.rules.states import Purpose
from relief_ops.events import Code, record
from relief_ops.geo import AreaTree


def read_row(
    session: Session, row: RosterRow, tree: AreaTree, *, purpose: Purpose, actor_id: UUID
) -> dict[str, Any]:
    """Return a row in full and record who read it, and why."""
    event = events.RowRead(row.id, row.record_id, Roster(row.roster), purpose)
    record(session, event, actor_id=actor_id, subject=row.record_id, areas=[row.area_id])
    return queries.full(row, tree)


def export(
    session: Session, wanted: Wanted, tree: AreaTree, *, purpose: Purpose, actor_id: UUID
) -> list[dict[str, Any]]:
    """Return every wanted row in full and record who took them away, and why."""
    rows = queries.everything(session, wanted)
    event = events.RosterExported(
        wanted.disaster_id, Code(tree.node(wanted.area_id).code), wanted.roster, purpose, len(rows)
    )
    record(session, event, actor_id=actor_id, subject=wanted.disaster_id, areas=[wanted.area_id])
    return [queries.full(each, tree) for each in rows]
