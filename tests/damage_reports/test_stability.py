"""The daily report: owed without being opened, until each county is stable and the city agrees."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from tests.conftest import new_id
from tests.damage_reports.test_rounds import board, file, open_round, stands
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, OTHER_COUNTY, TOWNSHIP

MIDNIGHT = "2013-10-07T00:00"


@pytest.fixture
def officer(person):
    return person("duty_officer")


@pytest.fixture
def storm(drill, officer):
    """Return a drill's disaster and the way to move its clock, in hours from 08:00."""
    disaster_id, move = drill
    found = officer.get(f"/api/v1/disasters/{disaster_id}").json
    return SimpleNamespace(disaster={"id": disaster_id}, to=move, drill_id=found["drill_id"])


def respond(person, disaster, level=4, from_at="2013-10-06T09:00:00+08:00", ladder="relief"):
    body = {"area_code": CITY, "ladder": ladder, "level": level, "from_at": from_at}
    answer = person("duty_leader").put(
        f"/api/v1/disasters/{disaster['id']}/responses/{new_id()}", body
    )
    assert answer.status_code == 201, answer.json


def codes(caller, disaster, **flags):
    found = caller.get(f"/api/v1/rounds?disaster={disaster['id']}").json["rounds"]
    return [each["code"] for each in found if all(each[k] == v for k, v in flags.items())]


def declare(caller, disaster, county=COUNTY, stable_at="2013-10-06T20:00:00+08:00", **more):
    body = {"disaster_id": disaster["id"], "area_code": county, "stable_at": stable_at} | more
    stability_id = new_id()
    return stability_id, caller.put(f"/api/v1/stabilities/{stability_id}", body)


def judge(caller, stability_id, action, reason=""):
    order = {"id": new_id(), "action": action, "reason": reason}
    return caller.put(f"/api/v1/stabilities/{stability_id}/verdict", order)


def test_the_first_relief_response_makes_a_report_owed_every_midnight_without_opening_one(
    officer, person, storm
):
    disaster = storm.disaster
    storm.to(30)
    assert codes(officer, disaster) == []
    respond(person, disaster, ladder="flood")
    assert codes(officer, disaster) == []

    respond(person, disaster)
    assert codes(officer, disaster, daily=True) == [MIDNIGHT]
    assert stands(officer, disaster, code=MIDNIGHT)["standing"] == "overdue"
    storm.to(70)
    assert codes(officer, disaster) == [MIDNIGHT, "2013-10-08T00:00", "2013-10-09T00:00"]


def test_such_a_round_is_due_at_eight_and_at_nine_and_the_same_whenever_it_is_asked(
    officer, person, storm
):
    respond(person, storm.disaster)
    storm.to(24)
    first = officer.get(f"/api/v1/rounds?disaster={storm.disaster['id']}").json["rounds"]
    assert [first[0]["due"][level][:16] for level in ("township", "county", "city")] == [
        "2013-10-07T00:00", "2013-10-07T01:00", "2013-10-07T02:00",
    ]  # fmt: skip
    again = officer.get(f"/api/v1/rounds?disaster={storm.disaster['id']}").json["rounds"]
    assert again == first


def test_a_round_opened_by_hand_for_the_same_midnight_takes_its_place(officer, person, storm):
    disaster = storm.disaster
    respond(person, disaster)
    storm.to(24)
    assert open_round(officer, disaster, "night", as_of=f"{MIDNIGHT}:00+08:00").status_code == 201
    assert codes(officer, disaster) == ["night"]


def test_a_daily_round_opened_by_hand_begins_the_series_without_a_response(officer, storm):
    disaster = storm.disaster
    assert open_round(officer, disaster, MIDNIGHT, daily=True).status_code == 201
    storm.to(50)
    assert codes(officer, disaster) == [MIDNIGHT, "2013-10-08T00:00"]


def test_under_a_drought_a_report_is_owed_every_ten_days(officer, person, storm):
    disaster_id = new_id()
    body = {
        "name": "大旱", "kind": "drought", "started_at": "2013-10-06T08:00:00+08:00",
        "division_date": "2013-10-06", "form_version": "2020", "drill_id": storm.drill_id,
    }  # fmt: skip
    assert officer.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201
    storm.to(24 * 21)
    assert codes(officer, {"id": disaster_id}, daily=False) == [
        "2013-10-16T08:00", "2013-10-26T08:00",
    ]  # fmt: skip


def test_the_rounds_of_a_drought_longer_than_a_year_stay_where_they_are(officer, storm):
    disaster_id = new_id()
    body = {
        "name": "大旱", "kind": "drought", "started_at": "2013-10-06T08:00:00+08:00",
        "division_date": "2013-10-06", "form_version": "2020", "drill_id": storm.drill_id,
    }  # fmt: skip
    assert officer.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201
    storm.to(24 * 400)
    before = codes(officer, {"id": disaster_id})
    storm.to(24 * 400 + 5)

    assert codes(officer, {"id": disaster_id}) == before
    assert (before[0], before[-1], len(before)) == ("2013-11-15T08:00", "2014-11-10T08:00", 37)


def test_a_county_that_is_stable_owes_no_daily_report_once_the_city_agrees(officer, person, storm):
    disaster, city = storm.disaster, person("city_reviewer")
    respond(person, disaster)
    storm.to(40)
    county = person(f"county_reviewer@{COUNTY}")
    stability_id, answer = declare(county, disaster)
    assert answer.status_code == 201
    assert stands(officer, disaster, code=MIDNIGHT)["standing"] == "overdue"

    assert judge(city, stability_id, "accept").status_code == 201
    assert stands(officer, disaster, code=MIDNIGHT)["standing"] == "excused"
    assert stands(officer, disaster, FAR_TOWNSHIP, code=MIDNIGHT)["standing"] == "overdue"
    counted = board(officer, disaster, code=MIDNIGHT).json
    assert {each["area_code"]: each["expected"] for each in counted["counties"]}[COUNTY] == 0
    late = officer.get(f"/api/v1/attention?disaster={disaster['id']}").json
    assert COUNTY not in str([each for each in late["attention"] if each["kind"] == "late"])


def test_a_report_filed_all_the_same_is_shown_and_other_rounds_are_owed_as_before(
    officer, person, storm
):
    disaster = storm.disaster
    respond(person, disaster)
    storm.to(40)
    stability_id, _answer = declare(person(f"county_reviewer@{COUNTY}"), disaster)
    judge(person("city_reviewer"), stability_id, "accept")
    file(person(f"township_reporter@{TOWNSHIP}"), disaster, code=MIDNIGHT)
    open_round(officer, disaster, "2013-10-07T10:00")

    assert stands(officer, disaster, code=MIDNIGHT)["standing"] == "received"
    assert stands(officer, disaster, code="2013-10-07T10:00")["standing"] == "overdue"


def test_when_every_county_is_stable_so_is_the_disaster_and_the_final_report_is_owed(
    officer, person, storm
):
    disaster, city = storm.disaster, person("city_reviewer")
    respond(person, disaster)
    storm.to(40)
    for county, since in ((COUNTY, "06T20:00"), (OTHER_COUNTY, "06T22:00")):
        stability_id, _answer = declare(
            person(f"county_reviewer@{county}"), disaster, county,
            f"2013-10-{since}:00+08:00",
        )  # fmt: skip
        assert judge(city, stability_id, "accept").status_code == 201

    found = officer.get(f"/api/v1/disasters/{disaster['id']}").json
    assert found["state"] == "stable"
    storm.to(100)
    assert codes(officer, disaster) == ["final-2013-10-06T22:00"]
    reopened = judge(city, stability_id, "reopen", "又有山体滑坡")
    assert reopened.status_code == 201
    assert officer.get(f"/api/v1/disasters/{disaster['id']}").json["state"] == "active"
    assert MIDNIGHT in codes(officer, disaster)


def test_a_county_may_open_again_while_the_disaster_is_being_verified(officer, person, storm):
    disaster, city = storm.disaster, person("city_reviewer")
    respond(person, disaster)
    storm.to(40)
    for county in (COUNTY, OTHER_COUNTY):
        stability_id, _answer = declare(person(f"county_reviewer@{county}"), disaster, county)
        assert judge(city, stability_id, "accept").status_code == 201
    address = f"/api/v1/disasters/{disaster['id']}"
    shown = officer.get(address).json
    names = ("name", "kind", "started_at", "division_date", "drill_id")
    body = {name: shown[name] for name in names if shown.get(name)} | {"state": "verifying"}
    changed = officer.put(address, body, If_Match=str(shown["revision"]))
    assert changed.status_code == 200, changed.json

    assert judge(city, stability_id, "reopen", "又有山体滑坡").status_code == 201
    assert officer.get(address).json["state"] == "active"
    again = declare(person(f"county_reviewer@{OTHER_COUNTY}"), disaster, OTHER_COUNTY)[1]
    assert again.status_code == 201


def test_what_nobody_asked_for_while_all_was_calm_is_not_late_when_it_opens_again(
    officer, person, storm
):
    disaster, city = storm.disaster, person("city_reviewer")
    respond(person, disaster)
    storm.to(40)
    stability_id, _answer = declare(person(f"county_reviewer@{COUNTY}"), disaster)
    judge(city, stability_id, "accept")
    storm.to(60)
    assert judge(city, stability_id, "reopen", "又有山体滑坡").status_code == 201
    storm.to(84)

    assert stands(officer, disaster, code=MIDNIGHT)["standing"] == "excused"
    assert stands(officer, disaster, code="2013-10-09T00:00")["standing"] == "overdue"


def test_a_county_excuses_nobody_by_declaring_and_taking_back(officer, person, storm):
    disaster, county = storm.disaster, person(f"county_reviewer@{COUNTY}")
    respond(person, disaster)
    storm.to(40)
    stability_id, _answer = declare(county, disaster)
    assert judge(county, stability_id, "reopen", "说早了").status_code == 201

    assert stands(officer, disaster, code=MIDNIGHT)["standing"] == "overdue"
    listed = officer.get(f"/api/v1/stabilities?disaster={disaster['id']}").json["stabilities"]
    assert [each["state"] for each in listed] == ["withdrawn"]


def test_stable_for_the_second_time_the_final_report_is_due_from_then(officer, person, storm):
    disaster, city = storm.disaster, person("city_reviewer")
    respond(person, disaster)

    def calm(county, stable_at):
        by = person(f"county_reviewer@{county}")
        stability_id, _answer = declare(by, disaster, county, stable_at)
        assert judge(city, stability_id, "accept").status_code == 201
        return stability_id

    def final():
        found = officer.get(f"/api/v1/rounds?disaster={disaster['id']}").json["rounds"]
        return [each for each in found if each["kind"] == "final"]

    storm.to(40)
    calm(COUNTY, "2013-10-06T20:00:00+08:00")
    again = calm(OTHER_COUNTY, "2013-10-06T22:00:00+08:00")
    first = final()
    storm.to(90)
    judge(city, again, "reopen", "又有山体滑坡")
    storm.to(400)
    calm(OTHER_COUNTY, "2013-10-20T20:00:00+08:00")

    assert [each["code"] for each in final()] == [each["code"] for each in first]
    assert final()[0]["due"]["township"] > first[0]["due"]["township"]
    assert final()[0]["as_of"].startswith("2013-10-20T12:00")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"stable_at": "2013-10-05T20:00:00+08:00"}, 422),
        ({"stable_at": "2013-10-09T20:00:00+08:00"}, 422),
        ({"area_code": TOWNSHIP}, 422),
        ({"area_code": OTHER_COUNTY}, 404),
        ({"stable_at": "gestern"}, 422),
    ],
)
def test_what_cannot_be_declared_is_refused_in_words(person, storm, change, status):
    storm.to(40)
    _id, answer = declare(person(f"county_reviewer@{COUNTY}"), storm.disaster, **change)
    assert answer.status_code == status
    assert answer.json["detail"]


def test_whoever_declares_does_not_accept_and_a_county_never_accepts_its_own(person, storm):
    storm.to(40)
    city, county = person("city_reviewer"), person(f"county_reviewer@{COUNTY}")
    by_city, _answer = declare(city, storm.disaster)
    assert judge(city, by_city, "accept").status_code == 403
    assert judge(county, by_city, "accept").status_code in (403, 404)
    assert judge(person("duty_leader"), by_city, "refuse").status_code == 422
    assert judge(person("duty_leader"), by_city, "accept").status_code == 201
    assert judge(person("duty_leader"), by_city, "accept").status_code == 409
    assert declare(county, storm.disaster)[1].status_code == 409


def test_the_same_declaration_again_gets_the_same_receipt(person, storm):
    storm.to(40)
    county = person(f"county_reviewer@{COUNTY}")
    stability_id, first = declare(county, storm.disaster)
    body = {
        "disaster_id": storm.disaster["id"], "area_code": COUNTY,
        "stable_at": "2013-10-06T20:00:00+08:00",
    }  # fmt: skip
    again = county.put(f"/api/v1/stabilities/{stability_id}", body)
    assert (again.status_code, again.json["seq"]) == (200, first.json["seq"])


def test_the_city_is_told_that_a_county_waits(officer, person, storm):
    storm.to(40)
    declare(person(f"county_reviewer@{COUNTY}"), storm.disaster)
    found = officer.get(f"/api/v1/attention?disaster={storm.disaster['id']}").json["attention"]
    assert [each["kind"] for each in found if each["kind"] == "stability"] == ["stability"]


def post(client, path, form):
    page = client.get("/reports/stability").text
    token = re.search(r'name="csrf" content="([^"]+)"', page).group(1)
    return client.post(path, data=form | {"csrf": token})


def test_the_page_declares_and_accepts_and_says_what_is_wrong(storm, browse):
    storm.to(40)
    county, city = browse(f"county_reviewer@{COUNTY}"), browse("city_reviewer")
    form = {
        "id": new_id(), "disaster_id": storm.disaster["id"], "area_code": COUNTY,
        "stable_at": "2013-10-06T20:00", "note": "雨停水退",
    }  # fmt: skip
    assert post(county, "/reports/stability", form).status_code == 303
    again = post(county, "/reports/stability", form | {"id": new_id()})
    assert (again.status_code, "error-summary" in again.text) == (409, True)
    assert "雨停水退" in city.get(f"/reports/stability?disaster={storm.disaster['id']}").text

    verdict = f"/reports/stability/{form['id']}/verdict"
    refused = post(city, verdict, {"id": new_id(), "action": "refuse", "reason": ""})
    assert (refused.status_code, "error-summary" in refused.text) == (422, True)
    accepted = post(city, verdict, {"id": new_id(), "action": "accept", "reason": ""})
    assert accepted.status_code == 303


def test_from_ten_dead_and_missing_on_a_county_is_told_to_report_past_the_city(
    officer, person, storm
):
    disaster, reporter = storm.disaster, person(f"township_reporter@{TOWNSHIP}")

    def told():
        found = officer.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
        return [each["area_code"] for each in found if each["kind"] == "bypass"]

    first = file(reporter, disaster, values={"affected": 50, "deaths": 4, "missing": 5})
    assert told() == []
    file(reporter, disaster, base=first, values={"affected": 50, "deaths": 5, "missing": 5})
    assert told() == [COUNTY]
