"""The call list: whom to telephone, what came of it, and who saw the numbers."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from relief_ops import db
from relief_ops.events.models import EventRow
from tests.conftest import new_id
from tests.damage_reports.test_reminders import inbox, reach, remind
from tests.damage_reports.test_rounds import FIRST, file, judge, open_round
from tests.factories.city import CITY, NEIGHBOUR, TOWNSHIP


@pytest.fixture
def officer(person):
    return person("duty_officer")


@pytest.fixture
def owed(officer, disaster):
    assert open_round(officer, disaster).status_code == 201
    return disaster


def call(caller, disaster, outcome="reached", call_id=None, **more):
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": FIRST, "outcome": outcome,
    } | more  # fmt: skip
    return caller.put(f"/api/v1/calls/{call_id or new_id()}", body)


def path(disaster, page="calls"):
    return f"/reports/{page}?disaster={disaster['id']}&area={CITY}&round={FIRST}"


def test_a_stranger_a_neighbour_and_a_reporter_note_no_call(stranger, person, owed):
    assert call(stranger, owed).status_code == 401
    assert call(person(f"duty_officer@{NEIGHBOUR}"), owed).status_code == 404
    assert call(person(f"township_reporter@{TOWNSHIP}"), owed).status_code == 403


def test_the_list_names_township_number_what_is_owed_and_since_when(app, person, officer, owed):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    reach(person, reporter.user_id, phone="13900001234")

    page = inbox(app, officer, path(owed))[1]
    assert "临江镇" in page and "139****1234" in page and "没有登记号码" in page
    assert "续报 1" in page and "10-06 09:00 起" in page
    assert "13900001234" not in page


def test_the_numbers_are_shown_on_request_and_that_is_on_the_record(app, person, officer, owed):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    reach(person, reporter.user_id, phone="13900001234")
    client, page = inbox(app, officer, path(owed))
    token = re.search(r'name="csrf" content="([^"]+)"', page).group(1)

    shown = client.post(path(owed, "calls/numbers"), data={"csrf": token})
    assert 'href="tel:13900001234"' in shown.text
    with db.reading() as session:
        row = session.scalar(select(EventRow).where(EventRow.name == "duty_phone.read"))
    assert json.loads(row.payload) == {"disaster_id": owed["id"], "area": CITY, "count": 1}
    assert row.actor_id == officer.user_id


def test_a_reporter_sees_no_call_list_and_no_number(app, person, owed):
    client, page = inbox(app, person("township_reporter"), path(owed, "board"))
    token = re.search(r'name="csrf" content="([^"]+)"', page).group(1)

    assert client.get(path(owed)).status_code == 403
    assert client.post(path(owed, "calls/numbers"), data={"csrf": token}).status_code == 403
    assert "电话催报单" not in page


def test_what_came_of_a_call_stands_in_the_list_and_on_the_board(app, officer, owed):
    assert call(officer, owed, "not_reached").status_code == 201
    promise = "2013-10-06T10:30:00+08:00"
    assert call(officer, owed, "promised", promised_at=promise).status_code == 201

    assert "未接通" in inbox(app, officer, path(owed))[1]
    assert "答应 10-06 10:30 报" in inbox(app, officer, path(owed))[1]
    assert "答应 10-06 10:30 报" in inbox(app, officer, path(owed, "board"))[1]


def test_a_call_is_noted_from_the_list(app, officer, owed):
    client, page = inbox(app, officer, path(owed))
    names = "csrf|id|disaster_id|round|area_code|back"
    form = dict(re.findall(rf'name="({names})" value="([^"]+)"', page))

    noted = {"outcome": "promised", "promised_at": "2013-10-06T10:30"}
    answer = client.post("/reports/calls", data=form | noted)
    assert answer.status_code == 303
    assert "答应 10-06 10:30 报" in client.get(answer.headers["Location"]).text


def test_the_same_call_twice_is_one_and_another_under_its_id_is_refused(officer, owed):
    call_id = new_id()
    told = [call(officer, owed, call_id=call_id), call(officer, owed, call_id=call_id),
            call(officer, owed, "not_reached", call_id=call_id)]  # fmt: skip

    assert [each.status_code for each in told] == [201, 200, 409]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"outcome": "promised"}, "promised_at"),
        ({"promised_at": "2013-10-06T10:30:00Z"}, "promised_at"),
        ({"outcome": "rang"}, "outcome"),
        ({"round": "never"}, "round"),
        ({"outcome": "promised", "promised_at": "soon"}, "promised_at"),
    ],
)
def test_what_is_no_call_is_said_with_its_field(officer, owed, more, field):
    answer = call(officer, owed, **more)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_what_was_returned_past_its_time_is_called_reminded_and_told_to_who_reports(
    app, person, officer, owed
):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    report_id = file(reporter, owed)
    assert "临江镇" not in inbox(app, officer, path(owed))[1].split("<tbody")[1].split("</tbody")[0]
    judge(person("county_reviewer"), report_id, "return", "伤亡口径不符")

    assert "临江镇" in inbox(app, officer, path(owed))[1].split("<tbody")[1].split("</tbody")[0]
    assert "临江镇" in inbox(app, officer, path(owed, "board"))[1].split("<textarea")[1]
    told = inbox(app, reporter)[1]
    assert "已退回：临江镇 续报 1" in told and "伤亡口径不符" not in told
    assert remind(officer, owed)[0].status_code == 201
    again = {"base": report_id, "affected": 6}
    file(reporter, owed, **again)
    assert "临江镇" not in inbox(app, officer, path(owed))[1].split("<tbody")[1].split("</tbody")[0]
