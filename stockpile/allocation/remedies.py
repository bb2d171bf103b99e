"""What would let places get more: a limit lifted by itself, and the plan worked out again.

Only what somebody can lift is tried: what a depot keeps back, room on its trucks, a road that is
closed, the leave to send a lot that would be old. More stock always helps and is not tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from stockpile.allocation.planning import plan
from stockpile.allocation.shapes import Cut, Limit, Plan, Question, Remedy

MOST = 6  # of one item
WORK = 2_000_000  # needs times lots, over all items: about a second
ALONE = 0  # the class of what somebody fixed by hand: that limits it, nothing else
ROAD_HOURS = 4.0  # where no road of a depot is open to reckon by
Key = tuple[Limit, str, str]  # the limit, its depot, and the place or the lot it is of


def remedies(answers: Sequence[tuple[Question, Plan]]) -> list[list[Remedy]]:
    """Return for each item what would raise some of its needs, what keeps most back first.

    How much is tried depends on the size of the question alone: the same gets the same.
    """
    left = WORK
    found: list[list[Remedy]] = []
    for question, made in answers:
        size = max(1, len(question.needs) * len(question.lots))
        mine: list[Remedy] = []
        for key in _keys(question, made):
            if left < size or len(mine) == MOST:
                break
            left -= size
            mine += _tried(question, made, key)
        found.append(mine)
    return found


def _keys(question: Question, made: Plan) -> list[Key]:
    """Return what can be lifted, that which keeps most pieces back first."""
    missing: Counter[Key] = Counter()
    for need in question.needs:
        cut = made.cuts.get(need.id)
        if cut and cut.limit in LIFTED and need.priority != ALONE:
            missing[_key(cut, need.place)] += need.quantity - made.got[need.id]
    return sorted(missing, key=lambda key: (-missing[key], key))


def _key(cut: Cut, place: str) -> Key:
    of = {Limit.NO_ROAD: place, Limit.LIFE: cut.lot}
    return cut.limit, cut.where, of.get(cut.limit, "")


def _tried(question: Question, made: Plan, key: Key) -> Iterable[Remedy]:
    """Yield what lifting one limit does, if anybody gets more."""
    again = plan(LIFTED[key[0]](question, key[1], key[2])).got
    more = {need: got for need, got in again.items() if got > made.got[need]}
    if more:
        yield Remedy(*key, more, sum(got < made.got[need] for need, got in again.items()))


def _nothing_kept(question: Question, where: str, _of: str) -> Question:
    return replace(question, keep_back={**question.keep_back, where: 0})


def _room_enough(question: Question, where: str, _of: str) -> Question:
    return replace(question, room={k: v for k, v in question.room.items() if k != where})


def _road_open(question: Question, where: str, of: str) -> Question:
    """Open the road from a depot to a place; it takes as long as that depot's others."""
    roads = question.roads
    hours, row = roads.hours.copy(), roads.depots.index(where)
    known = hours[row][np.isfinite(hours[row])]
    hours[row, roads.places.index(of)] = np.median(known) if len(known) else ROAD_HOURS
    return replace(question, roads=replace(roads, hours=hours))


def _sent_anyway(question: Question, _where: str, of: str) -> Question:
    leave = {(of, need.id) for need in question.needs}
    return replace(question, anyway=question.anyway | leave)


LIFTED = {
    Limit.KEEP_BACK: _nothing_kept, Limit.TRUCKS: _room_enough, Limit.NO_ROAD: _road_open,
    Limit.LIFE: _sent_anyway,
}  # fmt: skip
