"""The shelters of the drill's plan: opened, filled, emptied, closed; nobody in two of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

import pytest
from shapely.geometry import Point, shape

from relief_ops.drill.curves import Curves
from relief_ops.drill.requests import iso
from relief_ops.drill.shelters import Network
from tests.drill.conftest import SEED

pytestmark = pytest.mark.slow  # plans nine days for three thousand villages


def test_shelters_are_as_many_as_opened_in_one_real_typhoon_and_mostly_hold(planned):
    network = Network(Curves(planned.scenario, seed=SEED), planned.ids)
    end = planned.scenario.ends_at
    people = {
        key: count
        for township in network.by_township
        for key, count in network.inside(township, end).items()
    }
    over = [each for each in network.shelters if people.get(each.key, 0) > each.capacity]

    assert len(network.shelters) == 752
    assert 0 < len(over) < 200
    assert len({network.shelter_id(each) for each in network.shelters}) == 752


def test_once_all_is_calm_some_shelters_are_emptied_into_others_with_room_and_closed(planned):
    network = Network(Curves(planned.scenario, seed=SEED), planned.ids)
    steps = defaultdict(list)
    for each in planned.story:
        if each.path.endswith("/state"):
            steps[each.path.split("/")[4]].append((each.at, each.body["state"]))
    closed = [key for key, taken in steps.items() if len(taken) > 1]
    said = [each for each in planned.story if "/headcounts/" in each.path]
    counts = {each.path.split("/")[4]: each for each in said}

    assert len(closed) > 5
    assert all([state for _at, state in steps[e]] == ["open", "closing", "closed"] for e in closed)
    assert all(counts[each].body["total"] == 0 for each in closed), "nobody is left behind"
    assert all(counts[each].at < steps[each][-1][0] for each in closed)
    emptied_at = iso(network.emptied_at)
    for township in network.by_township:
        if spared := network.spared(township):
            others = {network.shelter_id(e) for e in network.in_use(township, network.emptied_at)}
            moved = [e for e in said if e.body["as_of"] == emptied_at]
            assert counts[network.shelter_id(spared)].at <= min(
                each.at for each in moved if each.path.split("/")[4] in others
            ), "nobody is counted in two of them"
            left = [each for each in network.in_use(township, planned.scenario.ends_at)]
            people = network.inside(township, planned.scenario.ends_at)
            assert spared not in left and spared.key not in people
            assert sum(people.values()) <= sum(each.capacity for each in left)


def test_nobody_is_registered_twice_beyond_the_places_or_the_count_and_all_go_home(planned):
    where = {each.path.rsplit("/", 1)[-1]: each.body for each in planned.registers}
    opened = {
        e.path.split("/")[4]: e.at
        for e in planned.story
        if e.path.endswith("/state") and e.body["state"] == "open"
    }
    midnight = datetime.fromisoformat("2013-10-07T00:00:00+08:00")
    inside, here = Counter(), {}
    for each in planned.story:
        shelter, thing = each.path.split("/")[4], each.path.rsplit("/", 1)[-1]
        if "/arrivals/" in each.path:
            assert each.body["listed_id"] not in [row["listed_id"] for row in here.values()]
            assert opened[shelter] <= each.at
            here[thing] = each.body
            inside[shelter] += each.body["people"]
        elif "/departures/" in each.path:
            inside[shelter] -= here.pop(each.body["arrival_id"])["people"]
        elif "/headcounts/" in each.path:
            assert each.at < midnight or inside[shelter] <= each.body["total"]
        assert inside[shelter] <= where.get(shelter, {}).get("capacity_max", 0)
    assert len([e for e in planned.story if "/arrivals/" in e.path]) > 20
    assert not here
    assert set(inside.values()) == {0}


def test_a_row_that_is_registered_comes_and_goes_by_its_shelter_only(planned):
    rows = {each.body["listed_id"] for each in planned.story if "/arrivals/" in each.path}
    said = [e.body for e in planned.story if "/evacuation/acts/" in e.path]
    doubled = [e for e in said if e["state"] in ("at_shelter", "returned")]

    assert not [each for each in doubled if rows & set(each["households"])]


def test_no_shelter_stands_in_the_water_of_the_drill(planned):
    points = [Point(e.body["lon"], e.body["lat"]) for e in planned.registers if "lon" in e.body]
    wet = [e.body for e in planned.story if e.body.get("kind") == "flood" and "/hazards/" in e.path]

    assert len(wet) == 1 and len(points) >= 752
    assert not [p for p in points if shape(wet[0]["shape"]).contains(p)]
