"""Which entered time holds between two places, what is reckoned otherwise, when a depot opens."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile.rules import closed_since, wait_hours
from stockpile.travel.rules import Basis, Entry, Speed, Spot, Table

DEPOT = Spot("depot", ("town", "county", "city"))
SHELTER = Spot("shelter", ("village", "harbour", "other county", "city"))
ISLANDER = Spot("islander", ("isle", "other county", "city"))


def entry(name, one, other, minutes=60, **more):
    return Entry(name, (one, other), minutes, **more)


@pytest.mark.parametrize(
    ("entries", "chosen"),
    [
        ([], None),
        ([("far", "county", "other county")], "far"),
        ([("far", "county", "other county"), ("near", "county", "harbour")], "near"),
        ([("near", "county", "harbour"), ("far", "county", "other county")], "near"),
        ([("town", "town", "harbour"), ("place", "town", "shelter")], "place"),
        ([("back", "shelter", "depot")], "back"),
        ([("first", "town", "harbour"), ("second", "harbour", "town")], "second"),
        ([("others", "town", "isle")], None),
        ([("at the end", "city", "shelter"), ("at the start", "depot", "city")], "at the end"),
    ],
)
def test_the_entry_that_names_the_ends_most_exactly_holds(entries, chosen):
    found = Table.of(entry(*each) for each in entries).between(DEPOT, SHELTER)
    assert (found.id if found else None) == chosen


def test_the_time_to_a_county_is_not_that_to_its_islands():
    table = Table.of([entry("county", "county", "other county")], islands=["isle"])

    assert table.between(DEPOT, SHELTER).id == "county"
    assert table.between(DEPOT, ISLANDER) is None
    assert table.apart(DEPOT, ISLANDER)
    assert not table.apart(DEPOT, SHELTER)


@pytest.mark.parametrize("end", ["isle", "islander"])
def test_an_island_is_reached_by_what_names_it_or_something_on_it(end):
    table = Table.of([entry("ferry", "county", end)], islands=["isle"])
    assert table.between(DEPOT, ISLANDER).id == "ferry"
    assert table.between(ISLANDER, DEPOT).id == "ferry"


def test_two_on_the_same_island_are_not_apart_and_need_no_ferry():
    store, islander = (
        Spot(name, (village, "isle", "other county", "city"))
        for name, village in (("store", "east"), ("islander", "west"))
    )
    table = Table.of([entry("ferry", "other county", "isle")], islands=["isle"])
    assert not table.apart(store, islander)
    assert table.between(store, islander) is None
    table = Table.of([entry("lane", "east", "west")], islands=["isle"])
    assert table.between(store, islander).id == "lane"


def test_a_road_cut_into_a_town_cuts_nobody_off_inside_it():
    here, there = Spot("depot", ("town", "county")), Spot("shelter", ("town", "county"))
    outside = Spot("elsewhere", ("other town", "county"))
    table = Table.of([entry("cut", "county", "town", minutes=None)])
    assert table.between(here, there) is None
    assert table.between(outside, there).id == "cut"


def test_what_names_a_place_goes_before_what_names_areas_however_deep_it_lies():
    for depot in (Spot("depot", ("county",)), Spot("depot", ("village", "town", "county"))):
        table = Table.of([entry("areas", "county", "harbour"), entry("place", "depot", "city")])
        assert table.between(depot, SHELTER).id == "place"


def test_an_island_inside_an_island_asks_for_an_entry_of_its_own():
    rock = Spot("rock", ("skerry", "isle", "city"))
    table = Table.of([entry("ferry", "county", "isle")], islands=["isle", "skerry"])
    assert table.between(DEPOT, ISLANDER).id == "ferry"
    assert table.between(DEPOT, rock) is None
    assert table.between(ISLANDER, rock) is None


ends = st.sampled_from(["town", "county", "city", "isle", "other county", "harbour", "shelter"])


@given(st.lists(st.tuples(ends, ends), max_size=8), st.sets(ends, max_size=3))
def test_a_way_takes_as_long_back_and_never_over_the_sea_by_an_entry_for_the_land(pairs, islands):
    entries = [entry(n, *pair) for n, pair in enumerate(pairs) if pair[0] != pair[1]]
    table = Table.of(entries, islands)
    for there in (SHELTER, ISLANDER):
        found = table.between(DEPOT, there)
        back = table.between(there, DEPOT)
        assert found is back
        for spot, other in ((DEPOT, there), (there, DEPOT)):
            for area in set(spot.areas) & islands - set(other.areas):
                inside = spot.ends[: spot.ends.index(area) + 1]
                assert found is None or set(found.ends) & set(inside)


SPEED = Speed(factor=1.5, kmh=30, sea_metres=1000, sea_factor=2)


@pytest.mark.parametrize(
    ("straight", "wet", "over_land", "expected"),
    [
        (20_000, 0, float("inf"), (1.0, Basis.STRAIGHT)),
        (20_000, 1000, 40_000, (1.0, Basis.STRAIGHT)),
        (20_000, 1001, 45_000, (1.5, Basis.ROUND)),
        (20_000, 1001, float("inf"), (2.0, Basis.SEA)),
    ],
)
def test_what_nobody_entered_is_reckoned_straight_or_round_the_sea(
    straight, wet, over_land, expected
):
    assert SPEED.hours(straight, wet, over_land) == expected


@pytest.mark.parametrize(
    ("opens", "closes", "at", "hours"),
    [
        (None, None, (3, 0), 0),
        ((8, 0), (17, 30), (8, 0), 0),
        ((8, 0), (17, 30), (17, 29), 0),
        ((8, 0), (17, 30), (17, 30), 14.5),
        ((8, 0), (17, 30), (6, 30), 1.5),
        ((20, 0), (6, 0), (23, 0), 0),
        ((20, 0), (6, 0), (5, 59), 0),
        ((20, 0), (6, 0), (12, 0), 8),
    ],
)
def test_a_closed_depot_is_waited_for_until_it_opens(opens, closes, at, hours):
    opens, closes = (time(*each) if each else None for each in (opens, closes))
    assert wait_hours(opens, closes, datetime(2013, 10, 7, *at, tzinfo=UTC)) == hours


@pytest.mark.parametrize(("at", "since"), [((18, 0), (7, 17)), ((3, 0), (6, 17))])
def test_a_closed_depot_closed_the_last_time_it_closes(at, since):
    now = datetime(2013, 10, 7, *at, tzinfo=UTC)
    assert closed_since(time(17, 0), now) == datetime(2013, 10, *since, tzinfo=UTC)
