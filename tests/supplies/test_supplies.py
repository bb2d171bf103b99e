"""The supplies of a shelter over the API and the page: reckoned, asked for, once."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive

PEOPLE = {"total": 40, "over60": 10, "under18": 6}


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{TOWNSHIP}", f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def shelter(person, disaster):
    caller = person(f"shelter_manager@{COUNTY}", f"duty_officer@{COUNTY}")
    shelter_id = open_shelter(caller, disaster, infant=5)
    count = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), **PEOPLE}
    answer = caller.put(f"/api/v1/shelters/{shelter_id}/headcounts/{new_id()}", count)
    assert answer.status_code == 201, answer.json
    return shelter_id


@pytest.fixture
def clerk(person):
    return person(f"duty_officer@{COUNTY}")


def seen(caller, shelter, query=""):
    answer = caller.get(f"/api/v1/shelters/{shelter}/supplies{query}")
    assert answer.status_code == 200, answer.json
    return answer.json, {each["item"]: each for each in answer.json["items"]}


def post(caller, shelter, fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(f"/shelters/{shelter}/supplies", data=fields, headers=headers)


def order(caller, shelter, body, order_id=None):
    return caller.put(f"/api/v1/shelters/{shelter}/supply-orders/{order_id or new_id()}", body)


def test_the_last_headcount_says_how_much_is_wanted(clerk, shelter):
    whole, items = seen(clerk, shelter)

    assert (whole["people"], whole["days"]) == (40, 3)
    assert (items["water"]["daily"], items["water"]["wanted"]) == (10, 30)
    assert items["blanket"]["wanted"] == 40 and items["blanket"]["daily"] is None
    assert items["soft_food"]["wanted"] == 3
    assert items["water"]["days"] == 0


def test_more_days_want_more_food_and_no_more_blankets(clerk, shelter):
    _whole, items = seen(clerk, shelter, "?days=6")

    assert items["water"]["wanted"] == 60
    assert items["blanket"]["wanted"] == 40


@pytest.mark.parametrize("days", ["0", "31", "-1", "three", "99999999999999", "٣"])
def test_an_odd_number_of_days_is_explained(clerk, shelter, days):
    answer = clerk.get(f"/api/v1/shelters/{shelter}/supplies?days={days}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "days"


def test_an_order_opens_a_need_for_each_item_and_is_no_longer_missing(clerk, shelter, disaster):
    body = {"disaster_id": disaster["id"], "items": {"water": 30, "quilt": 38}}
    assert order(clerk, shelter, body).status_code == 201

    _whole, items = seen(clerk, shelter)
    assert (items["water"]["asked"], items["water"]["missing"]) == (30, 0)
    assert items["quilt"]["asked"] == 40  # in packs of five


def test_the_same_order_twice_opens_its_needs_once(clerk, shelter, disaster):
    body, order_id = {"disaster_id": disaster["id"], "items": {"water": 30}}, new_id()
    first = order(clerk, shelter, body, order_id)
    again = order(clerk, shelter, body, order_id)

    assert first.json["seq"] == again.json["seq"]
    assert seen(clerk, shelter)[1]["water"]["asked"] == 30
    changed = body | {"items": {"water": 31}}
    assert order(clerk, shelter, changed, order_id).status_code == 409


def test_an_order_with_one_unknown_item_opens_nothing(clerk, shelter, disaster):
    body = {"disaster_id": disaster["id"], "items": {"water": 30, "gold": 1}}

    assert order(clerk, shelter, body).status_code == 422
    assert seen(clerk, shelter)[1]["water"]["asked"] == 0


@pytest.mark.parametrize("items", [{}, {"water": 0}, {"water": -3}, {"water": 10**9}, {"": 3}, []])
def test_nothing_or_nonsense_is_not_asked_for(clerk, shelter, disaster, items):
    assert order(clerk, shelter, {"disaster_id": disaster["id"], "items": items}).status_code == 422


def test_another_area_sees_nothing_and_a_manager_without_the_permission_asks_nothing(
    person, manager, shelter, disaster
):
    body = {"disaster_id": disaster["id"], "items": {"water": 30}}
    neighbour = person(f"duty_officer@{FAR_TOWNSHIP}")

    assert neighbour.get(f"/api/v1/shelters/{shelter}/supplies").status_code == 404
    assert order(neighbour, shelter, body).status_code == 404
    assert order(person(f"auditor@{COUNTY}"), shelter, body).status_code == 403


def test_the_page_asks_for_what_is_missing_and_says_so(clerk, shelter):
    page = clerk.get(f"/shelters/{shelter}/supplies").text
    fields = {
        "id": new_id(), "disaster_id": page.split('name="disaster_id" value="')[1][:36],
        "days": "3", "items.water": "30", "items.blanket": "", "items.mat": "0",
    }  # fmt: skip
    answer = post(clerk, shelter, fields)

    assert answer.status_code == 303
    _whole, items = seen(clerk, shelter)
    assert items["water"]["missing"] == 0
    assert items["blanket"]["asked"] == items["mat"]["asked"] == 0


def test_an_empty_form_says_that_nothing_was_asked_for(clerk, shelter, disaster):
    fields = {"id": new_id(), "disaster_id": disaster["id"], "days": "3", "items.water": ""}
    answer = post(clerk, shelter, fields)

    assert answer.status_code == 422
    assert "未申请任何物资" in answer.text


def test_who_came_since_the_last_headcount_is_reckoned_and_who_is_announced_too(
    clerk, manager, shelter, disaster
):
    arrive(manager, shelter, disaster, 5)
    arrive(manager, shelter, disaster, 3, on_the_way=True)

    whole, items = seen(clerk, shelter)

    assert (whole["people"], items["blanket"]["wanted"]) == (48, 48)


def test_who_is_only_announced_does_not_eat_in_a_shelter_yet(manager, person, disaster):
    uncounted = open_shelter(person(f"shelter_manager@{COUNTY}"), disaster, name="近处避灾点")
    arrive(manager, uncounted, disaster, 6)
    arrive(manager, uncounted, disaster, 30, on_the_way=True)

    assert eaters(manager, disaster) == {UUID(uncounted): 6}


def test_who_came_since_the_last_headcount_eats_too(manager, shelter, disaster):
    arrive(manager, shelter, disaster, 5)

    assert eaters(manager, disaster) == {UUID(shelter): 45}


def eaters(caller, disaster):
    from relief_ops import db, geo
    from relief_ops.auth import act_as, lookup
    from shelters.queries.eating import people_at

    with db.reading() as session, act_as(lookup.viewer_of(session, caller.user_id)):
        township = geo.tree(session).by_code(TOWNSHIP)
        found = people_at(session, UUID(disaster["id"]), township.id)
        return {each.place_id: each.people for each in found}
