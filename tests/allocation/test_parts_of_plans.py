"""A county reads its part of a plan of the city: its depots' lines, its places' shares, no more."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.evacuation.conftest import browse  # noqa: F401  a fixture
from tests.factories import stock
from tests.factories.allocation import apply, make_plan, shown
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP

NUMBER = "甬应急令〔2013〕9号"


@pytest.fixture
def city(person):
    return person(f"logistics_manager@{CITY}")


@pytest.fixture
def keeper(person):
    """Who ships from the other county and holds nothing else of the plan."""
    return person(f"depot_keeper@{OTHER_COUNTY}")


@pytest.fixture
def needs(reporter, person, disaster):
    """Ten tents asked for in one township, six in the next."""
    first = stock.need(reporter, disaster, quantity=10)
    other = person(f"township_reporter@{NEIGHBOUR}")
    return first, stock.need(other, disaster, quantity=6, area_code=NEIGHBOUR)


@pytest.fixture
def depots(city):
    """One depot in each county; only together they have enough."""
    here = stock.depot(city, name="东山库")
    there = stock.depot(city, name="西湾库", area_code=FAR_TOWNSHIP)
    stock.stock(city, here, quantity=9)
    stock.stock(city, there, quantity=7)
    return here, there


@pytest.fixture
def plan(city, person, disaster, needs, depots):
    """A plan of the city, promised and ordered."""
    made = make_plan(city, disaster, area_code=CITY)
    assert apply(city, made).status_code == 200
    body = {"plan_id": made, "means": "paper", "number": NUMBER}
    signer = person(f"order_signer@{CITY}")
    assert signer.put(f"/api/v1/dispatch-orders/{new_id()}", body).status_code == 201
    return made


def test_whoever_ships_reads_what_leaves_his_depot_and_nothing_of_the_others(
    keeper, plan, depots, needs
):
    part = shown(keeper, plan)

    assert part["part"] and part["needs"] == [] and part["order"]["number"] == NUMBER
    assert {each["depot"] for each in part["leaving"]} == {depots[1]}
    assert sum(each["quantity"] for each in part["leaving"]) == 7
    assert not {"figures", "remedies", "skipped", "trucks", "seconds"} & set(part)
    assert depots[0] not in str(part) and "东山库" not in str(part)


def test_whoever_holds_a_place_reads_its_share_and_nothing_of_the_next(person, plan, needs):
    part = shown(person(f"logistics_manager@{TOWNSHIP}"), plan)

    assert [each["need"] for each in part["needs"]] == [needs[0]]
    assert part["needs"][0]["got"] == sum(each["quantity"] for each in part["needs"][0]["lines"])
    assert needs[1] not in str(part)


def test_a_county_that_serves_its_own_places_reads_what_leaves_its_depots(
    person, plan, depots, browse  # noqa: F811
):  # fmt: skip
    part = shown(person(f"logistics_manager@{COUNTY}"), plan)
    sums = [sum(each["quantity"] for each in part["leaving"]),
            sum(line["quantity"] for each in part["needs"] for line in each["lines"])]  # fmt: skip
    assert sums == [9, 16]

    reading = browse(f"logistics_manager@{COUNTY}")
    leaving = reading.get(f"/stock/plans/{plan}").text.split('id="mine-head"')[0]
    assert leaving.count("东山库") == len(part["leaving"]) and "西湾库" not in leaving
    assert printed(reading, plan) == 16, "every line once"


def printed(reading, plan):
    """Return the sum of what an order says leaves on it."""
    paper = reading.get(f"/stock/plans/{plan}/print").text
    return sum(int(each) for each in re.findall(r'<td class="num"[^>]*>(\d+) ', paper))


def test_the_part_is_a_page_and_a_paper_with_the_orders_number(
    plan, depots, browse  # noqa: F811
):  # fmt: skip
    reading = browse(f"depot_keeper@{OTHER_COUNTY}")

    for address in (f"/stock/plans/{plan}", f"/stock/plans/{plan}/print"):
        page = reading.get(address)
        assert page.status_code == 200
        assert NUMBER in page.text and "西湾库" in page.text and "东山库" not in page.text


def test_a_part_is_read_and_never_written(keeper, person, plan):
    manager = person(f"logistics_manager@{OTHER_COUNTY}")

    assert apply(manager, plan).status_code == 404
    refusal = manager.put(f"/api/v1/allocation-plans/{plan}/refusal", {"reason": "不"})
    assert refusal.status_code == 404
    assert keeper.get(f"/api/v1/allocation-plans/{plan}/map").status_code == 404
    assert keeper.client.get(
        f"/stock/plans/{plan}/export", headers={"Authorization": f"Bearer {keeper.token}"}
    ).status_code == 404  # fmt: skip


def test_a_county_with_neither_depot_nor_place_sees_nothing(person, city, disaster, needs):
    here = stock.depot(city, name="东山库")
    stock.stock(city, here, quantity=9)
    made = make_plan(city, disaster, area_code=CITY)

    other = person(f"logistics_manager@{OTHER_COUNTY}")
    assert other.get(f"/api/v1/allocation-plans/{made}").status_code == 404


def test_the_order_itself_is_read_by_whoever_reads_a_part(keeper, plan, city):
    order = shown(city, plan)["order"]["id"]

    assert keeper.get(f"/api/v1/dispatch-orders/{order}").json["number"] == NUMBER


def test_need_depot_and_outbound_slip_lead_to_the_plan_and_name_the_order(
    keeper, plan, depots, needs, browse, disaster  # noqa: F811
):  # fmt: skip
    county, link = browse(f"depot_keeper@{OTHER_COUNTY}"), f'href="/stock/plans/{plan}"'
    assert link in browse(f"logistics_manager@{COUNTY}").get(f"/stock/needs/{needs[0]}").text
    assert link in county.get(f"/stock/shipments?disaster={disaster['id']}").text

    line = keeper.get(f"/api/v1/stock/reservations?disaster={disaster['id']}").json["lines"][0]
    shipment = stock.ship(keeper, line["reservation_id"], depot=depots[1]).json["id"]

    paper = county.get(f"/stock/shipments/{shipment}/papers").text
    slip = paper.split("<article")[1]
    assert NUMBER in slip and "data-order" in slip


def test_what_was_promised_by_hand_names_no_plan_on_its_paper(
    manager, needs, browse  # noqa: F811
):  # fmt: skip
    stock.stock(manager, stock.depot(manager), quantity=10)
    promise = stock.reserve(manager, needs[0]).json["id"]
    shipment = stock.ship(manager, promise).json["id"]

    reading = browse(f"logistics_manager@{COUNTY}")
    assert "data-order" not in reading.get(f"/stock/shipments/{shipment}/papers").text
    assert "/stock/plans/0" not in reading.get(f"/stock/needs/{needs[0]}").text


def test_the_list_holds_what_is_read_in_part_and_nothing_of_the_others_figures(
    keeper, city, plan, disaster, depots, browse  # noqa: F811
):  # fmt: skip
    address = f"/api/v1/allocation-plans?disaster={disaster['id']}"
    mine, whole = keeper.get(address).json["plans"], city.get(address).json["plans"]

    assert [each["id"] for each in mine] == [each["id"] for each in whole] == [plan]
    assert mine[0]["part"] and not whole[0]["part"]
    assert "figures" not in mine[0] and whole[0]["figures"]
    page = browse(f"depot_keeper@{OTHER_COUNTY}").get(f"/stock/plans?disaster={disaster['id']}")
    assert page.status_code == 200 and f"/stock/plans/{plan}" in page.text


def test_the_part_says_how_much_of_each_line_is_still_promised(
    keeper, reporter, person, plan, needs
):
    before = shown(keeper, plan)["leaving"]
    assert before and all(each["promised"] == each["quantity"] for each in before)
    other = person(f"township_reporter@{NEIGHBOUR}")
    for who, need in zip((reporter, other), needs, strict=True):
        assert who.put(f"/api/v1/needs/{need}/withdrawal", {}).status_code == 200

    part = shown(keeper, plan)
    assert {each["promised"] for each in part["leaving"]} == {0}
    assert sum(each["quantity"] for each in part["leaving"]) == 7
