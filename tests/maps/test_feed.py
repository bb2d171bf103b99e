"""The feed says when something was, by the drill's clock as it stood then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maps.feed import Clock, _moment

REAL = datetime(2026, 11, 28, 13, 0, tzinfo=UTC)
DRILL = datetime(2013, 10, 6, 0, 0, tzinfo=UTC)
LATER = DRILL + timedelta(hours=5)
# Sped up at 13:00, paused at 13:10, let go on again at 13:30: the last setting first.
CLOCKS = [
    Clock(REAL + timedelta(minutes=30), LATER, 60),
    Clock(REAL + timedelta(minutes=10), LATER, 0),
    Clock(REAL, DRILL, 30),
]


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (-5, DRILL),
        (2, DRILL + timedelta(hours=1)),
        (12, LATER),
        (29, LATER),
        (31, LATER + timedelta(hours=1)),
    ],
)
def test_each_change_has_the_time_the_clock_showed_then(minutes, shown):
    assert _moment(REAL + timedelta(minutes=minutes), {}, CLOCKS) == shown


def test_without_a_drill_it_is_the_time_it_was():
    assert _moment(REAL, {}, []) == REAL


def test_what_an_event_says_itself_counts():
    told = {"received_at": LATER.isoformat()}

    assert _moment(REAL, told, CLOCKS) == LATER
