"""How much a household may get: the limits as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile.handouts.rules import Issue, Judged, Limit, Ruling, judge, moment_of

ALLOWED, TOO_SOON, TOO_MUCH = Ruling.ALLOWED, Ruling.TOO_SOON, Ruling.TOO_MUCH
DAY = date(2013, 10, 8)
ONCE = Limit(per_person=Decimal(1))
WATER = Limit(per_person=Decimal(1), days=4)
TENTS = Limit(per_household=2)


def ago(days, quantity):
    return Issue(DAY - timedelta(days=days), quantity)


@pytest.mark.parametrize(
    ("limit", "people", "earlier", "asked", "expected"),
    [
        (Limit(), 1, [ago(0, 99)], 500, Judged(ALLOWED, None)),
        (ONCE, 3, [], 3, Judged(ALLOWED, 3)),
        (ONCE, 3, [], 4, Judged(TOO_MUCH, 3)),
        (ONCE, 3, [ago(9, 2)], 1, Judged(ALLOWED, 1)),
        (ONCE, 3, [ago(9, 2)], 2, Judged(TOO_MUCH, 1)),
        (ONCE, 3, [ago(9, 3)], 1, Judged(TOO_SOON, 0)),
        (ONCE, 3, [ago(9, 5)], 1, Judged(TOO_SOON, 0)),
        (WATER, 2, [ago(3, 2)], 1, Judged(TOO_SOON, 0, date(2013, 10, 9))),
        (WATER, 2, [ago(4, 2)], 2, Judged(ALLOWED, 2)),
        (WATER, 2, [ago(0, 1)], 1, Judged(ALLOWED, 1)),
        (WATER, 2, [ago(0, 1)], 2, Judged(TOO_MUCH, 1)),
        (WATER, 2, [ago(3, 1), ago(1, 1)], 1, Judged(TOO_SOON, 0, date(2013, 10, 9))),
        (WATER, 2, [ago(2, 1), ago(2, 3)], 1, Judged(TOO_SOON, 0, date(2013, 10, 10))),
        (WATER, 2, [ago(-1, 2)], 1, Judged(TOO_SOON, 0, date(2013, 10, 13))),
        (TENTS, 9, [], 2, Judged(ALLOWED, 2)),
        (TENTS, 9, [ago(30, 1)], 2, Judged(TOO_MUCH, 1)),
        (Limit(Decimal(1), 2), 9, [], 3, Judged(TOO_MUCH, 2)),
        (Limit(Decimal("0.25")), 5, [], 2, Judged(ALLOWED, 2)),
        (Limit(Decimal("0.25")), 5, [], 3, Judged(TOO_MUCH, 2)),
        (Limit(Decimal(0)), 5, [], 1, Judged(TOO_MUCH, 0)),
    ],
)
def test_the_limits_decide(limit, people, earlier, asked, expected):
    assert judge(asked, people, earlier, limit, DAY) == expected


ISSUES = st.lists(
    st.builds(ago, st.integers(0, 12), st.integers(1, 4)),
    max_size=6,
)


@given(ISSUES, st.integers(1, 6), st.integers(1, 5), st.integers(1, 20))
def test_what_may_be_given_is_always_allowed_and_one_more_never(earlier, people, days, asked):
    limit = Limit(per_person=Decimal(1), days=days)
    found = judge(asked, people, earlier, limit, DAY)

    assert judge(found.allowed, people, earlier, limit, DAY).ruling == ALLOWED
    assert judge(found.allowed + 1, people, earlier, limit, DAY).ruling != ALLOWED
    assert (found.ruling == ALLOWED) == (asked <= found.allowed)


@given(ISSUES, st.integers(1, 6), st.integers(1, 5))
def test_on_the_day_named_there_is_something_and_the_day_before_nothing(earlier, people, days):
    limit = Limit(per_person=Decimal(1), days=days)
    found = judge(1, people, earlier, limit, DAY)
    if found.until is None:
        return

    assert judge(1, people, earlier, limit, found.until).ruling == ALLOWED
    assert judge(1, people, earlier, limit, found.until - timedelta(days=1)).ruling != ALLOWED


@pytest.mark.parametrize(
    ("told", "expected"),
    [(None, 9), (5, 5), (12, 9), (1, 3)],
    ids=["nothing told", "as told", "not in the future", "not before the disaster"],
)
def test_a_device_is_believed_within_what_can_be_true(told, expected):
    def at(day):
        return datetime(2013, 10, day, tzinfo=UTC) if day else None

    assert moment_of(at(told), began=at(3), now=at(9)) == at(expected)
