"""Working a plan out, in the background: the web process never loads the solver."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from relief_ops import db, i18n
from relief_ops.auth import act_as
from relief_ops.auth.lookup import viewer_of
from relief_ops.errors import Forbidden
from relief_ops.geo import shapes
from relief_ops.geo.predicates import metres_between
from relief_ops.i18n import gettext as _
from relief_ops.jobs import JobRow
from relief_ops.plugins import Job
from shelters.plans import queries, services
from shelters.plans.rules import PlanState

if TYPE_CHECKING:
    from shelters.assignment.shapes import Assignment, Problem

MOST_TURNS = 8


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
            work = services.work_of(session, found) if found.state == "computing" else None
        if work is not None:
            _solve(plan_id, work)
    return False


def _solve(plan_id: UUID, work: services.Work) -> None:
    from shelters.assignment.nearest import nearest_first

    try:
        problem, found = solved(work)
    except ValueError as error:
        with db.transaction() as session:
            plan = queries.plan(session, plan_id, lock=True)
            services.keep_failure(session, plan, str(error))
        return
    result = _figures(problem, found) | {
        "nearest": _figures(problem, nearest_first(problem)),
        "bound_m": found.bound_m, "proved": found.proved, "reasons": _reasons(problem, found),
    }  # fmt: skip
    with db.transaction() as session:
        plan = queries.plan(session, plan_id, lock=True)
        if plan.state == PlanState.COMPUTING:
            services.keep_result(session, plan, work, found, result)


def solved(work: services.Work) -> tuple[Problem, Assignment]:
    """Return the problem with the connections that turned out closed, and its assignment.

    Whoever would cross a closed road is told so and asked again, until nobody does: the best
    of all connections that is open all the same.
    """
    from shelters.assignment.planning import assign, assign_again

    problem = work.problem
    for _turn in range(MOST_TURNS):
        found = assign_again(problem, work.told) if work.told else assign(problem)
        crossing = _crossing(problem, found, work.roads)
        if not crossing:
            return problem, found
        problem = replace(problem, closed=problem.closed | crossing)
    return problem, _without(found, problem)


def _crossing(problem: Problem, found: Assignment, roads: list[str]) -> frozenset[tuple[str, str]]:
    ways = {
        (problem.villages[village].id, problem.sites[site].id): (
            problem.villages[village].point, problem.sites[site].point,
        )
        for village, there in found.going.items() for site in there
    }  # fmt: skip
    return frozenset(shapes.crossed(roads, ways))


def _without(found: Assignment, problem: Problem) -> Assignment:
    """Return the assignment with nobody on a closed connection: rather left than lost."""
    lines = tuple(
        replace(line, site=None)
        if line.site is not None
        and (problem.villages[line.village].id, problem.sites[line.site].id) in problem.closed
        else line
        for line in found.lines
    )
    return replace(found, lines=lines, bound_m=None, proved=False)


def _figures(problem: Problem, found: Assignment) -> dict[str, Any]:
    far = sum(
        people * metres_between(problem.villages[village].point, problem.sites[site].point)
        for village, there in found.going.items() for site, people in there.items()
    )  # fmt: skip
    return {
        "people": sum(each.people for each in problem.villages),
        "left": found.left, "unmet": found.unmet, "split": len(found.splits),
        "metres": round(far), "shelters": len(found.filled),
    }  # fmt: skip


def _reasons(problem: Problem, found: Assignment) -> dict[str, list[dict[str, Any]]]:
    """Return the reasons village by village, with the ids of shelters instead of numbers."""
    from shelters.assignment.reasons import reasons

    def name(site: int | None) -> str | None:
        return None if site is None else problem.sites[site].id

    answer: dict[str, list[dict[str, Any]]] = {}
    for number, listed in reasons(problem, found).items():
        answer[problem.villages[number].id] = [
            {
                "shelter": name(each.site), "people": each.people, "metres": each.metres,
                "on_foot": each.on_foot, "places": each.places, "at": name(each.at),
                "nearer": [asdict(one) | {"site": name(one.site)} for one in each.nearer],
            }
            for each in listed
        ]  # fmt: skip
    return answer


LOADS = (
    "shelters.assignment.planning", "shelters.assignment.reasons", "shelters.assignment.nearest",
    "ortools.graph.python.min_cost_flow", "ortools.sat.python.cp_model",
)  # fmt: skip
PLAN = Job(kind=services.JOB, step=step, loads=LOADS)
