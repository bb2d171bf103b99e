"""The state of a need on plain numbers."""

from __future__ import annotations

import pytest

from relief_ops.disasters.attention.rules import is_hidden, mark_id
from relief_ops.disasters.items.rules import whole_packs
from relief_ops.disasters.needs.rules import State, level_of, state_of
from tests.conftest import MORNING


@pytest.mark.parametrize(
    ("numbers", "withdrawn", "state"),
    [
        ((10, 0, 0, 0), False, State.OPEN),
        ((10, 4, 0, 0), False, State.PARTLY),
        ((10, 10, 4, 0), False, State.PROMISED),
        ((10, 10, 10, 4), False, State.SHIPPED),
        ((10, 10, 10, 10), False, State.RECEIVED),
        ((10, 0, 0, 0), True, State.WITHDRAWN),
        ((4, 4, 4, 0), True, State.SHIPPED),
        ((4, 4, 4, 4), True, State.RECEIVED),
        ((0, 0, 0, 0), True, State.WITHDRAWN),
    ],
)
def test_the_four_quantities_give_the_state(numbers, withdrawn, state):
    assert state_of(*numbers, withdrawn=withdrawn) == state


@pytest.mark.parametrize(
    ("state", "priority", "overdue", "level"),
    [
        (State.OPEN, 1, False, "act"),
        (State.OPEN, 2, False, "watch"),
        (State.PROMISED, 1, False, "ok"),
        (State.PROMISED, 1, True, "act"),
        (State.RECEIVED, 1, True, "ok"),
        (State.WITHDRAWN, 1, True, "ok"),
    ],
)
def test_how_pressing_a_need_is(state, priority, overdue, level):
    assert level_of(state, priority, overdue=overdue) == level


@pytest.mark.parametrize(
    ("quantity", "pack", "packed"), [(1, 1, 1), (18, 5, 20), (20, 5, 20), (1, 100, 100)]
)
def test_a_need_is_rounded_up_to_whole_packs(quantity, pack, packed):
    assert whole_packs(quantity, pack) == packed


def test_a_settled_entry_comes_back_only_when_it_begins_anew():
    later = MORNING.replace(hour=6)

    assert is_hidden(MORNING, later, snoozed_until=None, settled_at=MORNING)
    assert not is_hidden(later, later, snoozed_until=None, settled_at=MORNING)
    assert is_hidden(MORNING, MORNING, snoozed_until=later, settled_at=None)
    assert not is_hidden(MORNING, later, snoozed_until=later, settled_at=None)


def test_a_key_is_marked_under_one_id():
    assert mark_id("need:due:1") == mark_id("need:due:1") != mark_id("need:due:2")
