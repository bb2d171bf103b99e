"""What may be called off, on plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from stockpile.suppliers.rules import (
    CallState,
    Offer,
    Problem,
    after_delivery,
    expected_at,
    in_force,
    in_packs,
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


@pytest.mark.parametrize(
    ("asked", "rounded", "offer", "found"),
    [(8, 10, Offer(12), 10), (2, 5, Offer(12, 10), 2), (3, 5, Offer(12, 10), 5), (1, 5, None, 5)],
)
def test_the_last_odd_pieces_are_called_off_as_they_are(asked, rounded, offer, found):
    assert in_packs(asked, rounded, offer) == found
