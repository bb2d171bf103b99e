"""Needs over the API, in the order: stranger, neighbour, answer, record, map, retry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.conftest import new_id
from tests.damage_reports.test_over import close  # noqa: F401  a fixture
from tests.factories.city import COUNTY, FAR_TOWNSHIP, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP


def body(disaster, **changes):
    return {
        "disaster_id": disaster["id"],
        "area_code": TOWNSHIP,
        "item": "quilt",
        "quantity": 18,
        "priority": 1,
    } | changes


def queue(caller, disaster, **wanted):
    """Return the queue's entries about needs; other packages put theirs in too."""
    more = "&hidden=1" if wanted.get("hidden") else ""
    answer = caller.get(f"/api/v1/attention?disaster={disaster['id']}{more}").json
    return [each for each in answer["attention"] if each["kind"].startswith("need_")]


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


def test_a_stranger_is_refused(stranger, disaster):
    assert stranger.get("/api/v1/needs").status_code == 401
    assert stranger.put(f"/api/v1/needs/{new_id()}", body(disaster)).status_code == 401


def test_a_neighbours_reporter_is_refused(person, reporter, disaster):
    need_id = new_id()
    reporter.put(f"/api/v1/needs/{need_id}", body(disaster))
    neighbour = person(f"township_reporter@{FAR_TOWNSHIP}")

    assert neighbour.put(f"/api/v1/needs/{new_id()}", body(disaster)).status_code == 404
    assert neighbour.get(f"/api/v1/needs/{need_id}").status_code == 404
    assert neighbour.get("/api/v1/needs").json["needs"] == []
    assert neighbour.put(f"/api/v1/needs/{need_id}/withdrawal", {}).status_code == 404


def test_a_role_without_the_permission_is_refused(person, disaster):
    keeper = person(f"depot_keeper@{TOWNSHIP}")

    assert keeper.put(f"/api/v1/needs/{new_id()}", body(disaster)).status_code == 403


def test_a_need_is_opened_in_whole_packs(reporter, disaster):
    need_id = new_id()
    answer = reporter.put(f"/api/v1/needs/{need_id}", body(disaster, quantity=18))

    assert answer.status_code == 201
    shown = reporter.get(f"/api/v1/needs/{need_id}").json
    assert (shown["quantity"], shown["promised"], shown["state"]) == (20, 0, "open")


def test_opening_is_on_the_record_and_on_the_map(person, reporter, disaster):
    need_id = new_id()
    receipt = reporter.put(f"/api/v1/needs/{need_id}", body(disaster)).json
    officer = person(f"duty_officer@{COUNTY}")
    log = officer.get(f"/api/v1/events?after={receipt['seq'] - 1}&area={TOWNSHIP}").json

    assert [each["name"] for each in log["events"]] == ["need.opened"]
    assert log["events"][0]["payload"]["quantity"] == 20
    listed = officer.get(f"/api/v1/needs?disaster={disaster['id']}").json["needs"]
    assert [each["id"] for each in listed] == [need_id]
    assert listed[0]["point"] == [121.5, 29.8]


def test_the_same_request_gets_the_same_receipt_and_another_body_is_refused(reporter, disaster):
    address = f"/api/v1/needs/{new_id()}"
    first = reporter.put(address, body(disaster))
    again = reporter.put(address, body(disaster))
    other = reporter.put(address, body(disaster, quantity=500))

    assert again.status_code == 200 and again.json == first.json
    assert other.status_code == 409 and other.json["code"] == "body_differs"


def test_an_edit_needs_its_base_and_a_stale_one_is_refused(reporter, disaster):
    address = f"/api/v1/needs/{new_id()}"
    reporter.put(address, body(disaster))
    edited = reporter.put(address, body(disaster, quantity=50), If_Match="1")
    stale = reporter.put(address, body(disaster, quantity=60), If_Match="1")

    assert edited.status_code == 200 and edited.json["revision"] == 2
    assert stale.status_code == 412
    assert reporter.put(address, body(disaster, quantity=60)).status_code == 428


def test_who_may_ask_in_one_township_changes_no_need_of_another(person, disaster):
    here = person(f"township_reporter@{TOWNSHIP}")
    both = person(f"township_reporter@{NEIGHBOUR}", f"depot_keeper@{COUNTY}")
    need_id = new_id()
    here.put(f"/api/v1/needs/{need_id}", body(disaster))

    sent = body(disaster, area_code=NEIGHBOUR, quantity=900)
    answer = both.put(f"/api/v1/needs/{need_id}", sent, If_Match="1")

    assert answer.status_code == 422
    assert here.get(f"/api/v1/needs/{need_id}").json["quantity"] == 20


def test_nothing_is_asked_for_in_a_disaster_that_is_closed(
    reporter, disaster, close  # noqa: F811
):  # fmt: skip
    close()

    answer = reporter.put(f"/api/v1/needs/{new_id()}", body(disaster))

    assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")


def test_an_unknown_item_area_or_place_is_explained(reporter, disaster):
    def status(**changes):
        return reporter.put(f"/api/v1/needs/{new_id()}", body(disaster, **changes)).status_code

    assert status(item="unicorn") == 422
    assert status(area_code="123456789012") == 422
    assert status(place=new_id()) == 422
    assert status(quantity=0) == 422
    assert status(priority=6) == 422


def test_a_need_withdrawn_before_anything_was_promised_leaves_the_list_of_open_ones(
    reporter, disaster
):
    need_id = new_id()
    reporter.put(f"/api/v1/needs/{need_id}", body(disaster))
    answer = reporter.put(f"/api/v1/needs/{need_id}/withdrawal", {})
    again = reporter.put(f"/api/v1/needs/{need_id}/withdrawal", {})

    assert answer.status_code == 200 and again.json == answer.json
    assert answer.json["id"] == need_id
    assert reporter.get(f"/api/v1/needs/{need_id}").json["state"] == "withdrawn"
    assert reporter.get("/api/v1/needs?state=open").json["needs"] == []


def test_a_first_class_need_nobody_answers_calls_for_attention(person, reporter, disaster):
    need_id = new_id()
    reporter.put(f"/api/v1/needs/{need_id}", body(disaster))
    officer = person("duty_officer")

    assert queue(officer, disaster) == []
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        (entry,) = queue(officer, disaster)
        assert entry["key"] == f"need:unpromised:{need_id}" and entry["state"] == "act"
        assert queue(person(f"duty_officer@{OTHER_COUNTY}"), disaster) == []


@pytest.fixture
def entry(person, reporter, disaster):
    """Return an entry of the queue, the address of its mark, and the officer who sees it."""
    need = body(disaster, due_at=(datetime.now(UTC) - timedelta(minutes=5)).isoformat())
    reporter.put(f"/api/v1/needs/{new_id()}", need)
    officer = person("duty_officer", login="wang")
    (found,) = queue(officer, disaster)
    return officer, found, f"/api/v1/attention/{found['id']}/mark"


def test_only_who_may_own_marks_an_entry(person, stranger, entry):
    _officer, _found, address = entry

    assert stranger.put(address, {"act": "own"}).status_code == 401
    assert person("depot_keeper").put(address, {"act": "own"}).status_code == 403
    neighbour = person(f"duty_officer@{OTHER_COUNTY}")
    assert neighbour.put(address, {"act": "own"}).status_code == 404


def test_an_owned_entry_names_its_owner(disaster, entry):
    officer, _found, address = entry
    answer = officer.put(address, {"act": "own"})
    again = officer.put(address, {"act": "own"})

    assert answer.status_code == 201 and again.json == answer.json
    (owned,) = queue(officer, disaster)
    assert owned["owner"] == "wang" and owned["revision"] == 1
    assert officer.put(address, {"act": "settle"}).status_code == 409
    assert officer.put(address, {"act": "settle"}, If_Match="1").status_code == 200
    log = officer.get(f"/api/v1/events?after={answer.json['seq'] - 1}&area={TOWNSHIP}").json
    assert [each["name"] for each in log["events"]] == ["attention.marked"] * 2


def test_a_snoozed_entry_needs_a_reason_and_comes_back(disaster, entry):
    officer, _found, address = entry
    until = (datetime.now(UTC) + timedelta(minutes=30)).isoformat()
    unexplained = officer.put(address, {"act": "snooze", "until": until})
    officer.put(address, {"act": "snooze", "until": until, "reason": "车已出发"})

    assert unexplained.status_code == 422
    assert queue(officer, disaster) == []
    assert len(queue(officer, disaster, hidden=True)) == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        assert len(queue(officer, disaster)) == 1


def test_a_settled_entry_stays_out_and_a_raised_one_stands_first(reporter, disaster, entry):
    officer, _found, address = entry
    later = body(disaster, due_at=(datetime.now(UTC) + timedelta(minutes=5)).isoformat())
    reporter.put(f"/api/v1/needs/{new_id()}", later)
    second = queue(officer, disaster)[1]
    officer.put(f"/api/v1/attention/{second['id']}/mark", {"act": "raise"})

    assert queue(officer, disaster)[0]["id"] == second["id"]
    officer.put(address, {"act": "settle"})
    assert [each["id"] for each in queue(officer, disaster)] == [second["id"]]


@pytest.mark.parametrize("due", ["2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
def test_a_due_time_nobody_can_mean_is_refused(person, disaster, due):
    answer = person("shelter_manager", "duty_officer").put(
        f"/api/v1/needs/{new_id()}",
        {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "item": "quilt", "quantity": 10,
         "due_at": due},
    )  # fmt: skip

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["due_at"]
