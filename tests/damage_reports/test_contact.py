"""Out of contact is not late: what is recorded of an area, what counts as hearing from it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from damage_reports.rules import Known, Link, is_out_of_contact
from tests.conftest import MORNING, new_id
from tests.damage_reports.test_calls import call
from tests.damage_reports.test_overdue import EIGHT, TEN, headline
from tests.damage_reports.test_reminders import inbox, remind, shown
from tests.damage_reports.test_rounds import board, file, open_round, stands
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE

HOUR = timedelta(hours=1)


def contact(caller, disaster_id, area=TOWNSHIP, contact_id=None, revision=None, **more):
    body = {"disaster_id": disaster_id, "area_code": area} | more
    headers = {"If_Match": str(revision)} if revision else {}
    return caller.put(f"/api/v1/contacts/{contact_id or new_id()}", body, **headers)


def queue(caller, disaster_id, area=CITY):
    rows = caller.get(f"/api/v1/attention?disaster={disaster_id}&area={area}").json["attention"]
    return {(each["kind"], each["title"]) for each in rows}


def out_of_contact(caller, disaster_id, **more):
    return next(
        each for each in caller.get(f"/api/v1/totals?disaster={disaster_id}").json["totals"]
        if each["id"] == "out_of_contact"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("network", "declared", "heard", "out"),
    [
        (Link.OK, None, None, False),
        (Link.UNKNOWN, None, -9 * HOUR, False),
        (Link.CUT, None, None, True),
        (Link.CUT, None, -HOUR, False),
        (Link.CUT, None, -HOUR - timedelta(seconds=1), True),
        (Link.OK, -HOUR, None, True),
        (Link.OK, -HOUR, -2 * HOUR, True),
        (Link.OK, -HOUR, timedelta(), False),
        (Link.CUT, -3 * HOUR, -2 * HOUR, True),
    ],
)
def test_who_is_out_of_contact(network, declared, heard, out):
    def at(ago):
        return None if ago is None else MORNING + ago

    known = Known(network, at(declared), at(heard))
    assert is_out_of_contact(known, now=MORNING, silence=HOUR) == out


def test_a_stranger_a_neighbour_and_a_driver_record_nothing(stranger, person, disaster):
    assert contact(stranger, disaster["id"]).status_code == 401
    assert contact(person(f"duty_officer@{NEIGHBOUR}"), disaster["id"]).status_code == 404
    assert contact(person(f"driver@{TOWNSHIP}"), disaster["id"]).status_code == 403


def test_a_township_that_cannot_be_reached_is_not_late(person, drill):
    disaster_id, move = drill
    director, disaster = person("drill_director"), {"id": disaster_id}
    open_round(director, disaster, EIGHT)
    move(3)
    assert contact(director, disaster_id, road="cut", network="cut").status_code == 201

    row = stands(director, disaster, code=EIGHT)
    counts = board(director, disaster, code=EIGHT).json["counts"]
    assert row["standing"] == "out_of_contact"
    assert (counts["out_of_contact"], counts["overdue"]) == (1, 3)
    assert headline(director, disaster_id)["value"] == 3
    assert out_of_contact(director, disaster_id)["value"] == 1
    assert ("out_of_contact", "东山县 1 处失联") in queue(director, disaster_id)
    assert shown(director, remind(director, disaster, CITY, EIGHT)[1])["townships"] == 3


@pytest.mark.parametrize("by", ["report", "call", "messenger"])
def test_whatever_is_heard_from_it_ends_it(person, drill, by):
    disaster_id, move = drill
    director, disaster, contact_id = person("drill_director"), {"id": disaster_id}, new_id()
    open_round(director, disaster, EIGHT)
    open_round(director, disaster, TEN)
    move(3)
    contact(director, disaster_id, contact_id=contact_id, network="cut", out_of_contact=True)
    assert stands(director, disaster, code=TEN)["standing"] == "out_of_contact"
    move(3.5)

    if by == "report":
        file(person(f"township_reporter@{TOWNSHIP}"), disaster, code=EIGHT)
    elif by == "call":
        assert call(director, disaster, round=TEN).status_code == 201
    else:
        at = (MORNING + timedelta(hours=3.4)).isoformat()
        told = contact(director, disaster_id, contact_id=contact_id, revision=1, network="cut",
                       last_contact_at=at, last_means="messenger")  # fmt: skip
        assert told.status_code == 200, told.json

    assert stands(director, disaster, code=TEN)["standing"] != "out_of_contact"
    assert out_of_contact(director, disaster_id)["value"] == 0
    move(4.7)  # the network is still cut, and another hour has gone by
    assert stands(director, disaster, code=TEN)["standing"] == "out_of_contact"


def test_a_village_out_of_contact_is_told_beside_the_townships(person, drill):
    disaster_id, _move = drill
    director = person("drill_director")
    contact(director, disaster_id, area=VILLAGE, out_of_contact=True)

    figure = out_of_contact(director, disaster_id)
    assert (figure["value"], figure["notes"], figure["state"]) == (0, ["另有 1 个村"], "blind")


def test_a_record_is_edited_on_its_revision_and_an_area_has_one(person, disaster):
    officer, contact_id = person("duty_officer"), new_id()
    other = person("duty_officer")
    first = contact(officer, disaster["id"], contact_id=contact_id, road="cut")
    again = contact(officer, disaster["id"], contact_id=contact_id, road="cut")
    assert (first.status_code, again.status_code) == (201, 200)

    assert contact(other, disaster["id"], contact_id=contact_id, road="ok").status_code == 409
    edit = {"contact_id": contact_id, "revision": 1}
    assert contact(other, disaster["id"], road="ok", **edit).status_code == 200
    assert contact(officer, disaster["id"], road="unknown", **edit).status_code == 412
    second = contact(other, disaster["id"], road="ok")
    assert [each["field"] for each in second.json["errors"]] == ["area_code"]
    moved = contact(other, disaster["id"], NEIGHBOUR, contact_id=contact_id, revision=2)
    assert moved.status_code == 422


def test_one_sees_the_contact_of_ones_own_areas_only(person, disaster):
    officer = person("duty_officer")
    contact(officer, disaster["id"], network="cut", messenger_route="走水库大坝",
            messenger_sent_at=MORNING.isoformat())  # fmt: skip
    path = f"/api/v1/contacts?disaster={disaster['id']}&area="

    seen = officer.get(path + CITY).json["contacts"]
    assert (seen[0]["area_code"], seen[0]["network"]) == (TOWNSHIP, "cut")
    assert seen[0]["messenger_route"] == "走水库大坝"
    beside = person(f"duty_officer@{NEIGHBOUR}")
    assert beside.get(path + NEIGHBOUR).json == {"contacts": []}
    assert beside.get(path + TOWNSHIP).status_code == 404


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"road": "muddy"}, "road"),
        ({"area_code": COUNTY}, "area_code"),
        ({"last_contact_at": "2999-01-01T00:00:00Z", "last_means": "phone"}, "last_contact_at"),
        ({"messenger_sent_at": "2999-01-01T00:00:00Z"}, "messenger_sent_at"),
        ({"last_means": "phone"}, "last_means"),
        ({"last_contact_at": MORNING.isoformat()}, "last_means"),
        ({"messenger_route": "路" * 121}, "messenger_route"),
        ({"network": True}, "network"),
    ],
)
def test_what_is_no_contact_is_said_with_its_field(person, disaster, more, field):
    answer = contact(person("duty_officer"), disaster["id"], **more)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_overdue_for_half_an_hour_goes_to_the_level_above(person, drill):
    disaster_id, move = drill
    director, county = person("drill_director"), person(f"duty_officer@{COUNTY}")
    open_round(director, {"id": disaster_id}, EIGHT)
    told = {}
    for hours in (1.5, 1.51):
        move(hours)
        told[hours] = {kind for kind, _title in queue(director, disaster_id)}

    assert "escalated" not in told[1.5], "due at nine: half past is not beyond half an hour"
    assert "escalated" in told[1.51]
    assert ("escalated", "续报 1 逾期超过 30 分钟：4 个乡镇") in queue(director, disaster_id)
    below = {kind for kind, _title in queue(county, disaster_id, COUNTY)}
    assert "late" in below and "escalated" not in below


def test_a_new_deadline_does_not_hide_what_is_owed_for_longer(person, drill):
    disaster_id, move = drill
    director = person("drill_director")
    for code in (EIGHT, TEN):
        open_round(director, {"id": disaster_id}, code)
    told = {}
    for hours in (2.9, 3.1, 3.4, 3.6):
        move(hours)
        rows = queue(director, disaster_id)
        told[hours] = [title[:4] for kind, title in rows if kind == "escalated"]

    assert told == {2.9: ["续报 1"], 3.1: ["续报 1"], 3.4: ["续报 1"], 3.6: ["续报 2"]}
    file(person(f"township_reporter@{TOWNSHIP}"), {"id": disaster_id}, code=TEN)
    assert ("escalated", "续报 2 逾期超过 30 分钟：3 个乡镇") in queue(director, disaster_id)


def test_the_form_records_and_the_page_and_the_drawer_show_it(app, person, disaster):
    officer = person("duty_officer")
    here = f"disaster={disaster['id']}&area={TOWNSHIP}"
    client, page = inbox(app, officer, f"/reports/contacts/edit?{here}")
    target = re.search(r'action="(/reports/contacts/[^"]+)"', page).group(1)
    token = re.search(r'name="csrf" content="([^"]+)"', page).group(1)
    form = {
        "csrf": token, "disaster_id": disaster["id"], "area_code": TOWNSHIP, "road": "cut",
        "power": "cut", "network": "cut", "water": "unknown", "out_of_contact": "true",
        "messenger_sent_at": "2013-10-06T09:30", "messenger_route": "走水库大坝",
    }  # fmt: skip
    assert client.post(target, data=form).status_code == 303

    listed = client.get(f"/reports/contacts?disaster={disaster['id']}").text
    assert "失联" in listed and "走水库大坝" in listed and "10-06 09:30" in listed
    assert "失联" in client.get(f"/areas/{TOWNSHIP}/panel?{here}").text
    again = client.get(f"/reports/contacts/edit?{here}").text
    assert 'name="revision" value="1"' in again
    changed = client.post(target, data=form | {"revision": "1", "network": "ok",
                                               "out_of_contact": ""})  # fmt: skip
    assert changed.status_code == 303
    assert "可联系" in client.get(f"/reports/contacts?disaster={disaster['id']}").text
    county = client.get(f"/reports/contacts/edit?disaster={disaster['id']}&area={COUNTY}")
    assert county.status_code == 422
