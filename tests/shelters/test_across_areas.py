"""Who is moved between the shelters of two townships leaves both of them counted rightly."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP
from tests.factories.evacuation import household
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, leave, standing
from tests.shelters.test_counted_inside import ago, agrees, counted


@pytest.fixture
def county(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def here(person):
    return person(f"shelter_manager@{TOWNSHIP}")


@pytest.fixture
def there(person):
    return person(f"shelter_manager@{NEIGHBOUR}")


@pytest.fixture
def own(county, disaster):
    return open_shelter(county, disaster)


@pytest.fixture
def other(county, disaster):
    """Of another township: 50 places, 2 of them for wheelchairs."""
    more = {"name": "望海避灾点", "area_code": NEIGHBOUR, "point": [121.6, 29.85]}
    return open_shelter(county, disaster, wheelchair=2, **more)


def test_who_is_sent_on_to_another_township_leaves_its_count_explained(
    here, there, own, other, disaster
):
    household_id = new_id()
    arrive(there, other, disaster, 30, group=True, arrived_at=ago(60))
    counted(there, other, disaster, 30, minutes=10)
    arrive(here, own, disaster, 4, arrival_id=household_id)

    sent = leave(here, own, household_id, to="other_shelter", shelter_id=other)

    stood = standing(there, other)
    assert sent.status_code == 201, sent.json
    assert (stood["state"], stood["unregistered"], stood["free"]) == ("open", 0, 16)
    assert agrees()


def test_who_is_fetched_from_another_township_leaves_its_count_explained(
    person, here, there, own, other, disaster
):
    row = household(person(f"township_reporter@{TOWNSHIP}"))
    arrive(there, other, disaster, 30, group=True, arrived_at=ago(60))
    first = arrive(there, other, disaster, 3, listed_id=row, arrived_at=ago(60)).json["id"]
    counted(there, other, disaster, 33, minutes=10)

    moved = arrive(here, own, disaster, 3, listed_id=row, moved_from=first)

    stood = standing(there, other)
    assert moved.status_code == 201, moved.json
    assert (stood["registered"], stood["unregistered"], stood["free"]) == (30, 0, 20)
    assert agrees()


def test_places_of_a_kind_that_are_taken_in_another_township_are_not_given_again(
    here, there, own, other, disaster
):
    household_id = new_id()
    arrive(there, other, disaster, 2, wheelchair=2)
    arrive(here, own, disaster, 1, arrival_id=household_id, wheelchair=1)

    sent = leave(here, own, household_id, to="other_shelter", shelter_id=other)

    assert sent.status_code == 409, sent.json
    assert (standing(here, own)["registered"], standing(there, other)["registered"]) == (1, 2)
