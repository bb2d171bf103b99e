"""Allocation plans over the API and the pages: asked, shared, fixed by hand, applied, stale."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import update

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from stockpile.models import Lot
from tests.allocation.conftest import depot
from tests.conftest import new_id
from tests.damage_reports.test_over import close  # noqa: F401  a fixture
from tests.factories import stock
from tests.factories.allocation import apply, fix, got, make_plan, plan_body, shown, work
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP
from tests.factories.hazards import make_hazard
from tests.stockpile.test_pages import post


def test_a_stranger_and_a_role_without_the_permission_are_refused(stranger, reporter, disaster):
    body, address = plan_body(disaster["id"]), f"/api/v1/allocation-plans/{new_id()}"

    assert stranger.put(address, body).status_code == 401
    assert reporter.put(address, body).status_code == 403


def test_a_neighbour_sees_no_plan_and_applies_none(manager, person, disaster, two_needs):
    depot(manager, 20)
    plan = make_plan(manager, disaster)
    other = person(f"logistics_manager@{FAR_TOWNSHIP}")

    assert other.get(f"/api/v1/allocation-plans/{plan}").status_code == 404
    assert apply(other, plan).status_code == 404
    listed = other.get(f"/api/v1/allocation-plans?disaster={disaster['id']}").json
    assert listed["plans"] == []


def test_too_little_is_shared_alike_and_first_come_first_served_stands_beside_it(
    manager, disaster, two_needs
):
    depot(manager, 20)
    first, second = two_needs

    plan = shown(manager, make_plan(manager, disaster))

    assert plan["state"] == "ready"
    assert got(plan) == {first: 15, second: 5}
    assert {each["need"]: each["greedy"] for each in plan["needs"]} == {first: 20, second: 0}
    figures = plan["figures"]["tent_12"]
    assert (figures["plan"]["worst"], figures["greedy"]["worst"]) == (0.5, 0.0)
    assert figures["plan"]["gini"] < figures["greedy"]["gini"]


def test_a_plan_is_asked_for_worked_out_and_on_the_record(manager, disaster, two_needs):
    depot(manager, 20)
    plan = new_id()
    body = plan_body(disaster["id"])
    receipt = manager.put(f"/api/v1/allocation-plans/{plan}", body).json
    assert shown(manager, plan)["state"] == "computing"
    assert work() == 1
    assert manager.put(f"/api/v1/allocation-plans/{plan}", body).json["seq"] == receipt["seq"]

    apply(manager, plan)

    log = manager.get(f"/api/v1/events?after={receipt['seq'] - 1}&area={COUNTY}").json["events"]
    names = [each["name"] for each in log if each["name"].startswith("allocation.")]
    assert names == ["allocation.plan_asked", "allocation.plan_made", "allocation.plan_applied"]


def test_every_shortage_names_its_limit_and_what_would_lift_it(manager, disaster, two_needs):
    here = depot(manager, 20, minimums={"tent_12": 5})
    first, _second = two_needs

    kept = shown(manager, make_plan(manager, disaster))
    cut = next(each["cut"] for each in kept["needs"] if each["need"] == first)
    assert sum(got(kept).values()) == 15
    assert (cut["limit"], cut["depot"]) == ("keep_back", here) and cut["pieces"] > 0

    freely = shown(manager, make_plan(manager, disaster, keep_minimum=False))
    assert sum(got(freely).values()) == 20
    assert {each["cut"]["limit"] for each in freely["needs"]} == {"supply"}


def test_a_closed_road_cuts_a_place_off_and_says_so(manager, person, disaster, two_needs):
    depot(manager, 20)
    line = {"type": "LineString", "coordinates": [[121.52, 29.7], [121.52, 29.9]]}
    officer = person(f"duty_officer@{COUNTY}")
    make_hazard(officer, disaster, kind="closed_road", shape=line, area_code=COUNTY)
    first, second = two_needs

    plan = shown(manager, make_plan(manager, disaster))

    assert got(plan) == {first: 0, second: 10}
    assert (
        next(each["cut"]["limit"] for each in plan["needs"] if each["need"] == first) == "no_road"
    )


def test_what_is_fixed_by_hand_stands_and_the_rest_is_worked_out_around_it(
    manager, disaster, two_needs
):
    depot(manager, 20)
    first, second = two_needs
    plan = make_plan(manager, disaster)

    assert fix(manager, plan, second, 9).status_code == 201
    found = shown(manager, plan)
    assert (found["state"], got(found)) == ("ready", {first: 11, second: 9})

    assert fix(manager, plan, first, 0, reason="道路全断").status_code == 201
    assert got(shown(manager, plan)) == {first: 0, second: 9}

    assert fix(manager, plan, first, None).status_code == 201
    assert fix(manager, plan, second, None).status_code == 201
    found = shown(manager, plan)
    assert got(found) == {first: 15, second: 5}
    kept = {each["need"]: [pin["quantity"] for pin in each["pins"]] for each in found["needs"]}
    assert kept == {first: [0, None], second: [9, None]}


@pytest.mark.parametrize(
    ("item", "quantity", "field", "code"),
    [("tent_12", 31, "quantity", "too_much"), ("quilt", 7, "quantity", "packs")],
)
def test_a_fixed_quantity_must_be_whole_packs_and_no_more_than_is_lacking(
    manager, reporter, disaster, item, quantity, field, code
):
    here = stock.depot(manager)
    stock.stock(manager, here, item=item, quantity=20)
    need = stock.need(reporter, disaster, item=item, quantity=30)
    plan = make_plan(manager, disaster)

    answer = fix(manager, plan, need, quantity)

    assert answer.status_code == 422
    assert [(each["field"], each["code"]) for each in answer.json["errors"]] == [(field, code)]
    assert shown(manager, plan)["needs"][0]["pins"] == []


def test_a_need_of_no_plan_and_an_unknown_item_are_said(manager, disaster, two_needs):
    depot(manager, 20)
    plan = make_plan(manager, disaster)
    assert fix(manager, plan, new_id(), 5).json["errors"][0]["code"] == "unknown"

    body = plan_body(disaster["id"], items=["nothing"])
    answer = manager.put(f"/api/v1/allocation-plans/{new_id()}", body)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "items.0")


def test_a_plan_for_nothing_is_refused(manager, disaster):
    answer = manager.put(f"/api/v1/allocation-plans/{new_id()}", plan_body(disaster["id"]))

    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "nothing_open")


def test_an_applied_plan_is_promised_to_the_needs_to_the_piece(manager, disaster, two_needs):
    here = depot(manager, 20)
    first, second = two_needs
    plan = make_plan(manager, disaster)

    assert apply(manager, plan).status_code == 200

    assert stock.balance(manager, here) == (20, 20)
    promised = {each: manager.get(f"/api/v1/needs/{each}").json["promised"] for each in two_needs}
    assert promised == {first: 15, second: 5}
    assert shown(manager, plan)["state"] == "applied"
    again = apply(manager, plan)  # the same once more is the same receipt
    assert again.status_code == 200 and stock.balance(manager, here) == (20, 20)
    assert fix(manager, plan, first, 10).status_code == 409


def test_of_two_plans_for_the_same_stock_the_second_is_refused_whole(manager, disaster, two_needs):
    here = depot(manager, 20)
    one, other = make_plan(manager, disaster), make_plan(manager, disaster)

    assert apply(manager, one).status_code == 200
    answer = apply(manager, other)

    assert (answer.status_code, answer.json["code"]) == (412, "stale_base")
    assert stock.balance(manager, here) == (20, 20)
    assert shown(manager, other)["state"] == "ready"


def test_two_managers_apply_two_plans_at_once_and_one_of_them_wins(
    manager, person, disaster, two_needs
):
    here = depot(manager, 20)
    plans = [make_plan(manager, disaster), make_plan(manager, disaster)]
    callers = [manager, person(f"logistics_manager@{CITY}")]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(apply, callers, plans))

    assert sorted(each.status_code for each in answers) == [200, 412]
    assert stock.balance(manager, here) == (20, 20)


@pytest.mark.parametrize("what", ["need", "stock", "road"])
def test_a_plan_that_the_world_has_left_behind_is_refused_and_says_why(
    manager, reporter, person, disaster, two_needs, what
):
    here = depot(manager, 20)
    plan = make_plan(manager, disaster)
    if what == "need":
        assert reporter.put(f"/api/v1/needs/{two_needs[0]}/withdrawal", {}).status_code == 200
        words = "需求"
    elif what == "stock":
        rival = stock.need(reporter, disaster, quantity=8)
        assert stock.reserve(manager, rival).status_code == 201
        words = "批次"
    else:
        line = {"type": "LineString", "coordinates": [[121.52, 29.7], [121.52, 29.9]]}
        officer = person(f"duty_officer@{COUNTY}")
        make_hazard(officer, disaster, kind="closed_road", shape=line, area_code=COUNTY)
        words = "路"
    before = stock.balance(manager, here)

    answer = apply(manager, plan)

    assert (answer.status_code, answer.json["code"]) == (412, "stale_base")
    assert words in answer.json["detail"]
    assert stock.balance(manager, here) == before


def test_whoever_asked_for_it_does_not_promise_it(manager, disaster):
    here = depot(manager, 20)
    stock.need(manager, disaster, quantity=5)
    plan = make_plan(manager, disaster)

    assert apply(manager, plan).status_code == 403
    assert stock.balance(manager, here) == (20, 0)


def test_a_plan_draws_only_from_depots_where_its_planner_may_promise(
    person, reporter, manager, disaster
):
    depot(person(f"logistics_manager@{CITY}"), 20, area_code="990200000000")
    stock.need(reporter, disaster, quantity=5)

    plan = shown(manager, make_plan(manager, disaster))

    assert sum(got(plan).values()) == 0
    assert plan["needs"][0]["cut"]["limit"] == "no_stock"


def test_what_changed_since_is_counted_on_the_page(manager, reporter, disaster, browse, two_needs):
    depot(manager, 20)
    plan = make_plan(manager, disaster)
    page = browse(f"logistics_manager@{COUNTY}")
    assert b"data-since" not in page.get(f"/stock/plans/{plan}").data

    stock.need(reporter, disaster, quantity=8)

    assert b'data-since="1"' in page.get(f"/stock/plans/{plan}").data


def test_the_workbook_holds_every_need_and_every_line(manager, disaster, two_needs):
    depot(manager, 20)
    plan = make_plan(manager, disaster)

    answer = manager.get(f"/stock/plans/{plan}/export")

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    needs, lines, _ = ([row for row in sheet.values if row[0]] for sheet in book.worksheets)
    assert sorted(row[7] for row in needs[1:]) == [5, 15]
    assert sorted(row[5] for row in lines[1:]) == [5, 15]


def test_the_map_joins_each_place_to_its_depots(manager, disaster, two_needs):
    depot(manager, 20)
    plan = make_plan(manager, disaster)

    found = manager.get(f"/api/v1/allocation-plans/{plan}/map?item=tent_12").json["features"]

    kinds = sorted(each["properties"]["kind"] for each in found)
    assert kinds == ["depot", "flow", "flow", "need", "need"]


def test_a_plan_that_gives_nothing_cannot_be_promised(manager, reporter, disaster):
    stock.need(reporter, disaster, quantity=10)
    plan = make_plan(manager, disaster)
    assert sum(got(shown(manager, plan)).values()) == 0

    assert apply(manager, plan).status_code == 409
    assert shown(manager, plan)["state"] == "ready"


def test_what_waits_for_the_worker_is_neither_changed_nor_promised(manager, disaster, two_needs):
    depot(manager, 20)
    plan = new_id()
    manager.put(f"/api/v1/allocation-plans/{plan}", plan_body(disaster["id"]))
    pin = {"need": two_needs[0], "quantity": 5, "reason": "x"}

    assert apply(manager, plan).status_code == 409
    address = f"/api/v1/allocation-plans/{plan}/pins/{new_id()}"
    assert manager.put(address, pin).status_code == 409


def test_nobody_promises_from_a_depot_where_he_may_not_though_the_planner_might(
    manager, person, reporter, disaster
):
    chief = person(f"logistics_manager@{CITY}")
    here = depot(chief, 20, area_code="990200000000")
    stock.need(reporter, disaster, quantity=5)
    plan = make_plan(chief, disaster)
    assert sum(got(shown(chief, plan)).values()) == 5

    assert apply(manager, plan).status_code == 403
    assert stock.balance(chief, here) == (20, 0)


def test_what_expired_since_the_plan_was_made_is_not_promised(manager, reporter, disaster):
    here = stock.depot(manager)
    day = clock.local_date(clock.now()) + timedelta(days=2)
    stock.stock(manager, here, item="water", quantity=50, expires_on=day.isoformat())
    stock.need(reporter, disaster, item="water", quantity=20)
    plan = make_plan(manager, disaster)

    with act_as(SYSTEM), db.transaction() as session:  # as if three days had gone by
        session.execute(update(Lot).values(expires_on=day - timedelta(days=3)))
    assert apply(manager, plan).status_code == 412

    assert stock.balance(manager, here) == (50, 0)


def test_a_wrong_item_in_the_form_is_said_and_not_an_accident(manager, reporter, disaster):
    stock.need(reporter, disaster, quantity=5)
    fields = {
        "id": new_id(), "disaster_id": disaster["id"], "area_code": COUNTY, "item": "x" * 99,
    }  # fmt: skip

    assert post(manager, "/plans", **fields).status_code == 422


def test_the_same_pin_sent_to_another_plan_is_not_taken_for_done(manager, disaster, two_needs):
    depot(manager, 20)
    first, pin = two_needs[0], new_id()
    one, other = make_plan(manager, disaster), make_plan(manager, disaster)
    assert fix(manager, one, first, 3, id=pin).status_code == 201
    assert fix(manager, one, first, 3, id=pin).status_code == 200

    assert fix(manager, other, first, 3, id=pin).status_code == 409
    assert got(shown(manager, other))[first] == 15


def test_a_plan_says_what_would_let_a_place_get_more_and_how_far_trucks_drive(
    manager, disaster, two_needs, browse
):
    """Eight of twenty tents are kept back: without that both places get more."""
    depot(manager, 20, minimums={"tent_12": 8})
    first, second = two_needs
    plan_id = make_plan(manager, disaster, keep_minimum=True)
    plan = shown(manager, plan_id)

    (help_,) = plan["remedies"]
    assert (help_["limit"], help_["depot_name"], help_["fewer"]) == ("keep_back", "东山县库", 0)
    assert help_["more"] == {first: 15, second: 5}
    assert plan["figures"]["tent_12"]["plan"]["km"] > 0

    reader = browse(f"logistics_manager@{COUNTY}")
    page = reader.get(f"/stock/plans/{plan_id}?need={second}").data.decode()
    assert "怎样能更高" in page and "东山县库动用保留库存" in page
    assert ">50<" in page and "+2" in page
