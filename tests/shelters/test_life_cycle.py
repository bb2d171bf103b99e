"""A shelter's life: steps in order, reasons where they are owed, a record of each."""

from __future__ import annotations

import pytest

from shelters.rules import NEXT, State, may_become
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter, open_shelter


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def step(caller, shelter_id, disaster, state, **more):
    body = {"disaster_id": disaster["id"], "state": state} | more
    return caller.put(f"/api/v1/shelters/{shelter_id}/state", body)


def test_a_stranger_and_a_neighbour_are_refused(stranger, person, manager, disaster):
    shelter_id = make_shelter(manager)

    assert step(stranger, shelter_id, disaster, "open").status_code == 401
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")
    assert step(neighbour, shelter_id, disaster, "open").status_code == 404
    clerk = person(f"township_reporter@{TOWNSHIP}")
    assert step(clerk, shelter_id, disaster, "open").status_code == 403


def test_it_is_prepared_opened_and_closed_and_every_step_is_on_the_record(manager, disaster):
    shelter_id = make_shelter(manager)
    first = step(manager, shelter_id, disaster, "preparing")
    for state in ("open", "closing", "closed"):
        last = step(manager, shelter_id, disaster, state)
        assert last.status_code == 200, last.json

    assert first.status_code == 201
    assert manager.get(f"/api/v1/shelters/{shelter_id}").json["status"]["state"] == "closed"
    events = manager.get(f"/api/v1/events?after={first.json['seq'] - 1}").json["events"]
    assert [each["payload"]["state"] for each in events] == [
        "preparing",
        "open",
        "closing",
        "closed",
    ]


def test_a_step_its_state_forbids_is_refused(manager, disaster):
    shelter_id = make_shelter(manager)
    answer = step(manager, shelter_id, disaster, "closed")

    assert answer.status_code == 409 and answer.json["code"] == "illegal_transition"
    assert manager.get(f"/api/v1/shelters/{shelter_id}").json["status"]["state"] == "standby"


def test_a_lapsed_safety_check_needs_a_reason_to_open(manager, disaster):
    shelter_id = make_shelter(manager, safety_checked_until="2013-09-30")

    refused = step(manager, shelter_id, disaster, "open")
    opened = step(manager, shelter_id, disaster, "open", reason="无其他场所")

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "reason"
    assert opened.status_code == 201


def test_a_retry_without_an_id_gets_the_first_receipt(manager, disaster):
    shelter_id = make_shelter(manager)
    first = step(manager, shelter_id, disaster, "open")
    again = step(manager, shelter_id, disaster, "open")

    assert again.status_code == 200 and again.json == first.json


def test_a_retry_with_an_id_gets_the_first_receipt_whatever_happened_since(manager, disaster):
    shelter_id, step_id = make_shelter(manager), new_id()
    first = step(manager, shelter_id, disaster, "open", id=step_id)
    step(manager, shelter_id, disaster, "closing")
    again = step(manager, shelter_id, disaster, "open", id=step_id)
    other = step(manager, shelter_id, disaster, "closed", id=step_id)

    assert again.json == first.json
    assert other.status_code == 409 and other.json["code"] == "body_differs"
    assert manager.get(f"/api/v1/shelters/{shelter_id}").json["status"]["state"] == "closing"


def test_a_step_made_on_an_older_standing_is_refused(manager, disaster):
    shelter_id = open_shelter(manager, disaster)
    body = {"disaster_id": disaster["id"], "state": "closing"}
    address = f"/api/v1/shelters/{shelter_id}/state"

    assert manager.put(address, body, If_Match="0").status_code == 412
    assert manager.put(address, body, If_Match="1").status_code == 200


def test_a_shelter_with_people_is_not_closed(manager, disaster):
    shelter_id = open_shelter(manager, disaster)
    arrival = {"disaster_id": disaster["id"], "people": 3}
    manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{new_id()}", arrival)
    step(manager, shelter_id, disaster, "closing")
    answer = step(manager, shelter_id, disaster, "closed")

    assert answer.status_code == 409
    assert "3" in answer.json["detail"]


def test_a_hidden_shelters_steps_are_heard_in_its_areas_only(manager, person, disaster):
    shelter_id = make_shelter(manager, hidden=True)
    seq = step(manager, shelter_id, disaster, "open").json["seq"]
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")

    shared = neighbour.get(f"/api/v1/events?after={seq - 1}").json["events"]
    own = manager.get(f"/api/v1/events?after={seq - 1}&area={COUNTY}").json["events"]
    assert shared == []
    assert [each["name"] for each in own] == ["shelter.hidden_state_set"]


def test_a_drills_disaster_cannot_use_a_real_shelter(manager, disaster):
    shelter_id = make_shelter(manager)
    body = {"disaster_id": new_id(), "state": "open"}

    assert manager.put(f"/api/v1/shelters/{shelter_id}/state", body).status_code == 404


@pytest.mark.parametrize("before", list(State))
def test_every_state_leads_somewhere_and_may_be_confirmed(before):
    assert NEXT[before]
    assert may_become(before, before)
