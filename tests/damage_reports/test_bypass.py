"""From ten dead and missing on a county tells province and ministry itself; that is noted."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.damage_reports.test_contact import queue
from tests.damage_reports.test_reminders import inbox
from tests.damage_reports.test_rounds import FIRST, SECOND, file, open_round
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP


@pytest.fixture
def grave(person, drill):
    """Return a county's officer, the disaster and its clock: seven dead at one, three missing."""
    disaster_id, move = drill
    director = person("drill_director")
    assert open_round(director, {"id": disaster_id}).status_code == 201
    move(0.5)
    file(person(f"township_reporter@{TOWNSHIP}"), {"id": disaster_id},
         values={"affected": 50, "deaths": 7, "missing": 0})  # fmt: skip
    move(1)
    report_missing(person, disaster_id, {"affected": 50, "deaths": 0, "missing": 3})
    return person(f"duty_officer@{COUNTY}"), disaster_id, move


def report_missing(person, disaster_id, values, base=None):
    reporter = person(f"township_reporter@{NEIGHBOUR}")
    return file(reporter, {"id": disaster_id}, area=NEIGHBOUR, values=values, base=base)


def tell(caller, disaster_id, above="province", bypass_id=None, **more):
    body = {
        "disaster_id": disaster_id, "area_code": COUNTY, "above": above, "means": "phone",
        "told_to": "省厅值班室", "deaths": 7, "missing": 3,
    } | more  # fmt: skip
    return caller.put(f"/api/v1/bypass-reports/{bypass_id or new_id()}", body)


def counties(caller, disaster_id, area=CITY):
    found = caller.get(f"/api/v1/bypass-reports?disaster={disaster_id}&area={area}")
    assert found.status_code == 200, found.json
    return found.json["counties"]


def waiting(caller, disaster_id):
    return [title for kind, title in queue(caller, disaster_id, COUNTY) if kind == "bypass"]


def test_it_counts_from_the_report_with_which_there_were_so_many_and_has_two_hours(grave):
    officer, disaster_id, _move = grave

    [found] = counties(officer, disaster_id, COUNTY)

    assert (found["area_code"], found["deaths"], found["missing"]) == (COUNTY, 7, 3)
    assert found["since"].startswith("2013-10-06T01:00"), "nine o'clock: an hour after eight"
    assert found["due"].startswith("2013-10-06T03:00")
    assert found["untold"] == ["province", "ministry"]


def test_the_dead_of_a_joined_disaster_count_from_when_they_came_in(grave, person):
    officer, disaster_id, _move = grave
    city = person("duty_officer")
    shown = city.get(f"/api/v1/disasters/{disaster_id}").json
    names = ("kind", "started_at", "division_date", "drill_id")
    whole_id = new_id()
    whole = {"name": "合并过程", **{name: shown[name] for name in names}}
    assert city.put(f"/api/v1/disasters/{whole_id}", whole).status_code == 201
    joined = {"part_id": disaster_id, "reason": "会商决定"}
    answer = city.put(f"/api/v1/disasters/{whole_id}/parts/{new_id()}", joined)
    assert answer.status_code == 201, answer.json

    [found] = counties(officer, whole_id, COUNTY)
    assert (found["deaths"], found["missing"]) == (7, 3)
    assert found["since"] and found["due"]


def test_the_same_dead_of_a_later_round_are_no_more_dead(grave, person):
    """A total holds each area's last word once, however many rounds it said it in."""
    officer, disaster_id, move = grave
    open_round(person("drill_director"), {"id": disaster_id}, SECOND)
    move(1.6)
    file(person(f"township_reporter@{TOWNSHIP}"), {"id": disaster_id}, code=SECOND,
         values={"affected": 60, "deaths": 7, "missing": 0})  # fmt: skip

    assert counties(officer, disaster_id, COUNTY)[0]["since"].startswith("2013-10-06T01:00")


def test_a_correction_of_something_else_makes_nobody_punctual(grave, person):
    officer, disaster_id, move = grave
    rows = officer.get(f"/api/v1/rounds/board?disaster={disaster_id}&area={COUNTY}").json
    towns = {each["area_code"]: each for each in rows["counties"][0]["townships"]}
    move(9)
    values = {"affected": 90, "deaths": 0, "missing": 3}
    report_missing(person, disaster_id, values, base=towns[NEIGHBOUR]["report_id"])

    assert counties(officer, disaster_id, COUNTY)[0]["since"].startswith("2013-10-06T01:00")


def test_what_was_told_stays_on_record_when_there_are_fewer(grave, person):
    officer, disaster_id, move = grave
    tell(officer, disaster_id)
    rows = officer.get(f"/api/v1/rounds/board?disaster={disaster_id}&area={COUNTY}").json
    towns = {each["area_code"]: each for each in rows["counties"][0]["townships"]}
    move(2)
    reporter = person(f"township_reporter@{NEIGHBOUR}")
    values, why = {"affected": 50, "deaths": 0, "missing": 2}, {"missing": "找到一人"}
    base = towns[NEIGHBOUR]["report_id"]
    file(reporter, {"id": disaster_id}, area=NEIGHBOUR, base=base, values=values, reasons=why)

    [found] = counties(officer, disaster_id, COUNTY)
    assert (found["since"], found["untold"], len(found["reports"])) == (None, [], 1)
    assert waiting(officer, disaster_id) == []


def test_it_stands_in_the_queue_until_both_have_been_told_of_all(grave, person):
    officer, disaster_id, move = grave
    assert waiting(officer, disaster_id) == ["东山县：死亡失踪共 10 人，立即上报省、部"]

    assert tell(officer, disaster_id).status_code == 201
    assert waiting(officer, disaster_id) == ["东山县：死亡失踪共 10 人，立即上报部"]
    assert tell(officer, disaster_id, "ministry").status_code == 201
    assert waiting(officer, disaster_id) == []

    move(1.5)
    rows = officer.get(f"/api/v1/rounds/board?disaster={disaster_id}&area={COUNTY}").json
    towns = {each["area_code"]: each for each in rows["counties"][0]["townships"]}
    values = {"affected": 50, "deaths": 1, "missing": 3}
    report_missing(person, disaster_id, values, base=towns[NEIGHBOUR]["report_id"])
    assert waiting(officer, disaster_id) == ["东山县：死亡失踪共 11 人，立即上报省、部"]
    told = counties(officer, disaster_id, COUNTY)[0]["reports"]
    assert [each["above"] for each in told] == ["province", "ministry"]


def test_the_same_word_sent_twice_is_one_and_a_second_word_stands_beside_the_first(grave):
    officer, disaster_id, _move = grave
    once = new_id()
    for _ in range(2):
        assert tell(officer, disaster_id, bypass_id=once).status_code in (200, 201)
    tell(officer, disaster_id, told_to="省厅带班领导")

    told = counties(officer, disaster_id, COUNTY)[0]["reports"]
    assert [each["told_to"] for each in told] == ["省厅值班室", "省厅带班领导"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"area_code": TOWNSHIP}, "area_code"),
        ({"area_code": CITY}, "area_code"),
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"at": "2013-01-01T00:00:00Z"}, "at"),
        ({"told_to": ""}, "told_to"),
        ({"deaths": -1}, "deaths"),
        ({"above": "city"}, "above"),
    ],
)
def test_what_cannot_be_is_said_with_its_field(grave, person, more, field):
    _officer, disaster_id, _move = grave

    answer = tell(person("duty_officer"), disaster_id, **more)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_a_neighbour_sees_and_notes_nothing_of_it(grave, person):
    _officer, disaster_id, _move = grave
    neighbour = person(f"duty_officer@{OTHER_COUNTY}")

    assert tell(neighbour, disaster_id).status_code == 404
    assert counties(neighbour, disaster_id, OTHER_COUNTY) == []
    assert tell(person(f"shelter_manager@{COUNTY}"), disaster_id).status_code == 403


def test_the_page_says_what_to_read_out_and_keeps_what_was_typed(app, grave):
    officer, disaster_id, _move = grave
    address = f"/reports/bypass?disaster={disaster_id}&area={COUNTY}"
    client, page = inbox(app, officer, address)
    assert "死亡 7 人、失踪 3 人，未经核定" in page and "本次为演练" in page
    form = dict(re.findall(r'name="(csrf|id|disaster_id|area_code)" value="([^"]+)"', page))
    typed = form | {
        "above": "ministry", "means": "radio", "told_to": "部值班室", "deaths": "七",
        "missing": "3", "at": "2013-10-06T09:00",
    }  # fmt: skip

    refused = client.post("/reports/bypass", data=typed)
    assert refused.status_code == 422
    assert 'value="部值班室"' in refused.text and 'value="七"' in refused.text

    done = client.post("/reports/bypass", data=typed | {"deaths": "7"})
    assert done.status_code == 303
    told = client.get(done.headers["Location"]).text
    assert "部值班室" in told and "尚未上报：省" in told
    assert FIRST[:10] in told or "10-06" in told
