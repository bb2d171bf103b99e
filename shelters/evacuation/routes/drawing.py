"""The board's bars and its curve, as numbers a template puts into SVG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from relief_ops import clock
from shelters.evacuation.queries import Board, Line, Tally
from shelters.evacuation.routes.words import PARTS

WIDE, HIGH, LEFT, FOOT = 640, 132, 44, 20
BAR = 1000
AROUND = timedelta(hours=2)
LONGEST = timedelta(hours=12)
DAYS = 6  # hours between words from which they name the day
MARGIN, DAY_MARGIN = 30, 48  # room for half a word, without and with its day


@dataclass(frozen=True)
class Segment:
    """One part of a bar: where it begins and how wide it is, of a thousand."""

    part: str
    x: float
    width: float
    people: int


def segments(tally: Tally, of: int) -> list[Segment]:
    """Return the parts of a bar; `of` is the number of people that fills it."""
    found, x = [], 0.0
    for part, states in PARTS.items():
        people = sum(tally.states[each] for each in states)
        if people and of:
            width = BAR * people / of
            found.append(Segment(part, round(x, 1), round(width, 1), people))
            x += width
    return found


def counts(tally: Tally) -> dict[str, int]:
    """Return how many people are in each part."""
    return {part: sum(tally.states[each] for each in states) for part, states in PARTS.items()}


@dataclass(frozen=True)
class Mark:
    """Where a line's range and its middle lie around the deadline (50)."""

    start: float
    end: float
    at: float


def mark(line: Line) -> Mark | None:
    """Return the range of a line and its middle, within two hours around the deadline."""
    ahead = line.ahead
    if ahead.low is None or ahead.middle is None or ahead.high is None:
        return None
    first, end, at = (_around(each, line.by) for each in (ahead.low, ahead.high, ahead.middle))
    return Mark(first, end, at)


def _around(moment: datetime, by: datetime) -> float:
    share = (moment - by) / AROUND
    return round(50 + 44 * max(-1.0, min(1.0, share)), 1)


@dataclass(frozen=True)
class Tick:
    """A line of the scale and its word."""

    at: float
    words: str


@dataclass(frozen=True)
class Curve:
    """The curve of people not yet safe: what was, and the range of what would be."""

    known: str
    ahead: str
    band: str
    now: tuple[float, float]
    deadline: float
    hours: list[Tick]
    people: list[Tick]
    wide: int = WIDE
    high: int = HIGH
    left: int = LEFT
    foot: int = HIGH - FOOT


def curve(board: Board) -> Curve:
    """Return the curve of a board in the units of its picture."""
    start, most = board.curve[0][0], max(1, board.whole.tally.total)
    end = _end(board, start)

    def x(moment: datetime) -> float:
        share = (moment - start) / (end - start)
        return round(LEFT + (WIDE - LEFT - 8) * max(0.0, min(1.0, share)), 1)

    def y(people: float) -> float:
        return round(8 + (HIGH - FOOT - 8) * (1 - people / most), 1)

    left, now, ahead = board.whole.tally.left, board.curve[-1][0], board.whole.ahead
    here = (x(now), y(left))
    low, middle, high = (
        (x(each), y(0)) if each else None for each in (ahead.low, ahead.middle, ahead.high)
    )
    known = " ".join(f"{x(at)},{y(people)}" for at, people in board.curve)
    return Curve(
        known=known,
        ahead=_points(here, middle) if middle else "",
        band=_points(here, low, high) if low and high else "",
        now=here,
        deadline=x(board.order.deadline_at),
        hours=_hours(start, end, x),
        people=[Tick(y(each), f"{each:,}") for each in (most, most // 2, 0)],
    )


def _points(*points: tuple[float, float]) -> str:
    return " ".join(f"{a},{b}" for a, b in points)


def _end(board: Board, start: datetime) -> datetime:
    """Return where the picture ends: past the deadline, and past the end if that is in sight."""
    ends = [board.curve[-1][0], board.order.deadline_at, start + timedelta(hours=2)]
    late = board.whole.ahead.high
    if late:
        ends.append(min(late, board.now + LONGEST))
    return max(ends) + timedelta(minutes=30)


def _hours(start: datetime, end: datetime, x: Callable[[datetime], float]) -> list[Tick]:
    """Return at most seven moments to write below the picture, with their day where it is long."""
    step = max(1, round((end - start) / timedelta(hours=7)))
    words, margin = ("%H:%M", MARGIN) if step < DAYS else ("%m-%d %H:%M", DAY_MARGIN)
    moment = clock.local(start).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    moment += timedelta(hours=-moment.hour % min(step, 24))
    found = []
    while moment < end and x(moment) <= WIDE - margin:
        if x(moment) >= margin:
            found.append(Tick(x(moment), f"{moment:{words}}"))
        moment += timedelta(hours=step)
    return found
