"""The stockpile's decisions on plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from stockpile.rules import (
    Draw,
    Stock,
    cover_days,
    expiry_of,
    expiry_state,
    is_pickable,
    lowest_from,
    minimum_state,
    nearest_first,
)

TODAY = date(2026, 11, 24)


def stock(number, free, metres=None, expires_on=None, depot=None):
    return Stock(
        balance_id=UUID(int=number), depot_id=UUID(int=depot or number), free=free,
        metres=metres, expires_on=expires_on,
    )  # fmt: skip


NEAR, FAR, NOWHERE = stock(1, 30, 1000.0), stock(2, 100, 9000.0), stock(3, 100)


def draws(*pairs):
    return [Draw(UUID(int=number), quantity) for number, quantity in pairs]


def test_the_nearest_depot_is_emptied_before_the_next_is_touched():
    assert nearest_first(50, [FAR, NEAR]) == draws((1, 30), (2, 20))


def test_a_shortage_draws_everything_there_is():
    assert nearest_first(500, [FAR, NEAR]) == draws((1, 30), (2, 100))


def test_a_depot_whose_place_is_not_known_comes_last():
    assert nearest_first(140, [NOWHERE, FAR, NEAR]) == draws((1, 30), (2, 100), (3, 10))


def test_in_one_depot_what_expires_first_goes_first_and_what_never_does_goes_last():
    never = stock(4, 10, 5.0, depot=9)
    late = stock(5, 10, 5.0, date(2028, 1, 1), depot=9)
    soon = stock(6, 10, 5.0, date(2027, 1, 1), depot=9)

    assert nearest_first(25, [never, late, soon]) == draws((6, 10), (5, 10), (4, 5))


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_wanted_draws_nothing(quantity):
    assert nearest_first(quantity, [NEAR]) == []


def at(day):
    return datetime(2026, 11, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "day", "lowest"),
    [
        ([], 1, 0),
        ([(at(1), 10)], 1, 10),
        ([(at(2), 10)], 1, 0),
        ([(at(1), 10), (at(5), -8), (at(9), 50)], 3, 2),
        ([(at(1), 10), (at(5), -8), (at(9), 50)], 6, 2),
        ([(at(1), 10), (at(5), -8), (at(9), 50)], 9, 52),
        ([(at(9), 50), (at(5), -8), (at(1), 10)], 12, 52),
        ([(at(5), -8), (at(5), 8), (at(1), 3)], 2, 3),
    ],
)
def test_the_lowest_a_balance_is_from_a_day_on(changes, day, lowest):
    assert lowest_from(changes, at(day)) == lowest


@pytest.mark.parametrize(
    ("expires_on", "pickable"),
    [(None, True), (date(2026, 11, 25), True), (TODAY, False), (date(2020, 1, 1), False)],
)
def test_a_lot_that_expires_today_may_not_go_out(expires_on, pickable):
    assert is_pickable(expires_on, TODAY) is pickable


def test_the_shelf_life_gives_the_day_only_when_both_are_known():
    assert expiry_of(date(2026, 1, 1), 365) == date(2027, 1, 1)
    assert expiry_of(None, 365) is None
    assert expiry_of(date(2026, 1, 1), None) is None


@pytest.mark.parametrize(
    ("on_hand", "ration_milli", "people", "days"),
    [
        (100, 250, 100, Decimal("4.0")),
        (99, 250, 100, Decimal("3.9")),
        (0, 250, 100, Decimal("0.0")),
        (100, 250, 0, None),
    ],
)
def test_cover_is_rounded_down_never_up(on_hand, ration_milli, people, days):
    assert cover_days(on_hand, ration_milli, people) == days


def test_states_by_expiry_and_by_minimum():
    def by_expiry(day):
        return expiry_state(day, TODAY, near=60, warn=90)

    assert [by_expiry(None), by_expiry(date(2027, 6, 1))] == ["ok", "ok"]
    assert [by_expiry(date(2027, 2, 20)), by_expiry(date(2027, 1, 20))] == ["watch", "act"]
    assert [minimum_state(n, 100) for n in (100, 99, 50, 49)] == ["ok", "watch", "watch", "act"]
