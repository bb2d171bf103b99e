"""What may be called off, on plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile.suppliers.rules import (
    CallState,
    Offer,
    Problem,
    after_delivery,
    counted,
    expected_at,
    in_force,
    wrong_with,
)

DAY = date(2013, 10, 6)


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(DAY, DAY, True), (DAY, None, True), (date(2013, 10, 7), None, False),
     (date(2013, 1, 1), date(2013, 10, 5), False)],
)  # fmt: skip
def test_an_agreement_holds_from_its_first_day_to_its_last(first, last, holds):
    assert in_force(first, last, DAY) is holds


@pytest.mark.parametrize(
    ("offer", "quantity", "holds", "problem"),
    [(None, 1, True, Problem.NOT_OFFERED), (Offer(10), 1, False, Problem.NOT_IN_FORCE),
     (Offer(10, 4), 7, True, Problem.TOO_MUCH), (Offer(10, 4), 6, True, None)],
)  # fmt: skip
def test_what_speaks_against_a_call_off(offer, quantity, holds, problem):
    assert wrong_with(offer, quantity, in_force=holds) == problem


def test_goods_are_expected_the_agreed_hours_after_the_signature():
    assert expected_at(datetime(2013, 10, 6, 20, tzinfo=UTC), 12).day == 7


def test_a_call_off_is_delivered_once_all_of_it_has_come():
    assert after_delivery(40, 39) == CallState.SIGNED
    assert after_delivery(40, 41) == CallState.DELIVERED


@given(st.sampled_from(list(CallState)), st.integers(1, 99), st.integers(0, 150))
def test_a_call_off_never_uses_up_less_than_what_came(state, quantity, received):
    assert counted(state, quantity, received) >= received
