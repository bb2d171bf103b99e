"""What the level above must know: who is out of contact, and who is overdue for too long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.queries import bypass, gaps, limits, own, stability
from damage_reports.queries.contact import Contact, contacts, out_of_contact
from damage_reports.queries.overdue import overdue
from damage_reports.queries.papers import waiting_papers
from damage_reports.queries.rounds import Round
from damage_reports.queries.sent_up import Unsent, unsent
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, Figure, View

SHOWN = 4


def attention(session: Session, view: View) -> list[Attention]:
    """Return areas out of contact by county, and what is overdue so long that it goes up."""
    seen = looking(session, view)
    if seen is None or view.at or view.known_at:
        return []
    disaster, tree, area = seen
    return [
        *_out(session, disaster, tree, area, view),
        *_escalated(session, disaster, tree, area, view),
        *_unsent(session, disaster, tree, area, view),
        *stability.waiting(session, disaster, tree, area),
        *own.disputed(session, disaster, tree, area),
        *waiting_papers(session, disaster, tree, area),
        *gaps.waiting(session, disaster, tree, area),
        *bypass.waiting(session, disaster, tree, area, view),
    ]


def looking(session: Session, view: View) -> tuple[Disaster, AreaTree, AreaNode] | None:
    """Return what a view looks at; None without a disaster."""
    if view.disaster_id is None:
        return None
    disaster = disasters.disaster(session, view.disaster_id)
    tree = disasters.division_tree(session, disaster)
    return disaster, tree, tree.node(view.area_id)


def _out(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, view: View
) -> Iterator[Attention]:
    counties: dict[AreaNode, list[Contact]] = {}
    for each in out_of_contact(session, disaster, tree, area, now=view.now).values():
        counties.setdefault(_county(tree, each.node), []).append(each)
    for county, found in counties.items():
        since = min(each.heard_at or each.row.changed_at for each in found)
        yield Attention(
            key=f"contact:{disaster.id}:{county.code}",
            state="blind",
            kind="out_of_contact",
            title=_("%(county)s: %(count)d out of contact", county=county.name, count=len(found)),
            detail="、".join(each.node.name for each in found[:SHOWN]),
            area_id=county.id,
            since=since,
            href=f"/reports/contacts?disaster={disaster.id}&area={county.code}",
        )


def _county(tree: AreaTree, node: AreaNode) -> AreaNode:
    return tree.ancestor_at(node.id, Level.COUNTY) or node


def _escalated(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, view: View
) -> Iterator[Attention]:
    """Yield for each area above counties, in one line, what they have owed for too long."""
    patience = limits.limit(session, disaster, limits.ESCALATE)
    late = overdue(session, disaster, tree, area, now=view.now, patience=patience)
    if late.round is None or not late.townships:
        return
    above: dict[AreaNode, Counter[str]] = {}
    for node in late.townships:
        county = _county(tree, node)
        if county.parent_id is not None:
            above.setdefault(tree.node(county.parent_id), Counter())[county.name] += 1
    minutes = int(patience.total_seconds() // 60)
    for node, counties in above.items():
        yield _raised(disaster, node, counties, late.round, minutes)


def _raised(
    disaster: Disaster, above: AreaNode, counties: Counter[str], owed: Round, minutes: int
) -> Attention:
    here = f"disaster={disaster.id}&area={above.code}&round={owed.code}"
    return Attention(
        key=f"escalated:{disaster.id}:{owed.code}:{above.code}",
        state="act",
        kind="escalated",
        title=_(
            "%(round)s overdue by more than %(minutes)d min: %(count)d townships",
            round=owed.title, minutes=minutes, count=counties.total(),
        ),
        detail="、".join(f"{name} {count}" for name, count in counties.most_common(SHOWN)),
        area_id=above.id,
        since=owed.due["township"],
        href=f"/reports/board?{here}&show=missing",
    )  # fmt: skip


def _unsent(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, view: View
) -> Iterator[Attention]:
    """Yield what the area looked at owes the level above, and in one line what it is owed.

    Its own table as soon as that is due; those of others after the patience there is with
    townships.
    """
    for each in unsent(session, disaster, tree, area, now=view.now):
        yield from (_table_owed(disaster, node, each) for node in each.nodes if node == area)
    patience = limits.limit(session, disaster, limits.ESCALATE)
    for each in unsent(session, disaster, tree, area, now=view.now, patience=patience):
        above: dict[UUID, list[AreaNode]] = {}
        for node in each.nodes:
            if node.parent_id is not None:
                above.setdefault(node.parent_id, []).append(node)
        for parent, nodes in above.items():
            if parent in tree.within(area.id):
                yield _tables_missing(disaster, tree.node(parent), nodes, each)


def _table_owed(disaster: Disaster, node: AreaNode, owed: Unsent) -> Attention:
    here = f"disaster={disaster.id}&area={node.code}&round={owed.round.code}"
    return Attention(
        key=f"table:{disaster.id}:{owed.round.code}:{node.code}",
        state="watch",
        kind="table_owed",
        title=_(
            "%(area)s: the table of %(round)s has not gone up",
            area=node.name, round=owed.round.title,
        ),
        detail=_("Prepared, looked at, signed; by telephone if it is night."),
        area_id=node.id,
        since=owed.due,
        href=f"/reports/summaries?{here}",
    )  # fmt: skip


def _tables_missing(
    disaster: Disaster, above: AreaNode, nodes: list[AreaNode], owed: Unsent
) -> Attention:
    here = f"disaster={disaster.id}&area={above.code}&round={owed.round.code}"
    return Attention(
        key=f"tables:{disaster.id}:{owed.round.code}:{above.code}",
        state="act",
        kind="tables_missing",
        title=_(
            "%(round)s: %(count)d counties have not sent their table up",
            round=owed.round.title, count=len(nodes),
        ),
        detail="、".join(node.name for node in nodes[:SHOWN]),
        area_id=above.id,
        since=owed.due,
        href=f"/reports/board?{here}",
    )  # fmt: skip


def headline(session: Session, view: View) -> Figure:
    """Return how many townships are out of contact, with the villages in the note."""
    seen = looking(session, view)
    if seen is None:
        return Figure(value=None, unit=_("townships"))
    disaster, tree, area = seen
    found = out_of_contact(session, disaster, tree, area, now=view.now).values()
    townships = [each for each in found if each.node.level == Level.TOWNSHIP]
    villages = len(found) - len(townships)
    return Figure(
        value=len(townships),
        unit=_("townships"),
        as_of=view.now,
        source=_("worked out from what was recorded and what came in"),
        notes=(_("%(count)d villages", count=villages),) if villages else (),
        state="blind" if found else "ok",
        href=f"/reports/contacts?disaster={disaster.id}&area={area.code}",
    )


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return an area's contact for the drawer; a county's silent areas."""
    seen = looking(session, view)
    if seen is None:
        return None
    disaster, tree, area = seen
    found = contacts(session, disaster, tree, area, now=view.now)
    return {
        "area": area,
        "disaster": disaster,
        "own": found.get(area.id),
        "out": [each for each in found.values() if each.out and each.node.id != area.id],
        "may_be_recorded": area.level in (Level.TOWNSHIP, Level.VILLAGE),
        "now": view.now,
    }
