"""Plans that come to nothing: the disaster is closed, or whoever asked is gone."""

from __future__ import annotations

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import User
from tests.allocation.conftest import depot
from tests.conftest import new_id
from tests.damage_reports.test_over import close  # noqa: F401  a fixture
from tests.factories import stock
from tests.factories.allocation import apply, make_plan, plan_body, shown, work
from tests.factories.city import COUNTY

# ruff: noqa: F811  fixtures of other files


def test_nothing_is_shared_for_a_disaster_that_is_closed(
    manager,
    reporter,
    disaster,
    close,
):
    stock.need(reporter, disaster, quantity=5)
    close()

    asked = manager.put(f"/api/v1/allocation-plans/{new_id()}", plan_body(disaster["id"]))

    assert (asked.status_code, asked.json["code"]) == (409, "illegal_transition")


def test_a_plan_of_before_is_not_applied_nor_a_promise_made_once_the_disaster_is_closed(
    manager, reporter, disaster, close
):  # fmt: skip
    need = stock.need(reporter, disaster, quantity=5)
    depot(manager, 20)
    plan = make_plan(manager, disaster)
    close()

    assert apply(manager, plan).status_code == 409
    assert stock.reserve(manager, need).status_code == 409
    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 0


def test_a_plan_whose_asker_is_gone_says_that_it_does_not_come(
    manager, person, disaster, two_needs
):
    depot(manager, 20)
    planner, plan_id = person(f"logistics_manager@{COUNTY}"), new_id()
    address = f"/api/v1/allocation-plans/{plan_id}"
    assert planner.put(address, plan_body(disaster["id"])).status_code == 201
    with db.transaction() as session, act_as(SYSTEM):
        session.get_one(User, planner.user_id).disabled = True

    work()

    plan = shown(manager, plan_id)
    assert plan["state"] == "failed" and "账号已停用" in plan["why"]
