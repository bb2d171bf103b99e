"""The board: who is safe and who is not, area by area, by the hour, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from relief_ops.geo import AreaNode, AreaTree
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.listing import Wanted, filters, within
from shelters.evacuation.queries.orders import moved
from shelters.evacuation.queries.pace import History, history
from shelters.evacuation.queries.parts import REST, SHELTERED, tried_at
from shelters.evacuation.rules import (
    SAFE,
    UNITS,
    Hold,
    Kind,
    Outlook,
    State,
    Transport,
    hold,
    outlook,
)

ROW, STANDING = ListedHousehold, EvacuationStanding
STATE = func.coalesce(STANDING.state, State.TO_TELL)
HALF_HOUR = timedelta(minutes=30)


@dataclass
class Tally:
    """What the rows of an area add up to, in people (households: `rows`)."""

    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    rows: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    last_half_hour: int = 0
    unheard: int = 0

    def add(self, other: Tally) -> None:
        """Add what another area has."""
        for state in State:
            self.states[state] += other.states[state]
            self.rows[state] += other.rows[state]
        self.last_half_hour += other.last_half_hour
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
    """One area of the board: its tally and when everybody there is likely to be safe."""

    area: AreaNode
    tally: Tally
    ahead: Outlook
    by: datetime

    @property
    def shape(self) -> str:
        """Return the shape of the meaning scale: late, perhaps late or unknown, in time."""
        if self.tally.left == 0:
            return "ok"
        if self.ahead.late:
            return "act"
        return "ok" if self.ahead.high and self.ahead.high <= self.by else "watch"


@dataclass(frozen=True)
class Reader:
    """What the lines of one board are made from."""

    tallies: Mapping[UUID, Tally]
    history: History
    tree: AreaTree
    order: EvacuationOrder
    now: datetime
    alarm: float

    def line(self, area: AreaNode) -> Line:
        """Return the line of an area and all below it."""
        whole = Tally()
        inside = self.tree.within(area.id)
        for each in inside & self.tallies.keys():
            whole.add(self.tallies[each])
        readings = self.history.readings(inside, whole.households)
        ahead = outlook(
            whole.households, readings, now=self.now, by=self.order.deadline_at, alarm=self.alarm
        )
        return Line(area, whole, ahead, self.order.deadline_at)

    def lines(self, areas: Iterable[AreaNode]) -> list[Line]:
        """Return the lines of areas where somebody must move, the last to be done first."""
        found = (self.line(each) for each in areas)
        return _sorted([each for each in found if each.tally.total])

    def hold(self, line: Line) -> Hold | None:
        """Return what holds the people of a line up most."""
        total = line.tally.households
        readings = self.history.readings(self.tree.within(line.area.id), total)
        return hold(total, readings, now=self.now, by=self.order.deadline_at)


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
    hold: Hold | None


def board(
    session: Session, order: EvacuationOrder, wanted: Wanted, tree: AreaTree, *, now: datetime,
    alarm: float, opened: UUID | None = None, minutes: int = 10,
) -> Board:  # fmt: skip
    """Return the board of an order for an area; `opened` is a line whose areas are shown too.

    `alarm` is how likely an area is late before it counts as late.
    """
    of = and_(moved(order.id), ~ROW.removed, within(ROW.area_id, wanted.area_id), *filters(wanted))
    reader = reader_of(session, order, of, tree, now=now, alarm=alarm, minutes=minutes)
    whole = reader.line(tree.node(wanted.area_id))
    return Board(
        order=order, area=whole.area, now=now, whole=whole,
        lines=reader.lines(tree.children(whole.area.id)),
        opened=reader.lines(tree.children(opened)) if opened else [],
        curve=reader.history.curve(whole.tally.total), stuck=stuck(session, order, of),
        hold=reader.hold(whole),
    )  # fmt: skip


def reader_of(
    session: Session, order: EvacuationOrder, of: ColumnElement[bool], tree: AreaTree, *,
    now: datetime, alarm: float, minutes: int = 10,
) -> Reader:  # fmt: skip
    """Return what the lines of the rows wanted are made from: three statements."""
    return Reader(
        tallies=tallied(session, order, of, now=now, minutes=minutes),
        history=history(session, order, of, now=now),
        tree=tree, order=order, now=now, alarm=alarm,
    )  # fmt: skip


def kinds(session: Session, order: EvacuationOrder, wanted: Wanted) -> dict[Kind, Tally]:
    """Return what the units of each kind add up to: worksites, fish rafts and the others."""
    of = and_(moved(order.id), ~ROW.removed, within(ROW.area_id, wanted.area_id), *filters(wanted))
    rows = session.execute(
        select(ROW.kind, STATE, func.count(), _sum(REST), _sum(SHELTERED))
        .select_from(ROW)
        .outerjoin(STANDING, _of(order))
        .where(of, ROW.kind.in_(UNITS))
        .group_by(ROW.kind, STATE)
    )
    found: dict[Kind, Tally] = {}
    for kind, state, number, people, sheltered in rows:
        tally = found.setdefault(Kind(kind), Tally())
        tally.rows[State(state)] += int(number)
        tally.states[State(state)] += int(people)
        tally.states[State.AT_SHELTER] += int(sheltered)
    return {each: found[each] for each in Kind if each in found}


def tallied(
    session: Session, order: EvacuationOrder, of: ColumnElement[bool], *, now: datetime,
    minutes: int,
) -> dict[UUID, Tally]:  # fmt: skip
    """Return what the rows of each area add up to."""
    waited = and_(STATE == State.TO_TELL, tried_at(order) <= now - timedelta(minutes=minutes))
    rows = session.execute(
        select(
            ROW.area_id, STATE, func.count(), _sum(REST), _sum(SHELTERED),
            _people(_safe_since(now - HALF_HOUR)), _people(waited),
        )
        .select_from(ROW)
        .outerjoin(STANDING, _of(order))
        .where(of)
        .group_by(ROW.area_id, STATE)
    )  # fmt: skip
    found: dict[UUID, Tally] = {}
    for area_id, state, number, people, sheltered, half, unheard in rows:
        tally = found.setdefault(area_id, Tally())
        tally.states[State(state)] += int(people)
        tally.states[State.AT_SHELTER] += int(sheltered)
        tally.rows[State(state)] += int(number)
        tally.last_half_hour += int(half)
        tally.unheard += int(unheard)
    return found


def _of(order: EvacuationOrder) -> ColumnElement[bool]:
    return and_(STANDING.household_id == ROW.id, STANDING.order_id == order.id)


def _people(condition: Any) -> Any:
    """Return how many people a condition is true of; who is in a shelter is there."""
    return _sum(case((condition, REST), else_=0))


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


def _safe_since(moment: datetime) -> ColumnElement[bool]:
    return STANDING.safe_since_at > moment


def _sorted(lines: list[Line]) -> list[Line]:
    """Return the lines by when they are likely done, unknown first; what is done comes last."""

    def key(line: Line) -> tuple[bool, bool, float, str]:
        end = line.ahead.middle
        return (
            line.tally.left == 0, end is not None, -end.timestamp() if end else 0, line.area.code
        )  # fmt: skip

    return sorted(lines, key=key)


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
    order_id: UUID
    sheltered: int = 0

    @property
    def safe(self) -> int:
        """Return how many of its people are safe."""
        return self.row.people if self.state in SAFE else min(self.sheltered, self.row.people)

    @property
    def partly(self) -> bool:
        """Whether some of its people are safe and others are not."""
        return 0 < self.safe < self.row.people


def stands_under(
    session: Session, orders: Sequence[EvacuationOrder], wanted: Wanted, *, most: int,
    cadres: Iterable[UUID] = (),
) -> tuple[list[Stand], int]:  # fmt: skip
    """Return the rows of several orders: what more than one moves stands under the first."""
    found, total, answering = [], 0, list(cadres)
    for place, order in enumerate(orders):
        rows, number = stands(
            session, order, replace(wanted, order_id=order.id), most=most, cadres=answering,
            but=orders[:place],
        )  # fmt: skip
        found += rows
        total += number
    found.sort(key=lambda each: URGENCY.index(each.state))
    return found[:most], total


def stands(
    session: Session, order: EvacuationOrder, wanted: Wanted, *, most: int = 300,
    cadres: Iterable[UUID] = (), but: Iterable[EvacuationOrder] = (), units: bool = False,
) -> tuple[list[Stand], int]:  # fmt: skip
    """Return the rows wanted with where they stand, the most urgent first, and how many in all.

    `cadres` narrows them to those whom these answer for, `but` leaves out what others move,
    `units` all that are households.
    """
    of = and_(moved(order.id), ~ROW.removed, within(ROW.area_id, wanted.area_id), *filters(wanted))
    of = and_(of, *(~moved(each.id) for each in but))
    if units:
        of = and_(of, ROW.kind.in_(UNITS))
    if cadres:
        of = and_(of, ROW.cadre_id.in_(list(cadres)))
    rank = case({each: n for n, each in enumerate(URGENCY)}, value=STATE, else_=len(URGENCY))
    rows = session.execute(
        select(
            ROW, STATE, STANDING.since_at, STANDING.first_tried_at,
            func.coalesce(STANDING.refusals, 0), func.coalesce(STANDING.sheltered, 0),
        )
        .outerjoin(STANDING, _of(order))
        .where(of)
        .order_by(rank, ROW.area_id, ROW.written_at, ROW.id)
        .limit(most)
    ).all()  # fmt: skip
    total = session.scalar(select(func.count()).select_from(ROW).where(of)) or 0
    found = [Stand(r[0], State(r[1]), r[2], r[3], int(r[4]), order.id, int(r[5])) for r in rows]
    return found, int(total)
