"""A bus too large for any shelter: divided over several in one act, or not at all."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, standing
from tests.shelters.test_leaving import events_named
from tests.shelters.test_next_shelter import EAST, WEST
from tests.shelters.test_pages import post


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def three(manager, disaster):
    points = {"甲": [121.5012, 29.8011], "乙": WEST, "丙": EAST}
    return [open_shelter(manager, disaster, name=name, capacity_max=120, point=point)
            for name, point in points.items()]  # fmt: skip


def divide(caller, shelter_id, disaster, parts, *, division_id=None):
    body = {"disaster_id": disaster["id"], "parts": parts}
    return caller.put(f"/api/v1/shelters/{shelter_id}/divisions/{division_id or new_id()}", body)


def proposed(refused):
    return {each["id"]: each["people"] for each in refused.json["division"]}


def stands(caller, shelters):
    found = [standing(caller, each) for each in shelters]
    return [(each["registered"], each["on_the_way"]) for each in found]


def test_a_stranger_and_a_neighbour_are_refused(stranger, person, three, disaster):
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")
    parts = {three[0]: 3}

    assert divide(stranger, three[0], disaster, parts).status_code == 401
    assert divide(neighbour, three[0], disaster, parts).status_code == 404


def test_what_was_proposed_is_done_in_one_act_and_a_retry_changes_nothing(manager, three, disaster):
    refused = arrive(manager, three[0], disaster, 300, group=True)
    act = new_id()
    done = divide(manager, three[0], disaster, proposed(refused), division_id=act)
    again = divide(manager, three[0], disaster, proposed(refused), division_id=act)

    assert (done.status_code, again.status_code) == (201, 200)
    assert stands(manager, three) == [(120, 0), (120, 120), (60, 60)]
    [event] = events_named("shelter.group_divided")
    assert '"people":300' in event and '"parts":3' in event
    assert len(events_named("shelter.admitted")) == 3


def test_where_one_filled_up_meanwhile_nobody_moves_and_another_division_is_offered(
    manager, three, disaster
):
    refused = arrive(manager, three[0], disaster, 300, group=True)
    arrive(manager, three[1], disaster, 50)
    done = divide(manager, three[0], disaster, proposed(refused))

    assert done.status_code == 409
    assert stands(manager, three) == [(0, 0), (50, 0), (0, 0)]
    assert sorted(proposed(done).values()) == [70, 110, 120] or done.json["left"] == 0


def test_the_page_shows_the_division_and_does_it_without_a_script(manager, three, disaster):
    fields = {"id": new_id(), "disaster_id": disaster["id"], "people": "300", "group": "true",
              "back": "check_in"}  # fmt: skip
    refused = post(manager, f"/shelters/{three[0]}/arrivals", **fields)
    parts = {f"parts.{each}": people for each, people in zip(three, (120, 120, 60), strict=True)}
    done = post(manager, f"/shelters/{three[0]}/division", id=new_id(),
                disaster_id=disaster["id"], **parts)  # fmt: skip

    assert refused.status_code == 409
    assert all(f'name="{each}"' in refused.text for each in parts)
    assert done.status_code == 303, done.text
    assert stands(manager, three) == [(120, 0), (120, 120), (60, 60)]
