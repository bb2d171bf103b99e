"""The figures of a round that deserve a second look, and in words why.

What was to be expected is worked out from the whole city, whoever looks, so that two people
are told the same of one figure; the findings are cut to the areas of the reader.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import Report, ReportValue
from damage_reports.queries.form import Field, form_of
from damage_reports.queries.rounds import rounds
from damage_reports.queries.vouching import Figure, Vouched, vouchers
from damage_reports.rules import Asked, Outlier, Place
from relief_ops import clock, db
from relief_ops.auth import lookup
from relief_ops.disasters.models import Disaster
from relief_ops.geo import Area, AreaNode, AreaTree, Level

NEAREST = 6
REPORTS_BEFORE = 2
PEOPLE_OF_A_VILLAGE = 2000.0  # where no census says anything: only the shares matter
KEPT = 16
NOW, A_MINUTE = timedelta(0), timedelta(minutes=1)
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
    vouched: Vouched | None = None


@dataclass(frozen=True)
class _Look:
    """A question: of which disaster, among which areas, in which round, on which form."""

    session: Session
    disaster: Disaster
    tree: AreaTree
    asked: Instant
    form: Mapping[str, Field]


def doubts(
    session: Session, disaster: Disaster, tree: AreaTree, asked: Instant, *, within: UUID,
    looked_at: bool = False,
) -> list[Doubt]:  # fmt: skip
    """Return the figures of a round worth a second look in an area, the rarest first.

    With `looked_at` also those somebody vouched for.
    """
    look = _Look(session, disaster, tree, asked, form_of(session, disaster.form_version))
    found = [each for level in LEVELS for each in _mine(look, level, within)]
    found = found if looked_at else [each for each in found if not each.vouched]
    people = lookup.names(session, {each.report.author_id for each in found})
    named = [replace(each, author=people.get(each.report.author_id, "")) for each in found]
    return sorted(named, key=lambda each: -each.found.score)


def count_doubts(
    session: Session, disaster: Disaster, tree: AreaTree, asked: Instant, *, within: UUID
) -> int:
    """Return how many there are, or were less than a minute ago: boards ask at every report."""
    look = _Look(session, disaster, tree, asked, form_of(session, disaster.form_version))
    found = [each for level in LEVELS for each in _mine(look, level, within, old=A_MINUTE)]
    return sum(not each.vouched for each in found)


def doubts_of(session: Session, report: Report, disaster: Disaster, tree: AreaTree) -> list[Doubt]:
    """Return what is worth a second look in one report, if it is the one that counts."""
    opened = (each for each in rounds(session, disaster) if each.code == report.round)
    asked = next(opened, None) or _Unopened(report.round, report.as_of)
    look = _Look(session, disaster, tree, asked, form_of(session, disaster.form_version))
    found = _mine(look, Level(tree.node(report.area_id).level), report.area_id)
    return [each for each in found if each.report.id == report.id]


def _mine(look: _Look, level: Level, within: UUID, *, old: timedelta = NOW) -> list[Doubt]:
    kept, inside = _found(look, level, old=old), look.tree.within(within)
    mine = [each for each in kept.found if each.area in inside]
    vouched = vouchers(look.session, look.disaster.id, look.asked.code) if mine else {}
    return [_doubt(look, each, kept.filed[_id(each)], vouched) for each in mine]


def _doubt(look: _Look, found: Outlier, report: Filed, vouched: Mapping[Figure, Vouched]) -> Doubt:
    area_id, field = _id(found), look.form[found.code]
    stored = round(found.value * 10**field.scale)
    return Doubt(
        found, look.tree.node(area_id), look.tree.ancestor_at(area_id, Level.COUNTY), field,
        look.form.get(found.other), report, vouched=vouched.get((area_id, field.id, stored)),
    )  # fmt: skip


def _id(found: Outlier) -> UUID:
    area: UUID = found.area
    return area


@dataclass(frozen=True)
class _Kept:
    """What was found, the state of the reports it was found in, and when that was."""

    state: tuple[Any, ...]
    found: list[Outlier]
    filed: dict[UUID, Filed]
    at: datetime


_kept: dict[tuple[UUID, str, str], _Kept] = {}


def _found(look: _Look, level: Level, *, old: timedelta) -> _Kept:
    """Return what is doubtful in the city, kept until a report of the disaster counts or not.

    `old` is how long what was found before may be shown all the same.
    """
    key = (look.disaster.id, look.asked.code, level)
    kept, now = _kept.get(key), clock.now()
    same = (db.engine(), look.tree, look.form, look.asked.as_of)
    if kept and kept.state[:4] == same and now - kept.at < old:
        return kept
    state = (*same, *look.session.execute(_state(look.disaster), execution_options=SHARED).one())
    if kept is None or kept.state != state:
        if len(_kept) >= KEPT:
            _kept.clear()
        kept = _kept[key] = _Kept(state, *_read(look, level), now)
    return kept


def _state(
    disaster: Disaster,
) -> Select[int, int, datetime | None, int, datetime | None]:
    """Return what changes whenever a report of a disaster counts or no longer does."""
    began, ended = Report.counted_from, Report.counted_to
    return select(
        func.count(), func.count(began), func.max(began), func.count(ended), func.max(ended)
    ).where(Report.disaster_id == disaster.id)


def _read(look: _Look, level: Level) -> tuple[list[Outlier], dict[UUID, Filed]]:
    counted = _counted(look.disaster, level)
    now = [
        Filed(*row)
        for row in look.session.execute(
            counted.where(Report.round == look.asked.code), execution_options=SHARED
        )
    ]
    before = _before(look.session, counted, look.asked)
    places = _places(look.tree, level)
    sets = [{each.id: each.area_id for each in now if each.area_id in places}]
    sets += [{r: area for r, area in each.items() if area in places} for each in before]
    tables = _tables(look.session, sets, look.form)
    what = {
        each.code: Asked(each.unit_zh, falls=each.nature == "rt")
        for each in look.form.values()
        if each.roll_up == "sum"
    }
    found = rules.outliers(places, what, tables[0], tables[1:])
    return found, {each.area_id: each for each in now}


def _counted(disaster: Disaster, level: Level) -> Select[UUID, UUID, datetime, UUID]:
    """Return the reports of a disaster that count, of townships or of villages."""
    return select(Report.id, Report.area_id, Report.received_at, Report.author_id).where(
        Report.disaster_id == disaster.id,
        Report.counted_from.is_not(None),
        Report.counted_to.is_(None),
        Report.area_id.in_(select(Area.id).where(Area.level == level)),
    )


def _before(
    session: Session, counted: Select[UUID, UUID, datetime, UUID], asked: Instant
) -> list[dict[UUID, UUID]]:
    """Return report → area of each area's last report before a round, then of the one before."""
    order = (Report.valid_from.desc(), Report.received_at.desc(), Report.id.desc())
    place = func.row_number().over(partition_by=Report.area_id, order_by=order).label("place")
    ranked = (
        counted.where(Report.round != asked.code, Report.valid_from <= asked.as_of)
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


@lru_cache(maxsize=4)
def _places(tree: AreaTree, level: Level) -> dict[UUID, Place]:
    """Return townships or villages with their people, their groups and their neighbours.

    People are those of the area's own census figure; without one, its share of the nearest
    area above that has one, by the number of villages.
    """
    villages = Counter(
        above.id for node in tree.at_level(Level.VILLAGE) for above in tree.ancestors(node.id)
    )
    places = {}
    for node in tree.at_level(level):
        above = tree.ancestors(node.id)
        groups = tuple(each.id for each in reversed(above[1:]))
        near = _nearest(tree, node) if level == Level.TOWNSHIP else ()
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
