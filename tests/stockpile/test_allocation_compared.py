"""A plan beside the one everybody makes by hand, and the figures they are compared by."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest

from stockpile.allocation import carrying, measures
from stockpile.allocation.greedy import greedy
from stockpile.allocation.planning import plan
from stockpile.allocation.shapes import Lot, Need, Plan, Question, Roads
from tests.stockpile.test_allocation import drawn, minutes_of, ways

ROADS = Roads(("near", "far"), ("a", "b", "c"), np.array([[1.0, 2.0, np.inf], [4.0, 3.0, 5.0]]))


def three(*lots: Lot, **rest) -> Question:
    """Return a question of three needs of ten pieces, a and b in class 2, c in class 1."""
    needs = (Need("a", "a", 10, 2), Need("b", "b", 10, 2), Need("c", "c", 10, 1))
    return Question(pack=1, lots=lots, needs=needs, roads=ROADS, **rest)


def asking(question: Question, seed: int) -> list[str]:
    """Return the needs in some order of asking."""
    return random.Random(seed).sample([n.id for n in question.needs], len(question.needs))


def taken(made: Plan) -> dict[tuple[str, str], int]:
    return {(line.lot, line.need): line.quantity for line in made.lines}


def test_by_hand_the_first_to_ask_is_served_from_the_nearest_with_the_oldest():
    lots = Lot("new", "near", 6, 900.0), Lot("old", "near", 6, 90.0), Lot("there", "far", 5)

    first = greedy(three(*lots), ["b", "a", "c"])

    assert taken(first) == {
        ("there", "c"): 5, ("old", "b"): 6, ("new", "b"): 4, ("new", "a"): 2
    }  # fmt: skip
    assert first.got == {"a": 2, "b": 10, "c": 5} and first.cuts == {}


def test_by_hand_too_what_is_kept_back_or_too_old_does_not_go():
    lots = Lot("keep", "near", 9), Lot("old", "far", 9, 27.5)

    made = greedy(three(*lots, keep_back={"near": 4}, least_life=24.0), ["a", "b", "c"])

    assert taken(made) == {("keep", "a"): 5, ("old", "b"): 9}
    assert made.got["c"] == 0


def test_by_hand_without_lots_there_is_an_empty_plan():
    assert greedy(three(), ["a", "b", "c"]).got == {"a": 0, "b": 0, "c": 0}


@pytest.mark.parametrize("seed", range(50))
def test_by_hand_nothing_is_given_that_is_not_there(seed):
    question = drawn(seed, depots=5, lots=14, needs=40, most=30, classes=3)
    made = greedy(question, asking(question, seed))
    open_ = {(question.lots[lot].id, question.needs[need].id) for lot, need in ways(question)}

    assert set(taken(made)) <= open_
    for lot in question.lots:
        assert sum(line.quantity for line in made.lines if line.lot == lot.id) <= lot.free
    for depot in question.roads.depots:
        held = sum(lot.free for lot in question.lots if lot.depot == depot)
        gone = sum(line.quantity for line in made.lines if line.depot == depot)
        assert gone <= max(0, held - question.keep_back.get(depot, 0))
    for need in question.needs:
        came = sum(line.quantity for line in made.lines if line.need == need.id)
        assert came == made.got[need.id] <= need.quantity
    assert all(line.quantity and line.quantity % question.pack == 0 for line in made.lines)


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("seed", range(200))
def test_the_worst_cover_of_the_first_class_is_never_below_the_one_by_hand(seed, begun):
    question = drawn(seed, depots=4, lots=9, needs=20, most=12, classes=3, begun=begun)
    ours, by_hand = plan(question), greedy(question, asking(question, seed))

    first = min(need.priority for need in question.needs)
    sorted_ours = measures.covers(question, ours)[first]
    assert sorted_ours >= measures.covers(question, by_hand)[first]
    assert sorted_ours[0] >= measures.worst_covers(question, by_hand)[first]


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("seed", range(200))
def test_closing_a_road_never_raises_the_worst_cover(seed, begun):
    question = drawn(seed, depots=4, lots=9, needs=20, most=12, classes=1 + seed % 2, begun=begun)
    luck, hours = random.Random(seed), question.roads.hours.copy()
    hours[luck.randrange(4), luck.randrange(20)] = np.inf
    closed = dataclasses.replace(question, roads=dataclasses.replace(question.roads, hours=hours))
    before = measures.worst_covers(question, plan(question))
    after = measures.worst_covers(closed, plan(closed))

    # What a first class can no longer get may well go to the second, and raise it.
    first = min(before)
    assert after[first] <= before[first]


@pytest.mark.parametrize("seed", range(8))
def test_the_way_is_as_short_when_the_solver_is_given_few_connections(seed, monkeypatch):
    question = drawn(seed, depots=12, lots=30, needs=300, most=40)
    whole = plan(question)
    monkeypatch.setattr(carrying, "FEW", 0)
    monkeypatch.setattr(carrying, "CHEAPEST", 1)
    few = plan(question)

    assert few.got == whole.got
    assert minutes_of(question, few) == minutes_of(question, whole)


def test_the_figures_of_a_plan_worked_out_by_hand():
    lots = Lot("l", "near", 20), Lot("m", "far", 10)
    question = three(*lots, keep_back={"near": 5})

    made = Plan(
        greedy(question, ["a", "b", "c"]).lines, got={"a": 10, "b": 5, "c": 0}, cuts={}
    )  # fmt: skip

    assert measures.covers(question, made) == {1: [0.0], 2: [0.5, 1.0]}
    assert measures.worst_covers(question, made) == {1: 0.0, 2: 0.5}
    assert measures.worst_cover(question, made) == 0.0
    # Unmet 0, 1/2 and 1: the six differences sum to 4, over twice nine times the mean of 1/2.
    assert measures.gini_of_unmet(question, made) == pytest.approx(4 / 9)
    # c has 10 from far at 5 hours, a 10 from near at 1 hour, b 5 from near at 2.
    assert measures.pack_hours(question, made) == 10 * 5 + 10 * 1 + 5 * 2
    assert measures.latest_hours(made) == 5.0


def test_what_a_need_has_already_counts_in_every_figure():
    needs = (Need("a", "a", 40, 1, had=60), Need("b", "b", 40, 1))
    question = dataclasses.replace(three(), needs=needs)
    made = Plan((), got={"a": 20, "b": 20}, cuts={})

    assert measures.covers(question, made) == {1: [0.5, 0.8]}
    # Unmet 1/2 and 1/5: two differences of 3/10, over twice four times the mean of 7/20.
    assert measures.gini_of_unmet(question, made) == pytest.approx(0.6 / 2.8)


def test_where_all_lack_the_same_or_nothing_the_gini_index_is_zero():
    question = three()

    for each in (0, 5, 10):
        made = Plan((), got=dict.fromkeys("abc", each), cuts={})
        assert measures.gini_of_unmet(question, made) == pytest.approx(0)


def test_an_empty_plan_has_figures_too():
    question = dataclasses.replace(three(), needs=())
    nothing = plan(question)

    assert measures.worst_cover(question, nothing) == 1.0
    assert measures.gini_of_unmet(question, nothing) == 0.0
    assert measures.pack_hours(question, nothing) == measures.latest_hours(nothing) == 0
