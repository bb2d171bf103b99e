"""A bus is registered by its number, then its households one by one: nobody is counted twice."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from relief_ops import db
from shelters import queries
from tests.conftest import new_id
from tests.factories.city import COUNTY
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, leave, standing
from tests.shelters.test_counted_inside import ago, counted
from tests.shelters.test_leaving import events_named
from tests.shelters.test_pages import post


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


@pytest.fixture
def bus(manager, shelter_id, disaster):
    group_id = new_id()
    arrive(manager, shelter_id, disaster, 30, arrival_id=group_id, group=True, arrived_at=ago(60))
    return group_id


def registered(caller, shelter_id):
    return standing(caller, shelter_id)["registered"]


def people_of(arrival_id):
    with db.reading() as session:
        wanted = text("select id, people from arrival")
        found = {str(row[0]).replace("-", ""): row[1] for row in session.execute(wanted)}
    return found[arrival_id.replace("-", "")]


def agrees():
    with db.reading() as session:
        return queries.disagreements(session) == []


def test_a_household_named_of_a_bus_is_not_counted_twice(manager, shelter_id, disaster, bus):
    household = new_id()
    first = arrive(manager, shelter_id, disaster, 4, arrival_id=household, group_id=bus)
    again = arrive(manager, shelter_id, disaster, 4, arrival_id=household, group_id=bus)

    assert (first.status_code, again.status_code) == (201, 200)
    assert (registered(manager, shelter_id), people_of(bus)) == (30, 26)
    [event] = events_named("shelter.group_drawn")
    assert '"drawn":4' in event and '"left":26' in event
    assert agrees()


def test_more_named_than_came_take_places_of_their_own_and_the_bus_is_never_below_nobody(
    manager, shelter_id, disaster, bus
):
    for people in (20, 8, 5, 3):
        arrive(manager, shelter_id, disaster, people, group_id=bus)

    assert (registered(manager, shelter_id), people_of(bus)) == (36, 0)
    page = manager.get(f"/shelters/{shelter_id}/people").text
    assert f'id="a-{bus}"' not in page
    assert agrees()


def test_in_a_full_shelter_the_people_of_a_bus_are_named_without_a_decision(
    manager, shelter_id, disaster, bus
):
    arrive(manager, shelter_id, disaster, 20)
    named = arrive(manager, shelter_id, disaster, 6, group_id=bus)
    stranger = arrive(manager, shelter_id, disaster, 6)

    assert (named.status_code, stranger.status_code) == (201, 409)
    assert (registered(manager, shelter_id), people_of(bus)) == (50, 24)


def test_a_correction_gives_back_or_takes_more_and_one_that_never_was_gives_back_all(
    manager, shelter_id, disaster, bus
):
    arrive(manager, shelter_id, disaster, 20)
    household = new_id()
    arrive(manager, shelter_id, disaster, 6, arrival_id=household, group_id=bus)
    fewer = arrive(manager, shelter_id, disaster, 4, arrival_id=household, if_match="1")
    after = people_of(bus)
    leave(manager, shelter_id, household, to="cancelled")

    assert (fewer.status_code, after) == (200, 26)
    assert (registered(manager, shelter_id), people_of(bus)) == (50, 30)
    assert agrees()


def test_a_household_that_goes_home_is_gone_from_the_bus_too(manager, shelter_id, disaster, bus):
    household = new_id()
    arrive(manager, shelter_id, disaster, 6, arrival_id=household, group_id=bus)
    leave(manager, shelter_id, household, to="home")

    assert (registered(manager, shelter_id), people_of(bus)) == (24, 24)


def test_a_household_of_a_bus_that_is_sent_on_is_drawn_from_it(manager, shelter_id, disaster, bus):
    there, household = open_shelter(manager, disaster, name="邻近避灾点"), new_id()
    counted(manager, shelter_id, disaster, 30, minutes=10)
    send = {"arrival_id": household, "group_id": bus, "on_the_way": True, "sent_from": shelter_id}

    sent = arrive(manager, there, disaster, 4, **send)
    again = arrive(manager, there, disaster, 4, **send)

    assert (sent.status_code, again.status_code) == (201, 200), sent.json
    assert (registered(manager, shelter_id), people_of(bus)) == (26, 26)
    stood = standing(manager, shelter_id)
    assert (stood["unregistered"], stood["free"]) == (0, 24), "who was counted here has left"
    assert (registered(manager, there), standing(manager, there)["on_the_way"]) == (4, 4)
    assert agrees()


def test_who_is_sent_on_names_a_group_that_is_where_they_were(manager, shelter_id, disaster, bus):
    there = open_shelter(manager, disaster, name="邻近避灾点")
    send = {"group_id": bus, "on_the_way": True}

    alone = arrive(manager, there, disaster, 4, **send)
    other = arrive(manager, shelter_id, disaster, 4, **send, sent_from=there)

    assert (alone.status_code, other.status_code) == (422, 422)
    assert people_of(bus) == 30


def test_a_household_is_taken_out_of_a_bus_it_was_not_on(manager, shelter_id, disaster, bus):
    household, other = new_id(), new_id()
    arrive(manager, shelter_id, disaster, 3, arrival_id=other, group=True)
    arrive(manager, shelter_id, disaster, 6, arrival_id=household, group_id=bus)
    swapped = arrive(manager, shelter_id, disaster, 6, arrival_id=household, if_match="1",
                     group_id=other)  # fmt: skip
    out = arrive(manager, shelter_id, disaster, 6, arrival_id=household, if_match="1",
                 group_id=None)  # fmt: skip

    assert (swapped.status_code, out.status_code) == (422, 200)
    assert (registered(manager, shelter_id), people_of(bus)) == (39, 30)
    assert agrees()


def test_who_came_with_the_bus_was_counted_with_it(manager, shelter_id, disaster, bus):
    counted(manager, shelter_id, disaster, 30, minutes=10)
    arrive(manager, shelter_id, disaster, 4, group_id=bus)

    assert standing(manager, shelter_id)["free"] == 20
    assert agrees()


@pytest.mark.parametrize("wrong", ["nobody", "household", "elsewhere", "on_the_way", "left"])
def test_only_a_group_that_is_inside_can_be_drawn_from(manager, shelter_id, disaster, bus, wrong):
    named = new_id()
    if wrong == "household":
        arrive(manager, shelter_id, disaster, 4, arrival_id=named)
    elif wrong == "elsewhere":
        there = open_shelter(manager, disaster, name="别处")
        arrive(manager, there, disaster, 4, arrival_id=named, group=True)
    elif wrong == "on_the_way":
        arrive(manager, shelter_id, disaster, 4, arrival_id=named, group=True, on_the_way=True)
    elif wrong == "left":
        named = bus
        leave(manager, shelter_id, bus, to="home")

    answer = arrive(manager, shelter_id, disaster, 4, group_id=named)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "group_id"


def test_a_correction_after_the_rest_of_the_bus_left_draws_nothing_any_more(
    manager, shelter_id, disaster, bus
):
    household = new_id()
    arrive(manager, shelter_id, disaster, 6, arrival_id=household, group_id=bus)
    leave(manager, shelter_id, bus, to="home")
    more = arrive(manager, shelter_id, disaster, 7, arrival_id=household, if_match="1")

    assert more.status_code == 200
    assert registered(manager, shelter_id) == 7
    assert agrees()


def test_a_correction_of_the_bus_made_before_it_was_drawn_from_is_refused(
    manager, shelter_id, disaster, bus
):
    arrive(manager, shelter_id, disaster, 6, group_id=bus)
    blind = arrive(manager, shelter_id, disaster, 32, arrival_id=bus, if_match="1", group=True)

    assert blind.status_code == 412


def test_households_named_at_the_same_moment_draw_each_their_own(
    manager, person, shelter_id, disaster, bus
):
    callers = [person(f"shelter_manager@{COUNTY}") for _number in range(6)]
    threads = [
        threading.Thread(target=arrive, args=(each, shelter_id, disaster, 4),
                         kwargs={"group_id": bus})
        for each in callers
    ]  # fmt: skip
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert (registered(manager, shelter_id), people_of(bus)) == (30, 6)


def test_the_page_names_a_household_of_a_bus(manager, shelter_id, disaster, bus):
    page = manager.get(f"/shelters/{shelter_id}/check-in").text
    fields = {"id": new_id(), "disaster_id": disaster["id"], "back": "check_in", "people": "4",
              "group_id": bus}  # fmt: skip
    answer = post(manager, f"/shelters/{shelter_id}/arrivals", **fields)

    assert f'value="{bus}"' in page
    assert answer.status_code == 303
    assert registered(manager, shelter_id) == 30
