"""Surplus and old stock: advised, promised as a plan, ordered by another person, moved."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook

from relief_ops import clock
from stockpile.plans.rules import reservation_id
from tests.conftest import new_id
from tests.evacuation.conftest import browse  # noqa: F401
from tests.factories import stock
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.hazards import hazard_body
from tests.factories.shelters import open_shelter


@pytest.fixture
def manager(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def signer(person):
    return person(f"order_signer@{COUNTY}")


@pytest.fixture
def keeper(person):
    return person(f"depot_keeper@{COUNTY}")


@pytest.fixture
def rich(manager):
    """Return a depot with a hundred tents, of which it keeps forty."""
    depot = stock.depot(manager, name="富余库", minimums={"tent_12": 40})
    stock.stock(manager, depot, item="tent_12", quantity=100)
    return depot


@pytest.fixture
def poor(manager, rich):
    """Return a depot without any of the thirty tents it should have."""
    return stock.depot(manager, name="短缺库", lon=121.6, minimums={"tent_12": 30})


def advice(caller, disaster, **changes):
    answer = caller.get(f"/api/v1/stock-advice?disaster={disaster['id']}&area={COUNTY}", **changes)
    assert answer.status_code == 200, answer.json
    return answer.json


def promise(caller, disaster, moves, moves_id=None, **changes):
    chosen = [{"balance": each["balance"], "to": each["to"], "quantity": each["quantity"]}
              for each in moves]  # fmt: skip
    body = {"disaster_id": disaster["id"], "area_code": COUNTY, "moves": chosen} | changes
    return caller.put(f"/api/v1/stock-moves/{moves_id or new_id()}", body)


def test_a_depot_below_its_least_stock_is_filled_from_one_above(manager, rich, poor, disaster):
    (move,) = advice(manager, disaster)["moves"]

    assert (move["from"], move["to"], move["quantity"]) == (rich, poor, 30)
    assert (move["why"], move["item"]) == ("minimum", "tent_12")
    assert move["minutes"] > 0


def test_no_depot_gives_what_it_should_keep_or_has_promised(manager, rich, poor, disaster, person):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    need = stock.need(reporter, disaster, item="tent_12", quantity=45)
    stock.reserve(manager, need)

    (move,) = advice(manager, disaster)["moves"]
    assert move["quantity"] == 15  # 100, less 45 promised, less 40 kept


def test_a_promised_move_is_not_advised_again_and_stands_as_a_plan(manager, rich, poor, disaster):
    plan = new_id()
    answer = promise(manager, disaster, advice(manager, disaster)["moves"], plan)
    assert answer.status_code == 201, answer.json
    assert advice(manager, disaster)["moves"] == []
    assert stock.balance(manager, rich) == (100, 30)

    shown = manager.get(f"/api/v1/allocation-plans/{plan}").json
    assert (shown["kind"], shown["state"]) == ("moves", "applied")
    (need,) = shown["needs"]
    assert (need["place"], need["got"]) == (poor, 30)


def ordered(manager, signer, disaster):
    plan = new_id()
    assert promise(manager, disaster, advice(manager, disaster)["moves"], plan).status_code == 201
    order = {"plan_id": plan, "means": "paper", "number": "调〔2013〕1号"}
    assert manager.put(f"/api/v1/dispatch-orders/{new_id()}", order).status_code == 403
    assert signer.put(f"/api/v1/dispatch-orders/{new_id()}", order).status_code == 201
    return plan


def test_ordered_it_travels_and_lies_in_the_other_depot_as_stock(
    manager, signer, keeper, rich, poor, disaster
):
    plan = ordered(manager, signer, disaster)
    (need,) = manager.get(f"/api/v1/allocation-plans/{plan}").json["needs"]
    reservation = str(reservation_id(UUID(plan), UUID(need["need"])))
    shipment = stock.ship(keeper, reservation).json["id"]
    answer = keeper.put(f"/api/v1/shipments/{shipment}/receipt", {})

    assert answer.status_code in (200, 201), answer.json
    assert stock.balance(manager, rich) == (70, 0)
    assert stock.balance(manager, poor) == (30, 0)


def test_the_same_promise_sent_twice_is_made_once(manager, rich, poor, disaster):
    moves, plan = advice(manager, disaster)["moves"], new_id()
    first, again = (promise(manager, disaster, moves, plan) for _each in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["seq"] == again.json["seq"]
    assert stock.balance(manager, rich) == (100, 30)


def test_what_is_not_advised_any_more_is_refused_whole(manager, rich, poor, disaster, person):
    moves = advice(manager, disaster)["moves"]
    reporter = person(f"township_reporter@{TOWNSHIP}")
    stock.reserve(manager, stock.need(reporter, disaster, item="tent_12", quantity=50))

    assert promise(manager, disaster, moves).status_code == 409
    assert stock.balance(manager, rich) == (100, 50)


@pytest.mark.parametrize("changes", [{"quantity": 31}, {"to": new_id()}, {"balance": new_id()}])
def test_more_than_advised_or_elsewhere_is_refused(manager, rich, poor, disaster, changes):
    moves = [each | changes for each in advice(manager, disaster)["moves"]]

    assert promise(manager, disaster, moves).status_code == 409


@pytest.mark.parametrize("moves", [[], [{}], [{"balance": "x", "to": "y", "quantity": 0}], "all"])
def test_nonsense_is_explained(manager, rich, poor, disaster, moves):
    body = {"disaster_id": disaster["id"], "area_code": COUNTY, "moves": moves}

    assert manager.put(f"/api/v1/stock-moves/{new_id()}", body).status_code == 422


def test_water_that_expires_soon_goes_to_a_shelter_that_drinks_it_before(manager, person, disaster):
    depot = stock.depot(manager, name="饮水库")
    soon = clock.local_date(clock.now()) + timedelta(days=11)
    stock.stock(manager, depot, item="water", quantity=500, expires_on=str(soon))
    stock.stock(manager, depot, item="water", quantity=500, expires_on=str(date(2099, 1, 1)))
    officer = person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")
    shelter = open_shelter(officer, disaster)
    inside = {"disaster_id": disaster["id"], "people": 40}
    officer.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", inside)

    (move,) = advice(manager, disaster)["moves"]
    assert (move["why"], move["to"], move["expires_on"]) == ("rotate", shelter, str(soon))
    assert move["quantity"] == 30  # ten boxes a day, for the three days they are reckoned to stay


def test_what_somebody_asked_for_is_not_moved_away(manager, rich, poor, disaster, person):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    stock.need(reporter, disaster, item="tent_12", quantity=50)

    (move,) = advice(manager, disaster)["moves"]
    assert move["quantity"] == 10


def test_a_move_given_back_asks_for_nothing_and_is_advised_again(manager, rich, poor, disaster):
    plan = new_id()
    promise(manager, disaster, advice(manager, disaster)["moves"], plan)
    (need,) = manager.get(f"/api/v1/allocation-plans/{plan}").json["needs"]
    reservation = reservation_id(UUID(plan), UUID(need["need"]))
    answer = manager.put(f"/api/v1/stock/reservations/{reservation}/release", {})
    assert answer.status_code == 201, answer.json

    shown = manager.get(f"/api/v1/needs/{need['need']}").json
    assert (shown["outstanding"], shown["state"]) == (0, "withdrawn")
    assert [each["quantity"] for each in advice(manager, disaster)["moves"]] == [30]


def test_a_closed_road_takes_a_move_out(manager, rich, poor, disaster, person):
    officer = person(f"duty_officer@{COUNTY}")
    line = {"type": "LineString", "coordinates": [[121.575, 29.7], [121.575, 29.9]]}
    body = hazard_body(disaster["id"], kind="closed_road", shape=line)
    answer = officer.put(f"/api/v1/hazards/{new_id()}", body)
    assert answer.status_code == 201, answer.json

    assert advice(manager, disaster)["moves"] == []


def test_what_no_stock_covers_is_to_be_bought(manager, rich, disaster, person):
    stock.depot(manager, name="大库", lon=121.7, minimums={"tent_12": 200})
    (buy,) = advice(manager, disaster)["buys"]

    assert (buy["item"], buy["lacks"], buy["free"], buy["quantity"]) == ("tent_12", 140, 60, 140)


def test_strangers_neighbours_and_readers_promise_nothing(
    stranger, person, manager, rich, poor, disaster
):
    moves = advice(manager, disaster)["moves"]

    assert stranger.get("/api/v1/stock-advice").status_code == 401
    assert promise(person(f"logistics_manager@{OTHER_COUNTY}"), disaster, moves).status_code == 404
    assert promise(person(f"duty_officer@{COUNTY}"), disaster, moves).status_code == 403
    assert advice(person(f"duty_officer@{COUNTY}"), disaster) == advice(manager, disaster)
    page = person(f"duty_officer@{COUNTY}").get(f"/stock/advice?disaster={disaster['id']}").text
    assert "短缺库" in page and 'name="move"' not in page


def test_the_page_promises_what_is_ticked(manager, rich, poor, disaster):
    path = f"/stock/advice?disaster={disaster['id']}&area={COUNTY}"
    page = manager.get(path).text
    value = page.split('name="move" value="')[1].split('"')[0]
    headers = {"Authorization": f"Bearer {manager.token}"}
    fields = {"id": new_id(), "disaster_id": disaster["id"], "area_code": COUNTY}

    empty = manager.client.post(path, data=fields, headers=headers)
    assert empty.status_code == 422
    assert "请至少勾选一项" in empty.text
    done = manager.client.post(path, data=fields | {"move": value}, headers=headers)
    assert done.status_code == 303, done.text
    assert "调剂轮换" in manager.get(f"/stock/plans?disaster={disaster['id']}").text
    assert manager.get(done.headers["Location"]).status_code == 200


def test_the_workbook_holds_moves_and_what_to_buy(manager, rich, poor, disaster):
    answer = manager.get(f"/stock/advice/export?disaster={disaster['id']}&area={COUNTY}")
    moves, buys = load_workbook(BytesIO(answer.data)).worksheets

    assert any("短缺库" in row for row in moves.iter_rows(values_only=True))
    assert buys.max_row >= 1


@pytest.fixture
def suppliers(manager, person, disaster):
    """Two suppliers of tents: the near one holds few, the far one many."""
    writer = person(f"logistics_manager@{COUNTY}")
    found = {}
    for name, quantity, hours in (("近处的厂", 100, 6), ("远处的厂", 500, 48)):
        found[name] = new_id()
        body = {"supplier": name, "area_code": COUNTY, "valid_from": "2013-01-01",
                "lines": [{"item": "tent_12", "quantity": quantity, "lead_hours": hours,
                           "price_yuan": "800.50"}]}  # fmt: skip
        answer = writer.put(f"/api/v1/supply-agreements/{found[name]}", body)
        assert answer.status_code == 201, answer.json
    return found


def test_what_is_to_be_bought_says_from_whom_to_where_and_by_when(
    manager, rich, disaster, suppliers
):
    stock.depot(manager, name="大库", lon=121.7, minimums={"tent_12": 200})
    (buy,) = advice(manager, disaster)["buys"]

    assert buy["short"] == [{"name": "大库", "lacks": 200}]
    assert [(each["supplier"], each["to_name"], each["quantity"]) for each in buy["offers"]] == [
        ("近处的厂", "大库", 100), ("远处的厂", "大库", 40),
    ]  # fmt: skip
    assert buy["offers"][0]["due_at"] < buy["offers"][1]["due_at"]
    assert buy["offers"][0]["price_yuan"] == 800.5


def test_what_was_called_off_is_not_to_be_bought_again(manager, rich, disaster, suppliers):
    depot = stock.depot(manager, name="大库", lon=121.7, minimums={"tent_12": 200})
    body = {"agreement": suppliers["近处的厂"], "disaster_id": disaster["id"], "depot": depot,
            "item": "tent_12", "quantity": 100}  # fmt: skip
    answer = manager.put(f"/api/v1/call-offs/{new_id()}", body)
    assert answer.status_code == 201, answer.json
    (buy,) = advice(manager, disaster)["buys"]

    assert (buy["coming"], buy["quantity"]) == (100, 40)
    assert [each["supplier"] for each in buy["offers"]] == ["远处的厂"]


def test_a_call_off_is_one_button_and_waits_for_another_to_sign(
    manager,
    rich,
    disaster,
    suppliers,
    browse,  # noqa: F811
):
    stock.depot(manager, name="大库", lon=121.7, minimums={"tent_12": 200})
    reader = browse(f"logistics_manager@{COUNTY}")
    page = reader.get(f"/stock/advice?disaster={disaster['id']}&area={COUNTY}").data.decode()
    start = page.index(f'data-offer="{suppliers["近处的厂"]}"')
    form = page[start : page.index("</form>", start)]
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
    action = re.search(r'action="([^"]+)"', form).group(1).replace("&amp;", "&")
    answer = reader.post(action, data=fields)

    assert answer.status_code == 303, answer.data.decode()
    shown = reader.get(answer.location).data.decode()
    assert "近处的厂" in shown and "大库" in shown
