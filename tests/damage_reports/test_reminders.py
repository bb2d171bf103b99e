"""Reminding who owes a report: by every way that reaches them, once, and never in a drill."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import Hooks, Mail, Outgoing, Sms
from relief_ops.events.models import EventRow
from relief_ops.messages import Message, State
from relief_ops.messages.postman import carry_next
from tests.conftest import new_id
from tests.damage_reports.test_rounds import FIRST, file, open_round
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP
from tests.messages import peers
from tests.spine.test_live import cookie_of


@pytest.fixture
def officer(person):
    return person("duty_officer")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def owed(officer, disaster):
    assert open_round(officer, disaster).status_code == 201
    return disaster


@pytest.fixture
def ways(app):
    """Return a setter of the ways out of this installation."""
    before = app.config["SETTINGS"]

    def use(**given):
        outgoing = Outgoing(**given)
        app.config["SETTINGS"] = dataclasses.replace(before, outgoing=outgoing)
        return outgoing

    yield use
    app.config["SETTINGS"] = before


def remind(caller, disaster, area=TOWNSHIP, code=FIRST, reminder_id=None, **more):
    body = {"disaster_id": disaster["id"], "area_code": area, "round": code} | more
    reminder_id = reminder_id or new_id()
    return caller.put(f"/api/v1/reminders/{reminder_id}", body), reminder_id


def shown(caller, reminder_id):
    return caller.get(f"/api/v1/reminders/{reminder_id}").json


def written():
    with db.reading() as session:
        return session.scalars(select(Message).order_by(Message.channel)).all()


def inbox(app, caller, path="/messages"):
    client = app.test_client()
    client.set_cookie("session", cookie_of(caller))
    return client, client.get(path).text


def reach(person, user_id, **addresses):
    admin = person("system_admin")
    found = next(u for u in admin.get("/api/v1/users").json["users"] if u["id"] == str(user_id))
    body = {"login": found["login"], "name": found["login"], "grants": found["grants"]}
    answer = admin.put(
        f"/api/v1/users/{user_id}", body | {"reach": addresses}, If_Match=str(found["revision"])
    )
    assert answer.status_code == 200, answer.json


def test_a_stranger_a_neighbour_and_one_without_the_permission_remind_nobody(
    stranger, person, reporter, owed
):
    assert remind(stranger, owed)[0].status_code == 401
    assert remind(reporter, owed)[0].status_code == 403
    assert remind(person(f"duty_officer@{NEIGHBOUR}"), owed)[0].status_code == 404
    assert not written()


def test_one_click_reaches_the_reporter_of_one_township_in_the_application(
    app, officer, reporter, person, owed
):
    beside = person(f"township_reporter@{NEIGHBOUR}")
    answer, reminder_id = remind(officer, owed)
    assert answer.status_code == 201, answer.json

    found = shown(officer, reminder_id)
    assert (found["townships"], found["people"], found["states"]) == (1, 1, {"delivered": 1})
    client, page = inbox(app, reporter)
    assert "催报：临江镇 续报 1" in page and "1 条新" in page
    link = f"/reports/new?disaster={owed['id']}&amp;area={TOWNSHIP}&amp;round={FIRST}"
    assert link in page
    assert client.get(link.replace("&amp;", "&")).status_code == 200
    assert "还没有给你的消息" in inbox(app, beside)[1]


def test_the_badge_goes_when_the_person_has_read_it(app, officer, reporter, owed):
    remind(officer, owed)
    client, page = inbox(app, reporter)
    assert 'class="inbox"' in page

    token = re.search(r'name="csrf" content="([^"]+)"', page).group(1)
    assert client.post("/messages/seen", data={"csrf": token}).status_code == 303
    again = client.get("/messages").text
    assert 'class="inbox"' not in again and "没有新消息" in again
    assert client.post("/messages/seen", data={"csrf": token}).status_code == 303
    with db.reading() as session:
        names = session.scalars(select(EventRow.name)).all()
    assert names.count("message.seen") == 1


def test_a_county_is_reminded_where_it_is_overdue_and_nowhere_else(officer, reporter, person, owed):
    person(f"township_reporter@{NEIGHBOUR}"), person(f"township_reporter@{FAR_TOWNSHIP}")
    file(reporter, owed)

    _answer, reminder_id = remind(officer, owed, COUNTY)
    found = shown(officer, reminder_id)
    assert (found["townships"], found["people"]) == (1, 1), "one has reported, one is elsewhere"
    assert remind(officer, owed, TOWNSHIP)[0].status_code == 422, "it owes nothing"
    with_nobody = shown(officer, remind(officer, owed, CITY, forced=True)[1])
    assert (with_nobody["townships"], with_nobody["people"]) == (3, 2), "one has no account"


def test_the_same_person_is_not_reminded_twice_within_minutes_unless_forced(
    officer, reporter, owed
):
    now = clock.now()
    with time_machine.travel(now, tick=False) as at:
        remind(officer, owed)
        at.shift(timedelta(minutes=14))
        soon = shown(officer, remind(officer, owed)[1])
        forced = shown(officer, remind(officer, owed, forced=True)[1])
        at.shift(timedelta(minutes=15))
        later = shown(officer, remind(officer, owed)[1])

    assert (soon["people"], soon["skipped"]) == (0, 1)
    assert (forced["people"], later["people"]) == (1, 1)
    assert len(written()) == 3


def test_how_soon_again_is_a_dated_parameter(officer, person, reporter, owed):
    made = person("system_admin").put(
        f"/api/v1/parameters/{new_id()}",
        {"key": "report.remind_again_minutes", "area_code": CITY, "value": "5", "unit": "分钟",
         "effective_from": "2010-09-01", "source": "试验", "confidence": "D"},
    )  # fmt: skip
    assert made.status_code == 201, made.json
    with time_machine.travel(clock.now(), tick=False) as at:
        remind(officer, owed)
        at.shift(timedelta(minutes=6))

        assert shown(officer, remind(officer, owed)[1])["people"] == 1


def test_the_same_click_twice_is_one_reminder(officer, reporter, owed):
    first, reminder_id = remind(officer, owed)
    again, _same = remind(officer, owed, reminder_id=reminder_id)
    other, _same = remind(officer, owed, COUNTY, reminder_id=reminder_id)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json == again.json
    assert len(written()) == 1


def test_it_is_on_the_record_without_anybodys_name_or_number(person, officer, reporter, owed):
    reach(person, reporter.user_id, phone="13900001234", email="li@town.example")
    _answer, reminder_id = remind(officer, owed)
    with db.reading() as session:
        rows = session.scalars(select(EventRow).order_by(EventRow.seq)).all()
    last = next(row for row in rows if row.name == "report.reminded")

    assert json.loads(last.payload) == {
        "reminder_id": reminder_id, "disaster_id": owed["id"], "area": TOWNSHIP, "round": FIRST,
        "townships": 1, "people": 1, "skipped": 0, "messages": 1,
    }  # fmt: skip
    assert not any("13900001234" in row.payload or "li@town" in row.payload for row in rows)


def test_every_way_that_reaches_a_person_and_that_we_have_is_used(
    person, officer, reporter, owed, ways
):
    with peers.mail_server() as post, peers.http_server() as hook, peers.http_server() as gateway:
        reach(person, reporter.user_id, phone="139 0000 1234", email="li@town.example",
              webhook=hook.url)  # fmt: skip
        outgoing = ways(
            mail=Mail(host="localhost", port=post.port, sender="duty@city.example",
                      security="none"),
            hooks=Hooks(hosts=frozenset({"127.0.0.1"}), secret="hush"),
            sms=Sms(url=gateway.url, token="ours", secret="theirs"),
        )  # fmt: skip
        _answer, reminder_id = remind(officer, owed)
        with act_as(SYSTEM):
            from relief_ops import plugins

            while carry_next(dict(plugins.contributed("messages")), outgoing):
                pass

    assert shown(officer, reminder_id)["states"] == {"delivered": 2, "sent": 2}
    assert post.letters[0]["Subject"] == "催报：临江镇 续报 1"
    assert hook.bodies()[0]["parameters"]["area_code"] == TOWNSHIP
    assert "续报 1" in gateway.bodies()[0]["text"]
    assert gateway.bodies()[0]["to"] == "139 0000 1234"


def test_a_drill_wakes_nobody_outside_the_application(person, drill, ways):
    disaster_id, move = drill
    director, reporter = person("drill_director"), person(f"township_reporter@{TOWNSHIP}")
    reach(person, reporter.user_id, phone="13900001234", email="li@town.example")
    ways(mail=Mail(host="localhost", port=1, sender="duty@city.example"))
    open_round(director, {"id": disaster_id})
    move(2)
    answer, _id = remind(director, {"id": disaster_id})

    assert answer.status_code == 201, answer.json
    assert [(each.channel, each.drill_id is not None) for each in written()] == [("in_app", True)]


def test_a_drills_message_is_marked_as_one(app, person, drill):
    disaster_id, move = drill
    director, reporter = person("drill_director"), person(f"township_reporter@{TOWNSHIP}")
    open_round(director, {"id": disaster_id})
    move(2)
    remind(director, {"id": disaster_id})

    assert "演练" in inbox(app, reporter)[1]


def test_an_account_of_a_drill_is_not_reminded_of_anything_real(person, officer, drill, owed):
    _disaster_id, _move = drill
    with db.reading() as session:
        from relief_ops.disasters.models import Drill

        drill_id = session.scalar(select(Drill.id))
    body = {"login": "drilled", "name": "演练员", "drill_id": str(drill_id),
            "grants": [{"role": "township_reporter", "area_code": TOWNSHIP}]}  # fmt: skip
    assert person("system_admin").put(f"/api/v1/users/{new_id()}", body).status_code == 201

    assert shown(officer, remind(officer, owed)[1])["people"] == 0


def test_addresses_are_encrypted_masked_and_taken_away(person, reporter, signed_pages):
    reach(person, reporter.user_id, phone="13900001234", email="li@town.example",
          webhook="https://hooks.example/secret")  # fmt: skip
    admin = person("system_admin")
    listed = admin.get("/api/v1/users").text
    assert "139****1234" in listed and "l***@town.example" in listed and "hooks.example" in listed
    assert "13900001234" not in listed and "secret" not in listed
    page = signed_pages("system_admin", f"/admin/users/{reporter.user_id}/edit")
    assert "139****1234" in page and "13900001234" not in page

    reach(person, reporter.user_id, phone="")
    found = [u for u in admin.get("/api/v1/users").json["users"]
             if u["id"] == str(reporter.user_id)]  # fmt: skip
    assert found[0]["reach"] == {
        "email": "l***@town.example", "phone": "", "webhook": "hooks.example",
    }  # fmt: skip


@pytest.fixture
def signed_pages(app, person):
    def page(role, path):
        client = app.test_client()
        client.set_cookie("session", cookie_of(person(role)))
        return client.get(path).text

    return page


@pytest.mark.parametrize(
    "addresses",
    [
        {"email": "nobody"},
        {"email": "a@b\r\nBcc: all@city.example"},
        {"phone": "call me"},
        {"webhook": "file:///etc/passwd"},
        {"webhook": "javascript:alert(1)"},
        {"pager": "1"},
    ],
)
def test_what_is_no_address_is_said(person, reporter, addresses):
    admin = person("system_admin")
    body = {"login": "li", "name": "李", "grants": [], "reach": addresses}

    assert admin.put(f"/api/v1/users/{new_id()}", body).status_code == 422


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"round": "never"}, 422),
        ({"area_code": "123456789012"}, 422),
        ({"disaster_id": "018f0000-0000-7000-8000-000000000000"}, 404),
        ({"forced": "perhaps"}, 422),
        ({"round": None}, 422),
    ],
)
def test_what_cannot_be_reminded_is_said(officer, owed, more, status):
    body = {"disaster_id": owed["id"], "area_code": TOWNSHIP, "round": FIRST} | more

    assert officer.put(f"/api/v1/reminders/{new_id()}", body).status_code == status


def test_the_board_reminds_with_one_click_and_says_what_came_of_it(app, officer, reporter, owed):
    client, page = inbox(app, officer, f"/reports/board?disaster={owed['id']}&round={FIRST}")
    assert "催报全部逾期 4 个" in page and "没有账号" in page
    assert "续报 1（数据截至 10-06 08:00）应于 10-06 09:00 前报送，以下 4 个乡镇未报" in page
    form = dict(re.findall(r'name="(csrf|id|disaster_id|round|back)" value="([^"]+)"', page))
    answer = client.post("/reports/remind", data=form | {"area_code": TOWNSHIP})
    assert answer.status_code == 303
    told = client.get(answer.headers["Location"]).text
    assert "已催 1 个乡镇 1 人" in told and "送达 1" in told

    again = client.post("/reports/remind", data=form | {"area_code": TOWNSHIP})
    assert again.headers["Location"] == answer.headers["Location"], "pressed twice is once"
    assert len(written()) == 1
    other = client.post("/reports/remind", data=form | {"area_code": CITY})
    skipped = client.get(other.headers["Location"]).text
    assert "1 人刚催过：仍要再催" in skipped


def test_a_message_that_failed_is_seen_on_the_board(app, person, officer, reporter, owed, ways):
    reach(person, reporter.user_id, email="li@town.example")
    outgoing = ways(mail=Mail(host="localhost", port=1, sender="duty@city.example"))
    _answer, reminder_id = remind(officer, owed)
    with act_as(SYSTEM):
        from relief_ops import plugins

        assert carry_next(dict(plugins.contributed("messages")), outgoing)

    assert shown(officer, reminder_id)["states"] == {"delivered": 1, "failed": 1}
    assert State.FAILED in {each.state for each in written()}
    assert "失败重试 1" in inbox(app, officer, f"/reports/board?disaster={owed['id']}")[1]
    assert UUID(reminder_id) in {each.subject_id for each in written()}
