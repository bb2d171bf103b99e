"""Reports on paper: which wait to be typed, and one with who sent it and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports.models import ReportPaper
from damage_reports.rules import PaperState
from relief_ops.auth import lookup
from relief_ops.disasters.models import Disaster
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention

MOST = 200


@dataclass(frozen=True)
class Paper:
    """A paper with its place, who sent it, and who typed or withdrew it."""

    row: ReportPaper
    node: AreaNode
    author: str
    settled_by: str


def paper(session: Session, paper_id: UUID, *, lock: bool = False) -> ReportPaper:
    """Return one paper within the viewer's areas. Raises NotFound."""
    statement = select(ReportPaper).where(ReportPaper.id == paper_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound(_("There is no such paper, or not in your areas."))
    return found


def paper_at(session: Session, paper_id: str, *, lock: bool = False) -> ReportPaper | None:
    """Return the paper a form names, None where it names none. Raises NotFound."""
    try:
        return paper(session, UUID(str(paper_id)), lock=lock) if paper_id else None
    except ValueError:
        raise NotFound(_("There is no such paper, or not in your areas.")) from None


def paper_like(session: Session, row: ReportPaper) -> ReportPaper | None:
    """Return the paper with these very bytes that stands for the same area and round."""
    return session.scalar(
        select(ReportPaper).where(
            ReportPaper.disaster_id == row.disaster_id,
            ReportPaper.area_id == row.area_id,
            ReportPaper.round == row.round,
            ReportPaper.sha256 == row.sha256,
            ReportPaper.state != PaperState.WITHDRAWN,
        )
    )


def papers(
    session: Session, disaster_id: UUID, tree: AreaTree, area: AreaNode, *, waiting: bool = True
) -> list[Paper]:
    """Return the papers of an area: those that wait, the oldest first, or the settled ones."""
    statement = select(ReportPaper).where(
        ReportPaper.disaster_id == disaster_id,
        ReportPaper.area_id.in_(tree.within(area.id)),
        (ReportPaper.state == PaperState.WAITING) == waiting,
    )
    order = ReportPaper.received_at if waiting else ReportPaper.received_at.desc()
    rows = session.scalars(statement.order_by(order, ReportPaper.id).limit(MOST)).all()
    return with_people(session, tree, rows)


def with_people(session: Session, tree: AreaTree, rows: Any) -> list[Paper]:
    """Return papers with the names of those who sent and settled them."""
    ids = {each.author_id for each in rows} | {each.settled_by for each in rows if each.settled_by}
    names = lookup.names(session, ids)
    return [
        Paper(
            each, tree.node(each.area_id), names.get(each.author_id, ""),
            names.get(each.settled_by, "") if each.settled_by else "",
        )
        for each in rows
    ]  # fmt: skip


def shown_paper(found: Paper) -> dict[str, Any]:
    """Return a paper as the API shows it."""
    row = found.row
    return {
        "id": row.id, "disaster_id": row.disaster_id, "area_code": found.node.code,
        "round": row.round, "file_id": row.file_id, "sha256": row.sha256, "told_by": row.told_by,
        "state": row.state, "received_at": row.received_at, "by": found.author,
        "report_id": row.report_id, "settled_at": row.settled_at, "settled_by": found.settled_by,
        "reason": row.reason,
    }  # fmt: skip


def waiting_papers(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode
) -> Iterator[Attention]:
    """Yield one line for the papers nobody has typed yet."""
    count, since = session.execute(
        select(func.count(), func.min(ReportPaper.received_at)).where(
            ReportPaper.disaster_id == disaster.id,
            ReportPaper.area_id.in_(tree.within(area.id)),
            ReportPaper.state == PaperState.WAITING,
        )
    ).one()
    if count:
        yield _line(disaster, area, count, since)


def _line(disaster: Disaster, area: AreaNode, count: int, since: datetime) -> Attention:
    return Attention(
        key=f"papers:{disaster.id}:{area.code}",
        state="watch",
        kind="papers",
        title=_("%(count)d reports on paper wait to be typed", count=count),
        detail=_("A picture is no figure: it counts in nothing until somebody types it."),
        area_id=area.id,
        since=since,
        href=f"/reports/papers?disaster={disaster.id}&area={area.code}",
    )
