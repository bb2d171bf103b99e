"""How much of a need a stand-in does for, and how such a need stands."""

from __future__ import annotations

from relief_ops.disasters.needs.rules import State, done_for, level_of, state_of


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
