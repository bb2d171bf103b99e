"""An identity number holds places in one shelter: nobody counts twice, a transfer is offered."""

from __future__ import annotations

import threading

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.evacuation import household, order
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, leave, standing

NUMBER = "330203194901010017"


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def here(manager, disaster):
    return open_shelter(manager, disaster)


@pytest.fixture
def there(manager, disaster):
    return open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])


def test_a_walk_in_of_another_shelter_is_refused_and_moves_in_one_act(
    manager, disaster, here, there
):
    first = new_id()
    arrive(manager, here, disaster, 3, arrival_id=first, id_number=NUMBER)

    twice = arrive(manager, there, disaster, 3, id_number=NUMBER)
    assert twice.status_code == 409
    assert twice.json["registered"] == {
        "shelter_id": here, "name": "临江村避灾点", "arrival_id": first, "member": False,
        "named": False,
    }  # fmt: skip
    assert standing(manager, there)["registered"] == 0
    moved = arrive(manager, there, disaster, 3, id_number=NUMBER, moved_from=first)
    assert moved.status_code == 201
    found = (standing(manager, here)["registered"], standing(manager, there)["registered"])
    assert found == (0, 3)


def test_a_shelter_of_another_county_counts_and_the_same_one_says_so(
    person, manager, disaster, here
):
    far = person(f"shelter_manager@{OTHER_COUNTY}")
    away = open_shelter(far, disaster, area_code=OTHER_COUNTY, kind="centre_county")
    arrive(manager, here, disaster, 3, id_number=NUMBER)

    assert arrive(far, away, disaster, 3, id_number=NUMBER).json["registered"]["shelter_id"] == here
    again = arrive(manager, here, disaster, 2, id_number=NUMBER)
    assert again.status_code == 409
    assert "已在本" in again.json["detail"] or "here already" in again.json["detail"]


def test_who_left_may_come_again_and_a_correction_keeps_its_own_number(manager, disaster, here):
    first = new_id()
    arrive(manager, here, disaster, 3, arrival_id=first, id_number=NUMBER)
    changed = arrive(manager, here, disaster, 4, arrival_id=first, id_number=NUMBER, if_match='"1"')
    assert changed.status_code == 200
    leave(manager, here, first, to="home")

    assert arrive(manager, here, disaster, 3, id_number=NUMBER).status_code == 201


def test_who_was_sent_on_and_comes_takes_the_announced_places(manager, disaster, here, there):
    first = new_id()
    arrive(manager, here, disaster, 3, arrival_id=first, id_number=NUMBER)
    leave(manager, here, first, to="other_shelter", shelter_id=there)
    assert standing(manager, there)["on_the_way"] == 3

    assert arrive(manager, there, disaster, 3, id_number=NUMBER).status_code == 201
    stood = standing(manager, there)
    assert (stood["registered"], stood["on_the_way"]) == (3, 0)


def test_a_number_on_the_list_is_its_row_whatever_was_typed(person, manager, disaster, here, there):
    keeper = person(f"township_reporter@{TOWNSHIP}")
    row = household(keeper, id_number=NUMBER)
    order_id = order(person(f"duty_leader@{COUNTY}"), disaster)
    assert arrive(manager, here, disaster, 3, id_number=NUMBER).status_code == 201

    steps = f"/api/v1/evacuation/orders/{order_id}/households/{row}/steps"
    assert [each["state"] for each in keeper.get(steps).json["steps"]] == ["at_shelter"]
    twice = arrive(manager, there, disaster, 3, listed_id=row)
    assert twice.status_code == 409 and twice.json["registered"]["shelter_id"] == here


def test_a_number_that_is_completed_later_is_refused_where_it_holds_places(
    person, manager, disaster, here, there
):
    arrive(manager, here, disaster, 3, id_number=NUMBER)
    nameless = new_id()
    arrive(manager, there, disaster, 3, arrival_id=nameless)
    address = f"/api/v1/shelters/{there}/arrivals/{nameless}/identity"

    refused = manager.put(address, {"id_number": NUMBER}, If_Match='"1"')
    assert refused.status_code == 409 and refused.json["registered"]["shelter_id"] == here


def test_a_completed_number_puts_a_household_on_its_row(person, manager, disaster, here, there):
    row = household(person(f"township_reporter@{TOWNSHIP}"), id_number=NUMBER)
    nameless = new_id()
    arrive(manager, here, disaster, 3, arrival_id=nameless)
    address = f"/api/v1/shelters/{here}/arrivals/{nameless}/identity"
    assert manager.put(address, {"id_number": NUMBER}, If_Match='"1"').status_code in (200, 201)

    twice = arrive(manager, there, disaster, 3, listed_id=row)
    assert twice.status_code == 409 and twice.json["registered"]["shelter_id"] == here


def test_two_doors_at_once_take_one_number_once(manager, disaster, here, there):
    codes, start = [], threading.Barrier(2)

    def come(shelter_id):
        start.wait()
        codes.append(arrive(manager, shelter_id, disaster, 3, id_number=NUMBER).status_code)

    doors = [threading.Thread(target=come, args=(each,)) for each in (here, there)]
    for each in doors:
        each.start()
    for each in doors:
        each.join()

    assert sorted(codes) == [201, 409]
    both = standing(manager, here)["registered"] + standing(manager, there)["registered"]
    assert both == 3
