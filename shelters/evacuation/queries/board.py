"""The board: who is safe and who is not, area by area, by the hour, and until when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from relief_ops.geo import AreaNode, AreaTree
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.listing import Wanted, filters, within
from shelters.evacuation.queries.orders import moved
from shelters.evacuation.rules import SAFE, Forecast, State, Transport, forecast

ROW, STANDING = ListedHousehold, EvacuationStanding
STATE = func.coalesce(STANDING.state, State.TO_TELL)
HALF_HOUR, HOUR = timedelta(minutes=30), timedelta(hours=1)
MOST_POINTS = 96


@dataclass
class Tally:
    """What the rows of an area add up to, in people (households: `rows`)."""

    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    rows: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    last_half_hour: int = 0
    last_hour: int = 0
    unheard: int = 0

    def add(self, other: Tally) -> None:
        """Add what another area has."""
        for state in State:
            self.states[state] += other.states[state]
            self.rows[state] += other.rows[state]
        self.last_half_hour += other.last_half_hour
        self.last_hour += other.last_hour
        self.unheard += other.unheard

    @property
    def total(self) -> int:
        """Return how many people should move."""
        return sum(self.states.values())

    @property
    def households(self) -> int:
        """Return how many rows these are."""
        return sum(self.rows.values())

    @property
    def safe(self) -> int:
        """Return how many are safe."""
        return sum(self.states[each] for each in SAFE)

    @property
    def left(self) -> int:
        """Return how many are not safe yet."""
        return self.total - self.safe

    @property
    def percent(self) -> int:
        """Return how many of a hundred are safe, rounded down: 100 is everybody."""
        return 100 * self.safe // self.total if self.total else 100


@dataclass(frozen=True)
class Line:
    """One area of the board: its tally and when it would be done at the present pace."""

    area: AreaNode
    tally: Tally
    forecast: Forecast
    by: datetime

    @property
    def shape(self) -> str:
        """Return the shape of the meaning scale: late, late at the slower pace only, in time."""
        if self.tally.left == 0:
            return "ok"
        if self.forecast.late:
            in_time = self.forecast.earliest and self.forecast.earliest <= self.by
            return "watch" if in_time else "act"
        return "ok"


@dataclass(frozen=True)
class Board:
    """Everything the board shows of one order in one area."""

    order: EvacuationOrder
    area: AreaNode
    now: datetime
    whole: Line
    lines: list[Line]
    opened: list[Line]
    curve: list[tuple[datetime, int]]
    stuck: Mapping[str, int]


def board(
    session: Session, order: EvacuationOrder, wanted: Wanted, tree: AreaTree, *, now: datetime,
    opened: UUID | None = None, minutes: int = 10,
) -> Board:  # fmt: skip
    """Return the board of an order for an area; `opened` is a line whose areas are shown too."""
    of = and_(moved(order.id), ~ROW.removed, within(ROW.area_id, wanted.area_id), *filters(wanted))
    tallies = tallied(session, order, of, now=now, minutes=minutes)
    area = tree.node(wanted.area_id)
    lines = _lines(tree.children(area.id), tallies, tree, order, now)
    below = _lines(tree.children(opened), tallies, tree, order, now) if opened else []
    whole = _line(area, tallies, tree, order, now)
    return Board(
        order=order, area=area, now=now, whole=whole, lines=_sorted(lines), opened=_sorted(below),
        curve=curve(session, order, of, whole.tally.total, now=now),
        stuck=stuck(session, order, of),
    )  # fmt: skip


def tallied(
    session: Session, order: EvacuationOrder, of: ColumnElement[bool], *, now: datetime,
    minutes: int,
) -> dict[UUID, Tally]:  # fmt: skip
    """Return what the rows of each area add up to."""
    since = func.coalesce(STANDING.first_tried_at, order.issued_at)
    waited = and_(STATE == State.TO_TELL, since <= now - timedelta(minutes=minutes))
    rows = session.execute(
        select(
            ROW.area_id, STATE, func.count(), _people(True), _people(_safe_since(now - HALF_HOUR)),
            _people(_safe_since(now - HOUR)), _people(waited),
        )
        .select_from(ROW)
        .outerjoin(STANDING, _of(order))
        .where(of)
        .group_by(ROW.area_id, STATE)
    )  # fmt: skip
    found: dict[UUID, Tally] = {}
    for area_id, state, number, people, half, hour, unheard in rows:
        tally = found.setdefault(area_id, Tally())
        tally.states[State(state)] += int(people)
        tally.rows[State(state)] += int(number)
        tally.last_half_hour += int(half)
        tally.last_hour += int(hour)
        tally.unheard += int(unheard)
    return found


def _of(order: EvacuationOrder) -> ColumnElement[bool]:
    return and_(STANDING.household_id == ROW.id, STANDING.order_id == order.id)


def _people(condition: Any) -> Any:
    if condition is True:
        return func.coalesce(func.sum(ROW.people), 0)
    return func.coalesce(func.sum(case((condition, ROW.people), else_=0)), 0)


def _safe_since(moment: datetime) -> ColumnElement[bool]:
    return STANDING.safe_since_at > moment


def _line(
    area: AreaNode, tallies: Mapping[UUID, Tally], tree: AreaTree, order: EvacuationOrder,
    now: datetime,
) -> Line:  # fmt: skip
    whole = Tally()
    for each in tree.within(area.id) & tallies.keys():
        whole.add(tallies[each])
    ahead = forecast(
        now, left=whole.left, last_half_hour=whole.last_half_hour, last_hour=whole.last_hour,
        by=order.deadline_at,
    )  # fmt: skip
    return Line(area, whole, ahead, order.deadline_at)


def _lines(
    areas: Iterable[AreaNode], tallies: Mapping[UUID, Tally], tree: AreaTree,
    order: EvacuationOrder, now: datetime,
) -> list[Line]:  # fmt: skip
    found = (_line(each, tallies, tree, order, now) for each in areas)
    return [each for each in found if each.tally.total]


def _sorted(lines: list[Line]) -> list[Line]:
    """Return the lines by when they would be done, never first; what is done comes last."""

    def key(line: Line) -> tuple[bool, bool, float, str]:
        end = line.forecast.latest
        return (
            line.tally.left == 0, end is not None, -end.timestamp() if end else 0, line.area.code
        )  # fmt: skip

    return sorted(lines, key=key)


def curve(
    session: Session, order: EvacuationOrder, of: ColumnElement[bool], total: int, *,
    now: datetime,
) -> list[tuple[datetime, int]]:  # fmt: skip
    """Return how many were not safe every half hour since the order, and now.

    Read moment by moment and added up here: half-hours are another word in each dialect.
    """
    rows = session.execute(
        select(STANDING.safe_since_at, func.sum(ROW.people))
        .join(ROW, _of(order))
        .where(of, STANDING.safe_since_at.is_not(None))
        .group_by(STANDING.safe_since_at)
        .order_by(STANDING.safe_since_at)
    ).all()
    safe = [0, *accumulate(int(people) for _moment, people in rows)]
    instants = [moment for moment, _people in rows if moment]
    return [
        (each, total - safe[bisect_right(instants, each)]) for each in moments(order.issued_at, now)
    ]


def moments(since: datetime, now: datetime) -> list[datetime]:
    """Return every half hour since the order, and now; of a long one the latest two days."""
    found = [max(since, now - MOST_POINTS * HALF_HOUR)]
    while found[-1] + HALF_HOUR < now:
        found.append(found[-1] + HALF_HOUR)
    return [*found, now] if now > found[-1] else found


def stuck(session: Session, order: EvacuationOrder, of: ColumnElement[bool]) -> dict[str, int]:
    """Return how many people not yet safe wait for what, and who refused or cannot be found."""
    unsafe = STANDING.safe_since_at.is_(None)
    rides = {
        "boats": ROW.transport == Transport.BOAT,
        "rides": ROW.transport.in_((Transport.BUS, Transport.WHEELCHAIR, Transport.STRETCHER)),
        "refused": STATE == State.REFUSED,
        "refused_old": and_(STATE == State.REFUSED, ROW.over80 > 0),
        "not_found": STATE == State.NOT_FOUND,
    }
    row = session.execute(
        select(*(_people(each) for each in rides.values()))
        .select_from(ROW)
        .outerjoin(STANDING, _of(order))
        .where(of, unsafe)
    ).one()
    return {name: int(value) for name, value in zip(rides, row, strict=True)}


URGENCY = (
    *(State.NOT_FOUND, State.REFUSED, State.TO_TELL, State.TOLD, State.READY, State.ON_THE_WAY),
    *(State.WITH_RELATIVES, State.AT_SHELTER, State.RETURNED),
)


@dataclass(frozen=True)
class Stand:
    """A row of the list and where it stands; `since` is None while nothing was said."""

    row: ListedHousehold
    state: State
    since: datetime | None
    first_tried: datetime | None
    refusals: int


def stands(
    session: Session, order: EvacuationOrder, wanted: Wanted, *, most: int = 300,
    cadres: Iterable[UUID] = (),
) -> tuple[list[Stand], int]:  # fmt: skip
    """Return the rows wanted with where they stand, the most urgent first, and how many in all.

    `cadres` narrows them to those whom these answer for.
    """
    of = and_(moved(order.id), ~ROW.removed, within(ROW.area_id, wanted.area_id), *filters(wanted))
    if cadres:
        of = and_(of, ROW.cadre_id.in_(list(cadres)))
    rank = case({each: n for n, each in enumerate(URGENCY)}, value=STATE, else_=len(URGENCY))
    rows = session.execute(
        select(
            ROW, STATE, STANDING.since_at, STANDING.first_tried_at,
            func.coalesce(STANDING.refusals, 0),
        )
        .outerjoin(STANDING, _of(order))
        .where(of)
        .order_by(rank, ROW.area_id, ROW.written_at, ROW.id)
        .limit(most)
    ).all()  # fmt: skip
    total = session.scalar(select(func.count()).select_from(ROW).where(of)) or 0
    return [Stand(r[0], State(r[1]), r[2], r[3], int(r[4])) for r in rows], int(total)
