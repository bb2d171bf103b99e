"""Goods asked of the level above: granted in part, met by its plan, refused, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook

from relief_ops import clock
from tests.conftest import new_id
from tests.factories import stock
from tests.factories.allocation import apply, got, make_plan, shown
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP


@pytest.fixture
def county(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def city(person):
    return person(f"logistics_manager@{CITY}")


@pytest.fixture
def depot(county):
    return stock.depot(county)


@pytest.fixture
def city_depot(city):
    made = stock.depot(city, name="市库", area_code=CITY, lon=121.6)
    stock.stock(city, made, quantity=100)
    return made


def ask(caller, disaster, depot, request_id=None, /, **changes):
    body = {"disaster_id": disaster["id"], "depot": depot, "reason": "帐篷已全部应承",
            "lines": [{"item": "tent_12", "quantity": 60}]} | changes  # fmt: skip
    return caller.put(f"/api/v1/supply-requests/{request_id or new_id()}", body)


def asked(caller, disaster, depot, **changes):
    request_id = new_id()
    answer = ask(caller, disaster, depot, request_id, **changes)
    assert answer.status_code == 201, answer.json
    return request_id


def step(caller, request_id, name, **body):
    return caller.put(f"/api/v1/supply-requests/{request_id}/{name}", body)


def look(caller, request_id):
    return caller.get(f"/api/v1/supply-requests/{request_id}").json


def test_granted_in_part_it_is_shared_by_the_plan_of_the_level_above(
    county, city, person, disaster, depot, city_depot
):
    request = asked(county, disaster, depot)
    lines = [{"item": "tent_12", "quantity": 40}]
    assert step(city, request, "grant", lines=lines, answer="先给四十顶").status_code == 200
    told = look(county, request)
    assert (told["state"], told["answer"]) == ("granted", "先给四十顶")
    (line,) = told["lines"]
    assert (line["quantity"], line["granted"], line["promised"]) == (60, 40, 0)

    above = make_plan(city, disaster, area_code=CITY)
    assert got(shown(city, above)) == {line["need"]: 40}
    assert apply(city, above).status_code in (200, 201)
    assert look(county, request)["lines"][0]["promised"] == 40


def test_the_depots_own_level_does_not_share_what_was_granted_to_it(county, city, disaster, depot):
    other = stock.depot(county, name="别的库", lon=121.6)
    stock.stock(county, other, quantity=50)
    step(city, asked(county, disaster, depot), "grant")
    body = {"disaster_id": disaster["id"], "area_code": COUNTY}
    answer = county.put(f"/api/v1/allocation-plans/{new_id()}", body)
    assert answer.json["errors"][0]["code"] == "nothing_open"


def test_it_arrives_as_stock_of_the_depot(county, city, person, disaster, depot, city_depot):
    request = asked(county, disaster, depot)
    step(city, request, "grant")
    need = look(city, request)["lines"][0]["need"]
    reservation = stock.reserve(city, need).json["id"]
    shipment = stock.ship(city, reservation).json["id"]
    assert look(county, request)["lines"][0]["received"] == 0
    answer = county.put(f"/api/v1/shipments/{shipment}/receipt", {})
    assert answer.status_code in (200, 201), answer.json
    assert stock.balance(county, depot) == (60, 0)
    assert look(county, request)["lines"][0]["received"] == 60


def test_no_depot_meets_a_need_of_its_own(city, person, disaster, city_depot):
    reporter = person(f"duty_officer@{CITY}")
    need = new_id()
    body = {"disaster_id": disaster["id"], "area_code": CITY, "place": city_depot,
            "item": "tent_12", "quantity": 10}  # fmt: skip
    assert reporter.put(f"/api/v1/needs/{need}", body).status_code == 201
    assert stock.reserve(city, need).status_code == 409
    assert got(shown(city, make_plan(city, disaster, area_code=CITY))) == {need: 0}


def test_whoever_asked_neither_answers_nor_promises(city, person, disaster, depot, city_depot):
    request = asked(city, disaster, depot)
    assert step(city, request, "grant").status_code == 403
    other = person(f"logistics_manager@{CITY}")
    assert step(other, request, "grant").status_code == 200
    need = look(city, request)["lines"][0]["need"]
    assert stock.reserve(city, need).status_code == 403
    assert stock.reserve(other, need).status_code == 201


def test_the_county_does_not_answer_its_own_request(county, person, disaster, depot):
    request = asked(county, disaster, depot)
    other = person(f"logistics_manager@{COUNTY}")
    assert step(other, request, "grant").status_code in (403, 404)
    assert step(other, request, "refusal", reason="x").status_code in (403, 404)
    stranger = person(f"logistics_manager@{OTHER_COUNTY}")
    for name in ("grant", "withdrawal"):
        assert step(stranger, request, name, reason="x").status_code in (404, 422)
    assert stranger.get(f"/api/v1/supply-requests/{request}").status_code == 404


def test_refused_it_says_why_and_is_over(county, city, disaster, depot):
    request = asked(county, disaster, depot)
    assert step(city, request, "refusal", reason="请调用协议供应商").status_code == 200
    told = look(county, request)
    assert (told["state"], told["answer"]) == ("refused", "请调用协议供应商")
    assert step(city, request, "grant").status_code == 409
    assert step(county, request, "withdrawal", reason="x").status_code == 409


def test_withdrawn_it_gives_back_what_is_promised(county, city, disaster, depot, city_depot):
    request = asked(county, disaster, depot)
    step(city, request, "grant")
    stock.reserve(city, look(city, request)["lines"][0]["need"])
    assert stock.balance(city, city_depot) == (100, 60)
    assert step(county, request, "withdrawal", reason="邻县已支援").status_code == 200
    assert stock.balance(city, city_depot) == (100, 0)
    assert look(county, request)["state"] == "withdrawn"


def test_every_step_sent_twice_is_done_once(county, city, disaster, depot):
    request = new_id()
    first, again = (ask(county, disaster, depot, request) for _each in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert ask(county, disaster, depot, request, reason="别的").json["code"] == "body_differs"
    one, two = (step(city, request, "grant") for _each in range(2))
    assert one.json["seq"] == two.json["seq"]
    assert (
        len(county.get(f"/api/v1/needs?disaster={disaster['id']}&area={COUNTY}").json["needs"]) == 1
    )


@pytest.mark.parametrize(
    "changes",
    [{"lines": []}, {"lines": [{"item": "tent_12", "quantity": 0}]}, {"reason": " "},
     {"lines": [{"item": "tent_12", "quantity": 1}] * 2}, {"priority": 6},
     {"lines": [{"item": "unicorn", "quantity": 1}]}, {"due_at": "2001-01-01T00:00:00+08:00"},
     {"depot": "018f0000-0000-7000-8000-000000000000"}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(county, disaster, depot, changes):
    assert ask(county, disaster, depot, **changes).status_code in (404, 422)
    path = f"/api/v1/supply-requests?disaster={disaster['id']}&area={COUNTY}"
    assert county.get(path).json["requests"] == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [([{"item": "tent_12", "quantity": 61}], "too_much"),
     ([{"item": "tent_12", "quantity": 0}], "nothing"),
     ([{"item": "quilt", "quantity": 1}], "not_asked")],
)  # fmt: skip
def test_what_cannot_be_granted_is_said_and_nothing_is_opened(
    county, city, disaster, depot, lines, code
):
    request = asked(county, disaster, depot)
    answer = step(city, request, "grant", lines=lines)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == code
    assert look(city, request)["state"] == "asked"


def test_the_top_level_is_told_to_ask_on_paper(city, disaster, city_depot):
    answer = ask(city, disaster, city_depot)
    assert answer.json["errors"][0]["code"] == "no_level_above"


def test_it_stands_in_the_queue_and_must_be_acted_on_when_it_waits(county, city, disaster, depot):
    asked(county, disaster, depot)

    def entries(caller, area):
        path = f"/api/v1/attention?disaster={disaster['id']}&area={area}"
        found = caller.get(path).json["attention"]
        return [each["state"] for each in found if each["kind"] == "supply_request"]

    assert entries(city, CITY) == entries(county, COUNTY) == ["watch"]
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        assert entries(city, CITY) == ["act"]


def post(caller, path, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data={"id": new_id()} | fields, headers=headers)


def test_the_pages_ask_answer_print_and_hand_out(county, city, disaster, depot):
    fields = {"disaster_id": disaster["id"], "depot": depot, "reason": "帐篷不足", "priority": "2",
              "lines.0.item": "tent_12", "lines.0.quantity": "60", "lines.1.item": "",
              "due_at": "2013-10-07T08:00"}  # fmt: skip
    wrong = post(county, "/stock/requests", **fields | {"reason": ""})
    assert wrong.status_code == 422 and 'value="60"' in wrong.text
    made = post(county, "/stock/requests", **fields)
    assert made.status_code == 303, made.text
    page = made.headers["Location"]
    assert "帐篷不足" in county.get(page).text and f"{page}/grant" not in county.get(page).text
    assert f"{page}/grant" in city.get(page).text
    much = post(city, f"{page}/grant", **{"granted.tent_12": "61"})
    assert much.status_code == 422
    granted = post(city, f"{page}/grant", **{"granted.tent_12": "20", "answer": "先给"})
    assert granted.status_code == 303, granted.text
    assert "先给" in county.get(page).text and "20" in county.get(f"{page}/print").text
    data = county.get(f"/stock/requests/export?disaster={disaster['id']}").data
    rows = list(load_workbook(BytesIO(data)).active.values)
    assert any(60 in row and 20 in row for row in rows)
    listed = county.get(f"/stock/requests?disaster={disaster['id']}").text
    assert "帐篷不足" in listed


def test_a_township_reads_no_plan_and_asks_by_its_needs(person, disaster, depot):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    assert ask(reporter, disaster, depot).status_code == 403
