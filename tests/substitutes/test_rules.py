"""How much of a need a stand-in does for, and how such a need stands."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from relief_ops.disasters.needs.rules import (
    State,
    StoodIn,
    beside,
    done_for,
    level_of,
    state_of,
)


def test_less_than_all_of_a_stand_in_does_for_whole_packs_of_the_item():
    assert done_for(40, 80, 80, 5) == 40
    assert done_for(40, 80, 90, 5) == 40
    assert done_for(40, 80, 30, 5) == 15
    assert done_for(40, 80, 29, 5) == 10
    assert done_for(40, 80, 0, 5) == 0


def test_a_need_that_is_wholly_stood_in_for_is_neither_open_nor_met_nor_withdrawn():
    state = state_of(0, 0, 0, 0, withdrawn=False)

    assert state == State.SUBSTITUTED and level_of(state, 1, overdue=True) == "ok"
    assert state_of(0, 0, 0, 0, withdrawn=True) == State.WITHDRAWN


PLACE = UUID("018f0000-0000-7000-8000-000000000001")


def stood_in(**changes):
    """100 quilts stood in for by 200 blankets, of which nothing has come."""
    fields = {"place_id": PLACE, "item": "quilt", "other": "blanket", "taken": 100, "brings": 200,
              "holds": 100, "coming": 200, "came": 0} | changes  # fmt: skip
    return StoodIn(**fields)


def test_blankets_that_came_for_quilts_are_nobodys_blankets():
    covered, for_others = beside(
        [stood_in(coming=0, came=200)], {(PLACE, "blanket"): 250}, daily=()
    )

    assert covered == {(PLACE, "quilt"): 100}
    assert for_others == {(PLACE, "blanket"): 200}


def test_what_was_used_meanwhile_is_not_taken_away_twice():
    _covered, for_others = beside(
        [stood_in(coming=0, came=200)], {(PLACE, "blanket"): 30}, daily=()
    )

    assert for_others == {(PLACE, "blanket"): 30}


def test_food_stands_in_while_it_comes_or_lies_there_and_not_once_it_is_eaten():
    food = stood_in(item="soft_food", other="instant_food")
    key = PLACE, "instant_food"

    def covered(lies, **changes):
        each = replace(food, **changes)
        return beside([each], {key: lies}, daily={"soft_food"})[0][PLACE, "soft_food"]

    assert covered(0) == 100
    assert covered(200, coming=0, came=200) == 100
    assert covered(50, coming=0, came=200) == 25
    assert covered(0, coming=0, came=200) == 0


def test_two_that_stand_in_with_the_same_goods_share_what_lies_there():
    both = [stood_in(coming=0, came=200), stood_in(item="mat", coming=0, came=200)]

    _covered, for_others = beside(both, {(PLACE, "blanket"): 300}, daily=())

    assert for_others == {(PLACE, "blanket"): 300}
