"""The way out over the phone's address: under its own id, late, twice, of somebody never in."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories.evacuation import household
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, standing


def body(disaster, **changes):
    return {"disaster_id": disaster["id"], "to": "home"} | changes


def leave(caller, shelter, order, departure=None):
    return caller.put(f"/api/v1/shelters/{shelter}/departures/{departure or new_id()}", order)


@pytest.fixture
def inside(manager, shelter_id, disaster):
    """Return the registration of three people who came on no list."""
    arrival = new_id()
    arrive(manager, shelter_id, disaster, 3, arrival_id=arrival)
    return arrival


def test_who_leaves_frees_their_places_once_however_often_it_is_sent(
    manager, shelter_id, disaster, inside
):
    departure, order = new_id(), body(disaster, arrival_id=inside, to="relatives")
    first = leave(manager, shelter_id, order, departure)
    again = leave(manager, shelter_id, order, departure)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json and first.json["id"] == departure
    assert standing(manager, shelter_id)["registered"] == 0


def test_two_phones_that_check_the_same_household_out_are_told_who_was_first(
    manager, shelter_id, disaster, inside
):
    leave(manager, shelter_id, body(disaster, arrival_id=inside))
    late = leave(manager, shelter_id, body(disaster, arrival_id=inside))

    assert late.status_code == 409 and "已经离开" in late.json["detail"]
    assert standing(manager, shelter_id)["registered"] == 0


def test_somebody_never_checked_in_is_refused_in_plain_words(manager, keeper, shelter_id, disaster):
    row = household(keeper)
    for order in ({"arrival_id": new_id()}, {"listed_id": row}):
        refused = leave(manager, shelter_id, body(disaster, **order))
        assert refused.status_code == 422
        assert [each["code"] for each in refused.json["errors"]] == ["not_inside"]
        assert "从未在本点登记" in refused.json["detail"]
    nobody = leave(manager, shelter_id, body(disaster))
    assert nobody.status_code == 422


def test_a_row_of_the_list_leaves_by_itself_though_another_door_let_it_in(
    manager, keeper, shelter_id, disaster
):
    row = household(keeper)
    arrive(manager, shelter_id, disaster, 3, listed_id=row)
    gone = leave(manager, shelter_id, body(disaster, arrival_id=new_id(), listed_id=row))

    assert gone.status_code == 201
    assert standing(manager, shelter_id)["registered"] == 0


def test_who_is_in_another_shelter_is_named_with_it(manager, keeper, shelter_id, disaster):
    other = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    row = household(keeper)
    arrive(manager, other, disaster, 3, listed_id=row)
    refused = leave(manager, shelter_id, body(disaster, listed_id=row))

    assert refused.status_code == 422 and "近处避灾点" in refused.json["detail"]
    assert standing(manager, other)["registered"] == 3


@pytest.mark.parametrize("need", ["minors_alone", "alone"])
@pytest.mark.parametrize("to", ["home", "relatives", "hospital"])
def test_minors_and_frail_elders_leave_only_to_somebody_named(
    manager, shelter_id, disaster, need, to
):
    arrival = new_id()
    arrive(manager, shelter_id, disaster, 1, arrival_id=arrival, **{need: 1})
    order = body(disaster, arrival_id=arrival, to=to)

    assert leave(manager, shelter_id, order).json["errors"][0]["field"] == "handed_to"
    assert leave(manager, shelter_id, order | {"handed_to": "试姨母"}).status_code == 201


def test_a_queue_that_arrives_after_closing_says_that_they_have_left(
    manager, shelter_id, disaster, inside
):
    leave(manager, shelter_id, body(disaster, arrival_id=inside))
    for state in ("closing", "closed"):
        manager.put(f"/api/v1/shelters/{shelter_id}/state",
                    {"disaster_id": disaster["id"], "state": state})  # fmt: skip
    late = leave(manager, shelter_id, body(disaster, arrival_id=inside))

    assert late.status_code == 409 and "已经离开" in late.json["detail"]


def test_who_leaves_while_the_shelter_closes_is_let_go(manager, shelter_id, disaster, inside):
    manager.put(f"/api/v1/shelters/{shelter_id}/state",
                {"disaster_id": disaster["id"], "state": "closing"})  # fmt: skip

    assert leave(manager, shelter_id, body(disaster, arrival_id=inside)).status_code == 201


def test_a_phone_carries_who_is_inside_masked(manager, shelter_id, disaster, app):
    from tests.spine.test_live import cookie_of

    arrive(manager, shelter_id, disaster, 1, name="王五试", room="301", alone=1)
    client = app.test_client()
    client.set_cookie("session", cookie_of(manager))
    [row] = client.get(
        f"/phone/check-in/facts?disaster={disaster['id']}&shelter={shelter_id}"
    ).json["inside"]

    assert (row["name"], row["people"], row["room"], row["care"]) == ("王*", 1, "301", True)


def test_who_was_announced_comes_once_however_often_a_phone_says_so(manager, shelter_id, disaster):
    bus, coming = new_id(), new_id()
    arrive(manager, shelter_id, disaster, 30, arrival_id=bus, group=True, on_the_way=True)
    address, order = f"/api/v1/shelters/{shelter_id}/comings", body(disaster, arrival_id=bus)
    del order["to"]
    first, again = (manager.put(f"{address}/{coming}", order) for _time in range(2))
    other_phone = manager.put(f"{address}/{new_id()}", order)

    assert (first.status_code, again.status_code, other_phone.status_code) == (201, 200, 409)
    assert first.json == again.json and first.json["id"] == coming
    stood = standing(manager, shelter_id)
    assert (stood["registered"], stood["on_the_way"]) == (30, 0)
