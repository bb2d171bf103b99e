"""How many households were not safe every ten minutes since an order, and what held them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, groupby, pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from shelters.evacuation.models import (
    EvacuationOrder,
    EvacuationStanding,
    EvacuationStep,
    ListedHousehold,
)
from shelters.evacuation.rules import SAFE, Said, State, course
from shelters.forecast import Reading

ROW, STANDING, STEP = ListedHousehold, EvacuationStanding, EvacuationStep
APART = timedelta(minutes=10)
MOST = 288
HELD = (State.REFUSED, State.NOT_FOUND)


@dataclass
class Changes:
    """What changed in an area, by the number of the first reading that shows it."""

    safe: Counter[int] = field(default_factory=Counter)
    people: Counter[int] = field(default_factory=Counter)
    held: dict[State, Counter[int]] = field(default_factory=lambda: {e: Counter() for e in HELD})


@dataclass(frozen=True)
class History:
    """The moments since an order, ten minutes apart and now, and what changed in each area."""

    moments: list[datetime]
    areas: defaultdict[UUID, Changes]

    def readings(self, areas: Iterable[UUID], total: int) -> list[Reading]:
        """Return the readings of some areas together, in which `total` households must move."""
        found = [self.areas[each] for each in areas if each in self.areas]
        safe = self._sums(each.safe for each in found)
        refused, missing = (self._sums(each.held[state] for each in found) for state in HELD)
        start = self.moments[0]
        return [
            Reading(
                (at - start).total_seconds() / 60,
                max(0, total - safe[n] - refused[n] - missing[n]), refused[n], missing[n],
            )
            for n, at in enumerate(self.moments)
        ]  # fmt: skip

    def curve(self, total: int) -> list[tuple[datetime, int]]:
        """Return how many of so many people were not safe at each moment."""
        safe = self._sums(each.people for each in self.areas.values())
        return [(at, total - safe[n]) for n, at in enumerate(self.moments)]

    def _sums(self, changes: Iterable[Counter[int]]) -> list[int]:
        added: Counter[int] = Counter()
        for each in changes:
            for number, change in each.items():
                added[number] += change
        return list(accumulate(added[n] for n in range(len(self.moments))))

    def number(self, moment: datetime) -> int:
        """Return the first reading that shows what happened then; a fast clock shows it now."""
        return min(bisect_left(self.moments, moment), len(self.moments) - 1)


def history(
    session: Session, order: EvacuationOrder, of: ColumnElement[bool], *, now: datetime
) -> History:
    """Return what happened to the rows wanted, area by area: two statements for all of them.

    It ends with the order: days after it was lifted its night can still be read.
    Read moment by moment and added up here: ten minutes are another word in each dialect.
    """
    until = min(now, order.lifted_at) if order.lifted_at else now
    found = History(moments(order.issued_at, until), defaultdict(Changes))
    for area_id, moment, households, people in session.execute(_safe(order, of)):
        changes, number = found.areas[area_id], found.number(moment)
        changes.safe[number] += households
        changes.people[number] += int(people)
    for _household, steps in groupby(
        session.execute(_steps(order, of)), key=lambda row: row.household_id
    ):
        _follow(found, list(steps))
    return found


def _safe(order: EvacuationOrder, of: ColumnElement[bool]) -> Any:
    return (
        select(
            ROW.area_id, STANDING.safe_since_at, func.count(),
            func.sum(case((ROW.id.in_(_partly(order)), 0), else_=ROW.people)),
        )
        .join(STANDING, and_(STANDING.household_id == ROW.id, STANDING.order_id == order.id))
        .where(of, STANDING.safe_since_at.is_not(None))
        .group_by(ROW.area_id, STANDING.safe_since_at)
    )  # fmt: skip


def _partly(order: EvacuationOrder) -> Any:
    """Return the households that came into shelters in more than one part."""
    part = and_(STEP.people > 0, STEP.people < STEP.out_of)
    return select(STEP.household_id).where(STEP.order_id == order.id, part)


def _steps(order: EvacuationOrder, of: ColumnElement[bool]) -> Any:
    """Return the steps of who ever refused, was not found or came in parts; others need none."""
    ever = select(STEP.household_id).where(STEP.order_id == order.id, STEP.state.in_(HELD))
    return (
        select(
            STEP.household_id, ROW.area_id, STEP.id, STEP.at, STEP.state,
            func.coalesce(STEP.said_id, STEP.id).label("origin"), STEP.people, STEP.out_of,
            ROW.people.label("listed"), STEP.household_id.in_(_partly(order)).label("partly"),
        )
        .join(ROW, ROW.id == STEP.household_id)
        .where(
            of, STEP.order_id == order.id,
            or_(STEP.household_id.in_(ever), STEP.household_id.in_(_partly(order))),
        )
        .order_by(STEP.household_id)
    )  # fmt: skip


def _follow(found: History, steps: list[Any]) -> None:
    """Add what one household's steps changed: who was held up, and who of it came when."""
    changes, stood = found.areas[steps[0].area_id], list(course(steps))
    _hold(found, changes.held, stood)
    safe, listed = 0, steps[0].listed
    for each in stood if steps[0].partly else ():
        now = listed if each.state in SAFE else min(each.sheltered, listed)
        if each.at and now != safe:
            changes.people[found.number(each.at)] += now - safe
        safe = now


def _hold(found: History, held: dict[State, Counter[int]], stood: list[Said]) -> None:
    for each in stood:
        if each.state in HELD and each.since:
            held[each.state][found.number(each.since)] += 1
    for before, after in pairwise(stood):
        if before.state in HELD and after.since:
            held[before.state][found.number(after.since)] -= 1


def moments(since: datetime, now: datetime) -> list[datetime]:
    """Return every ten minutes since the order, and now; of a long one the latest two days."""
    found = [max(since, now - MOST * APART)]
    while found[-1] + APART < now:
        found.append(found[-1] + APART)
    return [*found, now] if now > found[-1] else found
