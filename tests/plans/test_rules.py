"""What households a village is taken to have, and what a shelter has left for a plan."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelters.assignment.shapes import Family
from shelters.plans.rules import directions, families, free_places

NONE = (0, 0, 0, 0)


def test_people_of_no_named_household_live_by_threes():
    assert families(10, NONE, [(2, 2)]) == {Family(3): 2, Family(2): 2}
    assert families(8, NONE, []) == {Family(3): 2, Family(2): 1}


def test_whoever_has_a_need_lives_in_a_household_of_their_own():
    assert families(7, (1, 1, 0, 0), [(4, 1), (2, 1), (1, 1)]) == {
        Family(4, (1, 0, 0, 0)): 1, Family(2, (0, 1, 0, 0)): 1, Family(1): 1,
    }  # fmt: skip


def test_more_than_there_are_people_is_refused():
    for people, needs, households in ((3, NONE, [(2, 2)]), (2, (2, 1, 0, 0), [])):
        with pytest.raises(ValueError, match="people"):
            families(people, needs, households)


@given(
    people=st.integers(1, 400),
    needs=st.tuples(*[st.integers(0, 40)] * 4),
    households=st.lists(st.tuples(st.integers(1, 8), st.integers(1, 20)), max_size=5),
)
def test_nobody_and_no_need_is_lost(people, needs, households):
    if sum(size * count for size, count in households) > people or sum(needs) > people:
        return
    found = families(people, needs, households)

    assert sum(family.size * count for family, count in found.items()) == people
    for kind in range(4):
        assert sum(family.needs[kind] * n for family, n in found.items()) == needs[kind]


def test_places_are_those_that_nobody_has_or_was_promised():
    assert free_places(100, inside=30, promised_elsewhere=50) == 20
    assert free_places(100, inside=90, promised_elsewhere=50) == 0


def test_households_stay_with_the_shelter_they_were_told_and_the_others_fill_the_rest():
    here, three = UUID(int=9), Family(3)
    one, two, more, late = (UUID(int=n) for n in range(1, 5))
    near, far = UUID(int=11), UUID(int=12)
    kind = (here, three)
    rows = [(one, kind, None), (two, kind, far), (more, kind, near), (late, (here, Family(2)), far)]

    found = directions(rows, {kind: {far: 1, None: 1, near: 1}})

    assert found == {one: None, two: far, more: near}  # the late one is not in the plan


def test_households_beyond_the_people_are_refused_before_any_is_laid_out():
    started = time.process_time()
    with pytest.raises(ValueError, match="more than there are people"):
        families(1, NONE, [(1, 10**12)] * 60)

    assert time.process_time() - started < 1
