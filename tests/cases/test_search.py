"""One box finds a person by the exact identity number, for those who may."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories import families
from tests.factories.city import NEIGHBOUR, TOWNSHIP


@pytest.fixture
def household(person):
    household_id = new_id()
    clerk = person(f"window_clerk@{TOWNSHIP}")
    clerk.put(f"/api/v1/households/{household_id}", families.household())
    return household_id


def found(caller, text):
    answer = caller.get(f"/api/v1/search?q={text}")
    assert answer.status_code == 200
    return [each for each in answer.json["results"] if each["kind"] == "person"]


def test_the_exact_number_finds_the_person_masked(person, household):
    results = found(person(f"window_clerk@{TOWNSHIP}"), families.ID_MAN)

    assert [each["title"] for each in results] == ["施*"]
    assert results[0]["href"] == f"/cases/households/{household}"


@pytest.mark.parametrize("text", ["330203", families.ID_MAN[:-1], "施试验", "施"])
def test_nothing_less_finds_anybody(person, household, text):
    assert found(person(f"window_clerk@{TOWNSHIP}"), text) == []


def test_a_neighbour_and_a_reporter_find_nobody(person, household):
    assert found(person(f"window_clerk@{NEIGHBOUR}"), families.ID_MAN) == []
    assert found(person(f"township_reporter@{TOWNSHIP}"), families.ID_MAN) == []
