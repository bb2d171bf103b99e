"""What a reporter's phone is given to carry away: its own area's rounds and figures, no more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.models import Disaster
from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP, VILLAGE

REPORTER = f"township_reporter@{TOWNSHIP}"
PATHS = ("/phone", "/phone/report", "/phone/outbox", "/phone/facts", "/outbox/token")


def report(disaster, values, **more):
    return {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": values,
    } | more  # fmt: skip


def put_round(person, disaster, code, *, hours=0, **more):
    as_of = (MORNING + timedelta(hours=hours)).isoformat()
    order = {"disaster_id": disaster["id"], "code": code, "as_of": as_of} | more
    assert person("duty_officer").put(f"/api/v1/rounds/{new_id()}", order).status_code == 201


def facts(caller, query=""):
    answer = caller.get(f"/phone/facts{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_sent_to_sign_in(stranger, path):
    assert stranger.get(path).status_code in (302, 401)
    assert stranger.get(path, Accept="application/json").status_code == 401


def test_somebody_who_files_nothing_is_refused(person, disaster):
    for path in PATHS[:-1]:
        assert person("auditor").get(path).status_code == 403


def test_the_area_is_ones_own_and_never_a_neighbours(person, disaster):
    reporter = person(REPORTER)

    assert facts(reporter)["area"]["code"] == TOWNSHIP
    assert facts(person(f"village_officer@{VILLAGE}"))["area"]["level"] == "village"
    assert reporter.get(f"/phone/facts?area={NEIGHBOUR}").status_code == 404
    assert reporter.get(f"/phone/facts?area={COUNTY}").status_code == 404


def another(person, disaster, name, *, area=None, days=1):
    """Open a disaster that began after the first one; return its id."""
    copied = ("division_date", "form_version")
    began = {"started_at": (MORNING + timedelta(days=days)).isoformat(), "name": name,
             "kind": "flood"}  # fmt: skip
    body = {key: disaster[key] for key in copied} | began | ({"area_code": area} if area else {})
    found = new_id()
    assert person("duty_officer").put(f"/api/v1/disasters/{found}", body).status_code == 201
    return found


def test_a_disaster_elsewhere_does_not_take_the_phone_from_ones_own(person, disaster):
    another(person, disaster, "外县洪水", area=OTHER_COUNTY)
    found = facts(person(REPORTER))

    assert found["disaster"]["id"] == disaster["id"]
    assert [each["name"] for each in found["disasters"]] == ["试验台风"]


def test_of_two_disasters_of_ones_own_the_later_opens_and_the_other_can_be_chosen(person, disaster):
    later = another(person, disaster, "后一场")
    reporter = person(REPORTER)
    opened = facts(reporter)
    chosen = facts(reporter, f"?area={TOWNSHIP}&disaster={disaster['id']}")

    assert opened["disaster"]["id"] == later
    assert [each["id"] for each in opened["disasters"]] == [later, disaster["id"]]
    assert chosen["disaster"]["id"] == disaster["id"]
    with act_as(SYSTEM), db.transaction() as session:
        session.get(Disaster, UUID(disaster["id"])).state = "closed"
    ended = facts(reporter, f"?area={TOWNSHIP}&disaster={disaster['id']}")
    assert (ended["disaster"]["id"], len(ended["disasters"])) == (later, 1)


def test_who_reports_for_several_areas_may_choose_and_who_reports_for_none_is_told(
    person, disaster
):
    both = person(REPORTER, f"township_reporter@{NEIGHBOUR}")

    assert [each["code"] for each in facts(both)["areas"]] == [TOWNSHIP, NEIGHBOUR]
    assert facts(both, f"?area={NEIGHBOUR}")["area"]["code"] == NEIGHBOUR
    nobody = facts(person(f"township_reporter@{CITY}"))
    assert (nobody["area"], nobody["form"]) == (None, None)


def test_a_round_carries_what_stands_in_it_and_what_was_filed_before(person, disaster):
    put_round(person, disaster, "r1")
    put_round(person, disaster, "r2", hours=1)
    reporter = person(REPORTER)
    filed = new_id()
    sent = report(disaster, {"affected": 40, "missing": None})
    assert reporter.put(f"/api/v1/reports/{filed}", sent).status_code == 201

    latest, first = facts(reporter)["form"]["rounds"]

    assert (latest["code"], latest["standing"], latest["report"]) == ("r2", "overdue", None)
    assert latest["previous"] == {"affected": 40, "missing": None}
    assert (first["standing"], first["report"]["id"]) == ("received", filed)
    assert first["report"]["values"] == {"affected": 40, "missing": None}
    assert latest["due"] > latest["as_of"]


def test_a_report_sent_back_carries_why_until_it_is_sent_again(person, disaster):
    put_round(person, disaster, "r1")
    reporter, filed, again = person(REPORTER), new_id(), new_id()
    sent = report(disaster, {"affected": 40})
    assert reporter.put(f"/api/v1/reports/{filed}", sent).status_code == 201
    order = {"id": new_id(), "action": "return", "reason": "与照片不符"}
    judge = person("county_reviewer")
    assert judge.put(f"/api/v1/reports/{filed}/verdict", order).status_code in (200, 201)

    [found] = facts(reporter)["form"]["rounds"]
    assert (found["standing"], found["returned"]) == ("returned", "与照片不符")
    assert found["report"]["id"] == filed

    corrected = sent | {"base": filed, "values": {"affected": 41}}
    assert reporter.put(f"/api/v1/reports/{again}", corrected).status_code in (200, 201)
    [found] = facts(reporter)["form"]["rounds"]
    assert (found["standing"], found["returned"]) == ("received", "")


def test_a_rival_is_told_and_what_somebody_else_filed_stands(person, disaster):
    put_round(person, disaster, "r1")
    reporter = person(REPORTER)
    for number in (1, 2):
        body = report(disaster, {"affected": number})
        assert reporter.put(f"/api/v1/reports/{new_id()}", body).status_code == 201

    found = facts(reporter)["form"]["rounds"][0]

    assert (found["standing"], found["rival"]) == ("two_versions", True)
    assert found["report"]["values"] == {"affected": 1}


def test_before_a_round_is_opened_the_two_hours_of_the_clock_are_one(person, disaster):
    found = facts(person(REPORTER))["form"]

    assert [each["due"] for each in found["rounds"]] == [None]
    assert found["ahead"] == []


def test_a_phone_carries_the_rounds_of_four_days_ahead_with_their_deadlines(person, drill):
    disaster_id, move = drill
    put_round(person, {"id": disaster_id}, "r0", daily=True, hours=16)
    move(30)
    found = facts(person(REPORTER), f"?disaster={disaster_id}")["form"]

    codes = [each["code"] for each in found["ahead"]]
    assert codes == [f"2013-10-{day:02}T00:00" for day in (8, 9, 10, 11)]
    assert all(each["daily"] and each["due"] > each["as_of"] for each in found["ahead"])
    move(48)
    then = facts(person(REPORTER), f"?disaster={disaster_id}")["form"]
    assert then["rounds"][0]["code"] == codes[0] and then["ahead"][0]["code"] == codes[1]


def test_without_a_disaster_there_is_nothing_to_fill_in(person):
    found = facts(person(REPORTER))

    assert (found["disaster"], found["form"]) == (None, None)
    assert found["area"]["code"] == TOWNSHIP


def test_the_form_comes_in_both_languages_with_the_rules_the_server_has(person, disaster):
    form = facts(person(REPORTER))["form"]
    field = next(each for each in form["fields"] if each["code"] == "crop_affected")

    assert field["unit"] == {"zh": "公顷", "en": "ha"}
    assert {rule["id"] for rule in form["corpus"]} >= {"V01", "V02", "V20"}
    assert form["context"]["hazard"] == "typhoon"


def test_the_token_says_who_is_signed_in_and_is_kept_by_nobody(person):
    reporter = person(REPORTER)
    answer = reporter.get("/outbox/token")

    assert answer.json["user"] == str(reporter.user_id)
    assert len(answer.json["csrf"]) == 64
    assert answer.json["epoch"] == reporter.get(f"/api/v1/events?area={TOWNSHIP}").json["epoch"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert reporter.get("/sw.js").headers["Cache-Control"] == "no-store"
