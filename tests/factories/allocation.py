"""Allocation plans over the API, and the worker that works them out."""

from __future__ import annotations

from typing import Any

from relief_ops import jobs
from relief_ops.auth import SYSTEM, act_as
from stockpile.plans.jobs import PLAN
from tests.conftest import Caller, new_id
from tests.factories.city import COUNTY


def plan_body(disaster_id: str, **changes: Any) -> dict[str, Any]:
    """Return the body that asks for a plan over everything a county lacks."""
    return {"disaster_id": disaster_id, "area_code": COUNTY} | changes


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
    body = plan_body(disaster["id"], **changes)
    answer = caller.put(f"/api/v1/allocation-plans/{plan_id}", body)
    assert answer.status_code == 201, answer.json
    work()
    return plan_id


def shown(caller: Caller, plan_id: str) -> dict[str, Any]:
    """Return a plan as the API shows it."""
    answer = caller.get(f"/api/v1/allocation-plans/{plan_id}")
    assert answer.status_code == 200, answer.json
    return answer.json


def got(plan: dict[str, Any]) -> dict[str, int]:
    """Return what each need gets."""
    return {each["need"]: each["got"] for each in plan["needs"]}


def fix(caller: Caller, plan_id: str, need: str, quantity: int | None, **changes: Any) -> Any:
    """Fix what a need gets by hand and work out the rest."""
    body = {"need": need, "quantity": quantity, "reason": "渡轮停航"} | changes
    pin_id = body.pop("id", new_id())
    answer = caller.put(f"/api/v1/allocation-plans/{plan_id}/pins/{pin_id}", body)
    work()
    return answer


def apply(caller: Caller, plan_id: str) -> Any:
    """Promise everything in a plan."""
    return caller.put(f"/api/v1/allocation-plans/{plan_id}/application", {})
