"""Whoever was counted takes a place, registered or not: the hard limit counts them too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from relief_ops import clock, db
from shelters import queries
from tests.conftest import new_id
from tests.factories.city import COUNTY
from tests.factories.shelters import open_shelter, shelter_body
from tests.shelters.test_arrivals import arrive, leave, race, standing
from tests.shelters.test_headcounts import count
from tests.upgrading import take_back_to

NEAR = {"name": "近处避灾点", "point": [121.503, 29.802]}


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


def ago(minutes):
    return (clock.now() - timedelta(minutes=minutes)).isoformat()


def counted(caller, shelter_id, disaster, total, *, minutes=0):
    answer = count(caller, shelter_id, disaster, total, as_of=ago(minutes))
    assert answer.status_code == 201, answer.json


def agrees():
    with db.reading() as session:
        return queries.disagreements(session) == []


def test_nobody_comes_on_top_of_fifty_counted_on_fifty_places_without_a_decision(
    manager, shelter_id, disaster
):
    counted(manager, shelter_id, disaster, 50)
    refused = arrive(manager, shelter_id, disaster, 40)
    decided = arrive(manager, shelter_id, disaster, 4, over_reason="外面水深", over_by="试镇长")
    next_one = arrive(manager, shelter_id, disaster, 1)

    assert (refused.status_code, decided.status_code, next_one.status_code) == (409, 201, 409)
    assert refused.json["unregistered"] == 50
    stood = standing(manager, shelter_id)
    assert (stood["registered"], stood["above"], stood["free"]) == (4, 4, 0)
    assert agrees()


def test_who_was_only_announced_explains_nobody_who_was_counted(manager, shelter_id, disaster):
    """Thirty are counted and thirty others on the way: sixty will need a place, not thirty."""
    announced = new_id()
    arrive(manager, shelter_id, disaster, 15, arrival_id=announced, on_the_way=True,
           arrived_at=ago(30))  # fmt: skip
    counted(manager, shelter_id, disaster, 30, minutes=10)

    assert standing(manager, shelter_id)["free"] == 5
    assert arrive(manager, shelter_id, disaster, 6).status_code == 409
    came = arrive(manager, shelter_id, disaster, 15, arrival_id=announced, if_match="1")
    assert came.status_code == 200, came.json
    assert standing(manager, shelter_id)["free"] == 5 and agrees()
    leave(manager, shelter_id, announced, to="home")
    assert standing(manager, shelter_id)["free"] == 20 and agrees()


def test_more_counted_than_places_make_no_decision_of_more_than_who_came(
    manager, shelter_id, disaster
):
    counted(manager, shelter_id, disaster, 60)
    decided = arrive(manager, shelter_id, disaster, 4, over_reason="外面水深", over_by="试镇长")

    assert decided.status_code == 201
    assert standing(manager, shelter_id)["above"] == 4


def test_who_was_counted_and_is_registered_afterwards_takes_no_place_anew(
    manager, shelter_id, disaster
):
    counted(manager, shelter_id, disaster, 50, minutes=10)
    late = arrive(manager, shelter_id, disaster, 4, arrived_at=ago(60))
    fresh = arrive(manager, shelter_id, disaster, 1)

    assert (late.status_code, fresh.status_code) == (201, 409)
    stood = standing(manager, shelter_id)
    assert (stood["registered"], stood["unregistered"], stood["free"]) == (4, 46, 0)
    assert agrees()


def test_who_came_and_left_since_the_count_is_reckoned_with(manager, shelter_id, disaster):
    household = new_id()
    arrive(manager, shelter_id, disaster, 10, arrival_id=household, arrived_at=ago(60))
    counted(manager, shelter_id, disaster, 45, minutes=10)
    full = arrive(manager, shelter_id, disaster, 6)
    came = arrive(manager, shelter_id, disaster, 5)
    leave(manager, shelter_id, household, to="home")

    assert (full.status_code, came.status_code) == (409, 201)
    stood = standing(manager, shelter_id)
    assert (stood["state"], stood["registered"], stood["free"]) == ("open", 5, 10)
    assert arrive(manager, shelter_id, disaster, 10).status_code == 201
    assert standing(manager, shelter_id)["state"] == "full"
    assert agrees()


def test_a_departure_before_the_count_frees_nothing_of_what_was_counted(
    manager, shelter_id, disaster
):
    household = new_id()
    arrive(manager, shelter_id, disaster, 10, arrival_id=household, arrived_at=ago(60))
    counted(manager, shelter_id, disaster, 50, minutes=10)
    leave(manager, shelter_id, household, to="home", left_at=ago(30))

    assert standing(manager, shelter_id)["free"] == 0
    assert agrees()


def test_a_count_ahead_of_its_time_knows_nobody_who_comes_until_then(manager, shelter_id, disaster):
    counted(manager, shelter_id, disaster, 50, minutes=-5)

    assert arrive(manager, shelter_id, disaster, 1).status_code == 409


def test_a_correction_of_who_is_inside_needs_no_place_and_keeps_when_they_came(
    manager, shelter_id, disaster
):
    household = new_id()
    arrive(manager, shelter_id, disaster, 4, arrival_id=household, arrived_at=ago(60))
    counted(manager, shelter_id, disaster, 50, minutes=10)
    moved = arrive(manager, shelter_id, disaster, 4, arrival_id=household, if_match="1", room="3")
    more = arrive(manager, shelter_id, disaster, 5, arrival_id=household, if_match="2", room="3")

    assert (moved.status_code, more.status_code) == (200, 200)
    assert standing(manager, shelter_id)["unregistered"] == 45
    assert agrees()


def test_a_shelter_that_was_counted_nearly_full_offers_only_what_is_left(
    manager, shelter_id, disaster
):
    near = open_shelter(manager, disaster, **NEAR)
    counted(manager, near, disaster, 49)
    arrive(manager, shelter_id, disaster, 50)

    one, two = (arrive(manager, shelter_id, disaster, people) for people in (1, 2))

    assert one.json["next"]["id"] == near and one.json["next"]["free"] == 1
    assert two.json["alternatives"] == []


def test_two_hundred_at_once_where_forty_were_counted_fill_exactly_ten(
    manager, shelter_id, disaster
):
    counted(manager, shelter_id, disaster, 40)
    outcomes = race(shelter_id, disaster, households=60, workers=12)

    assert (outcomes.count("in"), outcomes.count("full")) == (10, 50)
    assert standing(manager, shelter_id)["free"] == 0


def test_counts_of_an_earlier_schema_are_held_against_the_registrations_of_their_moment(
    manager, shelter_id, disaster
):
    arrive(manager, shelter_id, disaster, 10, arrived_at=ago(60))
    counted(manager, shelter_id, disaster, 45, minutes=10)
    arrive(manager, shelter_id, disaster, 3)
    take_back_to("0057")
    db.migrate()

    stood = standing(manager, shelter_id)
    assert (stood["unregistered"], stood["free"]) == (35, 2)
    assert agrees()


def places(caller, shelter_id, capacity, *, base):
    body = shelter_body(capacity_max=capacity)
    return caller.put(f"/api/v1/shelters/{shelter_id}", body, If_Match=str(base))


def test_places_that_are_added_open_a_full_shelter_and_fewer_fill_it(manager, shelter_id, disaster):
    arrive(manager, shelter_id, disaster, 50)
    assert standing(manager, shelter_id)["state"] == "full"

    assert places(manager, shelter_id, 60, base=1).status_code == 200
    stood = standing(manager, shelter_id)
    assert (stood["state"], stood["free"]) == ("open", 10)
    assert places(manager, shelter_id, 50, base=2).status_code == 200
    assert standing(manager, shelter_id)["state"] == "full"
    assert agrees()


def test_no_shelter_is_made_smaller_than_those_registered_and_those_only_counted(
    manager, shelter_id, disaster
):
    counted(manager, shelter_id, disaster, 20, minutes=10)
    arrive(manager, shelter_id, disaster, 10)

    too_few = places(manager, shelter_id, 29, base=1)

    assert too_few.status_code == 422
    assert "30" in too_few.json["errors"][0]["message"]
    assert places(manager, shelter_id, 30, base=1).status_code == 200
    assert standing(manager, shelter_id)["state"] == "full"
