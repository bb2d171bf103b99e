"""The plan of one item: who gets how much, from where, and why not more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

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


def explained(question: Question, made: Plan) -> Plan:
    """Return a plan with its cuts as they are within these limits, under which none gets more."""
    standing = _standing(question, made)
    return replace(made, cuts=cuts(question, standing)) if standing else made


def held_up(question: Question, made: Plan) -> Mapping[str, str]:
    """Return the needs that would get more if the trucks of a depot had room, and which depot.

    Something else may keep other stock from them too; their cut then names that.
    """
    standing = _standing(question, made)
    if standing is None:
        return {}
    short = np.flatnonzero(standing.packs < standing.reached.wanted)
    return {question.needs[short[n]].id: cut.where for n, cut in standing.trucks_full(short)}


def _standing(question: Question, made: Plan) -> Standing | None:
    """Return how the flow of a plan ended; None where there was nothing to plan."""
    if not question.lots or not question.needs:
        return None
    reached = reach(question)
    lots = {lot.id: number for number, lot in enumerate(question.lots)}
    needs = {need.id: number for number, need in enumerate(question.needs)}
    lines = [
        (lots[each.lot], needs[each.need], each.quantity // question.pack) for each in made.lines
    ]
    drawn = Drawn(*np.array(lines, dtype=np.int64).reshape(-1, 3).T)
    packs = np.array([made.got[need.id] for need in question.needs]) // question.pack
    return Standing(question, reached, packs, drawn)


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
