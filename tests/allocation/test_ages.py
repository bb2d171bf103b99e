"""Ages of lots in a plan: what would be too old on arrival, and old ones first in quiet times."""

from __future__ import annotations

from datetime import timedelta

from relief_ops import clock
from tests.conftest import new_id
from tests.factories import stock
from tests.factories.allocation import got, make_plan, plan_body, shown


def test_what_would_be_too_old_on_arrival_stays_where_it_is(manager, reporter, disaster):
    here = stock.depot(manager)
    soon = clock.local_date(clock.now()) + timedelta(days=10)
    stock.stock(manager, here, item="water", quantity=50, expires_on=soon.isoformat())
    stock.need(reporter, disaster, item="water", quantity=20)

    any_age = shown(manager, make_plan(manager, disaster))
    late = shown(manager, make_plan(manager, disaster, least_life_days=30))

    assert sum(got(any_age).values()) == 20
    assert sum(got(late).values()) == 0
    assert late["needs"][0]["cut"]["limit"] == "life"


def test_where_there_is_time_the_older_lot_goes_from_the_farther_depot(manager, reporter, disaster):
    today = clock.local_date(clock.now())
    for where, days, lat in (("东库", 300, 29.8), ("西库", 40, 29.6)):
        here = stock.depot(manager, name=where, lat=lat)
        expires_on = (today + timedelta(days=days)).isoformat()
        stock.stock(manager, here, item="water", quantity=50, expires_on=expires_on)
    stock.need(reporter, disaster, item="water", quantity=20)

    def source(**more) -> str:
        (need,) = shown(manager, make_plan(manager, disaster, **more))["needs"]
        (line,) = need["lines"]
        return line["depot_name"]

    assert source() == "东库"
    assert source(minutes_a_day=60) == "西库"
    many = plan_body(disaster["id"], minutes_a_day=1441)
    answer = manager.put(f"/api/v1/allocation-plans/{new_id()}", many)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "minutes_a_day")
