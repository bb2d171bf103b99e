"""How good a plan is, by figures that do not ask how it was made."""

from __future__ import annotations

import numpy as np

from stockpile.allocation.shapes import Need, Plan, Question


def covers(question: Question, plan: Plan) -> dict[int, list[float]]:
    """Return of each class the part of every whole need that is met, the worst first."""
    found: dict[int, list[float]] = {}
    for need in question.needs:
        found.setdefault(need.priority, []).append(_cover(need, plan))
    return {priority: sorted(found[priority]) for priority in sorted(found)}


def worst_covers(question: Question, plan: Plan) -> dict[int, float]:
    """Return the worst cover of each priority class, from 0 to 1."""
    return {priority: each[0] for priority, each in covers(question, plan).items()}


def worst_cover(question: Question, plan: Plan) -> float:
    """Return the worst cover of all; 1 where nobody needs anything."""
    return min(worst_covers(question, plan).values(), default=1.0)


def gini_of_unmet(question: Question, plan: Plan) -> float:
    """Return how unevenly what is missing lies: the Gini index of the unmet parts of the needs.

    0 if every need lacks the same part, or none lacks anything; towards 1 if few lack it all.
    """
    unmet = np.sort([1 - _cover(need, plan) for need in question.needs])
    if not unmet.sum():
        return 0.0
    rank = np.arange(1, len(unmet) + 1)
    return float((2 * rank - len(unmet) - 1) @ unmet / (len(unmet) * unmet.sum()))


def _cover(need: Need, plan: Plan) -> float:
    return need.cover(plan.got[need.id])


def pack_hours(question: Question, plan: Plan) -> float:
    """Return the hours all packs are on the road: of each line its packs times its hours."""
    return sum(line.quantity // question.pack * line.hours for line in plan.lines)


def trips(question: Question, plan: Plan) -> set[tuple[str, str]]:
    """Return from which depot to which place anything goes."""
    places = {need.id: need.place for need in question.needs}
    return {(line.depot, places[line.need]) for line in plan.lines}


def latest_hours(plan: Plan) -> float:
    """Return when the last line arrives, in hours from now; 0 if nothing goes."""
    return max((line.hours for line in plan.lines), default=0.0)
