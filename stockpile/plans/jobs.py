"""Working a plan out, in the background: the web process never loads the solver."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from relief_ops import db, i18n
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.lookup import viewer_of
from relief_ops.errors import Forbidden
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow
from relief_ops.plugins import Job
from stockpile.allocation.shapes import Load, Plan, Question
from stockpile.plans import queries, services
from stockpile.plans.rules import PlanState


def step(job_id: UUID) -> bool:
    """Work one plan out: read, solve with nothing held, keep what came out."""
    with db.reading() as session:
        job = session.get_one(JobRow, job_id)
        someone = viewer_of(session, job.actor_id) if job.actor_id else None
        plan_id = UUID(job.arguments["plan"])
        i18n.speak(job.arguments["language"])
    if someone is None:
        why = _("The account that sent this in is not in use any more.")
        _fail(plan_id, why)
        raise Forbidden(why)
    with act_as(someone):
        with db.reading() as session:
            found = queries.plan(session, plan_id)
            asked = queries.asked(session, found) if found.state == PlanState.COMPUTING else None
            trucks = queries.trucks(session, found, asked) if asked is not None else {}
            revision = found.revision
            session.expunge_all()
        if asked is not None:
            _solve(plan_id, asked, trucks, revision)
    return False


def _solve(
    plan_id: UUID, asked: Mapping[str, queries.Asked], trucks: Mapping[str, Load], revision: int
) -> None:
    """Work it out and keep it, unless somebody fixed something by hand meanwhile."""
    began = time.monotonic()
    try:
        answers = _answers(asked, trucks)
    except ArithmeticError:
        _fail(plan_id, _("no way was found to bring what was shared"))
        raise
    except Exception:  # whatever it is: nobody waits for a plan that does not come
        _fail(plan_id, _("a fault of the program: ask for it again, and tell the administrator"))
        raise
    result = {
        "seconds": round(time.monotonic() - began, 2),
        "items": {code: _figures(each) for code, each in answers.items()},
        "remedies": {code: list(_remedies(each)) for code, each in answers.items()},
        "skipped": [row for each in answers.values() for row in _skipped(each.asked)],
        "trucks": _carried(answers.values(), trucks),
        "unweighed": [
            code for code, each in asked.items()
            if trucks and not (each.load.litres and each.load.kilograms)
        ],
    }  # fmt: skip
    with db.transaction() as session:
        found = queries.plan(session, plan_id, lock=True)
        if found.state == PlanState.COMPUTING and found.revision == revision:
            services.keep_result(session, found, answers, result)


def _fail(plan_id: UUID, why: str) -> None:
    """Say on the plan why it did not come, whoever asked for it."""
    with act_as(SYSTEM), db.transaction() as session:
        found = queries.plan(session, plan_id, lock=True)
        if found.state == PlanState.COMPUTING:
            services.keep_failure(session, found, why)


def _answers(
    asked: Mapping[str, queries.Asked], trucks: Mapping[str, Load]
) -> dict[str, services.Answer]:
    """Work out all items at once, for they share the trucks, and the plan by hand beside it."""
    from stockpile.allocation.remedies import remedies
    from stockpile.allocation.together import by_hand, plans

    every = list(asked.values())
    loads = [each.load for each in every]
    made = plans([each.question for each in every], loads, trucks)
    hand = by_hand([_unpinned(each) for each in every], loads, trucks, [_order(e) for e in every])
    return {
        code: services.Answer(asked[code], plan, greedy, tuple(more))
        for code, (_question, plan), greedy, more in zip(
            asked, made, hand, remedies(made), strict=True
        )
    }


def _carried(
    answers: Iterable[services.Answer], trucks: Mapping[str, Load]
) -> list[dict[str, Any]]:
    """Return what the plan puts on the trucks of each depot, beside what they hold."""
    from stockpile.allocation.together import left

    every = list(answers)
    room = left([each.asked.question for each in every], [each.asked.load for each in every],
                trucks, [each.plan for each in every])  # fmt: skip
    return [
        {"depot": depot, "litres": round(held.litres - room[depot].litres, 1),
         "litres_held": round(held.litres, 1),
         "kilograms": round(held.kilograms - room[depot].kilograms, 1),
         "kilograms_held": round(held.kilograms, 1)}
        for depot, held in trucks.items()
    ]  # fmt: skip


def _order(asked: queries.Asked) -> list[str]:
    """Return the needs in the order in which they were asked."""
    return [str(each.need.id) for each in asked.lines]


def _unpinned(asked: queries.Asked) -> Question:
    """Return the question as it was before anything was fixed by hand."""
    return replace(asked.question, needs=asked.needs)


def _figures(answer: services.Answer) -> dict[str, Any]:
    """Return what is compared of both plans of an item."""
    return {
        "plan": _measured(answer.asked, answer.plan),
        "greedy": _measured(answer.asked, answer.greedy),
    }


def _remedies(answer: services.Answer) -> Iterator[dict[str, Any]]:
    """Yield what would let needs get more, as it is kept: a lot by its own id."""
    for each in answer.remedies:
        held = answer.asked.stock.get(each.of)
        yield {
            "limit": str(each.limit), "depot": each.where,
            "place": "" if held else each.of.split(" ")[0], "lot": str(held.lot_id) if held else "",
            "more": dict(each.more), "fewer": each.fewer,
        }  # fmt: skip


def _skipped(asked: queries.Asked) -> list[dict[str, Any]]:
    """Return the lots no need can get, each with its reason."""
    from stockpile.allocation.skipping import skipped

    told = [(asked.stock[lot], str(why)) for lot, why in skipped(asked.question).items()]
    return [
        {"balance": str(held.id), "depot": str(held.account_id), "lot": str(held.lot_id),
         "item": held.item_code, "free": held.free, "why": str(why)}
        for held, why in (*asked.barred, *told)
    ]  # fmt: skip


def _measured(asked: queries.Asked, plan: Plan) -> dict[str, float | None]:
    from stockpile.allocation import measures

    question = _unpinned(asked)
    km = sum(asked.km[trip] for trip in measures.trips(question, plan))
    full = replace(plan, got={need.id: plan.got.get(need.id, 0) for need in question.needs})
    return {
        "worst": round(measures.worst_cover(question, full), 4),
        "gini": round(measures.gini_of_unmet(question, full), 4),
        "pack_hours": round(measures.pack_hours(question, full), 1),
        "latest": round(measures.latest_hours(full), 3) if plan.lines else None,
        "km": round(km) if math.isfinite(km) else None,
    }


LOADS = (
    "stockpile.allocation.remedies", "stockpile.allocation.skipping",
    "stockpile.allocation.measures",
    "ortools.graph.python.max_flow", "ortools.graph.python.min_cost_flow", "highspy",
)  # fmt: skip
PLAN = Job(kind=services.JOB, step=step, loads=LOADS)
