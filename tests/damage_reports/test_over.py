"""A closed disaster, and one of another place: no claim, rule, decision or form is taken for it."""

from __future__ import annotations

from uuid import UUID

import pytest

from relief_ops import db
from relief_ops.disasters.models import Disaster
from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import affected, choose, order_of, said, say, settle
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, OTHER_COUNTY, TOWNSHIP
from tests.factories.relief_work import form_body

OVER = ("disaster_id", "closed")
OUTSIDE = ("area_code", "outside")


@pytest.fixture
def close(disaster):
    def done():
        with db.transaction() as session:
            session.get(Disaster, UUID(disaster["id"])).state = "closed"

    return done


@pytest.fixture
def elsewhere(person):
    """Return a disaster of the first county alone."""
    disaster_id = new_id()
    body = {
        "name": "南山暴雨", "kind": "flood", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06", "area_code": COUNTY,
    }  # fmt: skip
    assert person("duty_officer").put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201
    return {"id": disaster_id}


def why(answer):
    assert answer.status_code == 422, answer.json
    return [(each["field"], each["code"]) for each in answer.json["errors"]]


def test_a_closed_disaster_takes_no_claim_and_what_counts_stays(person, disaster, close):
    bureau, city = person("bureau_liaison"), person("city_reviewer")
    claim_id = said(bureau, disaster, value=500)
    choose(city, disaster, "water", "report")
    close()

    _id, more = say(bureau, disaster, value=900, base=claim_id)
    assert why(more) == [OVER]
    assert why(say(bureau, disaster, "housing")[1]) == [OVER]
    assert affected(city, disaster, TOWNSHIP) == 500


def test_a_closed_disaster_takes_no_rule_and_no_decision_of_sources(person, disaster, close):
    city = person("city_reviewer")
    said(person("bureau_liaison"), disaster, value=500)
    close()

    rule = city.put(f"/api/v1/source-rules/{new_id()}", order_of(disaster, "water", "report"))
    assert why(rule) == [OVER]
    assert why(settle(city, disaster, "water", {"water": 500})) == [OVER]
    assert affected(city, disaster, CITY) is None


def test_what_was_claimed_before_it_was_closed_gets_its_receipt_again(person, disaster, close):
    bureau = person("bureau_liaison")
    claim_id, first = say(bureau, disaster)
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "indicator": "affected",
        "source": "water", "value": 500, "base": None, "as_of": MORNING.isoformat(),
    }  # fmt: skip
    close()

    again = bureau.put(f"/api/v1/figure-claims/{claim_id}", body)
    assert (again.status_code, again.json) == (200, first.json)


def test_a_closed_disaster_takes_no_form_of_relief_work(person, disaster, close):
    officer = person(f"duty_officer@{COUNTY}")
    close()

    answer = officer.put(f"/api/v1/relief-work/{new_id()}", form_body(disaster["id"]))
    assert why(answer) == [OVER]


def test_a_claim_for_a_place_outside_the_disaster_is_refused(person, elsewhere):
    bureau = person("bureau_liaison")

    assert OUTSIDE in why(say(bureau, elsewhere, area_code=FAR_TOWNSHIP)[1])
    assert say(bureau, elsewhere)[1].status_code == 201


def test_a_form_of_a_county_outside_the_disaster_is_refused(person, elsewhere):
    officer = person("duty_officer")
    outside = form_body(elsewhere["id"]) | {"area_code": OTHER_COUNTY}

    answer = officer.put(f"/api/v1/relief-work/{new_id()}", outside)
    assert OUTSIDE in why(answer)
