"""A phone's queue that arrives after closing: what truly was is recorded as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from relief_ops import clock, db
from shelters import queries
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.evacuation import household
from tests.factories.hazards import box, make_hazard
from tests.factories.shelters import make_shelter, open_shelter
from tests.shelters.test_arrivals import arrive, leave, standing
from tests.shelters.test_leaving import events_named


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


def ago(minutes):
    return (clock.now() - timedelta(minutes=minutes)).isoformat()


def step(caller, shelter_id, disaster, state, minutes):
    body = {"disaster_id": disaster["id"], "state": state, "at": ago(minutes), "reason": "台风"}
    answer = caller.put(f"/api/v1/shelters/{shelter_id}/state", body)
    assert answer.status_code in (200, 201), answer.json


@pytest.fixture
def shelter_id(manager, disaster):
    """Return a shelter that was opened four hours ago."""
    found = make_shelter(manager)
    step(manager, found, disaster, "open", 240)
    return found


def closing(manager, shelter_id, disaster):
    step(manager, shelter_id, disaster, "closing", 60)


def closed(manager, shelter_id, disaster):
    closing(manager, shelter_id, disaster)
    step(manager, shelter_id, disaster, "closed", 50)


def stayed(caller, shelter_id, disaster, people=3, *, arrival_id=None, **more):
    body = {"disaster_id": disaster["id"], "people": people, "arrived_at": ago(120),
            "left_to": "home"} | more  # fmt: skip
    return caller.put(f"/api/v1/shelters/{shelter_id}/past-stays/{arrival_id or new_id()}", body)


def agrees():
    with db.reading() as session:
        return queries.disagreements(session) == []


def test_who_came_before_the_closing_began_is_inside_when_it_is_heard_of(
    manager, shelter_id, disaster
):
    closing(manager, shelter_id, disaster)
    before = arrive(manager, shelter_id, disaster, 3, arrived_at=ago(120))
    after = arrive(manager, shelter_id, disaster, 3, arrived_at=ago(30))
    never = arrive(manager, shelter_id, disaster, 3, arrived_at=ago(300))
    announced = arrive(manager, shelter_id, disaster, 3, arrived_at=ago(120), on_the_way=True)

    codes = [each.status_code for each in (before, after, never, announced)]
    assert codes == [201, 409, 409, 409]
    assert standing(manager, shelter_id)["registered"] == 3


def test_those_inside_may_be_corrected_while_it_is_closing(manager, shelter_id, disaster):
    household_id = new_id()
    arrive(manager, shelter_id, disaster, 3, arrival_id=household_id, arrived_at=ago(120))
    closing(manager, shelter_id, disaster)
    more = arrive(manager, shelter_id, disaster, 4, arrival_id=household_id, if_match="1")

    assert more.status_code == 200
    assert standing(manager, shelter_id)["registered"] == 4
    assert leave(manager, shelter_id, household_id, to="home").status_code == 200


def test_after_it_was_emptied_the_refusal_says_that_it_is_a_past_stay(
    manager, shelter_id, disaster
):
    closed(manager, shelter_id, disaster)
    refused = arrive(manager, shelter_id, disaster, 3, arrived_at=ago(120))
    too_late = arrive(manager, shelter_id, disaster, 3, arrived_at=ago(30))
    step(manager, shelter_id, disaster, "preparing", 20)
    again = arrive(manager, shelter_id, disaster, 3, arrived_at=ago(120))
    now = arrive(manager, shelter_id, disaster, 3)

    assert [each.status_code for each in (refused, too_late, again, now)] == [409, 409, 409, 201]
    assert refused.json["past"]["left_at"] == again.json["past"]["left_at"]
    assert "past" not in too_late.json


def test_a_past_stay_is_recorded_with_its_times_and_takes_no_place(manager, shelter_id, disaster):
    closed(manager, shelter_id, disaster)
    arrival_id = new_id()
    body = {"arrived_at": ago(120), "arrival_id": arrival_id, "name": "王五"}
    done = stayed(manager, shelter_id, disaster, **body)
    again = stayed(manager, shelter_id, disaster, **body)

    assert (done.status_code, again.status_code) == (201, 200)
    stood = standing(manager, shelter_id)
    assert (stood["state"], stood["registered"]) == ("closed", 0)
    assert len(events_named("shelter.admitted")) == len(events_named("shelter.departed")) == 1
    with db.reading() as session:
        from relief_ops.auth import SYSTEM, act_as

        with act_as(SYSTEM):
            [row] = queries.history(session, *map(_id, (shelter_id, disaster["id"])))["arrivals"]
    assert row.stay == "departed" and row.left_to == "home"
    assert 65 < (row.left_at - row.arrived_at).total_seconds() / 60 < 75
    assert agrees()


def _id(text):
    from uuid import UUID

    return UUID(text)


@pytest.mark.parametrize(
    "wrong",
    [{"arrived_at": 300}, {"arrived_at": 30}, {"left_at": 130}, {"left_at": 10}, {"alone": 1},
     {"left_to": "cancelled"}, {"on_the_way": True}],
)  # fmt: skip
def test_a_past_stay_lies_within_the_steps_and_hands_wards_over(
    manager, shelter_id, disaster, wrong
):
    closed(manager, shelter_id, disaster)
    said = {key: ago(value) if key.endswith("_at") else value for key, value in wrong.items()}

    assert stayed(manager, shelter_id, disaster, **said).status_code == 422


def test_a_past_stay_tells_the_list_unless_the_household_is_elsewhere_by_now(
    manager, person, shelter_id, disaster
):
    row = household(person(f"township_reporter@{TOWNSHIP}"))
    there = make_shelter(manager, name="别处")
    step(manager, there, disaster, "open", 240)
    arrive(manager, there, disaster, 3, listed_id=row)
    closed(manager, shelter_id, disaster)

    assert stayed(manager, shelter_id, disaster, listed_id=row).status_code == 201
    assert standing(manager, there)["registered"] == 3
    assert agrees()


def test_a_stranger_and_a_neighbour_are_refused(stranger, person, shelter_id, disaster):
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")

    assert stayed(stranger, shelter_id, disaster).status_code == 401
    assert stayed(neighbour, shelter_id, disaster).status_code == 404


def test_late_households_are_not_sent_to_a_shelter_flooded_since(manager, person, disaster):
    full = open_shelter(manager, disaster)
    near = open_shelter(manager, disaster, name="水边避灾点", point=[121.5014, 29.8012])
    far = open_shelter(manager, disaster, name="远处避灾点", point=[121.55, 29.82])
    arrive(manager, full, disaster, 50, arrived_at=ago(90))
    ground = box(121.5013, 29.8011, 121.5016, 29.8014)
    make_hazard(person(f"duty_officer@{COUNTY}"), disaster, shape=ground, from_at=ago(10))

    late = arrive(manager, full, disaster, 3, arrived_at=ago(60))

    assert late.status_code == 409
    assert [each["id"] for each in late.json["alternatives"]] == [far], near


def test_a_moment_to_come_is_refused_a_clock_a_little_ahead_is_not(manager, disaster):
    shelter_id, inside, expected = open_shelter(manager, disaster), new_id(), new_id()
    arrive(manager, shelter_id, disaster, 2, arrival_id=inside, arrived_at=ago(60))
    arrive(manager, shelter_id, disaster, 2, arrival_id=expected, on_the_way=True)
    presence = f"/api/v1/shelters/{shelter_id}/arrivals/{expected}/presence"

    ahead = [
        arrive(manager, shelter_id, disaster, 1, arrived_at=ago(-30)),
        manager.put(presence, {"arrived_at": ago(-30)}),
        leave(manager, shelter_id, inside, to="home", left_at=ago(-30)),
        leave(manager, shelter_id, inside, to="home", left_at=ago(120)),
    ]
    assert [each.status_code for each in ahead] == [422] * 4
    said = [each.json["errors"][0] for each in ahead]
    assert [each["field"] for each in said] == ["arrived_at", "arrived_at", "left_at", "left_at"]
    assert "还没有到" in said[0]["message"] and "不能早于" in said[3]["message"]

    assert arrive(manager, shelter_id, disaster, 1, arrived_at=ago(-5)).status_code == 201
    assert manager.put(presence, {"arrived_at": ago(-5)}).status_code == 201
    assert leave(manager, shelter_id, inside, to="home", left_at=ago(65)).status_code == 201
