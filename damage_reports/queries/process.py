"""The reports that count in a disaster: its own and its parts', less what was split off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.models import FigureClaim, Report
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.disasters.parts.rules import Grouping
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.geo.models import AreaClosure


@dataclass(frozen=True)
class Process:
    """One disaster with what joined it, as its divisions stand."""

    disaster_id: UUID
    grouping: Grouping
    tree: AreaTree

    @property
    def ids(self) -> frozenset[UUID]:
        """Return the disasters under which its reports lie."""
        return self.grouping.filed_under(self.disaster_id)

    def holds(self, disaster_id: UUID, area_id: UUID) -> bool:
        """Whether what was filed under a disaster for an area counts here.

        What is said of a whole county stays where it was said unless all its townships left.
        """
        township = self.tree.ancestor_at(area_id, Level.TOWNSHIP)
        of = [township] if township else self.tree.at_level(Level.TOWNSHIP, area_id)
        homes = {self.grouping.home(disaster_id, each.id) for each in of}
        home = homes.pop() if len(homes) == 1 else disaster_id
        return self.disaster_id in self.grouping.chain(home)

    def only(self, reports: Iterable[Report]) -> list[Report]:
        """Return those of some reports that count here."""
        return [each for each in reports if self.holds(each.disaster_id, each.area_id)]

    def left(self, node: AreaNode) -> bool:
        """Whether every township of an area was split off: nobody there owes this one anything."""
        townships = self.tree.at_level(Level.TOWNSHIP, node.id)
        return bool(townships) and not any(
            self.grouping.counts(self.disaster_id, self.disaster_id, each.id) for each in townships
        )


def process_of(
    session: Session, disaster: Disaster, tree: AreaTree, known_at: datetime | None = None
) -> Process:
    """Return a disaster with its parts, now or as known at an instant."""
    return Process(disaster.id, regrouped.grouping(session, known_at), tree)


def owing(session: Session, disaster_id: UUID, tree: AreaTree, area_id: UUID) -> list[AreaNode]:
    """Return the townships that report to a disaster: those split off it report to another."""
    known = regrouped.grouping(session)
    found = tree.reporting_townships(area_id)
    return [node for node in found if known.home(disaster_id, node.id) == disaster_id]


def filed_in(
    session: Session, disaster_ids: Iterable[UUID], area_id: UUID
) -> set[tuple[UUID, UUID]]:
    """Return (disaster, area) of every report in an area, whoever looks."""
    return _of_areas(session, Report, disaster_ids, area_id)


def _of_areas(
    session: Session, of: type[Report | FigureClaim], disaster_ids: Iterable[UUID], area_id: UUID
) -> set[tuple[UUID, UUID]]:
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    rows = session.execute(
        select(of.disaster_id, of.area_id)
        .where(of.disaster_id.in_(list(disaster_ids)), of.area_id.in_(below))
        .distinct(),
        execution_options={"scope": "shared"},
    )
    return {(disaster_id, each) for disaster_id, each in rows}


def regrouped_since(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, at: datetime
) -> bool:
    """Whether any report of an area, or another source's figure, joined a disaster or left it."""
    then, now = (process_of(session, disaster, tree, each) for each in (at, None))
    if then == now:
        return False
    ids = then.ids | now.ids
    filed = {pair for of in (Report, FigureClaim) for pair in _of_areas(session, of, ids, area.id)}
    return any(then.holds(*each) != now.holds(*each) for each in filed)


def beside(session: Session, disaster: Disaster, area: AreaNode) -> list[tuple[Disaster, datetime]]:
    """Return the other disasters of the same process in which an area has figures, and of when.

    What is filed here is added to those figures; the same damage belongs where it was filed.
    """
    known, township = regrouped.grouping(session), _township(area)
    whole, here = known.top(disaster.id), known.home(disaster.id, township)
    others = [
        each
        for each in sorted(known.filed_under(whole))
        if known.counts(whole, each, township) and known.home(each, township) != here
    ]
    latest = {each: _latest(session, each, area.id) for each in others}
    return [
        (found, as_of)
        for each, as_of in latest.items()
        if as_of and (found := session.get(Disaster, each))
    ]


def filing_place(session: Session, disaster: Disaster, area: AreaNode) -> UUID:
    """Return the disaster of a process an area reports to.

    That is where it was split off to, or the one part in which alone it has figures.
    """
    home = regrouped.grouping(session).home(disaster.id, _township(area))
    if home != disaster.id or _latest(session, disaster.id, area.id):
        return home
    others = beside(session, disaster, area)
    return others[0][0].id if len(others) == 1 else home


def same_row(session: Session, disaster_id: UUID, area: AreaNode) -> list[UUID]:
    """Return the other disasters under which an area's reports lie in one row with those here."""
    known, township = regrouped.grouping(session), _township(area)
    home = known.home(disaster_id, township)
    streams = (each.disaster_id for each in known.streams(home))
    return [each for each in streams if each != disaster_id and known.home(each, township) == home]


def _township(area: AreaNode) -> UUID:
    """Return the township an area is, or lies in."""
    return area.parent_id if area.level == Level.VILLAGE and area.parent_id else area.id


def _latest(session: Session, disaster_id: UUID, area_id: UUID) -> datetime | None:
    return session.scalar(
        select(Report.as_of)
        .where(
            Report.disaster_id == disaster_id, Report.area_id == area_id,
            Report.counted_from.is_not(None), Report.counted_to.is_(None),
        )
        .order_by(Report.as_of.desc())
        .limit(1)
    )  # fmt: skip
