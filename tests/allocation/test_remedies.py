"""What would let a place get more is tried out, and what is promised of it is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stockpile.allocation.planning import plan
from stockpile.allocation.remedies import MOST, WORK, remedies
from stockpile.allocation.shapes import Limit, Lot, Need, Question, Roads
from tests.stockpile.test_allocation import drawn

FAR = float("inf")


def asked(**changes):
    """Return ten packs in each of two depots for two places that lack fifteen each."""
    hours = np.array([[1.0, 2.0], [3.0, 1.0]])
    lots = (Lot("a", "east", 10), Lot("b", "west", 10))
    needs = (Need("n", "hill", 15), Need("m", "bay", 15))
    roads = Roads(("east", "west"), ("hill", "bay"), hours)
    return replace(Question(1, lots, needs, roads), **changes)


def helps(question):
    (found,) = remedies([(question, plan(question))])
    return {(each.limit, each.where, each.of): each for each in found}


def test_what_a_depot_keeps_back_is_said_with_what_each_would_get():
    found = helps(asked(keep_back={"west": 8}))

    (one,) = found.values()
    assert (one.limit, one.where) == (Limit.KEEP_BACK, "west")
    assert sum(one.more.values()) == 20 and one.fewer == 0


def test_trucks_that_are_full_are_said():
    (one,) = helps(asked(room={"east": 3})).values()

    assert (one.limit, one.where) == (Limit.TRUCKS, "east")
    assert dict(one.more) == {"n": 10, "m": 10}


def test_a_road_that_is_closed_helps_whom_it_leads_to():
    closed = np.array([[1.0, FAR], [FAR, FAR]])
    found = helps(asked(roads=Roads(("east", "west"), ("hill", "bay"), closed)))

    assert (Limit.NO_ROAD, "west", "bay") in found
    assert found[Limit.NO_ROAD, "west", "bay"].more == {"m": 10}


def test_a_lot_that_would_be_old_helps_those_it_can_reach():
    lots = (Lot("a", "east", 10), Lot("b", "west", 10, life=5.0))
    (one,) = helps(asked(lots=lots, least_life=20.0)).values()

    assert (one.limit, one.where, one.of) == (Limit.LIFE, "west", "b")
    assert sum(one.more.values()) == 20


def test_where_only_more_stock_would_help_nothing_is_said():
    assert helps(asked()) == {}
    assert helps(asked(lots=())) == {}


@pytest.mark.parametrize("seed", range(60))
def test_what_is_said_is_what_a_plan_without_the_limit_gives(seed):
    question = drawn(seed, depots=4, lots=7, needs=12, most=9, trucks=bool(seed % 2))
    made = plan(question)
    (found,) = remedies([(question, made)])

    assert len(found) <= MOST
    assert found == remedies([(question, made)])[0], "the same question gets the same answer"
    for each in found:
        assert each.more and all(got > made.got[need] for need, got in each.more.items())
        if each.limit == Limit.KEEP_BACK:
            again = plan(replace(question, keep_back={**question.keep_back, each.where: 0}))
            assert {need: again.got[need] for need in each.more} == each.more


def test_much_is_not_tried_where_each_try_takes_long():
    question = asked(keep_back={"west": 8})
    made = plan(question)
    crowd = tuple(Need(f"x{n}", "hill", 1) for n in range(WORK // 2))
    big = replace(question, needs=(*question.needs, *crowd))
    enough = {each.id: 1 for each in crowd}

    assert remedies([(big, replace(made, got={**made.got, **enough}))]) == [[]]
