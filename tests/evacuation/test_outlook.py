"""When everybody is likely to be safe: on the board, in the queue, from the steps themselves."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import true

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from shelters.evacuation import queries
from shelters.evacuation.queries.pace import history
from shelters.forecast import Reading
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, household, order


def ago(**since):
    return (clock.now() - timedelta(**since)).isoformat()


@pytest.fixture
def night(keeper, leader, disaster):
    """Return a maker of an order given three hours ago, of twelve households, two of them safe."""

    def make(minutes_left):
        rows = [household(keeper, people=2) for _each in range(12)]
        impact = clock.local(clock.now() + timedelta(days=2)).replace(hour=12)
        deadline = (clock.now() + timedelta(minutes=minutes_left)).isoformat()
        order_id = order(
            leader, disaster, issued_at=ago(hours=3), impact_at=impact.isoformat(),
            deadline_at=deadline,
        )  # fmt: skip
        act(keeper, order_id, rows[:1], "at_shelter", at=ago(hours=2))
        act(keeper, order_id, rows[1:2], "at_shelter", at=ago(hours=1))
        return order_id, rows

    return make


def queue(caller, disaster, area=TOWNSHIP):
    asked = f"/api/v1/attention?disaster={disaster['id']}&area={area}"
    found = caller.get(asked).json["attention"]
    return [each for each in found if each["kind"] == "evacuation.late"]


def board_of(caller, disaster, order_id):
    asked = f"{API}/board?order={order_id}&disaster={disaster['id']}&area={COUNTY}"
    return caller.get(asked).json


def test_a_township_that_will_be_late_is_said_so_ahead_on_the_board_and_in_the_queue(
    leader, keeper, disaster, night
):
    order_id, _rows = night(90)

    board = board_of(leader, disaster, order_id)

    (line,) = board["areas"]
    ends = [line["done_at"][each] for each in ("earliest", "likely", "latest")]
    assert line["late"] and line["chance_late"] > 0.7 and ends == sorted(ends)
    assert board["held_up_by"]["by"] == "moving" and board["held_up_by"]["times_faster"] > 1
    for caller, area in ((leader, COUNTY), (keeper, TOWNSHIP), (keeper, VILLAGE)):
        assert len(queue(caller, disaster, area)) == 1
    assert TOWNSHIP in queue(leader, disaster, COUNTY)[0]["href"]


def test_with_time_enough_nobody_is_called_late(leader, disaster, night):
    order_id, _rows = night(24 * 60)

    (line,) = board_of(leader, disaster, order_id)["areas"]

    assert not line["late"] and line["chance_late"] < 0.5
    assert queue(leader, disaster, COUNTY) == []


def test_the_page_says_that_it_is_a_forecast_and_where_nobody_moved_that_there_is_none(
    browse, keeper, leader, disaster, night
):
    page = browse(f"duty_leader@{COUNTY}")
    household(keeper)
    order_id = order(leader, disaster, issued_at=ago(hours=1))
    address = f"/evacuation?disaster={disaster['id']}&area={COUNTY}&order="

    assert "还没有一户全部到达安全地点，暂无从预计" in page.get(address + order_id).text
    slow, _rows = night(90)
    shown = page.get(address + slow).text
    assert "这是预测" in shown
    assert 'class="late-tag"' in shown and 'class="held"' in shown


def test_readings_are_made_of_the_steps_every_ten_minutes(keeper, leader, disaster):
    rows = [household(keeper, people=3) for _each in range(4)]
    start = clock.now() - timedelta(hours=1)
    order_id = order(leader, disaster, issued_at=start.isoformat())

    def at(minutes):
        return (start + timedelta(minutes=minutes)).isoformat()

    act(keeper, order_id, rows[:1], "at_shelter", at=at(25))
    act(keeper, order_id, rows[1:2], "refused", at=at(15))
    act(keeper, order_id, rows[1:2], "on_the_way", at=at(35))
    act(keeper, order_id, rows[2:3], "not_found", at=at(45))

    with act_as(SYSTEM), db.reading() as session:
        found = queries.order(session, UUID(order_id))
        seen = history(session, found, true(), now=start + timedelta(minutes=55))
        readings = seen.readings(seen.areas, 4)
        curve = [people for _at, people in seen.curve(12)]

    assert readings == [
        Reading(0, 4), Reading(10, 4), Reading(20, 3, 1), Reading(30, 2, 1), Reading(40, 3),
        Reading(50, 2, 0, 1), Reading(55, 2, 0, 1),
    ]  # fmt: skip
    assert curve == [12, 12, 12, 9, 9, 9, 9]


def test_the_day_after_an_order_was_lifted_its_night_is_still_the_curve(keeper, leader, disaster):
    rows = [household(keeper, people=3) for _each in range(2)]
    order_id = order(leader, disaster, issued_at=ago(hours=3))
    act(keeper, order_id, rows[:1], "at_shelter", at=ago(hours=2))
    lifted = leader.put(f"{API}/orders/{order_id}/lift", {"reason": "警报解除"})
    assert lifted.status_code in (200, 201), lifted.json

    with time_machine.travel(clock.now() + timedelta(hours=20)):
        found = board_of(leader, disaster, order_id)["curve"]

    assert [found[0]["not_safe"], found[-1]["not_safe"]] == [6, 3]
    assert len(found) < 25, "three hours in readings of ten minutes"
