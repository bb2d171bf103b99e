"""Counting working days on plain dates."""

from datetime import date, timedelta

import chinese_calendar

SATURDAY = 5


def is_known(year: int) -> bool:
    """Say whether the holidays of a year have been published and are known here."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Say whether a day is worked: make-up weekends are, public holidays are not."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def add_workdays(day: date, count: int) -> date:
    """Return the day on which so many working days have passed since `day`, itself not counted.

    With a count of 0 it is the day itself. Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("a time limit does not run backwards")
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
