"""Goods that come back lie apart until they are graded; scrapping takes two people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from relief_ops import clock, db, plugins
from relief_ops.auth import SYSTEM, act_as
from stockpile.recovery.models import Recovery
from tests.conftest import new_id
from tests.factories import handouts, stock
from tests.factories.city import OTHER_COUNTY, TOWNSHIP
from tests.spine.test_log import in_threads

TWICE = new_id()


def proofs():
    with act_as(SYSTEM), db.reading() as session:
        checks = [each for each in plugins.contributed("checks") if "stock" in each.id]
        assert len(checks) > 5
        return [found for each in checks for found in each.run(session)]


def listed(caller, disaster):
    return caller.get(f"/api/v1/recoveries?disaster={disaster['id']}").json


def test_what_comes_back_is_no_stock_before_it_is_graded(keeper, back, depot, lot, collected):
    assert stock.balance(keeper, depot) == (60, 0)
    back.grade(keeper, collected, good=25)

    assert stock.balance(keeper, depot) == (85, 0)
    found = back.shown(keeper, collected)
    assert (found["restocked"], found["waiting"], found["state"]) == (25, 5, "to_grade")
    assert proofs() == []


def test_what_is_in_the_wash_is_no_stock_and_is_graded_once_it_is_back(
    keeper, manager, back, depot, collected, disaster
):
    sent = back.grade(keeper, collected, good=10, wash=20, reason="洗涤厂")
    assert sent.status_code == 201, sent.json
    found = back.shown(keeper, collected)
    assert (found["washing"], found["waiting"], found["state"]) == (20, 0, "washing")
    assert stock.balance(keeper, depot) == (70, 0)
    assert [each["id"] for each in listed(keeper, disaster)["recoveries"]] == [collected]
    by_state = keeper.get(f"/api/v1/recoveries?disaster={disaster['id']}&state=washing").json
    assert by_state["count"] == 1

    (total,) = listed(keeper, disaster)["sums"]
    assert (total["collected"], total["grading"], total["washing"]) == (30, 0, 20)

    assert back.grade(keeper, collected, good=1).status_code == 422, "nothing of it is here"
    assert back.grade(keeper, collected, washed=21).status_code == 422
    done = back.grade(keeper, collected, washed=20, good=18, scrap=2, reason="洗坏")
    assert done.status_code == 201, done.json
    found = back.shown(keeper, collected)
    assert (found["washing"], found["proposed"], found["state"]) == (0, 2, "to_approve")
    assert [(each["wash"], each["washed"]) for each in found["steps"]] == [(20, 0), (0, 20)]
    assert stock.balance(keeper, depot) == (88, 0)
    assert proofs() == []


def test_scrapping_takes_another_person_than_proposed_it(keeper, second, back, depot, collected):
    back.grade(keeper, collected, good=26, scrap=4, reason="发霉")

    own = back.judge(keeper, collected, agreed=True)
    assert (own.status_code, own.json["code"]) == (409, "illegal_transition")
    assert back.judge(second, collected, agreed=True).status_code == 201
    found = back.shown(keeper, collected)
    assert (found["restocked"], found["scrapped"], found["state"]) == (26, 4, "done")
    assert [each["kind"] for each in found["steps"]] == ["graded", "scrapped"]
    assert proofs() == []


def test_what_the_second_person_keeps_is_graded_again(keeper, second, back, collected):
    back.grade(keeper, collected, scrap=30, reason="x")
    back.judge(second, collected, agreed=False)

    assert back.shown(keeper, collected)["waiting"] == 30
    assert back.grade(keeper, collected, good=30).status_code == 201
    assert back.judge(second, collected, agreed=True).status_code == 409
    assert proofs() == []


def test_nobody_agrees_to_his_own_by_way_of_another(keeper, second, back, collected):
    back.grade(keeper, collected, scrap=10, reason="x")

    assert back.grade(second, collected, scrap=1, reason="y").status_code == 422
    assert back.judge(keeper, collected, agreed=True).status_code == 409


def test_each_write_sent_twice_is_one(keeper, second, back, depot, place):
    first, again = (back.collect(keeper, as_id=TWICE, place=place) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200) and first.json == again.json
    ids = new_id(), new_id()
    for _ in range(2):
        back.grade(keeper, TWICE, as_id=ids[0], good=20, scrap=10, reason="x")
    for _ in range(2):
        back.judge(second, TWICE, agreed=True, as_id=ids[1])

    found = back.shown(keeper, TWICE)
    assert (found["restocked"], found["scrapped"]) == (20, 10)
    assert stock.balance(keeper, depot) == (80, 0)
    other = back.collect(keeper, as_id=TWICE, place=place, quantity=1)
    assert (other.status_code, other.json["code"]) == (409, "body_differs")


@pytest.mark.parametrize("wrong", [41, 0, -1, 1.5, 10**9])
def test_no_more_comes_back_than_lies_there(keeper, back, place, wrong):
    refused = back.collect(keeper, place=place, quantity=wrong)

    assert refused.status_code == (409 if wrong == 41 else 422)
    assert proofs() == []


def test_no_more_comes_back_from_households_than_went_to_them(
    keeper, back, depot, disaster, person, place
):
    desk = person(f"depot_keeper@{TOWNSHIP}")
    assert handouts.hand_out(desk, disaster, place, item="tent_12").status_code == 201

    assert back.collect(keeper, quantity=3).status_code == 409
    assert back.collect(keeper, quantity=2).status_code == 201
    assert back.collect(keeper, quantity=1).status_code == 409
    assert proofs() == []


def test_what_came_back_is_not_taken_back_with_its_handout_too(
    keeper, back, disaster, person, place
):
    desk = person(f"depot_keeper@{TOWNSHIP}")
    given = handouts.hand_out(desk, disaster, place, item="tent_12").json["id"]
    assert back.collect(keeper, quantity=2).status_code == 201

    refused = desk.put(f"/api/v1/handouts/{given}/taking-back", {"reason": "x"})
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert proofs() == []


def test_an_issue_whose_goods_came_back_is_not_corrected(keeper, back, depot, lot):
    issued = new_id()
    assert stock.move(
        keeper, id=issued, kind="issue", source=depot, item="tent_12", quantity=10, lot=lot
    ).status_code == 201  # fmt: skip
    collected = back.collect(keeper, quantity=10).json["id"]
    back.grade(keeper, collected, good=10)

    refused = stock.move(keeper, kind="correction", corrects=issued, reason="x")
    assert refused.status_code == 409
    assert stock.balance(keeper, depot) == (100, 0)


def test_another_county_neither_sees_nor_takes_what_is_with_our_households(
    person, manager, back, disaster, place
):
    desk = person(f"depot_keeper@{TOWNSHIP}")
    handouts.hand_out(desk, disaster, place, item="tent_12")
    far = person(f"depot_keeper@{OTHER_COUNTY}", f"logistics_manager@{OTHER_COUNTY}")
    theirs = stock.depot(far, area_code=OTHER_COUNTY, name="远库")

    assert back.collect(far, depot=theirs, quantity=1).status_code == 422
    form = far.get(f"/stock/recovery/new?disaster={disaster['id']}").text
    assert back.lot not in form
    assert back.collect(desk, quantity=1).status_code == 404, "the depot is the county's"


def test_nobody_agrees_to_what_he_did_not_see(keeper, second, back, collected):
    back.grade(keeper, collected, scrap=4, reason="x")
    seen = back.shown(second, collected)["revision"]
    back.judge(second, collected, agreed=False)
    back.grade(keeper, collected, scrap=30, reason="y")

    late = back.judge(second, collected, agreed=True, revision=seen)
    assert (late.status_code, late.json["code"]) == (409, "illegal_transition")
    assert back.shown(keeper, collected)["scrapped"] == 0


def test_what_is_used_up_does_not_come_back(keeper, manager, back, depot, place):
    water = stock.stock(manager, depot, item="water", quantity=5, expires_on="2030-01-01")

    refused = back.collect(keeper, lot=water, place=place)
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "used_up")


def test_a_depot_is_no_place_goods_come_back_from(keeper, manager, back, depot):
    other = stock.depot(manager, name="别库")

    assert back.collect(keeper, place=other).status_code == 422
    assert back.collect(keeper, place=depot).status_code == 422


def test_nothing_of_it_is_seen_or_done_from_elsewhere(person, back, place, collected):
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")

    assert elsewhere.get(f"/api/v1/recoveries/{collected}").status_code == 404
    assert back.grade(elsewhere, collected, good=1).status_code == 404
    assert back.judge(elsewhere, collected, agreed=True).status_code == 404
    assert back.collect(elsewhere, place=place).status_code == 404


def test_what_is_still_out_is_late_only_after_the_disaster_is_over(
    keeper, manager, person, disaster, place, collected
):
    (out,) = listed(keeper, disaster)["out"]
    assert (out["on_hand"], out["due_on"], out["late"]) == (10, None, False)
    assert (listed(keeper, disaster)["sums"][0]["sent"], out["item"]) == (40, "tent_12")


def test_a_month_after_the_disaster_what_is_still_out_is_late_and_stands_in_the_queue(
    keeper, manager, person, disaster, collected
):
    body = {key: each for key, each in disaster.items() if key != "id"}
    ended = {"ended_at": "2013-10-14T00:00:00Z"}
    path = f"/api/v1/disasters/{disaster['id']}"
    closed = person("duty_officer").put(path, body | ended, If_Match="1")
    assert closed.status_code == 200, closed.json

    (out,) = listed(keeper, disaster)["out"]
    assert (out["due_on"], out["late"]) == ("2013-11-13", True)
    found = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    assert "recovery_late" in [each["kind"] for each in found]


def test_two_who_grade_at_once_never_put_more_back_than_came(keeper, back, depot, collected):
    answers = []

    def grade(number):
        answers.append(back.grade(keeper, collected, good=20).status_code)

    in_threads(4, grade)

    assert sorted(answers) == [201, 422, 422, 422]
    assert stock.balance(keeper, depot) == (80, 0)
    assert proofs() == []


def test_what_waits_for_a_second_person_stands_in_the_queue(
    keeper, manager, disaster, back, collected
):
    def queue():
        found = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json
        return [each["kind"] for each in found["attention"] if "recovery" in each["kind"]]

    assert queue() == [], "a week to grade it"
    back.grade(keeper, collected, scrap=4, reason="x")

    assert queue() == ["recovery_to_approve"]


def test_the_wash_is_late_a_week_after_goods_went_there_not_after_they_came(
    keeper, manager, disaster, back, collected
):
    def queue():
        found = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json
        return [each["kind"] for each in found["attention"] if "recovery" in each["kind"]]

    def eight_days_ago(column):
        with act_as(SYSTEM), db.transaction() as session:
            session.execute(update(Recovery).values({column: clock.now() - timedelta(days=8)}))

    eight_days_ago(Recovery.collected_at)
    assert queue() == ["recovery_to_grade"]
    back.grade(keeper, collected, wash=30, reason="洗涤厂")
    assert queue() == [], "it went there just now"
    eight_days_ago(Recovery.washing_since)

    assert queue() == ["recovery_washing"]
