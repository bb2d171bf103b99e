"""Trucks that cannot take everything: shared among the items, fairly, and every cut is proved."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest

from stockpile.allocation.planning import plan
from stockpile.allocation.shapes import Limit, Load, Lot, Need, Question, Roads
from stockpile.allocation.together import by_hand, left, plans
from tests.stockpile.test_allocation import drawn, relaxed

ONE_DEPOT = Roads(("d",), ("p", "q"), np.array([[1.0, 2.0]]))
QUILTS, WATER = Load(litres=60, kilograms=3), Load(litres=12, kilograms=12)


def several(seed: int, *, items: int = 3, **size):
    """Return some items over the same roads, what a pack of each takes, and too few trucks."""
    luck = random.Random(f"trucks {seed}")
    first = drawn(seed, **size)
    asked = [
        dataclasses.replace(drawn(seed * items + n, **size), roads=first.roads)
        for n in range(items)
    ]
    loads = [luck.choice([QUILTS, WATER, Load(600, 40), Load(0, 0)]) for _ in asked]
    all_of = left(asked, loads, dict.fromkeys(first.roads.depots, Load(0, 0)),
                  [plan(each) for each in asked])  # fmt: skip
    trucks = {
        name: Load(-each.litres * luck.uniform(0, 1.1), -each.kilograms * luck.uniform(0, 1.1))
        for name, each in all_of.items()
        if luck.random() < 0.8
    }
    return asked, loads, trucks


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("seed", range(50))
def test_no_truck_is_ever_too_full_and_everything_else_still_holds(seed, begun):
    size = {"depots": 4, "lots": 9, "needs": 15, "most": 12, "classes": 3}
    asked, loads, trucks = several(seed, **size, begun=begun)
    found = plans(asked, loads, trucks)
    made = [each for _question, each in found]

    for room in left(asked, loads, trucks, made).values():
        assert room.litres > -1e-3 and room.kilograms > -1e-3
    for question, each in zip(asked, made, strict=True):
        for lot in question.lots:
            assert sum(x.quantity for x in each.lines if x.lot == lot.id) <= lot.free
        for need in question.needs:
            came = sum(x.quantity for x in each.lines if x.need == need.id)
            assert came == each.got[need.id] <= need.quantity
            assert (need.id in each.cuts) == (came < need.quantity)
    assert plans(asked, loads, trucks) == found


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("seed", range(50))
def test_lifting_the_named_limit_of_a_shared_plan_raises_the_place(seed, begun):
    asked, loads, trucks = several(seed, depots=3, lots=6, needs=8, most=8, begun=begun)

    for question, made in plans(asked, loads, trucks):
        for need in question.needs:
            cut = made.cuts.get(need.id)
            if cut is None or cut.limit in (Limit.NO_STOCK, Limit.PACK):
                continue
            again = plan(relaxed(question, need, cut))
            assert again.got[need.id] > made.got[need.id], (need, cut)


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("batch", range(2))
def test_no_room_lies_empty_that_would_let_a_need_get_more(batch, begun):
    for seed in range(batch * 50, batch * 50 + 50):
        asked, loads, trucks = several(seed, depots=3, lots=6, needs=8, most=8, begun=begun)
        for question, made in plans(asked, loads, trucks):
            assert plan(question).got == made.got, seed


@pytest.mark.parametrize("seed", range(50))
def test_no_truck_is_named_full_that_has_room_for_what_is_asked(seed):
    asked, loads, trucks = several(seed, depots=3, lots=6, needs=8, most=8)
    found = plans(asked, loads, trucks)
    room = left(asked, loads, trucks, [made for _question, made in found])

    for (question, made), load in zip(found, loads, strict=True):
        for cut in made.cuts.values():
            if cut.limit == Limit.TRUCKS:
                packs, here = cut.pieces // question.pack, room[cut.where]
                fits = packs * load.litres < here.litres - 1e-3
                assert not (fits and packs * load.kilograms < here.kilograms - 1e-3), cut


@pytest.mark.parametrize("seed", range(60))
def test_however_odd_the_loads_are_there_is_a_plan_that_fits(seed):
    luck = random.Random(f"odd {seed}")
    size = {"depots": 4, "lots": 9, "needs": 12, "most": luck.choice([3, 200, 3000])}
    asked, _loads, _trucks = several(seed, items=luck.randrange(1, 5), **size)
    loads = [
        luck.choice([Load(0, 5), Load(5000, 1), Load(luck.uniform(1, 300), luck.uniform(0.5, 60))])
        for _ in asked
    ]
    trucks = {
        name: luck.choice([Load(0, 0), Load(2e9, 100), Load(luck.uniform(1, 1e5), 5_000)])
        for name in asked[0].roads.depots
    }
    made = [each for _question, each in plans(asked, loads, trucks)]

    for room in left(asked, loads, trucks, made).values():
        assert room.litres > -1e-3 and room.kilograms > -1e-3


@pytest.mark.parametrize("seed", range(50))
def test_with_trucks_enough_it_is_the_plan_of_each_item_alone(seed):
    asked, loads, _trucks = several(seed, depots=4, lots=9, needs=15, most=12)
    plenty = dict.fromkeys(asked[0].roads.depots, Load(1e9, 1e9))

    assert [each for _q, each in plans(asked, loads, plenty)] == [plan(each) for each in asked]


@pytest.mark.parametrize("seed", range(50))
def test_by_hand_too_no_truck_is_ever_too_full(seed):
    asked, loads, trucks = several(seed, depots=4, lots=9, needs=15, most=12)
    made = by_hand(asked, loads, trucks, [[need.id for need in each.needs] for each in asked])

    for room in left(asked, loads, trucks, made).values():
        assert room.litres > -1e-3 and room.kilograms > -1e-3


def two(quilts: int, water: int, *, urgent: int = 1, had: int = 0) -> list[Question]:
    """Return quilts for one place and water for another, plenty of both in one depot."""
    cold = Need("cold", "p", quilts, urgent, had)
    return [
        Question(1, (Lot("quilts", "d", 500),), (cold,), ONE_DEPOT),
        Question(1, (Lot("water", "d", 500),), (Need("dry", "q", water, 1),), ONE_DEPOT),
    ]


def given(asked, trucks: Load) -> dict[str, int]:
    made = plans(asked, [QUILTS, WATER], {"d": trucks})
    return {need: got for _question, each in made for need, got in each.got.items()}


def test_two_items_on_one_truck_get_the_same_part_of_what_is_lacking():
    # 100 quilts and 100 packs of water are 7,200 litres; the truck takes half of that.
    assert given(two(100, 100), Load(3_600, 10_000)) == {"cold": 50, "dry": 50}


def test_on_a_truck_too_who_has_a_part_already_waits_until_the_others_have_as_much():
    # 50 of 100 quilts are there, no water: 1,200 litres of water bring it to the same half.
    assert given(two(50, 100, had=50), Load(600, 10_000)) == {"cold": 0, "dry": 50}
    # Seven in ten of both are 20 quilts and 70 packs of water.
    assert given(two(50, 100, had=50), Load(2_040, 10_000)) == {"cold": 20, "dry": 70}


def test_what_is_light_still_goes_when_the_weight_is_what_is_full():
    # 1,500 kg: 100 of each at full cover; with 750 kg half of each, though there is room.
    assert given(two(100, 100), Load(100_000, 750)) == {"cold": 50, "dry": 50}


def test_the_first_class_of_one_item_goes_before_the_second_of_another():
    assert given(two(100, 100, urgent=2), Load(1_800, 10_000)) == {"cold": 10, "dry": 100}


def test_room_a_pack_is_too_large_for_goes_to_a_smaller_one():
    # Half of each is 50; the odd 40 litres hold no quilt, but three packs of water.
    assert given(two(100, 100), Load(3_640, 10_000)) == {"cold": 50, "dry": 53}


def test_whoever_the_trucks_cut_short_is_told_so_and_how_much_room_it_would_take():
    [(_quilts, made), _water] = plans(
        two(100, 100), [QUILTS, WATER], {"d": Load(3_600, 10_000)}
    )  # fmt: skip
    cut = made.cuts["cold"]

    assert (cut.limit, cut.where, cut.pieces, cut.lot) == (Limit.TRUCKS, "d", 1, "")


def test_a_depot_without_trucks_known_sends_what_it_has():
    assert [each.got for _q, each in plans(two(100, 100), [QUILTS, WATER], {})] == [
        {"cold": 100}, {"dry": 100}
    ]  # fmt: skip


def test_trucks_that_take_nothing_send_nothing_and_say_so():
    for _question, made in plans(two(100, 100), [QUILTS, WATER], {"d": Load(0, 0)}):
        assert set(made.got.values()) == {0}
        assert {cut.limit for cut in made.cuts.values()} == {Limit.TRUCKS}


def test_where_there_is_time_old_stock_goes_first_as_far_as_its_trucks_take_it():
    roads = Roads(("near", "far"), ("p",), np.array([[1.0], [9.0]]))
    lots = (Lot("fresh", "near", 50, 24.0 * 200), Lot("old", "far", 50, 24.0 * 20))
    asked = Question(1, lots, (Need("n", "p", 30),), roads, minutes_a_day=3)

    ((_question, made),) = plans([asked], [Load(1, 1)], {"far": Load(20, 20)})
    assert {line.lot: line.quantity for line in made.lines} == {"old": 20, "fresh": 10}
