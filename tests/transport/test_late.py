"""No truck vanishes: without a time of arrival and without a link it is late all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from tests.factories import stock as made


def queue(caller, disaster):
    rows = caller.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    return [each["kind"] for each in rows if each["kind"].startswith(("truck", "shipment"))]


def left_yesterday(shipment):
    made.was_due(shipment, None, dispatched_at=datetime.now(UTC) - timedelta(days=1))


def test_a_truck_nobody_gave_a_time_is_overdue_when_its_way_is_over(manager, disaster, shipment):
    assert queue(manager, disaster) == []

    left_yesterday(shipment)

    assert queue(manager, disaster) == ["truck_overdue"]


def test_one_to_a_place_nobody_knows_the_point_of_says_nothing(manager, disaster, shipment):
    left_yesterday(shipment)
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(update(geo.Place).values(point=None))

    assert queue(manager, disaster) == ["truck_silent"]


def test_it_does_not_arrive_before_it_left(manager, keeper, depot, need):
    made.stock(manager, depot, quantity=100)
    reservation = made.reserve(manager, need).json["id"]
    past = (datetime.now(UTC) - timedelta(hours=2)).isoformat()

    answer = made.ship(keeper, reservation, eta=past)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["eta"]
    assert made.balance(manager, depot) == (100, 40)
