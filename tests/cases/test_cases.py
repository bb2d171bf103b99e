"""Intakes and cases over the API: stranger, neighbour, answer, record, retry, other body."""

from __future__ import annotations

import pytest

from relief_ops import plugins
from tests.conftest import new_id
from tests.factories import families
from tests.factories.city import NEIGHBOUR, TOWNSHIP

ALL = {
    "living_allowance",
    "destitute_support",
    "disaster_relief",
    "medical_aid",
    "education_aid",
    "housing_aid",
    "employment_aid",
    "temporary_aid",
}


@pytest.fixture
def clerk(person):
    return person(f"window_clerk@{TOWNSHIP}")


@pytest.fixture
def handler(person):
    return person(f"department_handler@{TOWNSHIP}")


@pytest.fixture
def approver(person):
    return person(f"case_approver@{TOWNSHIP}")


@pytest.fixture
def family(clerk):
    household_id = new_id()
    clerk.put(f"/api/v1/households/{household_id}", families.household())
    return household_id


def poor(**changes):
    answers = families.ANSWERS | {"annual_income_yuan": 9000}
    return {
        "programme": "living_allowance",
        "applied_at": "2015-06-01T02:30:00Z",
        "answers": answers,
    } | changes


def test_eight_programmes_are_registered(app):
    assert {each.code for each in plugins.contributed("programmes")} == ALL


def test_a_stranger_is_refused(stranger):
    assert stranger.get("/api/v1/cases").status_code == 401
    assert stranger.put(f"/api/v1/intakes/{new_id()}", families.intake()).status_code == 401
    body = poor(household_id=new_id())
    assert stranger.put(f"/api/v1/cases/{new_id()}", body).status_code == 401


def test_a_neighbour_neither_sees_nor_opens(person, clerk, family):
    case_id = new_id()
    clerk.put(f"/api/v1/cases/{case_id}", poor(household_id=family))
    neighbour = person(f"window_clerk@{NEIGHBOUR}")

    assert neighbour.get(f"/api/v1/cases/{case_id}").status_code == 404
    assert neighbour.get("/api/v1/cases").json["cases"] == []
    address = f"/api/v1/cases/{new_id()}"
    assert neighbour.put(address, poor(household_id=family)).status_code == 404


@pytest.mark.parametrize("code", sorted(ALL))
def test_an_intake_opens_a_case_in_any_programme(clerk, code):
    answer = clerk.put(f"/api/v1/intakes/{new_id()}", families.intake(open=[code]))

    assert answer.status_code == 201, answer.json
    found = clerk.get(f"/api/v1/cases?programme={code}").json["cases"]
    assert [each["programme"] for each in found] == [code]
    shown = clerk.get(f"/api/v1/cases/{found[0]['id']}").json
    assert shown["head"] == "施*"
    assert shown["assessments"][0]["reason_words"]


def test_an_intake_is_on_the_record_once_for_each_thing_it_changed(clerk):
    body = families.intake(open=["living_allowance", "temporary_aid"])
    seq = clerk.put(f"/api/v1/intakes/{new_id()}", body).json["seq"]

    events = clerk.get(f"/api/v1/events?after={seq - 6}&area={TOWNSHIP}").json["events"]
    assert [each["name"] for each in events] == [
        "household.registered",
        "case.opened",
        "case.assessed",
        "case.opened",
        "case.assessed",
        "intake.taken",
    ]


def test_an_intake_sent_twice_is_one_intake(clerk):
    address, body = f"/api/v1/intakes/{new_id()}", families.intake(open=["living_allowance"])
    first = clerk.put(address, body)

    assert clerk.put(address, body).json == first.json
    assert clerk.put(address, body | {"open": ["medical_aid"]}).status_code == 409
    assert len(clerk.get("/api/v1/cases").json["cases"]) == 1


def test_a_wrong_answer_stops_the_whole_intake(clerk):
    body = families.intake(answers={"annual_income_yuan": -1, "shoe_size": 44}, open=[])
    body["household"]["members"] = body["household"]["members"][:1]

    answer = clerk.put(f"/api/v1/intakes/{new_id()}", body)

    assert answer.status_code == 422
    fields = {each["field"] for each in answer.json["errors"]}
    assert fields == {"annual_income_yuan", "shoe_size"}
    assert clerk.get(f"/api/v1/households/{body['household_id']}").status_code == 404


def test_an_unknown_programme_is_explained(clerk):
    answer = clerk.put(f"/api/v1/intakes/{new_id()}", families.intake(open=["lottery"]))

    assert answer.status_code == 422


def test_a_case_remembers_which_figures_decided_it(clerk, family):
    case_id = new_id()
    clerk.put(f"/api/v1/cases/{case_id}", poor(household_id=family))

    said = clerk.get(f"/api/v1/cases/{case_id}").json["assessments"][0]

    assert (said["verdict"], said["amount_yuan"]) == ("grant", 738)
    assert said["versions"]["living_allowance.standard"][2] == "744"
    assert "375" in said["reason_words"]


def test_the_clock_runs_on_the_calendar_of_the_place(clerk, family):
    case_id = new_id()
    body = poor(household_id=family, applied_at="2015-06-11T02:30:00Z")
    clerk.put(f"/api/v1/cases/{case_id}", body)

    shown = clerk.get(f"/api/v1/cases/{case_id}").json

    assert (shown["state"], shown["due_kind"]) == ("accepted", "investigation")
    assert shown["due_on"] == "2015-07-03"


def test_missing_papers_stop_the_clock_and_are_told(clerk, family):
    case_id = new_id()
    answers = {"annual_income_yuan": 9000, "papers": ["id_card"]}
    clerk.put(f"/api/v1/cases/{case_id}", poor(household_id=family, answers=answers))

    shown = clerk.get(f"/api/v1/cases/{case_id}").json

    assert (shown["state"], shown["due_on"]) == ("waiting", None)
    assert shown["assessments"][0]["missing"] == ["household_register", "means_authorisation"]
    assert shown["papers"]["means_authorisation"] is None
    assert shown["papers"]["id_card"]


def test_a_paper_brought_later_is_an_edit_and_a_new_assessment(clerk, family):
    address = f"/api/v1/cases/{new_id()}"
    few = poor(household_id=family, answers={"annual_income_yuan": 9000, "papers": ["id_card"]})
    clerk.put(address, few)

    assert clerk.put(address, poor(household_id=family)).status_code == 409
    edited = clerk.put(address, poor(household_id=family), If_Match="1")

    assert (edited.status_code, edited.json["revision"]) == (200, 2)
    said = clerk.get(address).json["assessments"]
    assert [each["verdict"] for each in said] == ["grant", "incomplete"]


def test_one_open_case_a_programme_and_household(clerk, family):
    clerk.put(f"/api/v1/cases/{new_id()}", poor(household_id=family))

    answer = clerk.put(f"/api/v1/cases/{new_id()}", poor(household_id=family))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "open"


def walk(caller, case_id, *path, revision=1):
    for state in path:
        answer = caller.put(
            f"/api/v1/cases/{case_id}/state", {"state": state}, If_Match=str(revision)
        )
        assert answer.status_code == 200, answer.json
        revision = answer.json["revision"]
    return revision


def test_a_case_walks_to_its_decision_by_another_person(clerk, handler, approver, family):
    case_id = new_id()
    clerk.put(f"/api/v1/cases/{case_id}", poor(household_id=family))
    revision = walk(handler, case_id, "verifying", "visited", "reviewed", "on_notice")
    step = {"state": "approved"}

    refused = clerk.put(f"/api/v1/cases/{case_id}/state", step, If_Match=str(revision))
    decided = approver.put(f"/api/v1/cases/{case_id}/state", step, If_Match=str(revision))

    assert refused.status_code == 403
    assert decided.status_code == 200
    shown = approver.get(f"/api/v1/cases/{case_id}").json
    assert (shown["state"], shown["amount_yuan"]) == ("approved", 738)


def test_who_opened_a_case_does_not_decide_it_whatever_they_hold(person, family):
    both = person(f"window_clerk@{TOWNSHIP}", f"case_approver@{TOWNSHIP}")
    case_id = new_id()
    both.put(f"/api/v1/cases/{case_id}", poor(household_id=family))
    revision = walk(both, case_id, "verifying", "visited", "reviewed", "on_notice")

    answer = both.put(
        f"/api/v1/cases/{case_id}/state", {"state": "approved"}, If_Match=str(revision)
    )

    assert answer.status_code == 403


def test_no_stage_is_skipped(handler, clerk, family):
    case_id = new_id()
    clerk.put(f"/api/v1/cases/{case_id}", poor(household_id=family))

    answer = handler.put(f"/api/v1/cases/{case_id}/state", {"state": "on_notice"}, If_Match="1")

    assert answer.status_code == 409
    assert answer.json["code"] == "illegal_transition"
    assert handler.put(f"/api/v1/cases/{case_id}/state", {"state": "paid"}).status_code == 428


def test_an_amount_set_locally_must_be_stated(clerk, handler, approver, family):
    case_id = new_id()
    answers = {
        "category": "living_allowance",
        "medical_costs_yuan": 9000,
        "papers": ["id_card", "medical_bills"],
    }
    body = poor(household_id=family, programme="medical_aid", answers=answers)
    clerk.put(f"/api/v1/cases/{case_id}", body)
    revision = str(walk(handler, case_id, "verifying", "visited", "reviewed", "on_notice"))
    address = f"/api/v1/cases/{case_id}/state"

    without = approver.put(address, {"state": "approved"}, If_Match=revision)
    stated = approver.put(address, {"state": "approved", "amount_yuan": 4500.5}, If_Match=revision)

    assert without.status_code == 422
    assert stated.status_code == 200
    assert approver.get(f"/api/v1/cases/{case_id}").json["amount_yuan"] == 4500.5


def test_the_worklist_puts_the_clock_that_ends_first_on_top(clerk):
    late = families.intake(open=["living_allowance"], applied_at="2015-06-20T02:00:00Z")
    late["answers"] = {"annual_income_yuan": 9000, "papers": families.ANSWERS["papers"]}
    early = families.intake(open=["living_allowance"], applied_at="2015-06-01T02:00:00Z")
    early["answers"] = late["answers"]
    early["household"]["members"] = [families.member(id_number="")]
    clerk.put(f"/api/v1/intakes/{new_id()}", late)
    clerk.put(f"/api/v1/intakes/{new_id()}", early)

    due = [each["due_on"] for each in clerk.get("/api/v1/cases").json["cases"]]

    assert due == sorted(due)
    assert len(due) == 2


def test_a_drill_s_cases_do_not_stand_among_real_ones(clerk):
    body = families.intake(open=["living_allowance"])
    body["household"]["drill_id"] = drill = new_id()
    clerk.put(f"/api/v1/intakes/{new_id()}", body)

    assert clerk.get("/api/v1/cases").json["cases"] == []
    assert len(clerk.get(f"/api/v1/cases?drill={drill}").json["cases"]) == 1
