"""First come, first served: the plan everybody makes by hand, to stand beside the fair one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stockpile.allocation.planning import ages
from stockpile.allocation.reach import reach
from stockpile.allocation.shapes import Line, Plan, Question


def greedy(question: Question, order: Sequence[str]) -> Plan:
    """Serve one need after the other: class first, then in the order of asking.

    Each takes from its nearest depot that has any, the oldest lot first, in whole packs.
    """
    got = {need.id: 0 for need in question.needs}
    if not question.lots or not question.needs:
        return Plan((), got, {})
    reached, age = reach(question), ages(question)
    left, room = reached.lot_packs.copy(), reached.depot_packs.copy()
    turn = {need: place for place, need in enumerate(order)}
    needs = sorted(
        range(len(question.needs)),
        key=lambda each: (question.needs[each].priority, turn[question.needs[each].id]),
    )
    lines = []
    for need in needs:
        missing = int(reached.wanted[need])
        for lot in np.lexsort((age, reached.hours[:, need])):
            if missing and reached.open[lot, need]:
                depot = reached.depot_of[lot]
                given = int(min(missing, left[lot], room[depot]))
                left[lot] -= given
                room[depot] -= given
                missing -= given
                if given:
                    lines.append(_line(question, int(lot), need, given, reached.hours[lot, need]))
        got[question.needs[need].id] = (int(reached.wanted[need]) - missing) * question.pack
    return Plan(tuple(lines), got, {})


def _line(question: Question, lot: int, need: int, packs: int, hours: float) -> Line:
    of = question.lots[lot]
    wanted = question.needs[need].id
    return Line(of.id, of.depot, wanted, packs * question.pack, float(hours))
