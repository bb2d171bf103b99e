"""The plan everybody makes by hand: one need after the other, from the nearest that has some."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stockpile.allocation.bringing import Drawn
from stockpile.allocation.planning import ages, lines_of
from stockpile.allocation.reach import Numbers, Reach, reach
from stockpile.allocation.shapes import Plan, Question


def greedy(question: Question, order: Sequence[str]) -> Plan:
    """Serve the needs class by class, within a class in this order of need ids; explain nothing.

    Each gets all it wants from its nearest depot that has anything left, then from the next, of
    each the oldest lot first. Packs, roads, age and what is kept back count as in a plan.
    """
    if not question.lots or not question.needs:
        return Plan((), {need.id: 0 for need in question.needs}, {})
    reached = reach(question)
    drawn = _served(reached, _turns(question, order), ages(question))
    packs = np.bincount(drawn.need, weights=drawn.packs, minlength=len(question.needs))
    pieces = (packs.astype(np.int64) * question.pack).tolist()
    got = {need.id: each for need, each in zip(question.needs, pieces, strict=True)}
    return Plan(lines_of(question, reached, drawn), got, {})


def _turns(question: Question, order: Sequence[str]) -> list[int]:
    asked = {need: place for place, need in enumerate(order)}
    numbers = range(len(question.needs))
    return sorted(numbers, key=lambda n: (question.needs[n].priority, asked[question.needs[n].id]))


def _served(reached: Reach, turns: Sequence[int], age: Numbers) -> Drawn:
    left, room = reached.lot_packs.tolist(), reached.depot_packs.tolist()
    depot_of, near = reached.depot_of.tolist(), _nearest_first(reached, age)
    taken: list[tuple[int, int, int]] = []
    for need in turns:
        missing = int(reached.wanted[need])
        for lot in near[need]:
            if not missing:
                break
            packs = min(missing, left[lot], room[depot_of[lot]])
            if packs:
                taken.append((lot, need, packs))
                left[lot] -= packs
                room[depot_of[lot]] -= packs
                missing -= packs
    return Drawn(*np.array(taken, dtype=np.int64).reshape(-1, 3).T)


def _nearest_first(reached: Reach, age: Numbers) -> list[list[int]]:
    """Return for each need the lots it may have: by hours, depot, and age."""
    hours = np.where(reached.open, reached.hours, np.inf)
    shape = hours.shape
    depot = np.broadcast_to(reached.depot_of[:, None], shape)
    order = np.lexsort((np.broadcast_to(age[:, None], shape), depot, hours), axis=0)
    count = reached.open.sum(axis=0).tolist()
    return [row[:most] for row, most in zip(order.T.tolist(), count, strict=True)]
