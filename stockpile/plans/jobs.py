"""Working a plan out, in the background: the web process never loads the solver."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from relief_ops import db, i18n
from relief_ops.auth import act_as
from relief_ops.auth.lookup import viewer_of
from relief_ops.errors import Forbidden
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow
from relief_ops.plugins import Job
from stockpile.allocation.shapes import Plan, Question
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
        raise Forbidden(_("The account that sent this in is not in use any more."))
    with act_as(someone):
        with db.reading() as session:
            found = queries.plan(session, plan_id)
            asked = queries.asked(session, found) if found.state == PlanState.COMPUTING else None
            revision = found.revision
            session.expunge_all()
        if asked is not None:
            _solve(plan_id, asked, revision)
    return False


def _solve(plan_id: UUID, asked: Mapping[str, queries.Asked], revision: int) -> None:
    """Work it out and keep it, unless somebody fixed something by hand meanwhile."""
    began = time.monotonic()
    try:
        answers = {code: _answer(each) for code, each in asked.items()}
    except ArithmeticError:
        why = _("no way was found to bring what was shared")
        with db.transaction() as session:
            services.keep_failure(session, queries.plan(session, plan_id, lock=True), why)
        raise
    result = {
        "seconds": round(time.monotonic() - began, 2),
        "items": {code: _figures(each) for code, each in answers.items()},
        "skipped": [row for each in answers.values() for row in _skipped(each.asked)],
    }
    with db.transaction() as session:
        found = queries.plan(session, plan_id, lock=True)
        if found.state == PlanState.COMPUTING and found.revision == revision:
            services.keep_result(session, found, answers, result)


def _answer(asked: queries.Asked) -> services.Answer:
    from stockpile.allocation.greedy import greedy
    from stockpile.allocation.planning import plan

    return services.Answer(asked, plan(asked.question), greedy(_unpinned(asked), _order(asked)))


def _order(asked: queries.Asked) -> list[str]:
    """Return the needs in the order in which they were asked."""
    return [str(each.need.id) for each in asked.lines]


def _unpinned(asked: queries.Asked) -> Question:
    """Return the question as it was before anything was fixed by hand."""
    return replace(asked.question, needs=asked.needs)


def _figures(answer: services.Answer) -> dict[str, Any]:
    """Return what is compared of both plans of an item."""
    question = _unpinned(answer.asked)
    return {
        "plan": _measured(question, answer.plan),
        "greedy": _measured(question, answer.greedy),
    }


def _skipped(asked: queries.Asked) -> list[dict[str, Any]]:
    """Return the lots no need can get, each with its reason."""
    from stockpile.allocation.skipping import skipped

    told = [(asked.stock[lot], str(why)) for lot, why in skipped(asked.question).items()]
    return [
        {"balance": str(held.id), "depot": str(held.account_id), "lot": str(held.lot_id),
         "item": held.item_code, "free": held.free, "why": str(why)}
        for held, why in (*asked.barred, *told)
    ]  # fmt: skip


def _measured(question: Question, plan: Plan) -> dict[str, float | None]:
    from stockpile.allocation import measures

    full = replace(plan, got={need.id: plan.got.get(need.id, 0) for need in question.needs})
    return {
        "worst": round(measures.worst_cover(question, full), 4),
        "gini": round(measures.gini_of_unmet(question, full), 4),
        "pack_hours": round(measures.pack_hours(question, full), 1),
        "latest": round(measures.latest_hours(full), 3) if plan.lines else None,
    }


PLAN = Job(kind=services.JOB, step=step)
