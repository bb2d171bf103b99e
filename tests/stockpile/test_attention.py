"""The alarm budget of a storm night: a depot is a line or two in the queue, whatever lies in it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from relief_ops import clock
from tests.factories import stock as made
from tests.factories.city import TOWNSHIP
from tests.spine.test_live import cookie_of

AHEAD = 90  # stock.warn_expiry_days
TODAY = clock.local_date(datetime.now(UTC))


def queue(caller, disaster):
    rows = caller.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    return [each for each in rows if each["kind"].startswith("stock")]


def lots(manager, depot, count, *, days):
    for number in range(count):
        day = (TODAY + timedelta(days=days + number)).isoformat()
        made.stock(manager, depot, item="water", quantity=5, expires_on=day)


@pytest.fixture
def depot(manager):
    return made.depot(manager)


def test_seven_lots_that_expire_soon_are_one_line_of_their_depot(manager, disaster, depot):
    lots(manager, depot, 7, days=3)

    (line,) = queue(manager, disaster)

    assert "7 批近期到期" in line["title"]
    assert line["state"] == "watch", "weeks ahead is no alarm"
    assert line["detail"].endswith("…")


def test_what_has_expired_stands_apart_from_what_soon_will(manager, disaster, depot):
    lots(manager, depot, 2, days=-5)
    lots(manager, depot, 3, days=5)

    lines = {each["state"]: each["title"] for each in queue(manager, disaster)}

    assert "2 批已过期" in lines["act"] and "3 批近期到期" in lines["watch"]


def test_what_has_expired_fills_no_minimum(manager, disaster):
    depot = made.depot(manager, minimums={"water": 10})
    lots(manager, depot, 4, days=-5)

    (line,) = [each for each in queue(manager, disaster) if each["kind"] == "stock_minimum"]
    assert "0 / 10" in line["detail"]
    (pin,) = manager.get(f"/api/v1/layers/depots?disaster={disaster['id']}").json["features"]
    assert (pin["properties"]["state"], pin["properties"]["items"]) == ("act", [])


def test_two_depots_are_two_lines(manager, disaster, depot):
    other = made.depot(manager, name="临江库", area_code=TOWNSHIP)
    lots(manager, depot, 4, days=3)
    lots(manager, other, 2, days=3)

    assert len(queue(manager, disaster)) == 2


def test_the_line_leads_to_exactly_these_lots(app, manager, disaster, depot):
    lots(manager, depot, 2, days=3)
    made.stock(manager, depot, item="rice", quantity=5, expires_on="2099-01-01")
    made.stock(manager, depot, item="tent_12", quantity=5)
    (line,) = queue(manager, disaster)
    browser = app.test_client()
    browser.set_cookie("session", cookie_of(manager))

    page = browser.get(line["href"]).text

    assert page.count("/stock/lots/") == 2
    assert "2099-01-01" not in page


def test_a_line_that_was_settled_comes_back_when_another_lot_comes_near(
    manager, person, disaster, depot
):
    lots(manager, depot, 2, days=3)
    lots(manager, depot, 1, days=AHEAD + 1)
    (line,) = queue(manager, disaster)
    assert "2 批" in line["title"]
    address = f"/api/v1/attention/{line['id']}/mark?disaster={disaster['id']}"
    answer = person("duty_officer").put(address, {"act": "settle"})
    assert answer.status_code in (200, 201), answer.json
    assert queue(manager, disaster) == []

    midnight = datetime.combine(TODAY + timedelta(days=1), time(0, 1), tzinfo=clock.LOCAL)
    with time_machine.travel(midnight, tick=False):
        (line,) = queue(manager, disaster)

    assert "3 批" in line["title"]


def test_many_items_below_their_minimum_are_one_line(manager, disaster):
    minimums = {"tent_12": 500, "water": 100, "rice": 10}
    made.depot(manager, minimums=minimums)

    (line,) = queue(manager, disaster)

    assert "3 种物资低于最低储备" in line["title"] and line["state"] == "act"


def test_a_full_depot_keeps_within_the_budget(manager, disaster):
    depot = made.depot(manager, minimums={"tent_12": 500, "rice": 10, "instant_food": 10})
    lots(manager, depot, 20, days=-30)
    lots(manager, depot, 20, days=1)

    lines = queue(manager, disaster)

    assert len(lines) == 3, "minimum, expired, about to expire"
    assert sum(each["state"] == "act" for each in lines) <= 2
