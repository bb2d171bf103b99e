"""Where a household goes that finds no place: near, open, safe, reachable, not promised away."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import household
from tests.factories.hazards import box, make_hazard
from tests.factories.plans import make_plan
from tests.factories.shelters import open_shelter
from tests.plans.test_plans import apply
from tests.shelters.test_arrivals import arrive, leave, standing
from tests.shelters.test_leaving import events_named

WEST, EAST = [121.499, 29.8011], [121.5045, 29.8011]


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def full(manager, disaster):
    shelter_id = open_shelter(manager, disaster)
    arrive(manager, shelter_id, disaster, 50)
    return shelter_id


def named(caller, shelter_id, disaster, people=4, **more):
    answer = arrive(caller, shelter_id, disaster, people, **more)
    assert answer.status_code == 409, answer.json
    return answer.json["alternatives"]


def ids(found):
    return [each["id"] for each in found]


def test_a_shelter_behind_a_closed_road_is_no_next_one(manager, person, full, disaster):
    west = open_shelter(manager, disaster, name="西侧避灾点", point=WEST)
    east = open_shelter(manager, disaster, name="东侧避灾点", point=EAST)
    before = ids(named(manager, full, disaster))
    road = {"type": "LineString", "coordinates": [[121.5001, 29.79], [121.5001, 29.81]]}
    make_hazard(person(f"duty_officer@{COUNTY}"), disaster, kind="closed_road", shape=road)

    assert before == [west, east]
    assert ids(named(manager, full, disaster)) == [east]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"safety_checked_until": "2013-01-01"}, "safety_lapsed"),
     ({"usage": "out_of_use"}, "out_of_use"), ({"usage": "under_repair"}, "under_repair")],
)  # fmt: skip
def test_a_shelter_whose_building_is_doubted_comes_last_and_says_so(
    manager, full, disaster, changed, code
):
    doubted = open_shelter(manager, disaster, name="存疑避灾点", point=WEST, **changed)
    alone = named(manager, full, disaster)
    sound = open_shelter(manager, disaster, name="东侧避灾点", point=EAST)
    both = named(manager, full, disaster)

    assert [each["doubts"] for each in alone] == [[code]]
    assert ids(both) == [sound, doubted]


def test_a_shelter_with_the_kind_of_place_asked_for_comes_before_a_nearer_one_without(
    manager, full, disaster
):
    near = open_shelter(manager, disaster, name="西侧避灾点", point=WEST)
    fit = open_shelter(manager, disaster, name="东侧避灾点", point=EAST, wheelchair=1)

    anybody = named(manager, full, disaster)
    chair = named(manager, full, disaster, wheelchair=1)
    arrive(manager, fit, disaster, 1, wheelchair=1)
    taken = named(manager, full, disaster, wheelchair=1)

    assert (ids(anybody), ids(chair), ids(taken)) == ([near, fit], [fit, near], [near, fit])
    assert [each["short"] for each in chair] == [[], ["wheelchair"]]


def test_places_of_a_kind_are_kept_at_the_door_unless_somebody_decides(manager, disaster):
    shelter_id = open_shelter(manager, disaster, wheelchair=1)
    first = arrive(manager, shelter_id, disaster, 2, wheelchair=1)
    refused = arrive(manager, shelter_id, disaster, 2, wheelchair=1)
    decided = arrive(manager, shelter_id, disaster, 2, wheelchair=1, over_reason="水深",
                     over_by="试镇长")  # fmt: skip

    assert (first.status_code, refused.status_code, decided.status_code) == (201, 409, 201)
    assert refused.json["short"] == ["wheelchair"]
    assert "轮椅" in refused.json["detail"]
    [event] = events_named("shelter.admitted_above_kind")
    assert '"wheelchair":1' in event and '"pets":0' in event
    assert events_named("shelter.admitted_above") == []
    assert standing(manager, shelter_id)["registered"] == 4


def test_a_household_corrected_or_gone_frees_its_own_kind_of_place(manager, disaster):
    shelter_id = open_shelter(manager, disaster, wheelchair=2)
    first = new_id()
    arrive(manager, shelter_id, disaster, 2, arrival_id=first, wheelchair=2)
    again = arrive(manager, shelter_id, disaster, 3, arrival_id=first, if_match="1", wheelchair=2)
    more = arrive(manager, shelter_id, disaster, 3, arrival_id=first, if_match="2", wheelchair=3)
    leave(manager, shelter_id, first, to="home")

    assert (again.status_code, more.status_code) == (200, 409)
    assert arrive(manager, shelter_id, disaster, 2, wheelchair=2).status_code == 201


def test_where_no_place_of_a_kind_is_kept_whoever_comes_is_taken_in(manager, disaster):
    shelter_id = open_shelter(manager, disaster)

    assert arrive(manager, shelter_id, disaster, 3, infant=1, pets=1).status_code == 201


def test_ground_under_water_is_no_next_one(manager, person, full, disaster):
    open_shelter(manager, disaster, name="西侧避灾点", point=WEST)
    ground = box(121.498, 29.80, 121.4995, 29.802)
    make_hazard(person(f"duty_officer@{COUNTY}"), disaster, shape=ground)

    assert named(manager, full, disaster) == []


def test_a_bus_too_large_for_any_shelter_is_divided_over_the_nearest(manager, disaster):
    here = open_shelter(manager, disaster, name="甲", capacity_max=120)
    near = open_shelter(manager, disaster, name="乙", capacity_max=120, point=WEST)
    far = open_shelter(manager, disaster, name="丙", capacity_max=120, point=EAST)

    refused = arrive(manager, here, disaster, 300, group=True)

    assert refused.status_code == 409 and refused.json["alternatives"] == []
    parts = [(each["id"], each["people"], each["here"]) for each in refused.json["division"]]
    assert parts == [(here, 120, True), (near, 120, False), (far, 60, False)]
    assert refused.json["left"] == 0
    assert "乙" in refused.json["detail"] and "60" in refused.json["detail"]


def test_who_still_finds_no_place_is_said(manager, disaster):
    here = open_shelter(manager, disaster, name="甲", capacity_max=120)
    open_shelter(manager, disaster, name="乙", capacity_max=120, point=WEST)

    assert arrive(manager, here, disaster, 300, group=True).json["left"] == 60


def test_a_family_is_never_divided(manager, person, disaster):
    here = open_shelter(manager, disaster, name="甲", capacity_max=3)
    open_shelter(manager, disaster, name="乙", capacity_max=3, point=WEST)
    row = household(person(f"township_reporter@{TOWNSHIP}"))

    for more in ({}, {"listed_id": row}):
        assert "division" not in arrive(manager, here, disaster, 5, **more).json
    assert "division" not in arrive(manager, here, disaster, 20, listed_id=row).json


def test_what_a_village_was_promised_is_free_for_nobody_else_until_it_came(
    person, manager, full, disaster
):
    officer = person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")
    near = open_shelter(manager, disaster, name="东侧避灾点", point=EAST)
    groups = [{"area_code": VILLAGE, "people": 40}]
    made = make_plan(officer, disaster, area_code=COUNTY, groups=groups)
    assert apply(officer, made).status_code == 200
    row = household(person(f"township_reporter@{TOWNSHIP}"))  # of that village

    stranger = named(manager, full, disaster, 10)
    own = named(manager, full, disaster, 11, origin_code=VILLAGE)
    listed = named(manager, full, disaster, 11, listed_id=row)
    too_many = named(manager, full, disaster, 11)
    arrive(manager, near, disaster, 38, origin_code=VILLAGE)
    after = named(manager, full, disaster, 10)

    assert [each["free"] for each in (*stranger, *own, *listed)] == [10, 50, 50]
    assert (ids(stranger), too_many) == ([near], [])
    assert [each["free"] for each in after] == [10]
