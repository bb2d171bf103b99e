"""The quick report (快报表) of an area: every figure of the form, for it and each area below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from damage_reports.queries.form import Field, form_of
from damage_reports.queries.imports import form_head
from damage_reports.queries.live import rollup
from damage_reports.queries.rounds import Round, rounds
from damage_reports.queries.sources import source_names
from damage_reports.queries.summaries import Signed, signed_by
from damage_reports.queries.units import Unit
from damage_reports.rules import Basis, round_words
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class AreaColumn:
    """One area's figures; one that is absent is not yet known. `known` counts who knows it.

    `sources` marks the figures that are another source's than the report's (`Unit.marks`).
    """

    node: AreaNode
    expected: int
    reported: int
    values: Mapping[str, Decimal]
    known: Mapping[str, int] | None
    sources: Mapping[str, str]
    oldest_as_of: datetime | None = None
    newest_as_of: datetime | None = None


@dataclass(frozen=True)
class QuickReport:
    """A quick report: what it is of, as of when, and its columns, the area's own first."""

    disaster: Disaster
    area: AreaNode
    tree: AreaTree
    fields: tuple[Field, ...]
    columns: tuple[AreaColumn, ...]
    basis: Basis
    round: str
    head: Mapping[str, str]
    drawn_at: datetime
    names: Mapping[str, str]
    signed: Signed | None = None
    form_version: str = ""
    titles: tuple[str, str] | None = None  # official, and short for a file's name
    foot: Mapping[str, str] = field(default_factory=dict)  # who signed as what (`signed_by`)

    @property
    def edition(self) -> str:
        """Return the edition of the form it is."""
        return self.form_version or self.disaster.form_version

    @property
    def drill(self) -> bool:
        """Whether its figures are of a drill."""
        return self.disaster.drill_id is not None


def quick_report(
    session: Session, seen: disasters.Looking, disaster: Disaster, *, basis: Basis,
    round_: Round | None,
) -> QuickReport:  # fmt: skip
    """Return the report of what is looked at; of a round, the last figures before the next one."""
    at = seen.view.at or until(round_, rounds(session, disaster))
    form = form_of(session, disaster.form_version)
    found = rollup(
        session, disaster_id=disaster.id, area=seen.area, tree=seen.tree, form=form, basis=basis,
        at=at, known_at=seen.view.known_at,
    )  # fmt: skip
    columns = tuple(_column(unit) for unit in (found.area, *found.children))
    return QuickReport(
        disaster, seen.area, seen.tree, tuple(form.values()), columns, basis,
        round_.title if round_ else "", form_head(session, disaster.form_version), seen.view.now,
        source_names(session),
    )  # fmt: skip


def until(round_: Round | None, opened: Iterable[Round]) -> datetime | None:
    """Return the last instant whose figures are of a round; None for the last one, or for none."""
    if round_ is None:
        return None
    later = [each.as_of for each in opened if each.as_of > round_.as_of]
    return min(later) - INSTANT if later else None


def _column(unit: Unit) -> AreaColumn:
    return AreaColumn(
        unit.node, unit.expected, unit.reported, unit.values, unit.known, unit.marks(),
        unit.oldest_as_of, unit.newest_as_of,
    )  # fmt: skip


def signed_quick_report(session: Session, found: Signed, disaster: Disaster) -> QuickReport:
    """Return the report as it was frozen for the level above."""
    tree = disasters.division_tree(session, disaster)
    form = form_of(session, disaster.form_version)
    columns = tuple(
        AreaColumn(
            tree.by_code(line.area), line.expected, line.reported, line.values, None, line.sources
        )
        for line in found.lines
    )
    opened = {each.code: each.title for each in rounds(session, disaster)}
    return QuickReport(
        disaster, found.area, tree, tuple(form.values()), columns, Basis(found.row.basis),
        opened.get(found.row.round, round_words(found.row.round)),
        form_head(session, disaster.form_version), found.row.known_at, source_names(session),
        found, foot=signed_by(session, found.signed, found.row.prepared_by),
    )  # fmt: skip
