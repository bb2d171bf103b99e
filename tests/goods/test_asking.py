"""A report opens needs over the API and the page: worked out, asked for, once."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP

VALUES = {"affected": 400, "urgent_aid_rt": 30, "relocated_scattered_rt": 10,
          "relocated_central_rt": 200, "relocated_rt": 210}  # fmt: skip


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def report(reporter, disaster):
    return filed(reporter, disaster, VALUES)


def filed(reporter, disaster, values, *, base=None):
    report_id = new_id()
    body = {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
            "as_of": "2013-10-06T01:00:00Z", "values": values, "base": base}  # fmt: skip
    answer = reporter.put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code in (200, 201), answer.json
    return report_id


def seen(caller, report, query=""):
    answer = caller.get(f"/api/v1/reports/{report}/goods{query}")
    assert answer.status_code == 200, answer.json
    return answer.json, {each["item"]: each for each in answer.json["items"]}


def order(caller, report, items, order_id=None, **more):
    path = f"/api/v1/reports/{report}/goods-orders/{order_id or new_id()}"
    return caller.put(path, {"items": items} | more)


def post(caller, report, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(f"/reports/{report}/goods", data=fields, headers=headers)


def needs(caller, disaster):
    return caller.get(f"/api/v1/needs?disaster={disaster['id']}&area={TOWNSHIP}").json["needs"]


def test_forty_in_want_take_forty_blankets_whoever_sleeps_in_shelters(reporter, report):
    found, items = seen(reporter, report, "?days=3")

    assert (found["people"], found["days"]) == (40, 3)
    assert items["blanket"]["wanted"] == items["blanket"]["missing"] == 40
    assert seen(reporter, report, "?days=6")[1]["water"]["wanted"] > items["water"]["wanted"]


def test_a_report_opens_a_need_that_the_stock_sees(person, reporter, disaster, report):
    answer = order(reporter, report, {"blanket": 38, "water": 10}, priority=1)
    assert answer.status_code == 201, answer.json

    found = {each["item"]: each for each in needs(person("logistics_manager"), disaster)}

    assert set(found) == {"blanket", "water"}
    assert found["blanket"]["quantity"] == 40, "rounded up to whole packs of ten"
    assert found["blanket"]["priority"] == 1
    assert seen(reporter, report)[1]["blanket"]["missing"] == 0


def test_the_same_order_again_opens_nothing_more(reporter, disaster, report):
    order_id = new_id()
    first = order(reporter, report, {"blanket": 40}, order_id)
    again = order(reporter, report, {"blanket": 40}, order_id)
    other = order(reporter, report, {"blanket": 50}, order_id)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json == first.json and len(needs(reporter, disaster)) == 1


def test_one_event_tells_of_the_order_and_one_of_each_need(reporter, report):
    receipt = order(reporter, report, {"blanket": 40, "water": 10}).json

    after = f"/api/v1/events?after={receipt['seq'] - 3}&area={TOWNSHIP}"
    names = [each["name"] for each in reporter.get(after).json["events"]]

    assert sorted(names) == ["need.opened", "need.opened", "report.goods_asked"]


def test_a_revised_report_asks_no_more_but_its_successor_does(reporter, disaster, report):
    later = filed(reporter, disaster, VALUES | {"urgent_aid_rt": 31}, base=report)

    refused = order(reporter, report, {"blanket": 40})

    assert refused.status_code == 409 and refused.json["code"] == "illegal_transition"
    assert order(reporter, later, {"blanket": 40}).status_code == 201


@pytest.mark.parametrize(
    ("items", "more"),
    [({}, {}), ({"blanket": 0}, {}), ({"blanket": -1}, {}), ({"blanket": 1.5}, {}),
     ({"blanket": 10**9}, {}), ({"no_such": 1}, {}), ({"blanket": 1}, {"days": 0}),
     ({"blanket": 1}, {"priority": 9})],
)  # fmt: skip
def test_bad_orders_open_nothing(reporter, disaster, report, items, more):
    answer = order(reporter, report, items, **more)

    assert answer.status_code == 422 and answer.json["detail"], answer.json
    assert needs(reporter, disaster) == []


def test_another_township_neither_sees_nor_asks(person, report):
    stranger = person(f"township_reporter@{FAR_TOWNSHIP}")

    assert stranger.get(f"/api/v1/reports/{report}/goods").status_code == 404
    assert order(stranger, report, {"blanket": 1}).status_code == 404


def test_the_page_proposes_what_is_missing_and_asks_for_it(person, disaster, report):
    clerk = person(f"duty_officer@{COUNTY}", f"township_reporter@{TOWNSHIP}")
    page = clerk.get(f"/reports/{report}/goods").text
    assert 'name="items.blanket"' in page and 'value="40"' in page

    nothing = post(clerk, report, id=new_id(), **{"items.blanket": "0"})
    asked = post(clerk, report, id=new_id(), days="3", **{"items.blanket": "40"})

    assert nothing.status_code == 422 and "items" in nothing.text
    assert asked.status_code == 303 and len(needs(clerk, disaster)) == 1
    assert post(clerk, report, **{"items.blanket": "1"}).status_code == 422
    assert f'href="/reports/{report}/goods"' in clerk.get(f"/reports/{report}").text
