"""A figure is asked for under the kinds of disaster it belongs to; the others can still be told."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import TOWNSHIP

REPORTER = f"township_reporter@{TOWNSHIP}"
DROUGHT, HOUSES = "drought_water_rt", "collapsed_rooms"


@pytest.fixture
def drought(person):
    body = {
        "name": "大旱", "kind": "drought", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06", "form_version": "2020",
    }  # fmt: skip
    disaster_id = new_id()
    answer = person("duty_officer").put(f"/api/v1/disasters/{disaster_id}", body)
    assert answer.status_code == 201, answer.json
    return body | {"id": disaster_id}


def put(person, disaster, values, **more):
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r2",
        "as_of": MORNING.isoformat(), "values": values, "base": None,
    }  # fmt: skip
    return person(REPORTER).put(f"/api/v1/reports/{new_id()}", body | more)


def desk(browse, disaster):
    """Return the parts of the form at the desk: what is asked, and what is folded away."""
    page = browse(REPORTER).get(f"/reports/new?disaster={disaster['id']}&area={TOWNSHIP}").text
    asked, _mark, folded = page.partition("其他灾种的指标")
    return asked, folded


def on_the_phone(person, disaster):
    facts = person(REPORTER).get(f"/phone/facts?disaster={disaster['id']}").json
    return {each["code"] for each in facts["form"]["fields"]}


def test_a_drought_asks_for_water_and_a_typhoon_for_houses(browse, person, disaster, drought):
    for kind, wanted, other in ((disaster, HOUSES, DROUGHT), (drought, DROUGHT, HOUSES)):
        asked, folded = desk(browse, kind)
        assert f'name="values.{wanted}"' in asked and f'name="values.{other}"' not in asked
        assert f'name="values.{other}"' in folded, "it can be told all the same"
        fields = on_the_phone(person, kind)
        assert wanted in fields and other not in fields and {"affected", "deaths"} <= fields


def test_what_was_told_all_the_same_stays_in_the_form(browse, person, disaster):
    told = ("drought_aid_rt", "drought_aid_cum", DROUGHT, "drought_water_cum")
    values = {"affected": 9} | dict.fromkeys(told, 4)
    assert put(person, disaster, values, reasons=dict.fromkeys(told, "伴随旱情")).status_code == 201

    asked, folded = desk(browse, disaster)
    assert f'name="values.{DROUGHT}"' in asked and "drought_livestock" in folded
    assert {DROUGHT, "drought_aid_cum"} <= on_the_phone(person, disaster)


def test_a_form_for_grave_disasters_asks_who_is_in_transition(person):
    inspector = person("inspector")
    grave = {
        "name": "特大", "kind": "typhoon", "storm": "1323", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06", "form_version": "2020_major",
    }  # fmt: skip
    disaster = {"id": new_id()}
    director = person("duty_officer")
    assert director.put(f"/api/v1/disasters/{disaster['id']}", grave).status_code == 201
    asked = inspector.get(f"/api/v1/indicators?disaster={disaster['id']}").json["indicators"]
    values = {"affected": 9, "urgent_aid_cum": 9, "transitional_aid": 4, "transitional_women": 5}
    refused = put(person, disaster, values)
    allowed = put(person, disaster, values | {"transitional_women": 4})

    assert {"deaths", "transitional_bereft"} <= {each["code"] for each in asked}
    assert refused.status_code == 422 and "transitional_women" in str(refused.json["errors"])
    assert allowed.status_code == 201, allowed.json
