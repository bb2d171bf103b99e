"""The plan of one item: who gets how much, from where, and why not more."""

from __future__ import annotations

import numpy as np

from stockpile.allocation.bringing import bring
from stockpile.allocation.reach import Reach, reach
from stockpile.allocation.reasons import cuts
from stockpile.allocation.shapes import Line, Plan, Question
from stockpile.allocation.sharing import share


def plan(question: Question) -> Plan:
    """Answer one item. The same question gets the same plan."""
    if not question.lots or not question.needs:
        got = {need.id: 0 for need in question.needs}
        return Plan((), got, cuts(question, None, None))
    reached = reach(question)
    shared = share(reached)
    drawn = bring(reached, shared.packs, ages(question))
    lines = tuple(_line(question, reached, *each) for each in drawn)
    got = {
        need.id: int(packs) * question.pack
        for need, packs in zip(question.needs, shared.packs, strict=True)
    }
    return Plan(lines, got, cuts(question, reached, shared))


def ages(question: Question) -> np.ndarray:
    """Return the place of each lot in the order of expiry; what keeps for ever comes last."""
    life = [float("inf") if lot.life is None else lot.life for lot in question.lots]
    rank = np.empty(len(life), dtype=np.int64)
    rank[np.lexsort(([lot.id for lot in question.lots], life))] = np.arange(len(life))
    return rank


def _line(question: Question, reached: Reach, lot: int, need: int, packs: int) -> Line:
    of = question.lots[lot]
    hours = float(reached.hours[lot, need])
    return Line(of.id, of.depot, question.needs[need].id, packs * question.pack, hours)
