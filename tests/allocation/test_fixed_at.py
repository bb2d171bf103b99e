"""What a need gets is fixed by hand at one depot, and the rest of the plan goes round it."""

from __future__ import annotations

import pytest

from tests.allocation.conftest import depot
from tests.conftest import new_id
from tests.factories.allocation import fix, got, make_plan, shown


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
