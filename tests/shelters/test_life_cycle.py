"""A shelter's life: steps in order, reasons where they are owed, a record of each."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from shelters.models import ShelterStep
from shelters.rules import NEXT, State, may_become
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.hazards import make_hazard
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


ALL = ["manager", "keys", "power", "water", "supplies", "hygiene"]


def test_a_point_nobody_saw_to_asks_for_a_reason_and_stays_on_the_record(manager, disaster):
    shelter_id = make_shelter(manager)
    step(manager, shelter_id, disaster, "preparing")

    refused = step(manager, shelter_id, disaster, "open", done=ALL[:-2])
    opened = step(manager, shelter_id, disaster, "open", done=ALL[:-2], reason="物资在路上")

    (wrong,) = refused.json["errors"]
    assert refused.status_code == 422 and wrong["code"] == "points_missing"
    assert "物资已清点" in wrong["message"] and "通电" not in wrong["message"]
    assert "物资已清点、" in wrong["message"]
    assert opened.status_code == 200
    page = manager.client.get(
        f"/shelters/{shelter_id}", headers={"Authorization": f"Bearer {manager.token}"}
    ).text
    assert "物资已清点、" in page.split('data-part="steps"')[1]
    with act_as(SYSTEM), db.reading() as session:
        steps = session.scalars(select(ShelterStep).order_by(ShelterStep.revision)).all()
    assert steps[-1].missing == ["supplies", "hygiene"]


def test_every_point_seen_to_needs_no_reason_on_the_way_in_and_out(manager, disaster):
    shelter_id = make_shelter(manager)
    step(manager, shelter_id, disaster, "preparing")
    assert step(manager, shelter_id, disaster, "open", done=ALL).status_code == 200
    step(manager, shelter_id, disaster, "closing")

    refused = step(manager, shelter_id, disaster, "closed", done=["cleaned"])
    done = ["cleaned", "belongings", "recounted", "damage"]

    assert refused.status_code == 422 and "物资已复点" in refused.json["errors"][0]["message"]
    assert step(manager, shelter_id, disaster, "closed", done=done).status_code == 200


def test_what_a_county_does_not_ask_is_not_missing(manager, disaster):
    shelter_id = make_shelter(manager)
    step(manager, shelter_id, disaster, "preparing")
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(
            text("update policy_parameter set value = '0' where key = 'shelter.ask_hygiene'")
        )

    assert step(manager, shelter_id, disaster, "open", done=ALL[:-1]).status_code == 200


def owed(caller, disaster):
    asked = f"/api/v1/attention?disaster={disaster['id']}&area={COUNTY}"
    found = caller.get(asked).json["attention"]
    return [each["title"] for each in found if each["kind"] == "shelter.opened_unreported"]


def test_a_shelter_opened_at_once_stands_in_the_queue_until_somebody_says_why(manager, disaster):
    shelter_id = make_shelter(manager, name="先开避灾点")
    step(manager, shelter_id, disaster, "open")
    assert owed(manager, disaster) == ["先开避灾点先行开放，尚未补报原因"]
    step(manager, shelter_id, disaster, "closing")
    assert len(owed(manager, disaster)) == 1, "to close it says nothing of why it was opened"

    step(manager, shelter_id, disaster, "closing", reason="夜间山洪，先开后报")

    assert owed(manager, disaster) == []


def test_who_says_why_at_once_owes_nothing(manager, disaster):
    open_shelter(manager, disaster)
    prepared = make_shelter(manager, name="准备好的避灾点")
    step(manager, prepared, disaster, "preparing")
    step(manager, prepared, disaster, "open")

    assert owed(manager, disaster) == []


def test_the_page_asks_point_by_point(manager, disaster):
    shelter_id = make_shelter(manager)
    step(manager, shelter_id, disaster, "preparing")
    headers = {"Authorization": f"Bearer {manager.token}"}
    address, page = f"/shelters/{shelter_id}/state", f"/shelters/{shelter_id}"
    shown = manager.client.get(page, headers=headers).text
    fields = {"id": new_id(), "disaster_id": disaster["id"], "state": "open", "reason": ""}
    some = {f"point_{each}": "1" for each in ALL[1:]}

    refused = manager.client.post(address, data=fields | some, headers=headers)
    done = manager.client.post(
        address, data=fields | some | {"point_manager": "1"}, headers=headers
    )

    assert shown.count('name="point_') == 6
    assert refused.status_code == 422 and "管理员到岗" in refused.text
    assert done.status_code == 303


def test_nobody_is_taken_in_by_a_lapsed_shelter_without_a_reason_while_it_is_prepared(
    manager, person, disaster
):
    lapsed = make_shelter(manager, safety_checked_until="2013-09-30")
    sound = make_shelter(manager, name="水边避灾点", point=[121.5, 29.8])

    refused = step(manager, lapsed, disaster, "preparing")
    assert refused.status_code == 422 and refused.json["errors"][0]["code"] == "safety_lapsed"
    assert step(manager, lapsed, disaster, "preparing", reason="只有这里").status_code == 201

    assert step(manager, sound, disaster, "preparing").status_code == 201
    make_hazard(person(f"duty_officer@{COUNTY}"), disaster)
    flooded = step(manager, sound, disaster, "open")
    assert flooded.status_code == 422 and flooded.json["errors"][0]["code"] == "in_danger"


def test_a_building_that_is_filled_for_one_disaster_opens_for_another_only_with_a_reason(
    manager, person, disaster
):
    flood = {key: disaster[key] for key in ("division_date", "form_version", "started_at")}
    flood |= {"name": "试验洪水", "kind": "flood", "id": new_id()}
    body = {key: flood[key] for key in flood if key != "id"}
    answer = person("duty_officer").put(f"/api/v1/disasters/{flood['id']}", body)
    assert answer.status_code == 201, answer.json
    shelter_id = open_shelter(manager, disaster)
    assert step(manager, shelter_id, flood, "preparing").status_code == 201
    address = f"/api/v1/shelters/{shelter_id}/arrivals/{new_id()}"
    manager.put(address, {"disaster_id": disaster["id"], "people": 40})

    refused = step(manager, shelter_id, flood, "open")

    assert refused.status_code == 422
    assert [each["code"] for each in refused.json["errors"]] == ["people_inside"]
    assert "试验台风" in refused.json["detail"] and "40" in refused.json["detail"]
    assert step(manager, shelter_id, flood, "open", reason="同一批人").status_code == 200
