"""The rows of a roster added up. `rules.count` says the same in plain Python and is the oracle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.rules import (
    INDICATORS,
    RULES,
    Counted,
    Outcome,
    Placement,
    Roster,
    Status,
)
from damage_reports.rosters.rules.counting import GRADES, fact
from relief_ops.geo.models import AreaClosure
from relief_ops.plugins import ReportAsked

COUNTS = and_(RosterRow.current, ~RosterRow.removed, RosterRow.same_as.is_(None))
DIED = RosterRow.outcome.in_((Outcome.CONFIRMED_DEAD, Outcome.DECLARED_DEAD))
AT_ONCE = (Roster.CASUALTIES,)  # a death is a named person from the first report on


def within(area_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a row lies in an area or below it."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    return RosterRow.area_id.in_(below)


def belongs(code: str, at: Any) -> ColumnElement[bool]:
    """Return the condition that a row is counted under an indicator at an instant."""
    if code in INDICATORS[Roster.CASUALTIES]:
        dead = or_(RosterRow.status == Status.DEAD, DIED)
        missing = and_(RosterRow.status == Status.MISSING, RosterRow.outcome.is_(None))
        return dead if code == "deaths" else missing
    return _house(code) if code in INDICATORS[Roster.HOUSES] else _relocated(code, at)


def _house(code: str) -> ColumnElement[bool]:
    if not code.endswith("_households"):
        return getattr(RosterRow, code) > 0  # type: ignore[no-any-return]
    place = next(n for n, grade in enumerate(GRADES) if code.startswith(grade))
    rooms = [getattr(RosterRow, f"{grade}_dwelling_rooms") for grade in GRADES]
    return and_(rooms[place] > 0, *(each == 0 for each in rooms[:place]))


def _relocated(code: str, at: Any) -> ColumnElement[bool]:
    conditions = [RosterRow.placement.is_not(None), RosterRow.moved_at <= at]
    conditions += [RosterRow.placement == each for each in Placement if f"_{each}_" in code]
    if code.endswith("_rt"):
        conditions.append(or_(RosterRow.returned_at.is_(None), RosterRow.returned_at > at))
    return and_(*conditions)


def _worth(code: str) -> Any:
    if code in INDICATORS[Roster.RELOCATED]:
        return RosterRow.people
    rooms = code in INDICATORS[Roster.HOUSES] and not code.endswith("_households")
    return getattr(RosterRow, code) if rooms else 1


def _sums(roster: Roster, at: datetime) -> list[Any]:
    return [
        func.coalesce(func.sum(case((belongs(code, at), _worth(code)), else_=0)), 0)
        for code in INDICATORS[roster]
    ]


def by_area(
    session: Session, disaster_id: UUID, area_id: UUID, *, roster: Roster, at: datetime
) -> dict[UUID, Counted]:
    """Return what the rows of each area add up to, of the area given and those below it."""
    found = session.execute(
        select(RosterRow.area_id, *_sums(roster, at))
        .where(_of(disaster_id, roster), COUNTS, within(area_id))
        .group_by(RosterRow.area_id)
    )
    codes = INDICATORS[roster]
    return {row[0]: dict(zip(codes, map(int, row[1:]), strict=True)) for row in found}


def total(
    session: Session, disaster_id: UUID, area_id: UUID, *, roster: Roster, at: datetime,
    more: Iterable[ColumnElement[bool]] = (),
) -> Counted:  # fmt: skip
    """Return what the rows of an area and those below it add up to."""
    found = session.execute(
        select(*_sums(roster, at)).where(_of(disaster_id, roster), COUNTS, within(area_id), *more)
    ).one()
    return dict(zip(INDICATORS[roster], map(int, found), strict=True))


def _of(disaster_id: UUID, roster: Roster) -> ColumnElement[bool]:
    return and_(RosterRow.disaster_id == disaster_id, RosterRow.roster == roster)


def areas_with_rows(
    session: Session, disaster_id: UUID, area_id: UUID, roster: Roster
) -> list[UUID]:
    """Return the areas that have rows of their own in a roster."""
    of = and_(_of(disaster_id, roster), RosterRow.current, within(area_id))
    return list(session.scalars(select(RosterRow.area_id).where(of).distinct()))


def facts(session: Session, asked: ReportAsked) -> Mapping[str, int]:
    """Return the counts that the rules of the form compare with a report's figures.

    Before the final report a list nobody has begun says nothing; in it, that list is empty.
    """
    if asked.codes.isdisjoint(RULES):
        return {}
    values = {"disaster": asked.disaster_id, "area": asked.area_id, "at": asked.as_of}
    any_row = session.execute(_ANY, {"disaster": asked.disaster_id, "area": asked.area_id}).first()
    found = session.execute(_FACTS, values).one()._mapping if any_row else _NOTHING
    return {
        fact(code): int(found[code])
        for roster, codes in INDICATORS.items()
        if asked.final or roster in AT_ONCE or found[f"begun_{roster}"]
        for code in codes
        if code in asked.codes
    }


def _sum_of(roster: Roster, code: str) -> ColumnElement[int]:
    counted = and_(RosterRow.roster == roster, COUNTS, belongs(code, bindparam("at")))
    return func.coalesce(func.sum(case((counted, _worth(code)), else_=0)), 0).label(code)


_HERE = and_(
    RosterRow.disaster_id == bindparam("disaster"),
    RosterRow.area_id.in_(
        select(AreaClosure.area_id).where(AreaClosure.ancestor_id == bindparam("area"))
    ),
)
# Every filing asks this: it is built once, and only its values change. Most find no row at all.
_ANY = select(RosterRow.id).where(_HERE).limit(1)
_NOTHING = {code: 0 for codes in INDICATORS.values() for code in codes} | {
    f"begun_{roster}": 0 for roster in Roster
}
_FACTS = select(
    *(_sum_of(roster, code) for roster, codes in INDICATORS.items() for code in codes),
    *(
        func.max(case((RosterRow.roster == roster, 1), else_=0)).label(f"begun_{roster}")
        for roster in Roster
    ),
).where(_HERE)
