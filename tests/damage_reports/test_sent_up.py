"""Counties and the city owe tables as townships owe reports: due, late, reminded, passed up."""

from __future__ import annotations

import re

import pytest

from tests.damage_reports.test_contact import queue
from tests.damage_reports.test_reminders import inbox, remind, shown, written
from tests.damage_reports.test_rounds import FIRST, SECOND, board, open_round
from tests.damage_reports.test_summaries import prepared, sign
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP

DUE_COUNTY, TABLES = (
    1.5,
    {"table_owed", "tables_missing"},
)  # hours after the figures of 08:00; the drill begins at 08:00


@pytest.fixture
def played(person, drill):
    """Return a drill's director, disaster and clock, with its first round opened."""
    disaster_id, move = drill
    director = person("drill_director")
    assert open_round(director, {"id": disaster_id}).status_code == 201
    return director, {"id": disaster_id}, move


@pytest.fixture
def send_up(person):
    """Return how a county's table goes up: prepared by one, signed or promised by another."""
    preparer, head = person(f"county_reviewer@{CITY}"), person(f"unit_head@{CITY}")

    def send(disaster, area=COUNTY, code=FIRST, **more):
        summary_id = prepared(preparer, disaster, area=area, code=code, **more)
        answer = sign(head, summary_id)
        assert answer.status_code in (200, 201), answer.json
        return summary_id

    return send


def table(caller, disaster, area=COUNTY, code=FIRST):
    found = board(caller, disaster, code=code).json
    if area == CITY:
        return found["above"][0]["table"]
    return next(each["table"] for each in found["counties"] if each["area_code"] == area)


def test_a_countys_table_is_due_then_overdue_then_sent_up_late(played, send_up):
    director, disaster, move = played
    states = []
    for hours in (DUE_COUNTY, DUE_COUNTY + 0.01):
        move(hours)
        states.append(table(director, disaster)["state"])
    assert states == ["awaited", "overdue"]

    send_up(disaster)

    found = table(director, disaster)
    assert (found["state"], found["late"]) == ("signed", True)
    assert table(director, disaster, OTHER_COUNTY)["state"] == "overdue"
    assert table(director, disaster, CITY)["state"] == "awaited", "the city has until ten"


def test_a_word_by_telephone_sends_it_up_and_the_hand_follows(played, person):
    director, disaster, move = played
    move(1)
    preparer, head = person(f"county_reviewer@{CITY}"), person(f"unit_head@{CITY}")
    summary_id = prepared(preparer, disaster)
    assert table(director, disaster)["state"] == "awaited", "prepared is not sent"

    sign(preparer, summary_id, by_telephone=True, told_by="局长")
    word = table(director, disaster)
    assert (word["state"], word["late"]) == ("by_telephone", False)

    move(3)
    sign(head, summary_id)
    hand = table(director, disaster)
    assert (hand["state"], hand["late"], hand["sent_at"]) == ("signed", False, word["sent_at"])


def test_what_went_up_has_gone_up_though_a_newer_table_is_prepared(played, send_up, person):
    director, disaster, move = played
    move(1)
    first = send_up(disaster)
    prepared(person(f"county_reviewer@{CITY}"), disaster, base=first)
    move(4)

    assert table(director, disaster)["state"] == "signed"
    assert table(director, disaster)["late"] is False


def test_who_owes_a_table_is_told_at_once_and_who_waits_for_it_after_half_an_hour(played, person):
    director, disaster, move = played
    county = person(f"duty_officer@{COUNTY}")
    told = {}
    for hours in (DUE_COUNTY, DUE_COUNTY + 0.01, DUE_COUNTY + 0.51):
        move(hours)
        told[hours] = tuple(
            {kind for kind, _title in queue(caller, disaster["id"], area)} & TABLES
            for caller, area in ((county, COUNTY), (director, CITY))
        )  # fmt: skip

    assert told == {
        DUE_COUNTY: (set(), set()),
        DUE_COUNTY + 0.01: ({"table_owed"}, set()),
        DUE_COUNTY + 0.51: ({"table_owed"}, {"table_owed", "tables_missing"}),
    }
    assert ("tables_missing", "续报 1：2 个区县总表未上报") in queue(director, disaster["id"])


def test_a_table_of_a_later_round_settles_the_one_before(played, send_up):
    director, disaster, move = played
    open_round(director, disaster, SECOND)
    move(3.2)
    for area in (COUNTY, OTHER_COUNTY):
        send_up(disaster, area=area, code=SECOND)

    assert "tables_missing" not in {kind for kind, _title in queue(director, disaster["id"])}
    assert table(director, disaster)["state"] == "overdue", "the board of the first still says so"


def test_the_board_reminds_whoever_prepares_the_table(app, played, person):
    director, disaster, move = played
    preparer = person(f"county_reviewer@{COUNTY}")
    reporter = person(f"township_reporter@{TOWNSHIP}")
    move(DUE_COUNTY + 0.1)
    here = f"disaster={disaster['id']}&round={FIRST}"
    client, page = inbox(app, director, f"/reports/board?{here}")
    assert "未上报的总表 2" in page and "没有账号" in page
    form = dict(re.findall(r'name="(csrf|id|disaster_id|round|back)" value="([^"]+)"', page))

    answer = client.post("/reports/remind", data=form | {"area_code": COUNTY, "owed": "tables"})

    assert answer.status_code == 303
    assert "已就 1 份总表提醒 1 人" in client.get(answer.headers["Location"]).text
    assert [each.user_id for each in written()] == [preparer.user_id] != [reporter.user_id]
    _client, mail = inbox(app, preparer)
    assert "总表应于" in mail and "/reports/summaries?" in mail


def test_a_reminder_of_tables_says_so_and_goes_only_where_one_is_owed(played, person, send_up):
    director, disaster, move = played
    for area in (COUNTY, OTHER_COUNTY):
        person(f"county_reviewer@{area}")
    move(DUE_COUNTY + 0.1)
    send_up(disaster)

    answer, reminder_id = remind(director, disaster, CITY, owed="tables")

    assert answer.status_code == 201, answer.json
    found = shown(director, reminder_id)
    assert (found["owed"], found["townships"], found["people"]) == ("tables", 1, 1)
    answer, _id = remind(director, disaster, COUNTY, owed="tables")
    assert answer.status_code == 422, "it has sent its own"
