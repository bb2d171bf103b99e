"""What a need gets is fixed by hand at one depot, and the rest of the plan goes round it."""

from __future__ import annotations

import pytest

from tests.allocation.conftest import depot
from tests.conftest import new_id
from tests.factories.allocation import apply, fix, got, make_plan, shown
from tests.factories.city import COUNTY
from tests.stockpile.test_kept_apart import shut


@pytest.fixture
def two_depots(manager):
    """A near depot with ten tents and a far one with ten."""
    return depot(manager, 10), depot(manager, 10, name="远处的库", lon=121.9, lat=29.9)


def sources(plan, need):
    (mine,) = [each for each in plan["needs"] if each["need"] == need]
    return {each["depot_name"]: each["quantity"] for each in mine["lines"]}


def test_what_is_fixed_can_be_fixed_at_one_depot_and_the_rest_goes_round_it(
    manager,
    disaster,
    two_needs,
    two_depots,
):
    _near, far = two_depots
    first, second = two_needs
    plan_id = make_plan(manager, disaster)
    assert fix(manager, plan_id, second, 8, depot=far).status_code == 201
    plan = shown(manager, plan_id)

    assert sources(plan, second) == {"远处的库": 8}
    assert got(plan) == {first: 12, second: 8}
    (mine,) = [each for each in plan["needs"] if each["need"] == second]
    assert mine["pins"][-1]["depot_name"] == "远处的库"


def test_more_than_that_depot_has_is_cut_and_said(
    manager,
    disaster,
    two_needs,
    two_depots,
):
    _near, far = two_depots
    first, _second = two_needs
    plan_id = make_plan(manager, disaster)
    fix(manager, plan_id, first, 25, depot=far)
    plan = shown(manager, plan_id)

    assert sources(plan, first) == {"远处的库": 10}
    (mine,) = [each for each in plan["needs"] if each["need"] == first]
    assert mine["cut"]["limit"]


def test_a_depot_nobody_knows_is_explained_and_fixes_nothing(
    manager,
    disaster,
    two_needs,
):
    depot(manager, 20)
    first, _second = two_needs
    plan_id = make_plan(manager, disaster)
    answer = fix(manager, plan_id, first, 5, depot=new_id())

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["depot"]
    assert shown(manager, plan_id)["needs"][0]["pins"] == []


def test_a_plan_is_not_applied_from_a_depot_that_was_shut_since(manager, disaster, two_needs):
    store = depot(manager, 20)
    plan_id = make_plan(manager, disaster)
    shut(manager, store, "进水")
    answer = apply(manager, plan_id)

    assert answer.status_code == 412, answer.json
    shut(manager, store, "")
    assert apply(manager, plan_id).status_code == 200


def test_what_one_depot_cannot_bring_is_said_to_be_fixed_by_hand(
    manager, disaster, two_needs, two_depots, browse
):
    _near, far = two_depots
    first, _second = two_needs
    plan_id = make_plan(manager, disaster)
    fix(manager, plan_id, first, 25, depot=far)

    assert shown(manager, plan_id)["remedies"] == []
    page = browse(f"logistics_manager@{COUNTY}").get(f"/stock/plans/{plan_id}?need={first}")
    assert "人工指定由远处的库供应 25" in page.data.decode()
