"""The reported figures beside the rosters, area by area.

People come back while reports are on their way: each area's rows are counted as of the
instant its own figures are of, and only then added up, so a table above says nothing its
parts do not. A list belongs to the disaster its rows were written under, and so do the figures
beside it: a disaster that joined another keeps lists of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import queries as reports
from damage_reports.queries.totals import Asked
from damage_reports.queries.units import Unit
from damage_reports.rosters.queries import counting
from damage_reports.rosters.rules import Counted, Line, Roster, State, lines
from damage_reports.rules import Basis
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts.rules import ALONE
from relief_ops.geo import AreaNode, AreaTree, Level


@dataclass(frozen=True)
class Reconciled:
    """One area's figures beside its rosters."""

    area: AreaNode
    as_of: datetime | None
    lines: list[Line]

    @property
    def silent(self) -> bool:
        """Whether it is a village without a report of its own: its township counts for it."""
        return self.as_of is None and self.area.level == Level.VILLAGE

    @property
    def open(self) -> list[Line]:
        """Return the lines that neither agree nor carry a reason."""
        if self.silent:
            return []
        return [each for each in self.lines if each.state in (State.DIFFERS, State.NOT_REPORTED)]


@dataclass(frozen=True)
class Reconciliation:
    """An area and those directly below it."""

    area: Reconciled
    children: list[Reconciled]


def reconciliation(
    session: Session, *, disaster: Disaster, area: AreaNode, tree: AreaTree, now: datetime
) -> Reconciliation:
    """Return every figure that has a roster beside its count, of an area and those below."""
    return _Books(session, disaster, area, tree, now).compared()


@dataclass
class _Books:
    """The two sides of one area, as known now."""

    session: Session
    disaster: Disaster
    area: AreaNode
    tree: AreaTree
    now: datetime

    @cached_property
    def form(self) -> Mapping[str, reports.Field]:
        """Return what the disaster's edition of the form asks for: nothing else is compared."""
        return reports.form_of(self.session, self.disaster.form_version)

    def compared(self) -> Reconciliation:
        form = self.form
        filed = Asked(
            self.session, self.disaster.id, self.area, self.tree, form, Basis.REPORTED,
            at=None, known_at=None, only=None, grouping=ALONE,
        ).filed()  # fmt: skip
        found = reports.as_reported(
            self.session, disaster_id=self.disaster.id, area=self.area, tree=self.tree,
            form=form, grouping=ALONE,
        )  # fmt: skip
        counted = self.counts(filed)
        whole = self.one(found.area, counted)
        if self.area.level == Level.TOWNSHIP and self.area.id in filed:
            # Beside its own figures a village's rows count as of those, not of the township's.
            counted = self.counts({key: at for key, at in filed.items() if key != self.area.id})
        return Reconciliation(whole, [self.one(unit, counted) for unit in found.children])

    def one(self, unit: Unit, counted: Mapping[UUID, Counted]) -> Reconciled:
        """Return one area's figures beside what the rows in it and below it add up to."""
        inside = self.tree.within(unit.node.id)
        sums = _added(counts for area_id, counts in counted.items() if area_id in inside)
        found = lines(unit.values, sums, self.reasons(unit.node))
        asked = [each for each in found if each.indicator in self.form]
        return Reconciled(unit.node, unit.newest_as_of, asked)

    def reasons(self, area: AreaNode) -> Mapping[str, str]:
        """Return the reasons kept with the report that counts for an area; none above townships."""
        if area.level not in (Level.TOWNSHIP, Level.VILLAGE):
            return {}
        found = reports.latest_before(
            self.session, disaster_id=self.disaster.id, area_id=area.id, as_of=self.now,
            other_than="",
        )  # fmt: skip
        return found.reasons if found else {}

    def counts(self, filed: Mapping[UUID, datetime]) -> dict[UUID, Counted]:
        """Return the counts of each area's own rows as of the figures they stand beside."""
        found: dict[UUID, Counted] = defaultdict(dict)
        for roster in (Roster.CASUALTIES, Roster.HOUSES):
            for area_id, counts in self.by_area(roster, self.now).items():
                found[area_id] |= counts
        instants = {
            each: self.instant(each, filed)
            for each in counting.areas_with_rows(
                self.session, self.disaster.id, self.area.id, Roster.RELOCATED
            )
        }
        for at in sorted(set(instants.values())):
            for area_id, counts in self.by_area(Roster.RELOCATED, at).items():
                if instants[area_id] == at:
                    found[area_id] |= counts
        return found

    def by_area(self, roster: Roster, at: datetime) -> dict[UUID, Counted]:
        return counting.by_area(self.session, self.disaster.id, self.area.id, roster=roster, at=at)

    def instant(self, area_id: UUID, filed: Mapping[UUID, datetime]) -> datetime:
        """Return as of when the rows of an area count: of its township's figures, or its own."""
        above = reversed(self.tree.ancestors(area_id))
        return next((filed[node.id] for node in above if node.id in filed), self.now)


def _added(counts: Iterable[Counted]) -> Counted:
    total: Counted = defaultdict(int)
    for each in counts:
        for code, number in each.items():
            total[code] += number
    return total
