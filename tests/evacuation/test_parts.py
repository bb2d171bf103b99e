"""As many are safe as came: households in parts, units in buses, and nobody counted for another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from tests.conftest import new_id
from tests.evacuation.test_orders_together import in_agreement, whole
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, household, order
from tests.factories.rosters import id_number
from tests.factories.shelters import open_shelter

ROOM = {"capacity_max": 500, "capacity_night": 500}


@pytest.fixture
def door(person, disaster):
    """Return a maker of registrations: people of a row who come to a shelter, or are expected."""
    manager = person("shelter_manager")
    shelters = {}

    def come(row, people, *, at="甲避灾点", arrival_id="", **more):
        if at not in shelters:
            shelters[at] = open_shelter(manager, disaster, name=at, **ROOM)
        address = f"/api/v1/shelters/{shelters[at]}/arrivals/{arrival_id or new_id()}"
        base = {"If_Match": str(more.pop("base"))} if "base" in more else {}
        body = {"disaster_id": disaster["id"], "people": people, "listed_id": row} | more
        answer = manager.put(address, body, **base)
        answer.leave = lambda to: manager.put(f"{address}/departure", {"to": to})
        return answer

    return come


def states(caller, disaster, order_id):
    found = whole(caller, disaster, order_id)
    assert found["should_move"] == sum(found["states"].values())
    return {each: n for each, n in found["states"].items() if n}


def test_two_of_five_came_and_three_are_still_to_come(keeper, leader, officer, door, disaster):
    row, order_id = household(keeper, people=5), order(leader, disaster)
    act(officer, order_id, [row], "told", means="door", read_back=True)

    assert door(row, 2).status_code == 201

    assert states(keeper, disaster, order_id) == {"at_shelter": 2, "told": 3}
    assert whole(keeper, disaster, order_id)["not_safe"] == 3
    assert in_agreement()


def test_who_comes_apart_from_their_household_is_safe_once_and_so_are_the_others(
    keeper, leader, door, disaster
):
    granny = id_number(Random("apart"))
    row, order_id = household(keeper, people=4), order(leader, disaster)
    family = door(row, 4, name="何测", members=[{"name": "何奶奶测", "id_number": granny}])
    apart = {"name": "何奶奶测", "id_number": granny, "moved_from": family.json["id"]}

    alone = door(None, 1, at="乙避灾点", **apart)

    assert alone.status_code == 201, alone.json
    assert states(keeper, disaster, order_id) == {"at_shelter": 4}
    assert in_agreement()
    alone.leave("home")
    assert states(keeper, disaster, order_id) == {"at_shelter": 3, "to_tell": 1}
    family.leave("relatives")  # in another safe place, while somebody is to be told
    assert states(keeper, disaster, order_id) == {"at_shelter": 3, "to_tell": 1}
    assert in_agreement()


def test_who_came_apart_before_their_household_did_is_heard_of_after_it(
    keeper, leader, door, disaster
):
    granny = id_number(Random("earlier"))
    row, order_id = household(keeper, people=4), order(leader, disaster)
    family = door(row, 4, name="何测", members=[{"name": "何奶奶测", "id_number": granny}])
    earlier = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    apart = {"name": "何奶奶测", "id_number": granny, "moved_from": family.json["id"]}

    late = door(None, 1, at="乙避灾点", arrived_at=earlier, **apart)

    assert late.status_code == 201, late.json
    assert states(keeper, disaster, order_id) == {"at_shelter": 4}
    assert whole(keeper, disaster, order_id)["not_safe"] == 0
    assert in_agreement()


def test_who_stood_on_a_row_of_their_own_is_with_relatives_once_they_join_a_household(
    keeper, leader, door, disaster
):
    granny = id_number(Random("joins"))
    row, order_id = household(keeper, people=4), order(leader, disaster)
    own = household(keeper, name="何奶奶测", id_number=granny, people=1)
    alone = door(own, 1, name="何奶奶测", id_number=granny)

    family = door(row, 4, at="乙避灾点", moved_from=alone.json["id"],
                  members=[{"name": "何奶奶测", "id_number": granny}])  # fmt: skip

    assert family.status_code == 201, family.json
    assert states(keeper, disaster, order_id) == {"at_shelter": 4, "with_relatives": 1}
    assert whole(keeper, disaster, order_id)["not_safe"] == 0
    assert in_agreement()


def test_of_the_others_it_can_be_said_where_they_are(keeper, leader, officer, door, disaster):
    row, order_id = household(keeper, people=5), order(leader, disaster)
    door(row, 2)

    act(officer, order_id, [row], "refused")
    assert states(keeper, disaster, order_id) == {"at_shelter": 2, "refused": 3}
    act(officer, order_id, [row], "not_found")
    assert states(keeper, disaster, order_id) == {"at_shelter": 2, "not_found": 3}
    act(officer, order_id, [row], "with_relatives")
    assert states(keeper, disaster, order_id) == {"at_shelter": 2, "with_relatives": 3}
    assert whole(keeper, disaster, order_id)["not_safe"] == 0
    assert in_agreement()


def test_who_comes_later_is_added_and_who_leaves_is_open_again(keeper, leader, door, disaster):
    row, order_id, arrival = household(keeper, people=5), order(leader, disaster), new_id()
    door(row, 2, arrival_id=arrival)

    assert door(row, 5, arrival_id=arrival, base=1).status_code == 200
    assert states(keeper, disaster, order_id) == {"at_shelter": 5}
    last = door(row, 4, arrival_id=arrival, base=2)
    assert states(keeper, disaster, order_id) == {"at_shelter": 4, "to_tell": 1}
    last.leave("home")
    assert states(keeper, disaster, order_id) == {"to_tell": 5}
    assert in_agreement()


def test_two_of_five_are_said_on_the_board_the_phone_and_the_doors(
    browse, keeper, leader, officer, door, disaster
):
    row, order_id = household(keeper, people=5), order(leader, disaster)
    door(row, 2)

    (shown,) = officer.get(f"/phone/doors/facts?disaster={disaster['id']}&area={VILLAGE}").json[
        "households"
    ]

    assert (shown["safe"], shown["people"]) == (2, 5)
    page = browse(f"duty_leader@{COUNTY}")
    board = page.get(f"/evacuation?area={COUNTY}&village={VILLAGE}&order={order_id}").text
    assert "5 人中 2 人已安全" in board
    doors = browse(f"township_reporter@{TOWNSHIP}")
    assert "5 人中 2 人已安全" in doors.get("/evacuation/doors").text
    assert "5 人中 2 人" in doors.get(f"/evacuation/households/{row}").text


def test_the_others_of_a_household_still_need_places(keeper, leader, door, disaster):
    from relief_ops import db
    from relief_ops.auth import SYSTEM, act_as
    from relief_ops.disasters import queries as disasters
    from shelters.evacuation import queries

    row = household(keeper, people=5)
    order(leader, disaster)
    door(row, 2)

    with act_as(SYSTEM), db.reading() as session:
        (storm,) = disasters.disasters(session)
        (found,) = queries.leaving(
            session, storm, disasters.area_by_code(session, TOWNSHIP, storm).id
        )

    assert found.people == 3


def test_the_buses_of_a_worksite_add_up_over_several_shelters(keeper, leader, door, disaster):
    site = household(keeper, people=120, kind="worksite", unit="码头工地")
    order_id = order(leader, disaster)

    buses = [door(site, 50), door(site, 45, at="乙避灾点"), door(site, 20)]

    assert [each.status_code for each in buses] == [201, 201, 201]
    assert states(keeper, disaster, order_id) == {"at_shelter": 115, "to_tell": 5}
    above = door(site, 6)
    assert (above.status_code, above.json["errors"][0]["code"]) == (422, "above_row")
    assert door(site, 5).status_code == 201
    assert states(keeper, disaster, order_id) == {"at_shelter": 120}
    explained = door(site, 3, over_reason="名册漏登三人", over_by="周试验")
    assert explained.status_code == 201
    buses[1].leave("relatives")
    assert whole(keeper, disaster, order_id)["not_safe"] == 0
    assert in_agreement()


def test_the_curve_falls_bus_by_bus(keeper, leader, door, disaster):
    site = household(keeper, people=100, kind="worksite", unit="码头工地")
    order_id = order(leader, disaster)

    door(site, 40)

    found = keeper.get(f"{API}/board?order={order_id}&disaster={disaster['id']}").json
    assert found["curve"][-1]["not_safe"] == found["whole"]["not_safe"] == 60
