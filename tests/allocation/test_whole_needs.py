"""A plan remembers what a need has already: fair is what is fair over the whole need."""

from __future__ import annotations

import re

from sqlalchemy import update

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from stockpile.plans.models import AllocationShare
from tests.allocation.conftest import depot
from tests.evacuation.conftest import browse  # noqa: F401  a fixture
from tests.factories import stock
from tests.factories.allocation import fix, got, make_plan, shown
from tests.factories.city import COUNTY, NEIGHBOUR

OVER_THE_WHOLE = "满足率按全部需求计算，含已有的"


def partly_promised(manager, reporter, person, disaster):
    """60 of 100 are promised to the first by hand; the second has nothing of 40; 40 are left."""
    first = stock.need(reporter, disaster, quantity=100)
    here = depot(manager, 60)
    assert stock.reserve(manager, first, quantity=60).status_code == 201
    stock.stock(manager, here, quantity=40)
    other = person(f"township_reporter@{NEIGHBOUR}")
    return first, stock.need(other, disaster, quantity=40, area_code=NEIGHBOUR)


def test_what_was_promised_by_hand_before_counts_in_what_is_fair(
    manager, reporter, person, disaster
):
    first, second = partly_promised(manager, reporter, person, disaster)

    plan = shown(manager, make_plan(manager, disaster))

    assert got(plan) == {first: 11, second: 29}
    covers = {each["need"]: each["cover"] for each in plan["needs"]}
    assert covers == {first: 0.71, second: 0.725}
    figures = plan["figures"]["tent_12"]
    assert figures["plan"]["worst"] == 0.71
    assert figures["plan"]["gini"] < figures["greedy"]["gini"]
    # Asked first, the first would have all of it: by hand the second has nothing.
    assert figures["greedy"]["worst"] == 0.0


def test_the_page_says_what_a_place_has_and_what_it_gets_of_the_whole(
    manager, reporter, person, disaster, browse  # noqa: F811
):  # fmt: skip
    first, _second = partly_promised(manager, reporter, person, disaster)
    plan = make_plan(manager, disaster)

    page = browse(f"logistics_manager@{COUNTY}").get(f"/stock/plans/{plan}?need={first}").text

    assert re.search("共需100[^，]*，已有60；再得11：71%。", page)
    assert OVER_THE_WHOLE in page
    drawn = manager.get(f"/api/v1/allocation-plans/{plan}/map").json["features"]
    (mine,) = (each["properties"] for each in drawn if each["id"] == first)
    assert (mine["got"], mine["quantity"], mine["cover"]) == (71, 100, 0.71)


def test_what_is_fixed_by_hand_is_given_whatever_the_place_has_already(
    manager, reporter, person, disaster
):
    first, second = partly_promised(manager, reporter, person, disaster)
    plan = make_plan(manager, disaster)

    fix(manager, plan, first, 30)

    assert got(shown(manager, plan)) == {first: 30, second: 10}


def test_a_plan_of_before_is_shown_as_it_was_and_says_so(
    manager, reporter, person, disaster, browse  # noqa: F811
):  # fmt: skip
    first, _second = partly_promised(manager, reporter, person, disaster)
    plan = make_plan(manager, disaster)
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(update(AllocationShare).values(had=None))

    cover = {each["need"]: each["cover"] for each in shown(manager, plan)["needs"]}[first]
    page = browse(f"logistics_manager@{COUNTY}").get(f"/stock/plans/{plan}?need={first}").text

    assert cover == round(11 / 40, 4)
    assert "满足率按当时所缺计算" in page and OVER_THE_WHOLE not in page
    assert manager.get(f"/stock/plans/{plan}/export").status_code == 200
