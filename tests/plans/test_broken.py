"""A plan that no longer holds says so, and is made again with as few changes as can be."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.plans import make_plan, work
from tests.factories.shelters import make_shelter, open_shelter

NIGHT = {"capacity_night": 50}


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")


@pytest.fixture
def applied(officer, disaster):
    """Return two shelters, the nearer one promised to six people, and the plan."""
    near = open_shelter(officer, disaster, name="近处避灾点", **NIGHT)
    far = make_shelter(officer, name="远处避灾点", point=[121.53, 29.83], **NIGHT)
    plan = make_plan(officer, disaster)
    officer.put(f"/api/v1/evacuation-plans/{plan}/application", {})
    return near, far, plan


def entries(caller, disaster):
    asked = f"/api/v1/attention?disaster={disaster['id']}&area={TOWNSHIP}"
    found = caller.get(asked).json["attention"]
    return [each for each in found if each["kind"] == "evacuation.plan_broken"]


def page(caller, plan):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.get(f"/evacuation-plans/{plan}", headers=headers).text


def again(caller, plan, new):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(f"/evacuation-plans/{plan}/again", data={"id": new}, headers=headers)


def set_state(caller, disaster, shelter, state):
    body = {"disaster_id": disaster["id"], "state": state, "reason": "进水"}
    answer = caller.put(f"/api/v1/shelters/{shelter}/state", body)
    assert answer.status_code in (200, 201), answer.json


def test_a_plan_that_holds_says_nothing(officer, disaster, applied):
    assert entries(officer, disaster) == []
    assert "data-broken" not in page(officer, applied[2])


def test_a_shelter_that_closes_is_in_the_queue_and_the_plan_made_again_leaves_it(
    officer, disaster, applied
):
    near, far, plan = applied
    set_state(officer, disaster, near, "closing")

    (entry,) = entries(officer, disaster)
    assert "6 人" in entry["title"] and "近处避灾点" in entry["detail"]
    assert "data-broken" in page(officer, plan)
    new = new_id()
    assert again(officer, plan, new).status_code == 303
    work()
    officer.put(f"/api/v1/evacuation-plans/{new}/application", {})
    told = officer.get(f"/api/v1/evacuation-promises/{VILLAGE}?disaster={disaster['id']}").json
    assert [each["id"] for each in told["shelters"]] == [far]
    assert entries(officer, disaster) == []


def test_a_shelter_that_fills_up_with_others_is_said_to_be_full(officer, disaster, applied):
    near, _far, _plan = applied
    body = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": 46}
    officer.put(f"/api/v1/shelters/{near}/headcounts/{new_id()}", body)

    (entry,) = entries(officer, disaster)
    assert entry["state"] == "act"
    assert "还有 6 人要来，余 4 位" in page(officer, applied[2])


def test_who_has_come_is_no_longer_waited_for(officer, disaster, applied):
    near, _far, _plan = applied
    body = {"disaster_id": disaster["id"], "people": 6, "origin_code": VILLAGE}
    answer = officer.put(f"/api/v1/shelters/{near}/arrivals/{new_id()}", body)
    assert answer.status_code == 201, answer.json
    set_state(officer, disaster, near, "closing")

    assert entries(officer, disaster) == []


def test_who_may_not_plan_makes_none_again(person, officer, disaster, applied):
    reporter = person(f"township_reporter@{TOWNSHIP}")

    assert again(reporter, applied[2], new_id()).status_code == 403
