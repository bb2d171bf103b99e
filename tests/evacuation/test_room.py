"""An order compares whom it moves with the places that are free on safe ground."""

from __future__ import annotations

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import queries as disasters
from shelters.evacuation.queries.leaving import people_to_place
from tests.conftest import new_id
from tests.evacuation.test_orders import put
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, household, order
from tests.factories.hazards import make_hazard
from tests.factories.shelters import open_shelter


def code(answer):
    return answer.json["errors"][0]["code"]


def test_one_shelter_of_fifty_beds_does_not_silence_the_warning(keeper, leader, person, disaster):
    open_shelter(person("shelter_manager"), disaster)  # fifty places
    household(keeper, people=30)
    assert put(leader, disaster, without_shelter="").status_code == 201
    household(keeper, people=25)

    refused = put(leader, disaster, without_shelter="")

    assert (refused.status_code, code(refused)) == (422, "too_few_places")
    assert "5" in refused.json["detail"]
    assert put(leader, disaster, without_shelter="邻镇中学").status_code == 201


def test_who_is_ordered_away_sleeps_there_and_after_the_impact_stays_on(
    keeper, leader, person, disaster
):
    open_shelter(person("shelter_manager"), disaster, capacity_night=40, capacity_after=20)
    household(keeper, people=30)
    assert put(leader, disaster, without_shelter="").status_code == 201  # an impact of 2013
    refused = put(leader, disaster, without_shelter="")

    assert code(refused) == "too_few_places" and "20" in refused.json["detail"]


def test_the_places_of_the_night_are_those_an_order_counts(keeper, leader, person, disaster):
    open_shelter(person("shelter_manager"), disaster, capacity_night=40)
    household(keeper, people=45)

    refused = put(leader, disaster, without_shelter="")

    assert code(refused) == "too_few_places" and "40" in refused.json["detail"]


def test_a_shelter_under_water_is_no_room(leader, person, disaster):
    open_shelter(person("shelter_manager"), disaster)
    assert put(leader, disaster, without_shelter="").status_code == 201

    make_hazard(person(f"duty_officer@{COUNTY}"), disaster)

    assert code(put(leader, disaster, without_shelter="")) == "no_shelter"


def test_a_full_shelter_is_no_room(keeper, leader, person, disaster):
    manager = person("shelter_manager")
    shelter = open_shelter(manager, disaster)
    household(keeper, people=3)
    address = f"/api/v1/shelters/{shelter}/arrivals/{new_id()}"
    manager.put(address, {"disaster_id": disaster["id"], "people": 48, "group": True})

    assert code(put(leader, disaster, without_shelter="")) == "too_few_places"


def test_who_is_inside_already_or_goes_to_relatives_needs_no_place(
    keeper, leader, person, disaster
):
    manager = person("shelter_manager")
    shelter = open_shelter(manager, disaster)
    row = household(keeper, people=40)
    household(keeper, people=400, destination="relatives")
    address = f"/api/v1/shelters/{shelter}/arrivals/{new_id()}"
    manager.put(address, {"disaster_id": disaster["id"], "people": 40, "listed_id": row})

    assert put(leader, disaster, without_shelter="").status_code == 201


def needing_places():
    with act_as(SYSTEM), db.reading() as session:
        (storm,) = disasters.disasters(session)
        area_id = disasters.area_by_code(session, TOWNSHIP, storm).id
        return people_to_place(session, storm, [area_id])


def test_an_order_that_runs_elsewhere_leaves_who_is_safe_safe(keeper, leader, officer, disaster):
    away, here = household(keeper, people=4), household(keeper, people=2)
    first = order(leader, disaster)
    act(officer, first, [away], "with_relatives")
    order(leader, disaster, area_codes=[NEIGHBOUR])

    leader.put(f"{API}/orders/{first}/lift", {"reason": "警报解除"})

    assert here and needing_places() == 2
    order(leader, disaster, number="东防指〔9〕号")
    assert needing_places() == 6, "who is ordered away anew is not safe by what was said before"


def test_villages_of_one_township_share_its_places(keeper, leader, person, disaster):
    open_shelter(person("shelter_manager"), disaster)
    household(keeper, people=40)
    household(keeper, people=20, area_code=TOWNSHIP)

    alone = put(leader, disaster, without_shelter="", area_codes=[VILLAGE])
    both = put(leader, disaster, without_shelter="", area_codes=[VILLAGE, TOWNSHIP])

    assert (alone.status_code, code(both)) == (201, "too_few_places")


def test_the_pages_say_how_many_places_are_lacking(browse, keeper, leader, person, disaster):
    open_shelter(person("shelter_manager"), disaster)
    household(keeper, people=60)
    order_id, page = order(leader, disaster), browse(f"duty_leader@{COUNTY}")

    shown = leader.get(f"{API}/orders/{order_id}").json

    assert shown["places"] == [{"area_code": TOWNSHIP, "people": 60, "free": 50, "lacking": 10}]
    assert 'data-lacking="10"' in page.get(f"/evacuation/orders/{order_id}").text
    form = page.get(f"/evacuation/orders/new?disaster={disaster['id']}&area={COUNTY}").text
    assert "缺 10 个床位" in form
