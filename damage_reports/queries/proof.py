"""The proof that totals are what the reports say: added up once more, one plain row at a time.

It shares nothing with the totals but the form and which disaster holds what: the report that
counts is picked here row by row, and `rules.totals` adds. A figure that another source gives
stands for itself and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.models import OwnFigure, Report, ReportValue
from damage_reports.queries import live, totals
from damage_reports.queries.form import Field, form_of
from damage_reports.queries.spans import SPANS
from damage_reports.queries.units import Rollup, Unit
from damage_reports.rules import Basis, RollUp, roll_up, unscaled
from damage_reports.rules.totals import Row, Sum
from relief_ops import geo
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.disasters.parts.rules import Grouping
from relief_ops.geo import AreaTree, Level

BATCH = 500
COLUMNS = (
    Report.id, Report.area_id, Report.disaster_id, Report.as_of, Report.valid_from,
    Report.received_at,
    Report.counted_from, Report.counted_to, Report.accepted_from, Report.accepted_to,
)  # fmt: skip
ADDED = (RollUp.SUM, RollUp.ANY_THEN_SUM)
Figures = dict[UUID, dict[str, Decimal | None]]  # area → figure by its code
Wanted = dict[str, dict[str, Sum]]  # code → area → its total


@dataclass(frozen=True)
class Question:
    """One disaster's totals on one basis, over the areas of its day."""

    session: Session
    disaster: Disaster
    tree: AreaTree
    form: Mapping[str, Field]
    grouping: Grouping
    basis: Basis

    @property
    def codes(self) -> list[str]:
        """Return the figures that are added."""
        return [code for code, each in self.form.items() if each.roll_up in ADDED]


def totals_disagree(session: Session) -> list[str]:
    """Return every total of a township, county or city that is not what the reports add up to."""
    disasters = session.scalars(select(Disaster).execution_options(any_drill=True)).all()
    return [each for disaster in disasters for each in totals_of(session, disaster)]


def totals_of(session: Session, disaster: Disaster) -> list[str]:
    """Return what disagrees in one disaster, on both bases."""
    grouping = regrouped.grouping(session)
    tree = geo.tree(session, disaster.division_date)
    form = form_of(session, disaster.form_version)
    found = []
    for basis in Basis:
        question = Question(session, disaster, tree, form, grouping, basis)
        found += [f"{disaster.name}, {basis}: {each}" for each in _disagreements(question)]
    return list(dict.fromkeys(found))


def _disagreements(question: Question) -> Iterable[str]:
    members = question.grouping.members(question.disaster.id)
    wanted = _added([_figures(question, each) for each in members], question)
    for node in question.tree:
        if node.level in (Level.VILLAGE, Level.TOWNSHIP):
            continue
        asked: dict[str, Any] = {
            "disaster_id": question.disaster.id, "area": node, "tree": question.tree,
            "form": question.form, "basis": question.basis, "grouping": question.grouping,
        }  # fmt: skip
        for found in _answers(question, asked):
            for unit in (found.area, *found.children):
                yield from _differences(unit, wanted)


def _answers(question: Question, asked: dict[str, Any]) -> Iterable[Rollup]:
    """Read an area's totals each way there is: from the tables, and from what is kept."""
    yield totals.rollup(question.session, **asked)
    yield live.rollup(question.session, **asked)
    if question.basis is Basis.REPORTED:
        without = {key: value for key, value in asked.items() if key != "basis"}
        yield live.as_reported(question.session, **without)


def _differences(unit: Unit, wanted: Wanted) -> Iterable[str]:
    marked = unit.marks()
    for code, totals_of in wanted.items():
        right = totals_of[str(unit.node.id)]
        if code not in marked and unit.values.get(code) != right.value:
            told, found = unit.values.get(code), right.value
            yield f"{unit.node.name} {code}: {told} is shown, the reports add up to {found}"


def _figures(question: Question, member_id: UUID) -> Figures:
    """Return what one disaster itself holds: by area the figures of the report that counts."""
    counting = _counting(question, member_id)
    codes = {each.id: each for each in question.form.values()}
    figures: Figures = {report.area_id: {} for report in counting}
    places = {report.id: report.area_id for report in counting}
    for report_id, indicator_id, value in _values(question.session, list(places)):
        if asked := codes.get(indicator_id):
            figures[places[report_id]][asked.code] = _plain(value, asked)
    if question.basis is Basis.ACCEPTED:
        under = {(each.area_id, each.disaster_id, each.as_of) for each in counting}
        own = select(OwnFigure).where(OwnFigure.set_to.is_(None)).order_by(OwnFigure.set_from)
        for said in question.session.scalars(own):
            asked = codes.get(said.indicator_id)
            if asked and (said.area_id, said.disaster_id, said.as_of) in under:
                figures[said.area_id][asked.code] = _plain(said.value, asked)
    return figures


def _values(session: Session, reports: list[UUID]) -> Iterable[Any]:
    columns = (ReportValue.report_id, ReportValue.indicator_id, ReportValue.value)
    for at in range(0, len(reports), BATCH):
        some = ReportValue.report_id.in_(reports[at : at + BATCH])
        yield from session.execute(select(*columns).where(some))


def _plain(value: int | None, asked: Field) -> Decimal | None:
    return None if value is None else unscaled(value, scale=asked.scale)


def _counting(question: Question, member_id: UUID) -> list[Any]:
    """Return each area's report that counts: the latest of those it holds that stand."""
    start, end = SPANS[question.basis]
    filed_under = sorted({member_id, *question.grouping.filed_under(member_id)})
    rows = select(*COLUMNS).where(Report.disaster_id.in_(filed_under))
    latest: dict[UUID, Any] = {}
    for report in question.session.execute(rows):
        stands = getattr(report, start) is not None and getattr(report, end) is None
        if stands and _held(question, member_id, report):
            known = latest.get(report.area_id)
            if known is None or _order(report) > _order(known):
                latest[report.area_id] = report
    return list(latest.values())


def _order(report: Any) -> tuple[Any, ...]:
    return (report.valid_from, report.received_at, report.id)


def _held(question: Question, member_id: UUID, report: Any) -> bool:
    if report.area_id not in question.tree:
        return False
    township = question.tree.ancestor_at(report.area_id, Level.TOWNSHIP)
    home = question.grouping.home
    return member_id == (home(report.disaster_id, township.id) if township else report.disaster_id)


def _added(members: list[Figures], question: Question) -> Wanted:
    """Return the totals of several disasters: added by township, then upwards."""
    wanted = {}
    for code in question.codes:
        how = RollUp(question.form[code].roll_up)
        each = [roll_up(_rows(question.tree, one), indicator=code, how=how) for one in members]
        wanted[code] = each[0] if len(each) == 1 else _together(each, question.tree, code, how)
    return wanted


def _rows(tree: AreaTree, figures: Figures) -> list[Row]:
    return [
        Row(
            str(node.id),
            str(node.parent_id) if node.parent_id else None,
            statistical=node.level == Level.TOWNSHIP,
            pseudo=node.pseudo,
            filed=node.id in figures,
            values=figures.get(node.id, {}),
        )
        for node in tree
    ]


def _together(each: list[dict[str, Sum]], tree: AreaTree, code: str, how: RollUp) -> dict[str, Sum]:
    townships: Figures = {}
    for node in tree.at_level(Level.TOWNSHIP):
        known = [one[str(node.id)].value for one in each]
        if any(value is not None for value in known):
            said = [value for value in known if value is not None]
            joined = max(said) if how is RollUp.ANY_THEN_SUM else sum(said, Decimal(0))
            townships[node.id] = {code: joined}
    rows = [
        row for row in _rows(tree, townships) if tree.node(UUID(row.area)).level != Level.VILLAGE
    ]
    return roll_up(rows, indicator=code)
