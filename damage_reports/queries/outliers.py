"""The figures of a round that deserve a second look, and in words why.

What was to be expected is worked out from the whole city, whoever looks, so that two people
are told the same of one figure; the findings are cut to the areas of the reader.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import Report, ReportValue
from damage_reports.queries.form import Field, form_of
from damage_reports.queries.rounds import rounds
from damage_reports.rules import Asked, Outlier, Place, Why
from relief_ops import db
from relief_ops.auth import lookup
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _

NEAREST = 6
REPORTS_BEFORE = 2
PEOPLE_OF_A_VILLAGE = 2000.0  # where no census says anything: only the shares matter
KEPT = 8
LEVELS = (Level.TOWNSHIP, Level.VILLAGE)
SHARED = {"scope": "shared"}
Table = dict[str, dict[UUID, float]]  # by indicator, by area


class Instant(Protocol):
    """What of a round the comparison needs: which reports are of it, and which come before."""

    @property
    def code(self) -> str:
        """Return its code."""
        ...

    @property
    def as_of(self) -> datetime:
        """Return up to when its figures go."""
        ...


class _Unopened(NamedTuple):
    """The round of a report that was filed before anybody opened one."""

    code: str
    as_of: datetime


class Filed(NamedTuple):
    """The report a figure stands in, and who sent it."""

    id: UUID
    area_id: UUID
    received_at: datetime
    author_id: UUID


@dataclass(frozen=True)
class Doubt:
    """One figure worth a second look: where, in which report, by whom."""

    found: Outlier
    node: AreaNode
    county: AreaNode | None
    field: Field
    other: Field | None
    report: Filed
    author: str = ""


def doubts(
    session: Session, disaster: Disaster, tree: AreaTree, asked: Instant, *, within: UUID
) -> list[Doubt]:
    """Return the figures of a round worth a second look in an area, the rarest first."""
    form = form_of(session, disaster.form_version)
    inside = tree.within(within)
    found, filed = _found(session, disaster, tree, asked, form)
    mine = [each for each in found if each.area in inside]
    people = lookup.names(session, {filed[_id(each)].author_id for each in mine})
    return [
        Doubt(
            each, tree.node(_id(each)), tree.ancestor_at(_id(each), Level.COUNTY), form[each.code],
            form.get(each.other), filed[_id(each)], people.get(filed[_id(each)].author_id, ""),
        )
        for each in mine
    ]  # fmt: skip


def doubts_of(session: Session, report: Report, disaster: Disaster, tree: AreaTree) -> list[Doubt]:
    """Return what is worth a second look in one report, if it is the one that counts."""
    opened = (each for each in rounds(session, disaster) if each.code == report.round)
    asked = next(opened, None) or _Unopened(report.round, report.as_of)
    found = doubts(session, disaster, tree, asked, within=report.area_id)
    return [each for each in found if each.report.id == report.id]


def _id(found: Outlier) -> UUID:
    area: UUID = found.area
    return area


_kept: dict[tuple[UUID, str], tuple[Any, list[Outlier], dict[UUID, Filed]]] = {}


def _found(
    session: Session, disaster: Disaster, tree: AreaTree, asked: Instant, form: Mapping[str, Field]
) -> tuple[list[Outlier], dict[UUID, Filed]]:
    """Return what is doubtful in the city, kept until a report of the disaster counts or not."""
    state = (db.engine(), tree, form, asked.as_of, *session.execute(
        select(func.count(), func.count(Report.counted_from), func.max(Report.counted_from),
               func.count(Report.counted_to),
               func.max(Report.counted_to)).where(Report.disaster_id == disaster.id),
        execution_options=SHARED,
    ).one())  # fmt: skip
    key = (disaster.id, asked.code)
    kept = _kept.get(key)
    if kept is None or kept[0] != state:
        found, filed = _read(session, disaster, tree, asked, form)
        if len(_kept) >= KEPT:
            _kept.clear()
        kept = _kept[key] = (state, found, filed)
    return kept[1], kept[2]


def _read(
    session: Session, disaster: Disaster, tree: AreaTree, asked: Instant, form: Mapping[str, Field]
) -> tuple[list[Outlier], dict[UUID, Filed]]:
    now = [Filed(*row[:4]) for row in session.execute(
        _counted(disaster).where(Report.round == asked.code), execution_options=SHARED
    )]  # fmt: skip
    before = _before(session, disaster, asked)
    tables = _tables(session, [{each.id: each.area_id for each in now}, *before], form)
    places = _places(tree)
    what = {
        each.code: Asked(each.unit_zh, falls=each.nature == "rt")
        for each in form.values()
        if each.roll_up == "sum"
    }
    found: list[Outlier] = []
    for level in LEVELS:
        mine = {area: place for area, place in places.items() if tree.node(area).level == level}
        cut = [
            {c: {a: v for a, v in known.items() if a in mine} for c, known in each.items()}
            for each in tables
        ]
        found += rules.outliers(mine, what, cut[0], cut[1:])
    found.sort(key=lambda each: -each.score)
    return found, {each.area_id: each for each in now}


def _counted(disaster: Disaster) -> Select[UUID, UUID, datetime, UUID]:
    """Return the reports of a disaster that count."""
    return select(Report.id, Report.area_id, Report.received_at, Report.author_id).where(
        Report.disaster_id == disaster.id,
        Report.counted_from.is_not(None),
        Report.counted_to.is_(None),
    )


def _before(session: Session, disaster: Disaster, asked: Instant) -> list[dict[UUID, UUID]]:
    """Return report → area of each area's last report before a round, then of the one before."""
    order = (Report.as_of.desc(), Report.received_at.desc(), Report.id.desc())
    place = func.row_number().over(partition_by=Report.area_id, order_by=order).label("place")
    ranked = (
        _counted(disaster)
        .where(Report.round != asked.code, Report.as_of <= asked.as_of)
        .add_columns(place)
        .subquery()
    )
    rows: Iterable[Row[UUID, UUID, int]] = session.execute(
        select(ranked.c.id, ranked.c.area_id, ranked.c.place).where(
            ranked.c.place <= REPORTS_BEFORE
        ),
        execution_options=SHARED,
    )
    found: list[dict[UUID, UUID]] = [{} for _each in range(REPORTS_BEFORE)]
    for report_id, area_id, number in rows:
        found[number - 1][report_id] = area_id
    return found


def _tables(
    session: Session, wanted: list[dict[UUID, UUID]], form: Mapping[str, Field]
) -> list[Table]:
    """Return the known figures of several sets of reports, by indicator and area."""
    fields = {each.id: each for each in form.values()}
    tables: list[Table] = []
    for reports in wanted:
        table: Table = {}
        for report_id, indicator_id, value in _values(session, list(reports)):
            if indicator_id in fields:
                field = fields[indicator_id]
                table.setdefault(field.code, {})[reports[report_id]] = (
                    value or 0
                ) / 10**field.scale
        tables.append(table)
    return tables


def _values(session: Session, reports: list[UUID]) -> Iterable[Row[UUID, int, int | None]]:
    for start in range(0, len(reports), 500):
        yield from session.execute(
            select(ReportValue.report_id, ReportValue.indicator_id, ReportValue.value).where(
                ReportValue.report_id.in_(reports[start : start + 500]),
                ReportValue.value.is_not(None),
            )
        )


# --- who lives where, and who lies near whom


def _places(tree: AreaTree) -> dict[UUID, Place]:
    """Return townships and villages with their people, their groups and their neighbours.

    People are those of the area's own census figure; without one, its share of the nearest
    area above that has one, by the number of villages.
    """
    nodes = [node for level in LEVELS for node in tree.at_level(level)]
    villages = Counter(
        above.id for node in tree.at_level(Level.VILLAGE) for above in tree.ancestors(node.id)
    )
    places = {}
    for node in nodes:
        above = tree.ancestors(node.id)
        groups = tuple(each.id for each in reversed(above[1:]))
        near = _nearest(tree, node) if node.level == Level.TOWNSHIP else ()
        places[node.id] = Place(_people(above, villages), groups or (node.id,), near)
    return places


def _people(above: list[AreaNode], villages: Counter[UUID]) -> float:
    own = max(1, villages[above[0].id])
    for each in above:
        if each.population:
            return each.population * min(1.0, own / max(1, villages[each.id]))
    return PEOPLE_OF_A_VILLAGE * own


def _nearest(tree: AreaTree, node: AreaNode) -> tuple[UUID, ...]:
    """Return the townships whose points lie nearest, of whatever county."""
    if node.lon is None or node.lat is None:
        return ()
    narrow = math.cos(math.radians(node.lat))
    away = [
        (math.hypot((each.lon - node.lon) * narrow, each.lat - node.lat), each.code, each.id)
        for each in tree.reporting_townships()
        if each.lon is not None and each.lat is not None and each.id != node.id
    ]
    return tuple(area_id for _distance, _code, area_id in sorted(away)[:NEAREST])


# --- in words


def why(doubt: Doubt) -> str:
    """Return why a figure deserves a second look, in the reader's language."""
    found = doubt.found
    meant = plain(found.meant) if found.meant is not None else ""
    if found.why in (Why.HIGH, Why.LOW):
        return _far(found)
    if found.why == Why.SWAPPED:
        other = doubt.other.name if doubt.other else found.other
        return _(
            "It would fit the field %(other)s, whose figure would fit here: exchanged?", other=other
        )
    if found.why == Why.DIGITS:
        return _("With two digits exchanged, %(meant)s, it would fit.", meant=meant)
    return _slip(found, meant)


def _far(found: Outlier) -> str:
    if found.last is None:
        return (
            _("Far above its neighbours.")
            if found.why == Why.HIGH
            else _("Far below its neighbours.")
        )
    if found.why == Why.HIGH:
        return _("Far above its last report and its neighbours.")
    return _("Far below its last report.")


def _slip(found: Outlier, meant: str) -> str:
    if found.why == Why.MU:
        return _("15 times what was expected: mu for hectares? %(meant)s would fit.", meant=meant)
    if found.why == Why.YUAN:
        return _(
            "10,000 times what was expected: yuan for 10,000 yuan? %(meant)s would fit.",
            meant=meant,
        )
    if found.why == Why.THOUSANDS:
        return _(
            "A thousandth of what was expected: thousands of hectares? %(meant)s would fit.",
            meant=meant,
        )
    if found.why == Why.TIMES:
        return _(
            "%(factor)d times what was expected: noughts too many? %(meant)s would fit.",
            factor=round(found.factor), meant=meant,
        )  # fmt: skip
    return _(
        "1/%(factor)d of what was expected: noughts too few? %(meant)s would fit.",
        factor=round(1 / found.factor), meant=meant,
    )  # fmt: skip


def span(found: Outlier) -> str:
    """Return between what a figure was to be expected, as people say it."""
    low, high = rough(found.low), rough(found.high)
    if high == low:
        return _("about %(high)s", high=plain(high))
    return _("about %(low)s to %(high)s", low=plain(low), high=plain(high))


def rough(value: float) -> float:
    """Return a number to two digits: an expectation is no more exact."""
    return float(f"{value:.2g}") if value >= 1 else float(round(value))


def plain(value: float) -> str:
    """Return a number with its thousands apart and without needless decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def told_doubts(found: Iterable[Doubt]) -> list[dict[str, str]]:
    """Return findings of a report's page beside those of the rules of the form."""
    return [
        {
            "rule": "",
            "severity": str(rules.Severity.WARNING),
            "field": each.field.code,
            "message": _(
                "%(figure)s: %(value)s reported, %(expected)s expected. %(why)s",
                figure=each.field.name, value=plain(each.found.value), expected=span(each.found),
                why=why(each),
            ),
        }
        for each in found
    ]  # fmt: skip


def shown_doubt(each: Doubt) -> dict[str, Any]:
    """Return a finding as the API shows it."""
    found = each.found
    return {
        "area_code": each.node.code,
        "name": each.node.name,
        "level": each.node.level,
        "county": each.county.name if each.county else "",
        "indicator": each.field.code,
        "value": found.value,
        "last": found.last,
        "low": rough(found.low),
        "high": rough(found.high),
        "score": round(found.score, 1),
        "why": found.why,
        "meant": found.meant,
        "other": found.other or None,
        "message": why(each),
        "report_id": each.report.id,
        "received_at": each.report.received_at,
        "reported_by": each.author,
    }
