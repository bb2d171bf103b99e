"""A township is flooded or is not: nobody makes the city count it seven times."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import say
from tests.factories.city import CITY, COUNTY, TOWNSHIP

FLOODED = "flooded_townships"


@pytest.fixture
def send(person, disaster):
    clerk = person(f"township_reporter@{TOWNSHIP}")

    def put(value):
        body = {
            "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
            "as_of": MORNING.isoformat(), "values": {"affected": 9, FLOODED: value},
        }  # fmt: skip
        report_id = new_id()
        return report_id, clerk.put(f"/api/v1/reports/{report_id}", body)

    return put


def why(answer):
    assert answer.status_code == 422, answer.json
    return [(each["field"], each["code"]) for each in answer.json["errors"]]


def test_a_township_that_types_seven_is_told_that_it_is_one(send, person, disaster):
    assert why(send(7)[1]) == [(f"values.{FLOODED}", "V31")]
    assert send(1)[1].status_code == 201
    total = person("city_reviewer").get(f"/api/v1/rollup?disaster={disaster['id']}&area={CITY}")
    assert total.json["values"][FLOODED] == 1


def test_nor_does_the_level_above_set_seven_beside_it(send, person):
    report_id, _answer = send(1)
    order = {"id": new_id(), "action": "own", "reason": "核查", "values": {FLOODED: 7}}
    path = f"/api/v1/reports/{report_id}/verdict"
    city = person("city_reviewer")

    assert why(city.put(path, order)) == [(f"values.{FLOODED}", "V31")]
    assert city.put(path, order | {"id": new_id(), "values": {FLOODED: 0}}).status_code == 201


def test_a_bureau_may_say_seven_of_a_county_but_not_of_a_township(person, disaster):
    bureau = person("bureau_liaison")

    assert why(say(bureau, disaster, indicator=FLOODED, value=7)[1]) == [("value", "V31")]
    of_county = say(bureau, disaster, indicator=FLOODED, value=7, area_code=COUNTY)[1]
    assert of_county.status_code == 201, of_county.json
