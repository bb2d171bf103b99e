"""When each level owes its report, and how an area stands, on plain instants."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from damage_reports import rules
from damage_reports.rules import Opened, ReportState, RoundKind, Standing, Terms
from relief_ops import clock
from relief_ops.calendar import Calendar

HOURS = {1: timedelta(hours=1), 2: timedelta(hours=2)}
TERMS = Terms(
    initial={
        "village": timedelta(minutes=30), "township": HOURS[1], "county": HOURS[2],
        "city": HOURS[2], "province": HOURS[2],
    },
    update={"township": timedelta(minutes=60), "county": timedelta(minutes=90)},
    daily={"township": 8, "county": 9, "city": 10, "province": 12},
    final={"township": 2, "county": 2, "city": 3, "province": 5},
)  # fmt: skip
# 2013-10-01 to 07 are the holidays, 12 October a Saturday that is worked.
HOLIDAYS = Calendar(
    {datetime(2013, 10, day).date(): False for day in range(1, 8)}
    | {datetime(2013, 10, 12).date(): True}
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL)


def due(kind, as_of, *, daily=False, opened=None, calendar=HOLIDAYS):
    found = rules.deadlines(
        Opened(RoundKind(kind), daily, local(as_of), local(opened or as_of)), TERMS,
        local=clock.local, after_workdays=calendar.add_workdays,
    )  # fmt: skip
    return {level: f"{clock.local(at):%m-%d %H:%M}" for level, at in found.items()}


def test_the_first_report_goes_up_from_level_to_level():
    assert due("initial", "2013-10-06T23:30") == {
        "village": "10-07 00:00", "township": "10-07 00:30", "county": "10-07 01:30",
        "city": "10-07 03:30", "province": "10-07 05:30",
    }  # fmt: skip


def test_the_daily_report_goes_up_to_midnight_and_is_due_that_morning():
    assert due("update", "2013-10-08T00:00", daily=True) == {
        "township": "10-08 08:00", "county": "10-08 09:00", "city": "10-08 10:00",
        "province": "10-08 12:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "morning"),
    [("2024-02-29T00:00", "02-29 08:00"), ("2024-03-01T00:00", "03-01 08:00"),
     ("2024-12-31T00:00", "12-31 08:00"), ("2025-01-01T00:00", "01-01 08:00")],
)  # fmt: skip
def test_a_leap_day_and_a_new_year_are_days_like_others(as_of, morning):
    assert due("update", as_of, daily=True)["township"] == morning


def test_a_round_between_is_due_some_minutes_after_its_figures():
    assert due("update", "2013-10-06T23:30") == {
        "township": "10-07 00:30", "county": "10-07 01:00",
    }  # fmt: skip


def test_the_final_report_counts_working_days_over_holidays_and_make_up_days():
    found = due("final", "2013-10-06T10:00")  # a holiday: the 8th and 9th are the first two

    assert found["township"] == found["county"] == "10-10 00:00"
    assert found["city"] == "10-13 00:00"  # 10, 11, and the 12th, a Saturday that is worked
    assert found["province"] == "10-19 00:00"  # 14 to 18


NOW, LATER = local("2013-10-07T08:10"), local("2013-10-07T09:00")


@pytest.mark.parametrize(
    ("state", "told", "due_at", "standing"),
    [
        (None, {}, NOW - timedelta(minutes=1), Standing.OVERDUE),
        (None, {}, NOW, Standing.AWAITED),
        (ReportState.SUBMITTED, {}, NOW - HOURS[1], Standing.RECEIVED),
        (ReportState.SUBMITTED, {"was_returned": True}, LATER, Standing.RESENT),
        (ReportState.RETURNED, {"was_returned": True}, LATER, Standing.RETURNED),
        (ReportState.ACCEPTED, {"was_returned": True}, LATER, Standing.ACCEPTED),
        (ReportState.ACCEPTED, {"rival": True}, LATER, Standing.TWO_VERSIONS),
    ],
)
def test_how_an_area_stands(state, told, due_at, standing):
    asked = {"rival": False, "was_returned": False} | told

    assert rules.standing(state, **asked, due=due_at, now=NOW) == standing
