"""Around a judgement: one person at a time, and figures of the level above that are answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from relief_ops import db
from relief_ops.auth import lookup
from tests.conftest import new_id
from tests.damage_reports.test_rounds import FIRST, file, judge, open_round
from tests.damage_reports.test_stability import post
from tests.factories.city import NEIGHBOUR, TOWNSHIP
from tests.spine.test_log import in_threads

REPORTER = f"township_reporter@{TOWNSHIP}"


@pytest.fixture
def filed(person, disaster):
    """Return the id of a report of a township that waits to be judged."""
    open_round(person("duty_officer"), disaster)
    return file(person(REPORTER), disaster)


def hold(caller, report_id, **more):
    return caller.put(f"/api/v1/reports/{report_id}/hold", {"id": new_id()} | more)


def set_figure(caller, report_id, reason="现场核查", **values):
    order = {"id": new_id(), "action": "own", "reason": reason, "values": values}
    answer = caller.put(f"/api/v1/reports/{report_id}/verdict", order)
    assert answer.status_code == 201, answer.json


def figures(caller, report_id):
    return caller.get(f"/api/v1/reports/{report_id}/own-figures").json["own_figures"]


def answer(caller, figure_id, word, reason=""):
    path = f"/api/v1/own-figures/{figure_id}/answers/{new_id()}"
    return caller.put(path, {"answer": word, "reason": reason})


def test_a_second_reviewer_is_told_who_has_a_report_in_hand_and_cannot_judge_it(person, filed):
    first, second = person("city_reviewer"), person("county_reviewer")
    assert hold(first, filed).status_code == 201

    refused = hold(second, filed)
    assert refused.status_code == 409
    with db.reading() as session:
        assert lookup.names(session, [first.user_id])[first.user_id] in refused.json["detail"]
    order = {"id": new_id(), "action": "accept"}
    assert second.put(f"/api/v1/reports/{filed}/verdict", order).status_code == 409
    judge(first, filed, "accept")


def test_a_report_can_be_taken_over_let_go_of_and_is_free_again_after_ten_minutes(person, filed):
    first, second = person("city_reviewer"), person("county_reviewer")
    assert hold(first, filed).status_code == 201
    assert hold(second, filed, take_over=True).status_code == 201
    assert hold(first, filed).status_code == 409
    assert hold(second, filed, release=True).status_code == 201
    assert hold(first, filed).status_code == 201
    with time_machine.travel(timedelta(minutes=11), tick=False):
        judge(second, filed, "accept")


def test_of_many_who_reach_for_a_report_at_once_one_has_it(person, filed):
    people = [person("city_reviewer") for _ in range(6)]
    statuses = []
    in_threads(6, lambda n: statuses.append(hold(people[n], filed).status_code))
    assert sorted(statuses) == [201, *[409] * 5]


def test_nobody_of_another_township_takes_a_report_in_hand(person, filed):
    assert hold(person(f"township_reviewer@{NEIGHBOUR}"), filed).status_code == 404
    assert hold(person(REPORTER), filed).status_code in (403, 404)


def test_a_township_confirms_a_figure_of_the_level_above_or_disputes_it_with_a_reason(
    person, filed, disaster
):
    city, reporter = person("city_reviewer"), person(REPORTER)
    set_figure(city, filed, affected=7)
    (own,) = figures(reporter, filed)
    assert (own["indicator"], own["value"], own["answer"]) == ("affected", 7, None)

    assert answer(reporter, own["id"], "dispute").status_code == 422
    assert answer(reporter, own["id"], "dispute", "漏算外来人口").status_code == 201
    waiting = city.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    assert [each["detail"] for each in waiting if each["kind"] == "disputed"] == ["漏算外来人口"]

    set_figure(city, filed, affected=9)
    assert answer(reporter, own["id"], "confirm").status_code == 409
    (own,) = figures(reporter, filed)
    assert answer(reporter, own["id"], "confirm").status_code == 201
    assert figures(city, filed)[0]["answer"] == "confirm"
    waiting = city.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    assert [each for each in waiting if each["kind"] == "disputed"] == []


def test_a_strangers_township_and_the_setter_do_not_answer(person, filed):
    city = person("city_reviewer")
    set_figure(city, filed, affected=7)
    (own,) = figures(city, filed)
    assert answer(person(f"township_reporter@{NEIGHBOUR}"), own["id"], "confirm").status_code == 404
    assert answer(city, own["id"], "confirm").status_code == 403


def test_the_report_untouched_stands_beside_the_figure_and_both_are_on_its_page(
    person, filed, browse
):
    city = browse("city_reviewer")
    form = {
        "id": new_id(), "action": "own", "indicator": "affected", "value": "7",
        "reason": "现场核查",
    }  # fmt: skip
    assert post(city, f"/reports/{filed}/verdict", form).status_code == 303
    reporter = browse(REPORTER)
    assert person(REPORTER).get(f"/api/v1/reports/{filed}").json["values"]["affected"] == 5
    page = reporter.get(f"/reports/{filed}").text
    assert "现场核查" in page

    (own,) = figures(person(REPORTER), filed)
    path = f"/reports/{filed}/own-figures/{own['id']}"
    disputed = post(reporter, path, {"id": new_id(), "answer": "dispute", "reason": "漏算"})
    assert disputed.status_code == 303
    assert "漏算" in city.get(f"/reports/{filed}").text


def test_the_page_of_a_report_says_who_has_it_in_hand(person, filed, browse):
    first, second = browse("city_reviewer"), browse("county_reviewer")
    assert post(first, f"/reports/{filed}/hold", {"id": new_id()}).status_code == 303
    page = second.get(f"/reports/{filed}").text
    assert 'name="take_over"' in page
    assert 'name="release"' in first.get(f"/reports/{filed}").text
    assert FIRST[-5:] in page


def test_a_verdict_that_no_longer_fits_names_the_state_in_the_readers_own_word(person, filed):
    city, order = person("city_reviewer"), {"action": "return", "reason": "漏报"}
    judge(city, filed, "return", reason="漏报")
    path = f"/api/v1/reports/{filed}/verdict"

    told = city.put(path, order | {"id": new_id()})
    assert (told.status_code, told.json["code"]) == (409, "illegal_transition")
    assert told.json["detail"] == "状态为“已退回”的报告不能这样处理。"
    told = city.put(path, order | {"id": new_id()}, Accept_Language="en")
    assert told.json["detail"] == "A report that is “returned” cannot be judged so."


def test_an_own_figure_ends_when_a_corrected_report_of_the_same_time_is_accepted(
    person, disaster, filed
):
    city, reporter = person("city_reviewer"), person(REPORTER)
    set_figure(city, filed, affected=2)
    said = reporter.get(f"/api/v1/reports/{filed}").json
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": said["round"],
        "as_of": said["as_of"], "values": {"affected": 5}, "base": filed,
        "reasons": {"affected": "重核"},
    }  # fmt: skip
    corrected = new_id()
    assert reporter.put(f"/api/v1/reports/{corrected}", body).status_code in (200, 201)
    accept = {"id": new_id(), "action": "accept"}
    assert city.put(f"/api/v1/reports/{corrected}/verdict", accept).status_code in (200, 201)

    path = f"/api/v1/rollup?disaster={disaster['id']}&area={TOWNSHIP}&basis=accepted"
    assert city.get(path).json["values"]["affected"] == 5
    assert figures(city, corrected) == []

    back = {"id": new_id(), "action": "return", "reason": "再核"}
    assert city.put(f"/api/v1/reports/{corrected}/verdict", back).status_code in (200, 201)
    assert city.get(path).json["values"]["affected"] == 2, "what the city said counts again"
