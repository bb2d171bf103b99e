"""How far it is over land: on the land the base map is drawn on."""

from __future__ import annotations

import pytest

from relief_ops.geo import sea

# Two shores of a long bay in the drawn land, and the land round its head.
NORTH, SOUTH = (121.75, 29.70), (121.75, 29.40)
HEAD = [(121.60, 29.68), (121.45, 29.62), (121.38, 29.50), (121.43, 29.38), (121.60, 29.36)]


def test_a_way_over_a_bay_lies_partly_over_the_sea_and_one_inland_does_not():
    metres, wet = sea.straight([NORTH], [SOUTH, (121.60, 29.75)])

    assert metres[0, 0] == pytest.approx(33_250, rel=0.01)
    assert wet[0, 0] > 3_000
    assert wet[0, 1] == 0


def test_round_the_bay_is_longer_than_over_it_and_goes_by_the_stops():
    metres, _wet = sea.straight([NORTH], [SOUTH])
    around = sea.over_land([NORTH], HEAD, [SOUTH], most_wet=1_000)[0, 0]

    assert metres[0, 0] < around < 4 * metres[0, 0]


def test_without_stops_on_land_there_is_no_way_round():
    assert sea.over_land([NORTH], [NORTH, SOUTH], [SOUTH], most_wet=1_000)[0, 0] == float("inf")


def test_what_lies_beyond_the_drawn_land_counts_as_land_and_nowhere_as_nowhere():
    nowhere = (float("nan"), float("nan"))
    metres, wet = sea.straight([(100.0, 30.0), nowhere], [(100.0, 30.5)])
    assert wet[0, 0] == 0
    assert metres[0, 0] > 50_000
    assert metres[1, 0] != metres[1, 0]


def test_a_way_there_is_as_long_as_the_way_back():
    stops = [NORTH, *HEAD, SOUTH]
    found = sea.over_land(stops, HEAD, stops, most_wet=1_000)
    assert found == pytest.approx(found.T)


@pytest.mark.parametrize("km", [20, 60, 100])
def test_a_strait_is_seen_on_short_ways_and_on_long_ones(km):
    """From the mainland over the strait north of the islands off it, however far it starts."""
    start = (NORTH[0] - (km - 20) / 97, NORTH[1])
    _metres, wet = sea.straight([start], [SOUTH])
    assert wet[0, 0] > 1_000
