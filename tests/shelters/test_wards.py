"""Minors nobody is with and frail elders: at no door and by no way do they leave with nobody."""

from __future__ import annotations

import pytest

from relief_ops import db, vault
from shelters.models import Arrival
from tests.conftest import new_id
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.evacuation import household
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, leave, standing
from tests.shelters.test_pages import post

NEAR = {"name": "近处避灾点", "point": [121.503, 29.802]}


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


@pytest.fixture
def near(manager, disaster):
    return open_shelter(manager, disaster, **NEAR)


@pytest.fixture
def row(person):
    return household(person(f"township_reporter@{TOWNSHIP}"))


def kept(arrival_id):
    """Return what is known of a household: minors alone, elders alone, the note, to whom."""
    from uuid import UUID

    from relief_ops.auth import SYSTEM, act_as

    with act_as(SYSTEM), db.reading() as session:
        found = session.get(Arrival, UUID(arrival_id))
        notes = [getattr(found, f"{each}_sealed") and vault.unseal(
            "arrival", each, found.id, getattr(found, f"{each}_sealed"))
            for each in ("care", "handed_to")]  # fmt: skip
        return found.minors_alone, found.alone, *notes


def test_a_transfer_names_with_whom_minors_left_and_keeps_what_is_known_of_them(
    manager, shelter_id, near, row, disaster
):
    first, second = new_id(), new_id()
    arrive(manager, shelter_id, disaster, 2, arrival_id=first, listed_id=row, minors_alone=2,
           care="每晚八点用药")  # fmt: skip
    asked = {"listed_id": row, "moved_from": first}
    nobody = arrive(manager, near, disaster, 2, arrival_id=second, **asked)
    stood = standing(manager, shelter_id)["registered"]
    named = arrive(manager, near, disaster, 2, arrival_id=second, handed_to="试姨母", alone=1,
                   care="怕黑", **asked)  # fmt: skip

    assert nobody.status_code == 422 and nobody.json["errors"][0]["field"] == "handed_to"
    assert (stood, named.status_code) == (2, 201)
    assert kept(second) == (2, 1, "每晚八点用药 / 怕黑", None)
    assert kept(first)[3] == "试姨母"


def test_who_was_announced_with_a_ward_arrives_with_it_whatever_is_typed_at_the_door(
    manager, shelter_id, near, row, disaster
):
    first, came = new_id(), new_id()
    arrive(manager, shelter_id, disaster, 3, arrival_id=first, listed_id=row, alone=1, care="透析")
    sent = leave(
        manager, shelter_id, first, to="other_shelter", shelter_id=near, handed_to="试村医"
    )
    arrive(manager, near, disaster, 3, arrival_id=came, listed_id=row)

    assert sent.status_code == 201
    assert kept(came) == (0, 1, "透析", None)
    assert leave(manager, near, came, to="home").status_code == 422


def test_who_is_inside_is_not_let_go_as_if_they_had_never_come(manager, shelter_id, disaster):
    inside, expected = new_id(), new_id()
    arrive(manager, shelter_id, disaster, 1, arrival_id=inside, minors_alone=1)
    arrive(manager, shelter_id, disaster, 1, arrival_id=expected, minors_alone=1, on_the_way=True)
    page = manager.get(f"/shelters/{shelter_id}/check-in").text
    of = {each: page.split(f"/arrivals/{each}/departure")[1].split("</form>")[0]
          for each in (inside, expected)}  # fmt: skip

    assert 'value="cancelled"' not in of[inside] and 'name="handed_to"' in of[inside]
    assert 'value="cancelled" selected' in of[expected]
    assert leave(manager, shelter_id, inside, to="cancelled").status_code == 422
    assert leave(manager, shelter_id, expected, to="cancelled").status_code == 201
    address = f"/shelters/{shelter_id}/arrivals/{inside}/departure"
    gone = post(manager, address, back="check_in", to="relatives", handed_to="试姨母")
    assert gone.status_code == 303, gone.text
    assert kept(inside)[3] == "试姨母"


def test_whoever_came_first_of_many_can_still_be_let_go_and_their_group_named(manager, disaster):
    big = open_shelter(manager, disaster, name="体育馆", capacity_max=400)
    bus, first = new_id(), new_id()
    early = {"arrived_at": "2013-10-06T01:00:00+00:00"}
    arrive(manager, big, disaster, 30, arrival_id=bus, group=True, **early)
    arrive(manager, big, disaster, 2, arrival_id=first, **early)
    for _number in range(51):
        arrive(manager, big, disaster, 1)
    page = manager.get(f"/shelters/{big}/check-in").text

    assert f"/arrivals/{first}/departure" in page
    assert f'<option value="{bus}"' in page


def test_a_household_registered_by_mistake_is_taken_off_again_at_the_desk(
    manager, shelter_id, disaster
):
    twice = new_id()
    arrive(manager, shelter_id, disaster, 4, arrival_id=twice)
    page = manager.get(f"/shelters/{shelter_id}/check-in").text
    row = page.split(f"/arrivals/{twice}/departure")[1].split("</form>")[0]

    assert 'value="cancelled"' in row and "误登记" in row
    assert leave(manager, shelter_id, twice, to="cancelled").status_code == 201
    assert manager.get(f"/api/v1/shelters/{shelter_id}").json["status"]["registered"] == 0
