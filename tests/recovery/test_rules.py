"""What is decided of goods that come back, on plain values."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from stockpile.recovery.rules import Graded, Problem, RecoveryState, Tally, due_on, wrong_with

some = st.integers(0, 40)
acts = st.lists(st.one_of(st.tuples(some, some, some, some), st.booleans()), max_size=12)


@given(st.integers(1, 100), acts)
def test_whatever_is_graded_and_judged_nothing_is_lost_or_made(quantity, told):
    tally = Tally(quantity)
    for each in told:
        if isinstance(each, bool):
            tally = tally.judged(agreed=each)
        elif wrong_with(tally, Graded(*each, reason="x")) is None:
            tally = tally.graded(Graded(*each))
        parts = (tally.restocked, tally.scrapped, tally.proposed, tally.washing, tally.waiting)
        assert sum(parts) == quantity and min(parts) >= 0

    done = tally.restocked + tally.scrapped == quantity
    assert (tally.state == RecoveryState.DONE) == done


def test_what_cannot_be_graded_so_is_said():
    tally = Tally(10, restocked=4)

    assert wrong_with(tally, Graded()) == Problem.NOTHING
    assert wrong_with(tally, Graded(5, 2, reason="x")) == Problem.TOO_MUCH
    assert wrong_with(tally, Graded(5, wash=2)) == Problem.TOO_MUCH
    assert wrong_with(tally, Graded(5, 1)) == Problem.NO_REASON
    assert wrong_with(tally, Graded(6)) is None
    assert wrong_with(tally, Graded(washed=1)) == Problem.NOT_WASHED


def test_what_came_back_from_the_wash_can_be_graded_in_the_same_act():
    tally = Tally(10).graded(Graded(wash=8))

    assert (tally.waiting, tally.state) == (2, RecoveryState.TO_GRADE)
    assert wrong_with(tally, Graded(9, washed=6)) == Problem.TOO_MUCH
    assert wrong_with(tally, Graded(7, 1, washed=6, reason="x")) is None
    tally = tally.graded(Graded(8, washed=6))
    assert (tally.washing, tally.waiting, tally.state) == (2, 0, RecoveryState.WASHING)


def test_nobody_adds_to_a_proposal_that_waits_and_so_agrees_to_his_own():
    tally = Tally(10, proposed=4)

    assert wrong_with(tally, Graded(scrap=1, reason="x")) == Problem.PENDING
    assert wrong_with(tally, Graded(3)) is None


def test_goods_are_due_so_many_days_after_the_disaster_is_over_and_never_before():
    assert due_on(None, days=30) is None
    assert due_on(date(2013, 10, 14), days=30) == date(2013, 11, 13)
