"""Evacuation plans over the API, as a client asks for them, and the worker that works them out."""

from __future__ import annotations

from typing import Any

from relief_ops import jobs
from relief_ops.auth import SYSTEM, act_as
from shelters.plans.jobs import PLAN
from tests.conftest import Caller, new_id
from tests.factories.city import TOWNSHIP, VILLAGE


def plan_body(disaster_id: str, **changes: Any) -> dict[str, Any]:
    """Return the body that asks for a plan for six people of one village."""
    return {
        "disaster_id": disaster_id,
        "area_code": TOWNSHIP,
        "groups": [{"area_code": VILLAGE, "people": 6, "households": [[2, 3]]}],
    } | changes


def work() -> int:
    """Do what waits, as the worker does; return how many jobs there were."""
    found = 0
    with act_as(SYSTEM):
        while jobs.run_due({PLAN.kind: PLAN.step}):
            found += 1
    return found


def make_plan(caller: Caller, disaster: dict[str, Any], /, **changes: Any) -> str:
    """Ask for a plan, work it out and return its id."""
    plan_id = new_id()
    answer = caller.put(f"/api/v1/evacuation-plans/{plan_id}", plan_body(disaster["id"], **changes))
    assert answer.status_code == 201, answer.json
    work()
    return plan_id
