"""What shelters offer the report moves with everybody who comes and goes, and with the impact."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from relief_ops import clock, db
from shelters.evacuation.models import EvacuationOrder
from tests.conftest import new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP
from tests.factories.evacuation import order
from tests.factories.shelters import open_shelter, proposed
from tests.shelters.test_arrivals import arrive, leave
from tests.shelters.test_counted_inside import ago, counted
from tests.upgrading import take_back_to


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


def sleepers():
    found = proposed()
    return found["relocated_central_rt"], found["central_sites_rt"], found["sheltered_now"]


def moved():
    """Return who is offered as moved in precaution, and as placed together."""
    found = proposed()
    return found.get("evacuated_precaution"), found.get("relocated_central_rt")


def strikes_in(person, disaster, hours, **more):
    """Give an order whose impact is so many hours from now."""
    impact = clock.now() + timedelta(hours=hours)
    leader = person(f"duty_leader@{COUNTY}")
    order(leader, disaster, impact_at=impact.isoformat(), issued_at=ago(60 * 48), **more)


def test_who_comes_and_goes_after_the_headcount_moves_the_figures(manager, shelter_id, disaster):
    early, late = new_id(), new_id()
    arrive(manager, shelter_id, disaster, 5, arrival_id=early, arrived_at=ago(60))
    counted(manager, shelter_id, disaster, 20, minutes=30)
    assert sleepers() == (20, 1, 20)

    arrive(manager, shelter_id, disaster, 4, arrival_id=late)
    assert sleepers() == (24, 1, 24)
    leave(manager, shelter_id, early, to="home")
    assert sleepers() == (19, 1, 19)
    counted(manager, shelter_id, disaster, 17)
    assert sleepers() == (17, 1, 17)


def test_before_any_headcount_whoever_came_is_offered_and_who_is_announced_is_not(
    manager, shelter_id, disaster
):
    announced = new_id()
    arrive(manager, shelter_id, disaster, 3, arrival_id=announced, on_the_way=True)
    assert sleepers() == (0, 0, 0)

    manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{announced}/presence", {})
    arrive(manager, shelter_id, disaster, 2)

    assert sleepers() == (5, 1, 5)


def test_a_household_sent_on_leaves_the_figure_of_one_township_for_another(
    manager, shelter_id, disaster
):
    other, household = (
        open_shelter(manager, disaster, name="邻镇中学", area_code=NEIGHBOUR),
        new_id(),
    )
    arrive(manager, shelter_id, disaster, 3, arrival_id=household)
    leave(manager, shelter_id, household, to="other_shelter", shelter_id=other)

    with db.reading() as session:
        values = session.scalars(
            text("select value from figure_proposal where indicator = 'sheltered_now'")
        ).all()
    assert sorted(values) == [0, 0], "here no more, and there not yet"


def test_sleepers_before_the_impact_are_a_precaution_and_not_relocated(
    person, manager, shelter_id, disaster
):
    strikes_in(person, disaster, 10)
    arrive(manager, shelter_id, disaster, 6)

    found = proposed()

    assert moved() == (6, None)
    assert (found["central_sites_rt"], found["sheltered_now"]) == (1, 6)


def test_whoever_is_still_there_after_the_impact_is_placed_together(
    person, manager, shelter_id, disaster
):
    strikes_in(person, disaster, -1)
    strikes_in(person, disaster, 30, number="东防指〔8〕号")
    arrive(manager, shelter_id, disaster, 6)

    assert sleepers() == (6, 1, 6) and "evacuated_precaution" not in proposed()


def test_an_impact_elsewhere_is_none_here(person, manager, shelter_id, disaster):
    strikes_in(person, disaster, 10, area_codes=[NEIGHBOUR])
    arrive(manager, shelter_id, disaster, 6)

    assert TOWNSHIP != NEIGHBOUR and sleepers() == (6, 1, 6)


def test_the_hour_strikes_and_the_figures_turn_without_anybody_coming_or_going(
    person, manager, shelter_id, disaster, monkeypatch
):
    strikes_in(person, disaster, 10)
    arrive(manager, shelter_id, disaster, 6)
    later = clock.now() + timedelta(hours=11)

    monkeypatch.setattr(clock, "now", lambda _of=None: later)

    assert moved() == (6, 6)


def test_an_order_given_after_people_came_places_nobody_before_the_impact(
    person, manager, shelter_id, disaster
):
    arrive(manager, shelter_id, disaster, 6)
    assert moved() == (None, 6)

    strikes_in(person, disaster, 10)

    assert moved() == (6, None)


@pytest.mark.parametrize("ordered", ["first", "after_they_left"])
def test_who_was_moved_as_a_precaution_stays_so_when_they_go_to_relatives(
    person, manager, shelter_id, disaster, ordered
):
    if ordered == "first":
        strikes_in(person, disaster, 10)
    staying, going = new_id(), new_id()
    arrive(manager, shelter_id, disaster, 4, arrival_id=staying)
    arrive(manager, shelter_id, disaster, 6, arrival_id=going)
    leave(manager, shelter_id, going, to="relatives")
    if ordered == "after_they_left":
        strikes_in(person, disaster, 10)

    assert moved() == (10, None)
    assert proposed()["sheltered_now"] == 4


def test_who_comes_after_the_impact_was_not_moved_before_it(
    person, manager, shelter_id, disaster, monkeypatch
):
    strikes_in(person, disaster, 10)
    arrive(manager, shelter_id, disaster, 6)
    later = clock.now() + timedelta(hours=11)
    monkeypatch.setattr(clock, "now", lambda _of=None: later)

    assert arrive(manager, shelter_id, disaster, 5).status_code == 201

    assert moved() == (6, 11)


def test_an_impact_that_comes_later_than_said_turns_the_figures_back(
    person, manager, shelter_id, disaster
):
    strikes_in(person, disaster, -1)
    arrive(manager, shelter_id, disaster, 6)
    assert moved() == (None, 6)

    with db.transaction() as session:
        session.execute(update(EvacuationOrder).values(impact_at=clock.now() + timedelta(hours=9)))

    assert moved() == (6, None)


def test_what_was_left_under_those_names_before_an_upgrade_is_offered_no_more(
    person, manager, shelter_id, disaster
):
    arrive(manager, shelter_id, disaster, 6)
    left_before("evacuated_precaution", 4)
    left_before("relocated_central_rt", 4)
    strikes_in(person, disaster, 10)

    assert moved() == (6, None)


def left_before(indicator, value):
    """Leave a figure as releases before this one did."""
    statement = (
        "insert into figure_proposal (disaster_id, area_id, indicator, source, value, as_of)"
        " select disaster_id, area_id, :indicator, source, :value, as_of from figure_proposal"
        " where source = 'shelters' and indicator = 'sheltered_now'"
    )
    with db.transaction() as session:
        session.execute(text(statement), {"indicator": indicator, "value": value})


def test_an_upgrade_begins_with_what_was_proposed_last(manager, shelter_id, disaster):
    counted(manager, shelter_id, disaster, 20)
    left_before("relocated_central_rt", 20)
    take_back_to("0061")
    assert "sheltered_now" not in proposed()

    db.migrate()

    assert proposed()["sheltered_now"] == 20
