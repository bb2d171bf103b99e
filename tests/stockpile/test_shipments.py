"""Shipments over the API: dispatch, receipt with its differences, turning back."""

from __future__ import annotations

from uuid import UUID

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.boards.queries import supply_at
from tests.factories import stock as made
from tests.factories.city import COUNTY, FAR_TOWNSHIP, OTHER_COUNTY
from tests.factories.stock import new_id


@pytest.fixture
def depot(manager):
    return made.depot(manager)


@pytest.fixture
def need(reporter, disaster):
    return made.need(reporter, disaster, quantity=40)


@pytest.fixture
def lot(manager, depot):
    return made.stock(manager, depot, quantity=100)


@pytest.fixture
def reservation(manager, lot, need):
    return made.reserve(manager, need).json["id"]


@pytest.fixture
def shipment(keeper, reservation):
    return made.ship(keeper, reservation, vehicle="浙B·12345").json["id"]


def shown(caller, need):
    found = caller.get(f"/api/v1/needs/{need}").json
    return found["promised"], found["shipped"], found["received"], found["state"]


def receipt(caller, shipment, **body):
    return caller.put(f"/api/v1/shipments/{shipment}/receipt", body)


def test_strangers_neighbours_and_readers_are_refused(person, stranger, reporter, reservation):
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")

    assert made.ship(stranger, reservation).status_code == 401
    assert made.ship(elsewhere, reservation).status_code == 404
    assert made.ship(reporter, reservation).status_code == 403


def test_dispatch_takes_stock_and_promise_from_the_depot(manager, keeper, depot, need, reservation):
    answer = made.ship(keeper, reservation, vehicle="浙B·12345")

    assert answer.status_code == 201
    assert made.balance(manager, depot) == (60, 0)
    assert shown(manager, need) == (40, 40, 0, "shipped")
    assert made.ship(keeper, reservation).status_code == 409
    (listed,) = manager.get("/api/v1/shipments?state=on_the_way").json["shipments"]
    assert listed["id"] == answer.json["id"] and listed["lines"][0]["quantity"] == 40


def test_dispatch_is_on_the_record_and_retried_safely(manager, keeper, reservation):
    shipment = new_id()
    first = made.ship(keeper, reservation, id=shipment)
    again = made.ship(keeper, reservation, id=shipment)
    log = manager.get(f"/api/v1/events?after={first.json['seq'] - 2}&area=990000000000").json

    assert again.json == first.json and again.status_code == 200
    assert [each["name"] for each in log["events"]] == ["need.shipped", "shipment.dispatched"]


def test_a_receipt_without_lines_says_everything_arrived(manager, keeper, need, shipment):
    first = receipt(keeper, shipment)
    again = receipt(keeper, shipment)

    assert first.status_code == 200 and again.json == first.json
    assert shown(manager, need) == (40, 40, 40, "received")
    assert receipt(keeper, shipment, note="又").status_code == 409


def test_what_is_short_or_damaged_is_lost_and_the_need_is_open_for_it(
    manager, keeper, lot, need, shipment
):
    answer = receipt(keeper, shipment, lines=[{"lot": lot, "received": 33, "damaged": 2}])

    assert answer.status_code == 200
    assert shown(manager, need) == (33, 33, 33, "partly_promised")
    line = manager.get(f"/api/v1/shipments/{shipment}").json["lines"][0]
    assert (line["quantity"], line["received"], line["damaged"]) == (40, 33, 2)


def test_a_surplus_is_the_ledgers_and_the_need_counts_what_was_shipped(
    manager, keeper, lot, need, shipment
):
    receipt(keeper, shipment, lines=[{"lot": lot, "received": 43}])
    place = manager.get(f"/api/v1/needs/{need}").json["place"]
    kinds = manager.get(f"/api/v1/stock/movements?place={place}").json["movements"]

    assert shown(manager, need) == (40, 40, 40, "received")
    assert {each["kind"]: each["quantity"] for each in kinds} == {"delivery": 40, "surplus": 3}


def test_more_in_good_order_than_was_sent_stands_in_for_what_is_damaged(
    manager, keeper, lot, need, shipment
):
    answer = receipt(keeper, shipment, lines=[{"lot": lot, "received": 41, "damaged": 2}])

    assert answer.status_code == 200
    assert shown(manager, need) == (40, 40, 40, "received")
    place = manager.get(f"/api/v1/needs/{need}").json["place"]
    kinds = manager.get(f"/api/v1/stock/movements?place={place}").json["movements"]
    booked = {each["kind"]: each["quantity"] for each in kinds}
    assert booked == {"delivery": 38, "surplus": 3}


def test_a_lot_that_is_not_on_the_shipment_is_explained(keeper, shipment):
    answer = receipt(keeper, shipment, lines=[{"lot": new_id(), "received": 1}])

    assert answer.status_code == 422


def test_a_shipment_turned_back_is_free_stock_again(manager, keeper, depot, need, shipment):
    answer = keeper.put(f"/api/v1/shipments/{shipment}/turn-back", {"note": "道路中断"})

    assert answer.status_code == 200
    assert made.balance(manager, depot) == (100, 0)
    assert shown(manager, need) == (0, 0, 0, "open")
    assert receipt(keeper, shipment).status_code == 409


def test_a_need_withdrawn_after_dispatch_asks_for_what_is_on_the_road(
    manager, keeper, reporter, disaster, depot, lot
):
    need = made.need(reporter, disaster, quantity=40)
    first = made.reserve(manager, need, quantity=15).json["id"]
    made.reserve(manager, need, quantity=15)
    shipment = made.ship(keeper, first).json["id"]
    reporter.put(f"/api/v1/needs/{need}/withdrawal", {})

    assert manager.get(f"/api/v1/needs/{need}").json["quantity"] == 15
    assert made.balance(manager, depot) == (85, 0)
    receipt(keeper, shipment)
    assert shown(manager, need) == (15, 15, 15, "received")


def supply(place):
    with act_as(SYSTEM), db.reading() as session:
        (row,) = supply_at(session, UUID(place))
        return row.on_hand, row.on_the_way


def test_the_board_says_what_a_place_has_and_awaits(manager, keeper, need, shipment):
    place = manager.get(f"/api/v1/needs/{need}").json["place"]

    assert supply(place) == (0, 40)
    receipt(keeper, shipment)
    assert supply(place) == (40, 0)
    made.move(manager, kind="issue", source=place, item="tent_12", quantity=15)
    assert supply(place) == (25, 0)


def test_a_keeper_ships_to_a_township_he_does_not_hold_and_it_is_received_there(
    person, manager, disaster, depot, lot
):
    asks = person(f"township_reporter@{FAR_TOWNSHIP}")
    need = made.need(asks, disaster, area_code=FAR_TOWNSHIP)
    reservation = made.reserve(manager, need).json["id"]
    here = person("depot_keeper@990100000000")
    there = person(f"depot_keeper@{FAR_TOWNSHIP}")
    shipment = made.ship(here, reservation).json["id"]

    assert receipt(here, shipment).status_code == 404
    assert receipt(there, shipment).status_code == 200
    assert here.get(f"/api/v1/shipments/{shipment}").json["state"] == "received"
    assert shown(asks, need) == (10, 10, 10, "received")


def test_one_shipment_goes_to_one_place(manager, keeper, person, disaster, lot, reservation):
    asks = person(f"township_reporter@{FAR_TOWNSHIP}")
    other = made.reserve(manager, made.need(asks, disaster, area_code=FAR_TOWNSHIP)).json["id"]
    answer = keeper.put(f"/api/v1/shipments/{new_id()}", {"reservation_ids": [reservation, other]})

    assert answer.status_code == 422


def test_the_shipments_of_a_depot_are_numbered_without_a_gap_and_their_papers_carry_it(
    app, manager, reporter, disaster
):
    from tests.spine.test_live import cookie_of

    here, other = made.depot(manager), made.depot(manager, name="西库")
    for depot in (here, other):
        made.stock(manager, depot, quantity=50)
    sent = []
    for depot in (here, here, other, here):
        reservation = new_id()
        need = made.need(reporter, disaster, quantity=5)
        made.reserve(manager, need, id=reservation, depot=depot)
        sent.append(made.ship(manager, reservation, depot=depot).json["id"])

    shown = [manager.get(f"/api/v1/shipments/{each}").json for each in sent]
    assert [each["number"] for each in shown] == [1, 2, 1, 3]
    browser = app.test_client()
    browser.set_cookie("session", cookie_of(manager))
    page = browser.get(f"/stock/shipments/{sent[3]}/papers").text
    assert page.count("-0003</p>") == 3
    assert page.count("<article") == 3 and "出库单" in page


def test_what_comes_back_damaged_or_not_at_all_is_not_free_again(
    manager, keeper, depot, need, lot, shipment, disaster, proofs
):
    path = f"/api/v1/shipments/{shipment}/turn-back"
    more = keeper.put(path, {"lines": [{"lot": lot, "received": 41, "damaged": 0}]})
    assert (more.status_code, more.json["errors"][0]["field"]) == (422, "lines")

    answer = manager.put(path, {"lines": [{"lot": lot, "received": 25, "damaged": 5}]})

    assert answer.status_code in (200, 201), answer.json
    assert made.balance(manager, depot) == (85, 0)
    assert shown(manager, need) == (0, 0, 0, "open")
    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    (told,) = [each for each in queue if each["kind"] == "shipment_difference"]
    assert "短少 10" in told["detail"] and "损坏 5" in told["detail"]
    assert told["title"] == "东山县库：退回数与发运数不符"
    assert proofs() == []


def test_what_came_back_other_than_sent_is_in_the_queue_of_its_depot(
    person, manager, reporter, disaster
):
    far = made.depot(manager, area_code=OTHER_COUNTY, name="西县库")
    lot = made.stock(manager, far, quantity=100)
    need = made.need(reporter, disaster, quantity=40)
    shipment = made.ship(manager, made.reserve(manager, need).json["id"]).json["id"]
    keeper = person(f"depot_keeper@{OTHER_COUNTY}")
    lines = [{"lot": lot, "received": 0}]
    told = keeper.put(f"/api/v1/shipments/{shipment}/turn-back", {"lines": lines})
    assert told.status_code == 200, told.json

    def kinds(who, area):
        path = f"/api/v1/attention?disaster={disaster['id']}&area={area}"
        return [each["kind"] for each in who.get(path).json["attention"]]

    assert "shipment_difference" in kinds(keeper, OTHER_COUNTY)
    assert "shipment_difference" not in kinds(person(f"depot_keeper@{COUNTY}"), COUNTY)


def test_an_older_difference_does_not_fall_out_behind_what_left_since(
    manager, keeper, reporter, disaster, lot, shipment
):
    told = receipt(manager, shipment, lines=[{"lot": lot, "received": 20}])
    assert told.status_code == 200, "whoever sent it does not say so alone"
    for _each in range(3):
        other = made.need(reporter, disaster, quantity=5)
        assert made.ship(keeper, made.reserve(manager, other).json["id"]).status_code == 201

    queue = manager.get(f"/api/v1/attention?disaster={disaster['id']}&limit=2").json["attention"]
    assert "shipment_difference" in [each["kind"] for each in queue]
