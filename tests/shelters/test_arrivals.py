"""Households: never more registered than there are places, whatever comes at once."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as, lookup
from relief_ops.disasters import queries as disasters
from relief_ops.errors import IllegalTransition
from relief_ops.receipts import Attempt
from shelters import queries, schemas, services
from shelters.queries import situation
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter, open_shelter


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


def arrive(caller, shelter_id, disaster, people, *, arrival_id=None, if_match=None, **more):
    body = {"disaster_id": disaster["id"], "people": people} | more
    headers = {"If_Match": if_match} if if_match else {}
    address = f"/api/v1/shelters/{shelter_id}/arrivals/{arrival_id or new_id()}"
    return caller.put(address, body, **headers)


def leave(caller, shelter_id, arrival_id, /, **body):
    return caller.put(f"/api/v1/shelters/{shelter_id}/arrivals/{arrival_id}/departure", body)


def standing(caller, shelter_id):
    return caller.get(f"/api/v1/shelters/{shelter_id}").json["status"]


def test_a_stranger_and_a_neighbour_are_refused(stranger, person, shelter_id, disaster):
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")

    assert arrive(stranger, shelter_id, disaster, 2).status_code == 401
    assert arrive(neighbour, shelter_id, disaster, 2).status_code == 404
    assert arrive(person(f"duty_officer@{COUNTY}"), shelter_id, disaster, 2).status_code == 403


def test_a_household_is_registered_and_its_name_is_not_in_the_log(manager, shelter_id, disaster):
    answer = arrive(manager, shelter_id, disaster, 4, name="王五", phone="13900001111",
                    origin_code=TOWNSHIP)  # fmt: skip

    assert answer.status_code == 201
    assert standing(manager, shelter_id)["registered"] == 4
    after = answer.json["seq"] - 1
    events = manager.get(f"/api/v1/events?after={after}&area={COUNTY}").json["events"]
    assert [each["name"] for each in events] == ["shelter.admitted"]
    assert events[0]["payload"]["people"] == 4
    with db.reading() as session:
        log = " ".join(session.scalars(text("select payload from event")))
        stored = bytes(session.scalar(text("select name_sealed from arrival")))
    assert "王五" not in log and "王五".encode() not in stored


def test_who_is_only_announced_is_in_no_shelter_yet(manager, person, shelter_id, disaster):
    """Neither in the headline, the list, the layer nor the page: on the way, and nothing else."""
    arrive(manager, shelter_id, disaster, 30, on_the_way=True)
    arrive(manager, shelter_id, disaster, 6)
    announced = new_id()
    arrive(manager, shelter_id, disaster, 4, arrival_id=announced, on_the_way=True)
    leave(manager, shelter_id, announced, to="cancelled")

    stood, now = standing(manager, shelter_id), clock.now().isoformat().replace("+", "%2B")
    of = f"disaster={disaster['id']}&area={COUNTY}"
    (row,) = manager.get(f"/api/v1/shelters?{of}").json["shelters"]
    layer = manager.get(f"/api/v1/layers/shelters?{of}").json["features"]
    past = manager.get(f"/api/v1/layers/shelters?{of}&at={now}").json["features"]

    assert (stood["occupied"], stood["on_the_way"], stood["free"]) == (6, 30, 14)
    assert (row["occupied"], row["on_the_way"]) == (6, 30)
    assert [each["properties"]["occupied"] for each in layer + past] == [6, 6]
    assert in_shelters(manager, disaster).value == 6
    assert in_shelters(manager, disaster, clock.now()).value == 6


def in_shelters(caller, disaster, at=None):
    with db.reading() as session, act_as(lookup.viewer_of(session, caller.user_id)):
        seen = disasters.looking(session, disaster_id=UUID(disaster["id"]), at=at)
        return situation.in_shelters(session, seen.view)


def test_the_same_household_twice_takes_its_places_once(manager, shelter_id, disaster):
    arrival_id = new_id()
    first = arrive(manager, shelter_id, disaster, 4, arrival_id=arrival_id)
    again = arrive(manager, shelter_id, disaster, 4, arrival_id=arrival_id)
    other = arrive(manager, shelter_id, disaster, 5, arrival_id=arrival_id)

    assert again.status_code == 200 and again.json == first.json
    assert other.status_code == 409 and other.json["code"] == "body_differs"
    assert standing(manager, shelter_id)["registered"] == 4


def test_a_household_may_be_corrected_and_a_stale_correction_is_refused(
    manager, shelter_id, disaster
):
    arrival_id = new_id()
    arrive(manager, shelter_id, disaster, 4, arrival_id=arrival_id, on_the_way=True)
    on_the_way = standing(manager, shelter_id)["on_the_way"]
    came = arrive(manager, shelter_id, disaster, 6, arrival_id=arrival_id, if_match="1")
    stale = arrive(manager, shelter_id, disaster, 7, arrival_id=arrival_id, if_match="1")
    baseless = arrive(manager, shelter_id, disaster, 7, arrival_id=arrival_id)

    assert on_the_way == 4
    assert came.status_code == 200
    assert (stale.status_code, baseless.status_code) == (412, 428)
    stood = standing(manager, shelter_id)
    assert (stood["registered"], stood["on_the_way"]) == (6, 0)


def test_a_full_shelter_names_the_next_best_one(manager, shelter_id, disaster):
    near = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    open_shelter(manager, disaster, name="远处避灾点", point=[121.7, 29.9])
    open_shelter(manager, disaster, name="太小避灾点", point=[121.5013, 29.8012], capacity_max=3)
    open_shelter(manager, disaster, name="内部避灾点", point=[121.5013, 29.8012], hidden=True)
    arrive(manager, shelter_id, disaster, 48)
    refused = arrive(manager, shelter_id, disaster, 4)

    assert refused.status_code == 409 and refused.json["code"] == "illegal_transition"
    assert refused.json["next"]["id"] == near
    assert "近处避灾点" in refused.json["detail"] and "2" in refused.json["detail"]
    assert standing(manager, shelter_id)["registered"] == 48


def test_filling_the_last_place_makes_it_full_and_a_departure_opens_it_again(
    manager, shelter_id, disaster
):
    arrival_id = new_id()
    arrive(manager, shelter_id, disaster, 50, arrival_id=arrival_id)
    full = standing(manager, shelter_id)["state"]
    left = leave(manager, shelter_id, arrival_id, to="home")
    again = leave(manager, shelter_id, arrival_id, to="home")
    twice = leave(manager, shelter_id, arrival_id, to="hospital")

    assert full == "full"
    assert left.status_code == 201 and again.json == left.json
    assert twice.status_code == 409
    stood = standing(manager, shelter_id)
    assert (stood["state"], stood["registered"]) == ("open", 0)


def test_an_announcement_that_is_cancelled_frees_its_places(manager, shelter_id, disaster):
    arrival_id = new_id()
    arrive(manager, shelter_id, disaster, 20, arrival_id=arrival_id, on_the_way=True)
    leave(manager, shelter_id, arrival_id, to="cancelled")

    stood = standing(manager, shelter_id)
    assert (stood["registered"], stood["on_the_way"]) == (0, 0)


def test_nobody_is_registered_in_a_shelter_that_stands_by(manager, disaster):
    shelter_id = make_shelter(manager)
    answer = arrive(manager, shelter_id, disaster, 2)

    assert answer.status_code == 409


def test_the_capacity_cannot_be_lowered_below_who_is_inside(manager, shelter_id, disaster):
    from tests.factories.shelters import shelter_body

    arrive(manager, shelter_id, disaster, 30)
    address = f"/api/v1/shelters/{shelter_id}"
    refused = manager.put(address, shelter_body(capacity_max=29), If_Match="1")
    raised = manager.put(address, shelter_body(capacity_max=60), If_Match="1")

    assert refused.status_code == 422
    assert raised.status_code == 200
    assert standing(manager, shelter_id)["free"] == 30


@pytest.mark.parametrize("people", [0, -1, 501, "four", None])
def test_absurd_households_are_refused(manager, shelter_id, disaster, people):
    assert arrive(manager, shelter_id, disaster, people).status_code == 422


def test_the_tables_guard_themselves(manager, shelter_id, disaster):
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(text("update shelter_status set registered = capacity_max + 1"))
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(text("update shelter_status set registered = -1"))
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(text("update shelter set capacity_night = capacity_max + 1"))


def test_two_hundred_at_once_on_fifty_places_take_exactly_fifty(manager, shelter_id, disaster):
    outcomes = race(shelter_id, disaster, households=200, workers=16)

    assert outcomes.count("in") == 50
    assert outcomes.count("full") == 150
    assert standing(manager, shelter_id)["registered"] == 50
    with db.reading() as session:
        assert session.scalar(text("select sum(people) from arrival")) == 50


def race(shelter_id, disaster, *, households, workers):
    """Register so many households of one from several threads and return what each was told."""
    waiting = [UUID(new_id()) for _number in range(households)]
    outcomes = []

    def work():
        with act_as(SYSTEM):
            while waiting:
                try:
                    arrival_id = waiting.pop()
                except IndexError:
                    return
                outcomes.append(register(UUID(shelter_id), UUID(disaster["id"]), arrival_id))

    threads = [threading.Thread(target=work) for _number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def register(shelter_id, disaster_id, arrival_id):
    order = schemas.PutArrival(disaster_id=disaster_id, people=1)
    attempt = Attempt(id=arrival_id, base="", digest=arrival_id.hex, mutable=True)
    try:
        with db.transaction() as session:
            shelter = queries.lock_shelter(session, shelter_id)
            services.put_arrival(session, attempt, shelter, order, actor_id=UUID(int=0))
    except IllegalTransition:
        return "full"
    return "in"
