"""Meals over the API and the page: once for each day and meal, corrected in place."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP
from tests.factories.shelters import open_shelter

DAY, NOON = "2013-10-05", "2013-10-05T04:00:00Z"


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter(manager, disaster):
    shelter_id = open_shelter(manager, disaster)
    count = {"disaster_id": disaster["id"], "as_of": NOON, "total": 40}
    answer = manager.put(f"/api/v1/shelters/{shelter_id}/headcounts/{new_id()}", count)
    assert answer.status_code == 201, answer.json
    return shelter_id


@pytest.fixture
def body(disaster):
    return {"disaster_id": disaster["id"], "day": DAY, "meal": "lunch", "portions": 30, "soft": 4}


def put(caller, shelter, body, meal_id=None, **headers):
    return caller.put(f"/api/v1/shelters/{shelter}/meals/{meal_id or new_id()}", body, **headers)


def meals(caller, shelter):
    return caller.get(f"/api/v1/shelters/{shelter}/meals").json["meals"]


def post(caller, shelter, fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(f"/shelters/{shelter}/daybook", data=fields, headers=headers)


def test_a_meal_below_the_headcount_says_how_many_went_without(manager, shelter, body):
    answer = put(manager, shelter, body)

    assert answer.status_code == 201, answer.json
    (row,) = meals(manager, shelter)
    assert (row["portions"], row["soft"], row["people"], row["short_by"]) == (30, 4, 40, 10)


def test_the_same_meal_again_gets_the_same_receipt(manager, shelter, body):
    meal_id = new_id()
    first, again = (put(manager, shelter, body, meal_id) for _ in range(2))

    assert again.status_code == 200 and again.json == first.json
    assert len(meals(manager, shelter)) == 1


def test_a_second_id_for_the_meal_is_refused_and_names_the_first(manager, shelter, body):
    first = new_id()
    put(manager, shelter, body, first)
    answer = put(manager, shelter, body | {"portions": 31})

    assert answer.status_code == 409
    assert answer.json["rival_of"] == first
    assert [each["portions"] for each in meals(manager, shelter)] == [30]


def test_a_correction_says_the_revision_it_was_made_on(manager, shelter, body):
    meal_id, changed = new_id(), body | {"portions": 41}
    put(manager, shelter, body, meal_id)

    assert put(manager, shelter, changed, meal_id).status_code == 409
    assert put(manager, shelter, changed, meal_id, If_Match="1").status_code == 200
    assert put(manager, shelter, body | {"portions": 9}, meal_id, If_Match="1").status_code == 412
    (row,) = meals(manager, shelter)
    assert (row["portions"], row["revision"], row["short_by"]) == (41, 2, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"day": "2099-01-01"}, "day"), ({"soft": 31}, "soft"), ({"portions": 0}, "portions"),
        ({"meal": "tea"}, "meal"), ({"day": "9999-12-31"}, "day"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_explained_by_its_field(manager, shelter, body, change, field):
    answer = put(manager, shelter, body | change)

    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json["errors"]]
    assert meals(manager, shelter) == []


def test_another_area_finds_nothing_and_a_reader_enters_nothing(person, shelter, body):
    neighbour = person(f"duty_officer@{FAR_TOWNSHIP}")

    assert neighbour.get(f"/api/v1/shelters/{shelter}/meals").status_code == 404
    assert put(neighbour, shelter, body).status_code == 404
    assert put(person(f"auditor@{COUNTY}"), shelter, body).status_code == 403


def test_the_form_enters_a_meal_and_corrects_it(manager, shelter, body):
    fields = body | {"id": new_id(), "revision": "", "infant": "", "restricted": ""}
    assert post(manager, shelter, fields).status_code == 303
    assert post(manager, shelter, fields | {"revision": "1", "portions": 42}).status_code == 303
    assert post(manager, shelter, fields | {"id": new_id()}).status_code == 409

    page = manager.get(f"/shelters/{shelter}/daybook").text
    assert "午餐" in page and "42" in page


def test_a_form_made_on_an_older_revision_shows_the_difference_and_can_be_sent_again(
    manager, shelter, body
):
    fields = body | {"id": new_id(), "revision": ""}
    post(manager, shelter, fields)
    post(manager, shelter, fields | {"revision": "1", "portions": 42})
    answer = post(manager, shelter, fields | {"revision": "1", "portions": 43})

    assert answer.status_code == 412
    assert 'name="revision" value="2"' in answer.text and "42" in answer.text
    assert post(manager, shelter, fields | {"revision": "2", "portions": 43}).status_code == 303


def test_a_meal_of_an_unknown_disaster_is_not_taken(manager, shelter, body):
    unknown = put(manager, shelter, body | {"disaster_id": new_id()})

    assert unknown.status_code in (404, 422)
    assert meals(manager, shelter) == []
