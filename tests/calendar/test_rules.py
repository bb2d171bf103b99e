"""Counting working days on a calendar, on plain dates."""

from datetime import date

import pytest

from relief_ops.calendar import Calendar

OCTOBER_2013 = Calendar(
    {date(2013, 10, day): False for day in range(1, 8)}
    | {date(2013, 9, 29): True, date(2013, 10, 12): True},
    frozenset({2013}),
)


def test_a_make_up_saturday_counts_as_a_working_day():
    assert OCTOBER_2013.is_workday(date(2013, 10, 12))
    assert OCTOBER_2013.add_workdays(date(2013, 10, 11), 2) == date(2013, 10, 14)


def test_a_public_holiday_does_not_count():
    assert not OCTOBER_2013.is_workday(date(2013, 10, 1))


def test_fifteen_working_days_from_the_eleventh_of_october_2013():
    assert OCTOBER_2013.add_workdays(date(2013, 10, 11), 15) == date(2013, 10, 31)


def test_no_days_is_the_day_itself():
    assert OCTOBER_2013.add_workdays(date(2013, 10, 13), 0) == date(2013, 10, 13)


def test_a_year_nobody_published_is_counted_by_weekdays_and_said_to_be_unknown():
    assert not OCTOBER_2013.is_known(2090)
    assert OCTOBER_2013.is_workday(date(2090, 1, 2))
    assert not OCTOBER_2013.is_workday(date(2090, 1, 1))
    assert OCTOBER_2013.unknown(date(2013, 12, 30), date(2014, 1, 5)) == [2014]


def test_a_limit_does_not_run_backwards():
    with pytest.raises(ValueError, match="backwards"):
        OCTOBER_2013.add_workdays(date(2013, 10, 11), -1)
