"""Which areas can be heard from, worked out on read from what was recorded and what came in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import AreaContact, Report, ReportCall
from damage_reports.queries import limits
from damage_reports.rules import ANSWERED, LINKS, Heard, Known, Link, ReportState
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree


@dataclass(frozen=True)
class Contact:
    """One area's record, when and by what it was last heard, and whether it is out of contact."""

    node: AreaNode
    row: AreaContact
    heard_at: datetime | None
    means: str
    out: bool

    def hours(self, now: datetime) -> float | None:
        """Return for how many hours nobody has heard from it; None where nobody ever has."""
        return (now - self.heard_at).total_seconds() / 3600 if self.heard_at else None


def contacts(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, *, now: datetime
) -> dict[UUID, Contact]:
    """Return by area what is recorded of the contact with it, in an area and below it."""
    rows = session.scalars(select(AreaContact).where(AreaContact.disaster_id == disaster.id)).all()
    inside = tree.within(area.id)
    here = [row for row in rows if row.area_id in inside]
    if not here:
        return {}
    silence = limits.limit(session, disaster, limits.SILENCE)
    heard = _heard(session, disaster.id, {row.area_id for row in here}, now)
    found = {}
    for row in here:
        ways = [(row.last_contact_at, row.last_means), *heard.get(row.area_id, ())]
        at, means = max(((at, by) for at, by in ways if at), default=(None, ""))
        known = Known(Link(row.network), row.declared_at, at)
        out = rules.is_out_of_contact(known, now=now, silence=silence)
        found[row.area_id] = Contact(tree.node(row.area_id), row, at, means, out)
    return found


def out_of_contact(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, *, now: datetime
) -> dict[UUID, Contact]:
    """Return the areas that are out of contact, in an area and below it."""
    found = contacts(session, disaster, tree, area, now=now)
    return {area_id: each for area_id, each in found.items() if each.out}


def _heard(
    session: Session, disaster_id: UUID, areas: Collection[UUID], until: datetime
) -> dict[UUID, list[tuple[datetime, str]]]:
    """Return by area the last report that came and the last call that got through."""
    reports = select(Report.area_id, func.max(Report.received_at)).where(
        Report.disaster_id == disaster_id,
        Report.area_id.in_(areas),
        Report.state != ReportState.RIVAL,
        Report.received_at <= until,
    )
    calls = select(ReportCall.area_id, func.max(ReportCall.at)).where(
        ReportCall.disaster_id == disaster_id,
        ReportCall.area_id.in_(areas),
        ReportCall.outcome.in_(ANSWERED),
    )
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    for statement, means in ((reports, Heard.REPORT), (calls, Heard.PHONE)):
        column = statement.selected_columns[0]
        for area_id, at in session.execute(statement.group_by(column)):
            found.setdefault(area_id, []).append((at, means))
    return found


def of_area(session: Session, disaster_id: UUID, area_id: UUID) -> AreaContact | None:
    """Return the record of an area in a disaster, if anybody made one."""
    of_disaster = select(AreaContact).where(AreaContact.disaster_id == disaster_id)
    found: AreaContact | None = session.scalar(of_disaster.where(AreaContact.area_id == area_id))
    return found


def shown_contact(found: Contact) -> dict[str, Any]:
    """Return an area's contact as the API shows it."""
    row = found.row
    return {
        "id": row.id,
        "area_code": found.node.code,
        "name": found.node.name,
        "level": found.node.level,
        "out_of_contact": found.out,
        "heard_at": found.heard_at,
        "heard_by": found.means,
        "messenger_sent_at": row.messenger_sent_at,
        "messenger_route": row.messenger_route,
        "declared_at": row.declared_at,
        "changed_at": row.changed_at,
        "revision": row.revision,
    } | {link: getattr(row, link) for link in LINKS}
