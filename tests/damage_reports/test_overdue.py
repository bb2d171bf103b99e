"""Who owes a report: one answer for the headline, the queue and the board."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from tests.conftest import MORNING, new_id
from tests.damage_reports.test_rounds import board, file, open_round
from tests.factories.city import CITY, COUNTY, TOWNSHIP

EIGHT, TEN = "2013-10-06T08:00", "2013-10-06T10:00"


def headline(caller, disaster_id, **more):
    rows = caller.get(f"/api/v1/totals?{urlencode({'disaster': disaster_id} | more)}")
    return next(each for each in rows.json["totals"] if each["id"] == "late")


def queue(caller, disaster_id):
    rows = caller.get(f"/api/v1/attention?disaster={disaster_id}&area={CITY}").json["attention"]
    return {each["title"] for each in rows if each["kind"] == "late"}


def test_who_is_overdue_is_the_same_in_the_headline_the_queue_and_the_board(person, drill):
    disaster_id, move = drill
    director, disaster = person("drill_director"), {"id": disaster_id}
    open_round(director, disaster, EIGHT)
    move(0.5)
    assert headline(director, disaster_id)["value"] == 0  # due at nine

    move(1.5)
    file(person(f"township_reporter@{TOWNSHIP}"), disaster, code=EIGHT)

    counted = board(director, disaster, code=EIGHT).json["counts"]
    figure = headline(director, disaster_id)
    assert (figure["value"], figure["of"], counted["overdue"]) == (3, 4, 3)
    assert figure["href"] == f"/reports/board?area={CITY}&round={EIGHT}"
    assert queue(director, disaster_id) == {
        "东山县 1 个乡镇续报 1逾期未报", "西湾县 2 个乡镇续报 1逾期未报",
    }  # fmt: skip


def test_a_report_for_a_later_round_makes_good_for_the_one_before(person, drill):
    disaster_id, move = drill
    director, disaster = person("drill_director"), {"id": disaster_id}
    open_round(director, disaster, EIGHT)
    open_round(director, disaster, TEN)
    move(2.5)
    file(person(f"township_reporter@{TOWNSHIP}"), disaster, code=TEN)

    assert headline(director, disaster_id)["value"] == 3


def test_asked_as_known_at_an_earlier_hour_it_tells_who_owed_then(person, drill):
    disaster_id, move = drill
    director, disaster = person("drill_director"), {"id": disaster_id}
    open_round(director, disaster, EIGHT)
    move(3)
    file(person(f"township_reporter@{TOWNSHIP}"), disaster, code=EIGHT)
    then = (MORNING + timedelta(hours=2)).isoformat()

    assert headline(director, disaster_id)["value"] == 3
    assert headline(director, disaster_id, known_at=then)["value"] == 4


def test_without_a_round_three_hours_of_silence_are_told(person, drill):
    disaster_id, move = drill
    director = person("drill_director")
    body = {
        "disaster_id": disaster_id, "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 40},
    }  # fmt: skip
    move(2)
    person(f"township_reporter@{TOWNSHIP}").put(f"/api/v1/reports/{new_id()}", body)
    assert headline(director, disaster_id)["value"] == 0

    move(3.5)
    figure = headline(director, disaster_id)
    assert (figure["value"], figure["notes"]) == (4, ["3小时未报"])
    assert figure["href"] == f"/reports?area={CITY}"
    assert any(COUNTY in name or "东山县" in name for name in queue(director, disaster_id))
