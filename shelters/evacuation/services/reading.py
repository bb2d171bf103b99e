"""Reading in full: who read which rows, and why, is on record before anything is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops.cases.rules.states import Purpose
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, AreaTree
from shelters.evacuation import queries
from shelters.evacuation.events import HouseholdsRead, ListExported
from shelters.evacuation.models import ListedHousehold
from shelters.evacuation.queries import Wanted


def read_rows(
    session: Session, rows: Sequence[ListedHousehold], area: AreaNode, tree: AreaTree, *,
    purpose: Purpose, actor_id: UUID,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return rows of one area in full and record who read them, and why."""
    event = HouseholdsRead(Code(area.code), len(rows), purpose)
    subject = rows[0].id if len(rows) == 1 else area.id
    record(session, event, actor_id=actor_id, subject=subject, areas=[area.id])
    return [queries.shown(each, tree, full=True) for each in rows]


def export(
    session: Session, wanted: Wanted, area: AreaNode, tree: AreaTree, *, purpose: Purpose,
    actor_id: UUID,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return every wanted row in full and record who took them away, and why."""
    rows = queries.everything(session, wanted)
    event = ListExported(Code(area.code), len(rows), purpose)
    record(session, event, actor_id=actor_id, subject=area.id, areas=[area.id])
    return [queries.shown(each, tree, full=True) for each in rows]
