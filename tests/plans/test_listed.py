"""Plans for the households of the lists: who is taken, where each is told to go, planned again."""

from __future__ import annotations

import pytest

from relief_ops import clock
from tests.conftest import new_id
from tests.evacuation.test_lists import events_named
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, household, order
from tests.factories.hazards import make_hazard
from tests.factories.plans import make_plan, plan_body
from tests.factories.shelters import make_shelter, open_shelter
from tests.plans.test_plans import NIGHT, apply, going, shown, told

OTHER = "990101002000"


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")


def planned(caller, disaster, **changes):
    return make_plan(caller, disaster, groups=None, **changes)


def shelter_of(caller, row):
    return caller.get(f"{API}/households/{row}").json["shelter_id"]


def soon(leader, disaster, **changes):
    """Give an order now, so that acts may follow it."""
    return order(leader, disaster, issued_at=clock.now().isoformat(),
                 impact_at=clock.now().replace(year=2100).isoformat(), **changes)  # fmt: skip


def test_without_villages_given_those_of_the_lists_are_taken_with_their_needs(
    officer, keeper, disaster
):
    shelter = make_shelter(officer, wheelchair=2, infant=2, medical=2, **NIGHT)
    household(keeper, people=3, transport="wheelchair", disabled=1)
    household(keeper, people=4, children=2)
    household(keeper, people=2, medical=1)
    household(keeper, people=5, destination="relatives")
    household(keeper, people=6, removed=True)

    plan = shown(officer, planned(officer, disaster))

    assert going(plan) == {(VILLAGE, shelter): 9}
    (line,) = plan["villages"][0]["lines"]
    kinds = {(each["size"], each["wheelchair"], each["infant"], each["medical"], each["pets"])
             for each in line["households"]}  # fmt: skip
    assert kinds == {(3, 1, 0, 0, 0), (4, 0, 2, 0, 0), (2, 0, 0, 1, 0)}


def test_who_brings_pets_goes_where_pets_may_come(officer, keeper, disaster):
    make_shelter(officer, name="近处避灾点", **NIGHT)
    with_pets = make_shelter(officer, name="宠物点", point=[121.53, 29.83], pets=1, **NIGHT)
    household(keeper, people=3, dogs=1, cats=2)
    household(keeper, people=2, dogs=0, cats=0, other_pets=0)
    household(keeper, people=4)  # of this one nothing is known

    plan = shown(officer, planned(officer, disaster))

    assert going(plan)[VILLAGE, with_pets] == 3
    kinds = {(each["size"], each["pets"]) for line in plan["villages"][0]["lines"]
             for each in line["households"]}  # fmt: skip
    assert kinds == {(3, 1), (2, 0), (4, 0)}
    assert plan["unmet"] == 0


def test_where_no_shelter_takes_pets_the_need_is_said_to_be_unmet(officer, keeper, disaster):
    make_shelter(officer, **NIGHT)
    household(keeper, people=3, other_pets=1)

    assert shown(officer, planned(officer, disaster))["unmet"] == 1


def test_under_an_order_those_it_moves_who_are_not_safe_yet_are_taken(
    officer, keeper, leader, person, disaster
):
    shelter = open_shelter(officer, disaster, **NIGHT)
    rows = [household(keeper, people=each) for each in (1, 2, 4, 8)]
    household(person(f"township_reporter@{FAR_TOWNSHIP}"), people=16, area_code=FAR_TOWNSHIP)
    order_id = soon(leader, disaster)
    act(keeper, order_id, rows[:1], "at_shelter")
    act(keeper, order_id, rows[1:2], "refused")
    arrival = {"disaster_id": disaster["id"], "people": 4, "listed_id": rows[2], "on_the_way": True}
    officer.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", arrival)

    plan = shown(officer, planned(officer, disaster, area_code=COUNTY))

    assert going(plan) == {(VILLAGE, shelter): 10}


def test_applied_each_household_knows_its_shelter_by_one_act_on_the_record(
    officer, keeper, leader, browse, disaster
):
    near = make_shelter(officer, name="近处避灾点", capacity_max=5)
    far = make_shelter(officer, name="远处避灾点", point=[121.53, 29.83], capacity_max=5)
    rows = [household(keeper, people=3) for _each in range(2)]
    order_id = soon(leader, disaster)
    plan = planned(officer, disaster)
    assert {shelter_of(keeper, row) for row in rows} == {None}

    assert apply(officer, plan).status_code == 200

    assert {shelter_of(keeper, row) for row in rows} == {near, far}
    assert told(officer, disaster) == {near: 3, far: 3}
    (directed,) = events_named("evacuation.directed")
    assert '"households":2' in directed.payload and '"people":6' in directed.payload
    doors = browse(f"village_officer@{VILLAGE}").get(f"/evacuation/doors?order={order_id}").text
    board = browse(f"duty_leader@{COUNTY}").get(f"/evacuation?area={COUNTY}&village={VILLAGE}").text
    for page in (doors, board):
        assert "近处避灾点" in page and "远处避灾点" in page


def test_planned_again_everybody_keeps_their_shelter_but_those_whose_shelter_floods(
    officer, keeper, disaster
):
    wet = make_shelter(officer, name="低处避灾点", capacity_max=3)
    dry = make_shelter(officer, name="高处避灾点", point=[121.53, 29.83], capacity_max=9)
    rows = [household(keeper, people=3) for _each in range(2)]
    apply(officer, planned(officer, disaster))
    before = {row: shelter_of(keeper, row) for row in rows}
    assert set(before.values()) == {wet, dry}
    make_shelter(officer, name="更近避灾点", point=[121.5001, 29.8001], **NIGHT)

    apply(officer, planned(officer, disaster))
    again = {row: shelter_of(keeper, row) for row in rows}
    make_hazard(officer, disaster)
    apply(officer, planned(officer, disaster))

    assert again == before
    assert shelter_of(keeper, next(row for row in rows if before[row] == dry)) == dry
    assert shelter_of(keeper, next(row for row in rows if before[row] == wet)) not in (wet, None)


def test_who_arrived_before_takes_places_and_who_was_promised_then_is_still_waited_for(
    officer, keeper, leader, disaster
):
    shelter = open_shelter(officer, disaster, capacity_max=10, capacity_night=10)
    first, second = household(keeper, people=4), household(keeper, people=5)
    soon(leader, disaster)
    arrival = {
        "disaster_id": disaster["id"],
        "people": 4,
        "listed_id": first,
        "origin_code": VILLAGE,
    }
    came = officer.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", arrival)
    assert came.status_code == 201, came.json

    apply(officer, planned(officer, disaster))
    others = plan_body(disaster["id"], groups=[{"area_code": OTHER, "people": 2}])["groups"]
    plan = shown(officer, make_plan(officer, disaster, groups=others))

    assert shelter_of(keeper, second) == shelter
    # ten places, four inside, five promised: one of two finds room
    assert plan["left"] == 1 and going(plan)[OTHER, shelter] == 1


def test_the_page_offers_those_of_the_lists_first(officer, browse, keeper, disaster):
    from tests.evacuation.test_pages import send

    make_shelter(officer, **NIGHT)
    household(keeper, people=3)
    page = browse(f"duty_officer@{COUNTY}")
    address = f"/evacuation-plans?disaster={disaster['id']}"
    assert 'id="listed"' in page.get(address).text
    fields = {"id": new_id(), "disaster_id": disaster["id"], "area_code": TOWNSHIP,
              "phase": "night", "walk_m": "3000", "ride_m": "40000", "groups": ""}  # fmt: skip

    answer = send(page, "/evacuation-plans", fields, at=address)

    assert answer.status_code == 303, answer.text
    listed = officer.get(f"/api/v1/evacuation-plans?disaster={disaster['id']}").json["plans"]
    assert [each["id"] for each in listed] == [fields["id"]]
