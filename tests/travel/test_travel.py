"""Travel times: entered, changed, taken back; what plans and pages make of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from tests.conftest import MORNING, new_id
from tests.factories import stock
from tests.factories.allocation import apply, got, make_plan, shown
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP
from tests.factories.hazards import make_hazard

ROAD = {"type": "LineString", "coordinates": [[121.57, 29.7], [121.57, 29.95]]}


@pytest.fixture
def manager(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def depot(manager):
    made = stock.depot(manager)
    stock.stock(manager, made, quantity=40)
    return made


@pytest.fixture
def needs(person, disaster):
    """The township's own need, and its neighbour's."""
    return {
        code: stock.need(person(f"township_reporter@{code}"), disaster, quantity=10, area_code=code)
        for code in (TOWNSHIP, NEIGHBOUR)
    }


def put(caller, travel_id=None, /, revision=None, **body):
    asked = {"from_area_code": COUNTY, "to_area_code": NEIGHBOUR, "minutes": 90} | body
    said = {key: value for key, value in asked.items() if value is not None}
    headers = {"If_Match": str(revision)} if revision else {}
    return caller.put(f"/api/v1/travel-times/{travel_id or new_id()}", said, **headers)


def entered(caller, **body):
    travel_id = new_id()
    answer = put(caller, travel_id, **body)
    assert answer.status_code == 201, answer.json
    return travel_id


def island(caller, code=NEIGHBOUR):
    return entered(caller, from_area_code=None, to_area_code=code, minutes=None)


def ways(caller, disaster, depot):
    answer = caller.get(f"/api/v1/depots/{depot}/ways?disaster={disaster['id']}&area={COUNTY}")
    assert answer.status_code == 200, answer.json
    return {each["area_code"]: each for each in answer.json["ways"]}


def minutes(caller, plan):
    return {
        each["area_code"]: {line["minutes"] for line in each["lines"]}
        for each in shown(caller, plan)["needs"]
    }


def test_an_entered_time_takes_the_place_of_the_estimate(manager, disaster, depot, needs):
    before = ways(manager, disaster, depot)
    assert {each["basis"] for each in before.values()} == {"straight"}

    travel = entered(manager)
    after = ways(manager, disaster, depot)
    assert (after[NEIGHBOUR]["minutes"], after[NEIGHBOUR]["basis"]) == (90, "entered")
    assert after[NEIGHBOUR]["travel_time"] == travel
    assert after[TOWNSHIP] == before[TOWNSHIP]
    assert minutes(manager, make_plan(manager, disaster))[NEIGHBOUR] == {90}


def test_an_island_gets_nothing_until_its_ferry_is_entered(manager, disaster, depot, needs):
    island(manager)
    assert ways(manager, disaster, depot)[NEIGHBOUR]["basis"] == "island"
    plan = make_plan(manager, disaster)
    assert got(shown(manager, plan)) == {needs[TOWNSHIP]: 10, needs[NEIGHBOUR]: 0}
    (cut,) = [each["cut"] for each in shown(manager, plan)["needs"] if each["cut"]]
    assert cut["limit"] == "no_road"

    entered(manager, means="ferry", minutes=200)
    assert got(shown(manager, make_plan(manager, disaster)))[needs[NEIGHBOUR]] == 10


def test_nobody_can_go_where_that_was_entered(manager, disaster, depot, needs):
    entered(manager, minutes=None)
    way = ways(manager, disaster, depot)[NEIGHBOUR]
    assert (way["minutes"], way["basis"]) == (None, "shut")
    assert got(shown(manager, make_plan(manager, disaster)))[needs[NEIGHBOUR]] == 0


@pytest.mark.parametrize(("detour", "basis"), [(False, "road_closed"), (True, "entered")])
def test_a_closed_road_closes_a_way_unless_its_time_is_a_detour(
    manager, person, disaster, depot, detour, basis
):
    entered(manager, detour=detour)
    make_hazard(
        person(f"duty_officer@{COUNTY}"), disaster, kind="closed_road", shape=ROAD,
        area_code=COUNTY,
    )  # fmt: skip
    assert ways(manager, disaster, depot)[NEIGHBOUR]["basis"] == basis


def test_a_plan_is_stale_once_somebody_enters_that_nobody_can_go(manager, disaster, depot, needs):
    plan = make_plan(manager, disaster)
    travel = entered(manager, minutes=None)
    answer = apply(manager, plan)
    assert (answer.status_code, answer.json["code"]) == (412, "stale_base")

    assert put(manager, travel, revision=1, minutes=60).status_code == 200
    assert apply(manager, plan).status_code in (200, 201)


def test_a_closed_depot_sends_once_it_opens(manager, disaster, depot):
    with time_machine.travel("2013-10-07T05:00:00+08:00", tick=False):
        _check_hours(manager, disaster, depot)


def _check_hours(manager, disaster, depot):
    before = ways(manager, disaster, depot)[NEIGHBOUR]["minutes"]
    revision = manager.get(f"/api/v1/depots/{depot}").json["revision"]
    body = {"name": "东山县库", "area_code": COUNTY, "lon": 121.55, "lat": 29.8,
            "opens": "08:00", "closes": "17:30"}  # fmt: skip
    answer = manager.put(f"/api/v1/depots/{depot}", body, If_Match=str(revision))
    assert answer.status_code == 200, answer.json

    way = ways(manager, disaster, depot)[NEIGHBOUR]
    assert (way["waits"], way["minutes"]) == (180, before + 180)
    shown_depot = manager.get(f"/api/v1/depots/{depot}").json
    assert (shown_depot["opens"], shown_depot["closes"]) == ("08:00", "17:30")


@pytest.mark.parametrize(
    "odd",
    [{"opens": "08:00"}, {"closes": "17:00"}, {"opens": "08:00", "closes": "08:00"},
     {"opens": "25:00", "closes": "26:00"}, {"opens": "08:00Z", "closes": "17:00"},
     {"opens": "08:00:30", "closes": "17:00"}, {"opens": 8, "closes": 17}, {"lon": 121.5}],
)  # fmt: skip
def test_odd_hours_and_half_a_position_are_refused(manager, odd):
    body = {"name": "东山县库", "area_code": COUNTY} | odd
    assert manager.put(f"/api/v1/depots/{new_id()}", body).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"from_area_code": None, "minutes": 60},
        {"from_area_code": None, "to_area_code": None, "minutes": None},
        {"to_area_code": COUNTY},
        {"to_area_code": None},
        {"minutes": 0},
        {"minutes": -5},
        {"minutes": 4321},
        {"minutes": 1.5},
        {"means": "camel"},
        {"to_area_code": "999999999999"},
        {"to_area_code": None, "to_place": "018f0000-0000-7000-8000-000000000000"},
        {"from_place": "018f0000-0000-7000-8000-000000000000"},
        {"note": "长" * 201},
        {"drill_id": "018f0000-0000-7000-8000-000000000000"},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_entered(manager, disaster, body):
    answer = put(manager, **body)
    assert answer.status_code == 422, answer.json
    assert answer.json["detail"]
    assert manager.get(f"/api/v1/travel-times?area={COUNTY}").json["travel_times"] == []


def test_two_ends_have_one_time_whichever_way_round(manager):
    entered(manager)
    assert put(manager).json["errors"][0]["code"] == "twice"
    assert put(manager, from_area_code=NEIGHBOUR, to_area_code=COUNTY).status_code == 422
    assert put(manager, from_area_code=None, minutes=None).status_code == 201  # an island too


def test_the_same_twice_is_entered_once_and_a_stale_change_refused(manager):
    travel = entered(manager)
    assert put(manager, travel).status_code == 200
    assert put(manager, travel, revision=1, minutes=120).status_code == 200
    assert put(manager, travel, revision=1, minutes=30).json["code"] == "stale_base"
    assert put(manager, travel, minutes=30).json["code"] == "base_required"
    assert manager.get(f"/api/v1/travel-times/{travel}").json["minutes"] == 120


def test_taken_back_the_estimate_counts_again_and_another_may_be_entered(manager, disaster, depot):
    travel = entered(manager)
    assert manager.put(f"/api/v1/travel-times/{travel}/end", {}).status_code == 200
    assert manager.put(f"/api/v1/travel-times/{travel}/end", {}).status_code == 200
    assert ways(manager, disaster, depot)[NEIGHBOUR]["basis"] == "straight"
    assert put(manager, travel, revision=2, minutes=30).status_code == 409
    entered(manager, minutes=45)
    assert ways(manager, disaster, depot)[NEIGHBOUR]["minutes"] == 45


def test_both_ends_must_be_the_writers_own(manager, person):
    assert put(manager, to_area_code=OTHER_COUNTY).status_code in (403, 404)
    assert put(manager, from_area_code=OTHER_COUNTY).status_code in (403, 404)
    city = person(f"logistics_manager@{CITY}")
    travel = entered(city, from_area_code=COUNTY, to_area_code=FAR_TOWNSHIP)
    assert manager.get(f"/api/v1/travel-times/{travel}").status_code == 200  # its own end
    listed = manager.get(f"/api/v1/travel-times?area={COUNTY}").json["travel_times"]
    assert [each["id"] for each in listed] == [travel]
    assert put(manager, travel, revision=1, minutes=30).status_code in (403, 404)
    assert manager.put(f"/api/v1/travel-times/{travel}/end", {}).status_code in (403, 404)
    stranger = person(f"logistics_manager@{NEIGHBOUR}")
    assert stranger.get(f"/api/v1/travel-times/{travel}").status_code == 404


def test_a_reporter_reads_them_and_writes_none(person):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    assert put(reporter).status_code == 403


def test_a_drill_has_times_of_its_own(manager, person, disaster, depot):
    drill_id, start = new_id(), {"name": "演练", "seed": 7, "drill_start": MORNING.isoformat()}
    director = person("drill_director")
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    entered(manager, drill_id=drill_id, minutes=30)
    assert ways(manager, disaster, depot)[NEIGHBOUR]["basis"] == "straight"


def test_advice_reckons_with_what_was_entered(manager, disaster, depot):
    poor = stock.depot(manager, name="短缺库", lon=121.6, minimums={"tent_12": 10})
    entered(manager, from_area_code=None, from_place=depot, to_area_code=None, to_place=poor,
            minutes=77)  # fmt: skip
    path = f"/api/v1/stock-advice?disaster={disaster['id']}&area={COUNTY}"
    (move,) = manager.get(path).json["moves"]
    assert move["minutes"] == 77


def test_a_disaster_a_lot_later_still_reads_the_register(manager, disaster, depot):
    travel = entered(manager)
    listed = manager.get(f"/api/v1/travel-times?area={COUNTY}").json["travel_times"]
    assert [(each["id"], each["from"]["name"], each["to"]["name"]) for each in listed] == [
        (travel, "东山县", "望海乡")
    ]
    assert timedelta(minutes=listed[0]["minutes"]) == timedelta(hours=1, minutes=30)


def test_two_who_enter_the_same_pair_at_once_leave_one_entry(manager, app):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _each: put(manager).status_code, range(4)))
    assert sorted(answers) == [201, 422, 422, 422]
    listed = manager.get(f"/api/v1/travel-times?area={COUNTY}").json["travel_times"]
    assert len(listed) == 1
