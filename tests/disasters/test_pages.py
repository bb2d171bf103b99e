"""Opening, changing and ending a disaster in the browser; its response levels; a drill's clock."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.damage_reports.test_pages import token_of
from tests.damage_reports.test_rounds import open_round
from tests.factories.city import CITY, COUNTY, TOWNSHIP
from tests.rosters.test_rows import events_named

FILLED = {
    "name": "<b>大水</b>", "kind": "flood", "sub_kind": "flash_flood", "grade": "larger",
    "state": "active", "started_at": "2013-10-06T08:00", "division_date": "2013-10-06",
}  # fmt: skip


@pytest.fixture
def officer(browse):
    return browse("duty_officer")


def send(page, path, fields):
    return page.post(path, data={"csrf": token_of(page.get("/disasters"))} | fields)


def shown(person, disaster_id):
    return person("duty_officer").get(f"/api/v1/disasters/{disaster_id}").json


def test_a_disaster_is_opened_and_changed_in_the_browser(officer, person, browse):
    assert "/disasters/new" in officer.get("/disasters").text
    path = f"/disasters/{new_id()}"
    answer = send(officer, path, FILLED)
    assert answer.status_code == 303, answer.text
    page = officer.get(path).text
    assert "&lt;b&gt;大水" in page and "山洪" in page and "较大" in page
    assert "<b>大水" not in page

    again = send(officer, path, FILLED)
    assert again.status_code == 303
    kept = shown(person, path[11:])
    assert (kept["revision"], kept["grade"], kept["sub_kind"]) == (1, "larger", "flash_flood")
    assert kept["started_at"].startswith("2013-10-06T00:00")

    changed = FILLED | {"revision": "1", "name": "大水", "grade": "major", "state": "stable"}
    assert send(officer, path, changed).status_code == 303
    kept = shown(person, path[11:])
    assert (kept["revision"], kept["name"], kept["state"]) == (2, "大水", "stable")
    assert [each.name for each in events_named("disaster.changed")] == ["disaster.changed"]


def test_what_is_wrong_in_the_form_comes_back_beside_it_and_nothing_is_lost(officer):
    path = f"/disasters/{new_id()}"
    for wrong, field in (
        ({"kind": "typhoon", "sub_kind": ""}, "storm"),
        ({"kind": "snow"}, "sub_kind"),
        ({"started_at": "gestern"}, "started_at"),
        ({"ended_at": "2013-10-05T08:00"}, "ended_at"),
        ({"grade": "worst"}, "grade"),
        ({"form_version": "1850"}, "form_version"),
        ({"name": ""}, "name"),
    ):
        answer = send(officer, path, FILLED | wrong)
        assert answer.status_code == 422, wrong
        assert f'id="e-{field}"' in answer.text, wrong
        assert "2013-10-06T08:00" in answer.text or field == "started_at"
    assert officer.get(path).status_code == 404


def test_a_stale_form_changes_nothing(officer, person, disaster):
    path = f"/disasters/{disaster['id']}"
    form = FILLED | {"kind": "typhoon", "sub_kind": "", "storm": "1323"}
    assert send(officer, path, form | {"revision": "1"}).status_code == 303
    stale = send(officer, path, form | {"revision": "1", "name": "另一个"})
    assert stale.status_code == 412
    assert shown(person, disaster["id"])["name"] == form["name"]


def test_who_may_not_open_one_sees_no_button_and_is_refused(browse, disaster):
    reporter = browse(f"township_reporter@{TOWNSHIP}")
    listed = reporter.get("/disasters").text
    assert disaster["id"] in listed and "/disasters/new" not in listed
    assert reporter.get("/disasters/new").status_code == 404
    assert send(reporter, f"/disasters/{new_id()}", FILLED).status_code == 404
    level = {"id": new_id(), "area_code": COUNTY, "ladder": "relief", "level": "4",
             "from_at": "2013-10-06T09:00"}  # fmt: skip
    path = f"/disasters/{disaster['id']}"
    assert send(reporter, f"{path}/responses", level).status_code in (403, 404)
    assert "from_at" not in reporter.get(path).text


def test_a_response_level_is_set_shown_with_who_when_and_by_what_and_ended(
    officer, person, disaster
):
    path = f"/disasters/{disaster['id']}"
    level = {
        "id": new_id(), "area_code": CITY, "ladder": "relief", "level": "3",
        "from_at": "2013-10-06T09:00", "document": "减灾委〔2013〕7号", "signed_by": "王",
    }  # fmt: skip
    assert send(officer, f"{path}/responses", level).status_code == 303
    assert send(officer, f"{path}/responses", level).status_code == 303
    page = officer.get(path).text
    assert page.count("减灾委〔2013〕7号") == 1 and "10-06 09:00" in page
    assert re.search(
        r'history">.*减灾委〔2013〕7号</td><td data-label="签发人">王</td>', page, re.S
    )
    [told] = person("duty_officer").get(f"/api/v1{path}").json["responses"]
    assert (told["signed_by"], told["document"]) == ("王", "减灾委〔2013〕7号")
    assert (told["level"], told["from_at"]) == (3, "2013-10-06T01:00:00+00:00")
    assert re.search(r"灾害救助 <strong>Ⅲ", page)

    ended = level | {"id": new_id(), "level": "0", "from_at": "2013-10-06T10:00"}
    assert send(officer, f"{path}/responses", ended).status_code == 303
    assert re.search(r"灾害救助 <strong>—", officer.get(path).text)
    wrong = level | {"id": new_id(), "level": "9"}
    assert send(officer, f"{path}/responses", wrong).status_code == 422


def test_the_list_is_filtered_and_says_when_it_is_empty(officer, disaster):
    assert disaster["id"] in officer.get("/disasters?kind=typhoon&drill=0").text
    for other in ("kind=snow", "state=closed", "drill=1", "find=nirgends"):
        page = officer.get(f"/disasters?{other}").text
        assert f'/disasters/{disaster["id"]}"><strong>' not in page and "empty-state" in page


def test_a_drills_clock_is_paused_goes_on_and_is_ended(browse, person, drill):
    disaster_id, _move = drill
    director = browse("drill_director")
    path = f"/disasters/{disaster_id}"
    drill_id = shown(person, disaster_id)["drill_id"]

    def clock(action, **more):
        revision = person("duty_officer").get(f"/api/v1/drills/{drill_id}").json["revision"]
        form = {"action": action, "speed": "60", "revision": str(revision)} | more
        return send(director, f"{path}/clock", form).status_code

    assert clock("go") == 303 and "60倍" in director.get(path).text
    assert clock("pause") == 303 and "停着" in director.get(path).text
    assert clock("go", speed="0") == 422 and clock("rewind") == 422
    assert clock("end") == 303 and "已结束" in director.get(path).text
    assert clock("go") == 409
    assert send(browse("city_reviewer"), f"{path}/clock", {
        "action": "go", "speed": "1", "revision": "1"}).status_code == 403  # fmt: skip


def test_from_the_first_report_of_a_grave_disaster_one_is_owed_every_day(officer, person):
    disaster_id = new_id()
    answer = send(officer, f"/disasters/{disaster_id}", FILLED | {"grade": "extreme"})
    assert answer.status_code == 303
    caller = person("duty_officer")
    assert open_round(caller, {"id": disaster_id}, kind="initial").status_code == 201
    listed = caller.get(f"/api/v1/rounds?disaster={disaster_id}").json["rounds"]
    assert any(each["daily"] for each in listed)


def test_who_looks_at_a_drill_opens_another_disaster_in_it_unless_they_say_real(
    browse, person, drill
):
    disaster_id, _move = drill
    page = browse("drill_director", "duty_officer")
    form = page.get(f"/disasters/new?disaster={disaster_id}").text
    held = shown(person, disaster_id)["drill_id"]
    assert re.search(rf'<option value="{held}" selected>', form) and "真实灾害" in form

    path = f"/disasters/{new_id()}"
    assert send(page, path, FILLED | {"drill_id": held}).status_code == 303
    assert shown(person, path[11:])["drill"] is True
    unknown = send(page, f"/disasters/{new_id()}", FILLED | {"drill_id": new_id()})
    assert unknown.status_code == 422 and 'id="e-drill_id"' in unknown.text


def test_a_step_that_is_not_allowed_names_both_states_in_the_readers_own_words(person, disaster):
    officer, path = person("duty_officer"), f"/api/v1/disasters/{disaster['id']}"
    body = {key: each for key, each in disaster.items() if key != "id"} | {"state": "closed"}

    told = officer.put(path, body, If_Match="1")
    assert (told.status_code, told.json["code"]) == (409, "illegal_transition")
    assert told.json["detail"] == "灾害不能从“进行中”变为“已结案”。"
    told = officer.put(path, body, If_Match="1", Accept_Language="en")
    assert told.json["detail"] == "A disaster cannot go from “going on” to “closed for good”."
