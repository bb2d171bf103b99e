"""The plan of one item: who gets how much, from where, and why not more."""

from __future__ import annotations

import numpy as np

from stockpile.allocation.bringing import Drawn, bring
from stockpile.allocation.reach import Numbers, Reach, reach
from stockpile.allocation.reasons import Standing, cuts
from stockpile.allocation.shapes import Line, Plan, Question
from stockpile.allocation.sharing import share


def plan(question: Question) -> Plan:
    """Answer one item. The same question gets the same plan."""
    if not question.lots or not question.needs:
        got = {need.id: 0 for need in question.needs}
        return Plan((), got, cuts(question, None))
    reached = reach(question)
    shared = share(reached)
    drawn = bring(reached, shared, ages(question))
    pieces = (shared.packs * question.pack).tolist()
    got = {need.id: each for need, each in zip(question.needs, pieces, strict=True)}
    why = cuts(question, Standing(question, reached, shared.packs, drawn))
    return Plan(lines_of(question, reached, drawn), got, why)


def ages(question: Question) -> Numbers:
    """Return the place of each lot in the order of expiry; what keeps for ever comes last."""
    life = [float("inf") if lot.life is None else lot.life for lot in question.lots]
    rank = np.empty(len(life), dtype=np.int64)
    rank[np.lexsort(([lot.id for lot in question.lots], life))] = np.arange(len(life))
    return rank


def lines_of(question: Question, reached: Reach, drawn: Drawn) -> tuple[Line, ...]:
    """Return what is drawn, in the words of the question."""
    lots, needs = question.lots, question.needs
    hours = reached.hours[drawn.lot, drawn.need].tolist()
    pieces = (drawn.packs * question.pack).tolist()
    each = zip(drawn.lot.tolist(), drawn.need.tolist(), pieces, hours, strict=True)
    return tuple(
        Line(lots[lot].id, lots[lot].depot, needs[need].id, quantity, driven)
        for lot, need, quantity, driven in each
    )
