"""What is decided of goods that come back, on plain values."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from stockpile.recovery.rules import Problem, RecoveryState, Tally, due_on, wrong_with

acts = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 40), st.integers(0, 40)), st.booleans()
    ),
    max_size=12,
)  # fmt: skip


@given(st.integers(1, 100), acts)
def test_whatever_is_graded_and_judged_nothing_is_lost_or_made(quantity, told):
    tally = Tally(quantity)
    for each in told:
        if isinstance(each, bool):
            tally = tally.judged(agreed=each)
        elif wrong_with(tally, *each, reason="x") is None:
            tally = tally.graded(*each)
        parts = (tally.restocked, tally.scrapped, tally.proposed, tally.waiting)
        assert sum(parts) == quantity and min(parts) >= 0

    done = tally.restocked + tally.scrapped == quantity
    assert (tally.state == RecoveryState.DONE) == done


def test_what_cannot_be_graded_so_is_said():
    tally = Tally(10, restocked=4)

    assert wrong_with(tally, 0, 0, "") == Problem.NOTHING
    assert wrong_with(tally, 5, 2, "x") == Problem.TOO_MUCH
    assert wrong_with(tally, 5, 1, "") == Problem.NO_REASON
    assert wrong_with(tally, 6, 0, "") is None


def test_nobody_adds_to_a_proposal_that_waits_and_so_agrees_to_his_own():
    tally = Tally(10, proposed=4)

    assert wrong_with(tally, 0, 1, "x") == Problem.PENDING
    assert wrong_with(tally, 3, 0, "") is None


def test_goods_are_due_so_many_days_after_the_disaster_is_over_and_never_before():
    assert due_on(None, days=30) is None
    assert due_on(date(2013, 10, 14), days=30) == date(2013, 11, 13)
