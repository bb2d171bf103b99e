"""Rounds that are opened, and the board of who has reported for them."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import text

from relief_ops import db
from relief_ops.disasters.models import Disaster
from tests.conftest import new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP
from tests.spine.test_live import cookie_of
from tests.spine.test_log import in_threads

FIRST, SECOND = "2013-10-06T08:00", "2013-10-06T10:00"


@pytest.fixture
def officer(person):
    return person("duty_officer")


def open_round(caller, disaster, code=FIRST, **more):
    body = {
        "disaster_id": disaster["id"], "code": code, "kind": "update",
        "as_of": f"{code}:00+08:00",
    } | more  # fmt: skip
    return caller.put(f"/api/v1/rounds/{new_id()}", body)


def file(caller, disaster, area=TOWNSHIP, code=FIRST, affected=5, **more):
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": code,
        "as_of": f"{code}:00+08:00", "values": {"affected": affected},
    } | more  # fmt: skip
    report_id = new_id()
    answer = caller.put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code in (200, 201), answer.json
    return report_id


def judge(caller, report_id, action, reason=""):
    order = {"id": new_id(), "action": action, "reason": reason}
    answer = caller.put(f"/api/v1/reports/{report_id}/verdict", order)
    assert answer.status_code in (200, 201), answer.json


def board(caller, disaster, area=CITY, code=FIRST):
    return caller.get(f"/api/v1/rounds/board?disaster={disaster['id']}&area={area}&round={code}")


def stands(caller, disaster, township=TOWNSHIP, **asked):
    found = board(caller, disaster, **asked).json
    rows = [row for county in found["counties"] for row in county["townships"]]
    return next(row for row in rows if row["area_code"] == township)


def test_a_round_is_opened_and_everybody_sees_what_is_due(officer, person, disaster):
    assert open_round(officer, disaster, kind="initial").status_code == 201
    assert open_round(officer, disaster, SECOND).status_code == 201

    reporter = person(f"township_reporter@{TOWNSHIP}")
    found = reporter.get(f"/api/v1/rounds?disaster={disaster['id']}").json["rounds"]
    assert [(each["title"], each["code"]) for each in found] == [
        ("初报", FIRST), ("续报 1", SECOND),
    ]  # fmt: skip
    assert found[1]["due"]["township"].startswith("2013-10-06T03:00")
    assert set(found[1]["due"]) == {"village", "township", "county", "city"}


def test_the_way_of_a_report_over_the_board(officer, person, disaster):
    open_round(officer, disaster)
    reporter, reviewer = person(f"township_reporter@{TOWNSHIP}"), person("city_reviewer")
    seen = [stands(officer, disaster)["standing"]]

    first = file(reporter, disaster)
    seen.append(stands(officer, disaster)["standing"])
    judge(reviewer, first, "return", "倒塌间数不符")
    seen.append(stands(officer, disaster)["standing"])
    again = file(reporter, disaster, affected=6, base=first)
    seen.append(stands(officer, disaster)["standing"])
    judge(reviewer, again, "accept")
    seen.append(stands(officer, disaster)["standing"])
    file(person(f"township_reporter@{TOWNSHIP}"), disaster, affected=9)
    seen.append(stands(officer, disaster)["standing"])

    assert seen == ["overdue", "received", "returned", "resent", "accepted", "two_versions"]


def test_a_report_before_the_time_of_its_round_is_early_and_the_board_says_so(
    person, drill, browse
):
    disaster_id, move = drill
    disaster = {"id": disaster_id}
    open_round(person("drill_director"), disaster, SECOND)
    reporter, told = person("township_reporter"), []
    for area, hours in ((TOWNSHIP, 1.5), (NEIGHBOUR, 2.5)):
        move(hours)
        file(reporter, disaster, area=area, code=SECOND, as_of="2013-10-06T09:00:00+08:00")
        found = stands(reporter, disaster, township=area, code=SECOND)
        told.append((found["early"], found["late"]))

    assert told == [(True, False), (False, False)]
    address = f"/reports/board?disaster={disaster_id}&area={CITY}&round={SECOND}"
    assert browse("city_reviewer").get(address).text.count("<small>提前</small>") == 1


def test_a_report_after_its_time_is_late_and_the_rounds_before_stand_beside(
    officer, person, disaster
):
    open_round(officer, disaster)
    open_round(officer, disaster, SECOND)
    file(person(f"township_reporter@{TOWNSHIP}"), disaster, code=SECOND)

    row = stands(officer, disaster, code=SECOND)
    assert (row["standing"], row["late"], row["past"]) == ("received", True, ["overdue"])


def test_the_counts_and_the_counties_agree_with_the_rows(officer, person, disaster):
    open_round(officer, disaster)
    file(person(f"township_reporter@{TOWNSHIP}"), disaster)

    found = board(officer, disaster).json
    rows = [row for county in found["counties"] for row in county["townships"]]
    assert sum(found["counts"].values()) == len(rows)
    assert sum(county["received"] for county in found["counties"]) == 1
    assert {
        county["area_code"] for county in board(officer, disaster, COUNTY).json["counties"]
    } == {COUNTY}


def test_one_sees_the_townships_of_ones_own_area_only(officer, person, disaster):
    open_round(officer, disaster)
    file(person(f"township_reporter@{NEIGHBOUR}"), disaster, area=NEIGHBOUR)
    reporter = person(f"township_reporter@{TOWNSHIP}")

    assert board(reporter, disaster, CITY).status_code == 404
    found = board(reporter, disaster, TOWNSHIP).json["counties"]
    assert [row["area_code"] for each in found for row in each["townships"]] == [TOWNSHIP]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "final", "daily": True, "as_of": "2013-10-07T00:00:00+08:00"}, "daily"),
        ({"daily": True}, "as_of"),
        ({"as_of": "2001-01-01T00:00:00Z"}, "as_of"),
        ({"kind": "gossip"}, "kind"),
        ({"code": "with a blank", "as_of": f"{FIRST}:00+08:00"}, "code"),
    ],
)
def test_what_cannot_be_a_round_is_said_with_its_field(officer, disaster, more, field):
    answer = open_round(officer, disaster, **more)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_the_same_round_twice_is_one_and_an_edit_says_its_revision(officer, disaster):
    round_id = new_id()
    body = {"disaster_id": disaster["id"], "code": FIRST, "as_of": f"{FIRST}:00+08:00"}
    path = f"/api/v1/rounds/{round_id}"

    first, second = officer.put(path, body), officer.put(path, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert open_round(officer, disaster).status_code == 422
    changed = body | {"daily": True, "as_of": "2013-10-07T00:00:00+08:00"}
    assert officer.put(path, changed).status_code == 409
    assert officer.put(path, changed, If_Match="1").status_code == 200
    found = officer.get(f"/api/v1/rounds?disaster={disaster['id']}").json["rounds"]
    assert found[0]["due"]["township"].startswith("2013-10-07T00:00")


def test_a_closed_disaster_takes_no_more_rounds(officer, disaster):
    with db.transaction() as session:
        session.get(Disaster, UUID(disaster["id"])).state = "closed"

    answer = open_round(officer, disaster)
    assert answer.status_code == 422
    assert "结束" in answer.json["detail"] or "结束" in answer.json["title"]


def test_an_unknown_round_is_said(officer, disaster):
    assert board(officer, disaster, code="nothing").status_code == 422
    assert board(officer, disaster, code="").json == {"round": None, "counties": []}


def test_a_changed_deadline_changes_what_is_due(officer, person, disaster):
    admin = person("system_admin")
    open_round(officer, disaster)
    made = admin.put(
        f"/api/v1/parameters/{new_id()}",
        {"key": "report.update_township_minutes", "area_code": CITY, "value": "15",
         "unit": "分钟", "effective_from": "2010-09-01", "source": "试验", "confidence": "D"},
    )  # fmt: skip
    assert made.status_code == 201, made.json

    found = officer.get(f"/api/v1/rounds?disaster={disaster['id']}").json["rounds"]
    assert found[0]["due"]["township"].startswith("2013-10-06T00:15")


def test_the_page_shows_every_standing_and_opens_a_round(app, officer, person, disaster):
    client = app.test_client()
    client.set_cookie("session", cookie_of(officer))
    empty = client.get(f"/reports/board?disaster={disaster['id']}")
    assert "还没有开报送轮次" in empty.text

    token = re.search(r'name="csrf" content="([^"]+)"', empty.text).group(1)
    form = {"csrf": token, "id": new_id(), "disaster_id": disaster["id"], "kind": "update",
            "daily": "true", "as_of": "2013-10-07T00:00"}  # fmt: skip
    answer = client.post("/reports/rounds", data=form)
    assert answer.status_code == 303
    assert client.post("/reports/rounds", data=form).status_code == 303

    file(person(f"township_reporter@{TOWNSHIP}"), disaster, code="2013-10-07T00:00")
    page = client.get(answer.headers["Location"]).text
    assert "24小时零报告" in page and "已收待审" in page and "逾期" in page
    assert "08:00" in page and "乡镇报县" in page
    missing = client.get(answer.headers["Location"] + "&show=missing").text
    assert "临江镇</span>" in page and "临江镇</span>" not in missing


def test_the_form_offers_the_present_round(app, officer, person, disaster):
    open_round(officer, disaster)
    client = app.test_client()
    client.set_cookie("session", cookie_of(person(f"township_reporter@{TOWNSHIP}")))

    page = client.get(f"/reports/new?disaster={disaster['id']}").text
    assert f'<option value="{FIRST}" selected>续报 1' in page


def test_two_officers_who_open_the_same_round_at_once_open_one(app, officer, person, disaster):
    callers = [officer, person("duty_officer")]
    body = {"disaster_id": disaster["id"], "as_of": f"{FIRST}:00+08:00"}
    ids = [new_id() for _ in range(10)]
    told = []

    def work(number):
        for turn in range(10):
            own = new_id() if turn % 2 else ids[turn]  # their own round, or the very same write
            path = f"/api/v1/rounds/{own}"
            answer = callers[number].put(path, body | {"code": f"r{turn}"})
            told.append(answer.status_code)

    in_threads(2, work)

    assert {told.count(201), told.count(200), told.count(422)} == {10, 5}, "made, again, taken"
    with db.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM report_round")) == 10


def test_a_reporter_opens_no_round_and_a_stranger_sees_none(stranger, person, disaster):
    assert open_round(person("city_reviewer"), disaster).status_code == 403
    assert open_round(person(f"township_reporter@{TOWNSHIP}"), disaster).status_code == 404
    assert open_round(person(f"duty_officer@{COUNTY}"), disaster).status_code == 404
    assert open_round(stranger, disaster).status_code == 401
    assert stranger.get(f"/api/v1/rounds?disaster={disaster['id']}").status_code == 401


@pytest.mark.parametrize("as_of", ["", "yesterday", "2013-13-40T25:00", "9999-12-31T23:59"])
def test_a_time_that_is_none_is_said_beside_its_field(app, officer, disaster, as_of):
    client = app.test_client()
    client.set_cookie("session", cookie_of(officer))
    page = client.get(f"/reports/board?disaster={disaster['id']}").text
    token = re.search(r'name="csrf" content="([^"]+)"', page).group(1)
    form = {"csrf": token, "id": new_id(), "disaster_id": disaster["id"], "kind": "update",
            "as_of": as_of}  # fmt: skip

    came_from = {"Referer": "http://localhost/reports/board"}
    answer = client.post("/reports/rounds", data=form, headers=came_from)
    assert answer.status_code == 422
    assert '#as_of"' in answer.text


def test_the_board_of_many_rounds_leads_to_every_other(app, officer, disaster):
    codes = [f"2013-10-06T{hour:02d}:00" for hour in range(8, 20)]
    for code in codes:
        open_round(officer, disaster, code)
    client = app.test_client()
    client.set_cookie("session", cookie_of(officer))

    page = client.get(f"/reports/board?disaster={disaster['id']}&round={codes[6]}").text
    reached = [code for code in codes if f"round={code.replace(':', '%3A')}" in page
               or f"round={code}" in page]  # fmt: skip
    assert reached == [codes[0], *codes[4:9], codes[-1]]
    assert page.count('aria-current="page"') == 1, "the rail says where one is"


def test_a_round_that_is_none_takes_no_report_once_there_are_rounds(person, disaster):
    reporter = person("township_reporter")
    file(reporter, disaster, code="2013-10-06T07:00", affected=3)  # nobody has opened one yet
    open_round(person("duty_officer"), disaster)
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "as_of": f"{FIRST}:00+08:00",
        "values": {"affected": 5},
    }  # fmt: skip

    answer = reporter.put(f"/api/v1/reports/{new_id()}", body | {"round": "zzz"})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["round"]
    assert reporter.put(f"/api/v1/reports/{new_id()}", body | {"round": FIRST}).status_code == 201


def test_of_one_township_its_villages_stand_on_the_board(person, drill):
    disaster_id, move = drill
    disaster, director = {"id": disaster_id}, person("drill_director")
    open_round(director, disaster)
    villages = [f"{TOWNSHIP[:6]}{n}000" for n in ("001", "002", "003")]
    move(0.4)
    file(person(f"village_officer@{TOWNSHIP}"), disaster, area=villages[0])

    def rows(hours):
        move(hours)
        found = board(director, disaster, area=TOWNSHIP).json["villages"]
        return [(row["standing"], row["late"]) for row in found]

    assert rows(0.5) == [("received", False), ("awaited", False), ("awaited", False)]
    assert rows(0.51) == [("received", False), ("overdue", False), ("overdue", False)]
    assert board(director, disaster, area=COUNTY).json["villages"] == []

    file(person(f"township_reporter@{TOWNSHIP}"), disaster)
    assert rows(0.6)[1:] == [("excused", False)] * 2, "the township has said it itself"


def test_what_waits_of_the_villages_stands_in_the_townships_queue(browse, person, disaster):
    officer = person(f"village_officer@{TOWNSHIP}")
    open_round(person("duty_officer"), disaster)
    file(officer, disaster, area=f"{TOWNSHIP[:6]}001000")

    page = (
        browse(f"township_reviewer@{TOWNSHIP}")
        .get(f"/reports/board?disaster={disaster['id']}&area={TOWNSHIP}&round={FIRST}")
        .text
    )
    queue = page.split('data-part="queue"')[1].split("</ul>")[0]

    assert "临江镇001村" in queue
    assert "临江镇002村" in page.split('data-part="villages"')[1].split("</section>")[0]
