"""When a truck arrives, by what was seen of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile.transport.rules import SLOWEST_KMH, Way, expected, is_silent, placed

LEFT = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)
KMH = 40.0
WAY = Way(LEFT, 40_000.0, None)


def after(hours: float) -> datetime:
    return LEFT + timedelta(hours=hours)


def test_before_anything_is_seen_the_plan_holds():
    planned = after(3)

    assert expected(Way(LEFT, 40_000.0, planned), [], kmh=KMH) == planned
    assert expected(WAY, [], kmh=KMH) == after(1)


def test_a_truck_that_makes_the_usual_speed_arrives_when_it_was_expected():
    seen = [(after(0.25), 30_000.0), (after(0.5), 20_000.0)]

    assert expected(WAY, seen, kmh=KMH) == after(1)


@pytest.mark.parametrize(("left", "later"), [(35_000.0, True), (5_000.0, False)])
def test_it_learns_from_what_the_truck_makes(left, later):
    assert (expected(WAY, [(after(0.5), left)], kmh=KMH) > after(1)) is later


def test_the_order_in_which_positions_come_in_does_not_matter():
    seen = [(after(0.25), 38_000.0), (after(0.5), 30_000.0), (after(0.75), 12_000.0)]

    assert expected(WAY, seen, kmh=KMH) == expected(WAY, seen[::-1], kmh=KMH)


def test_at_the_place_it_is_there():
    assert expected(WAY, [(after(2), 0.0)], kmh=KMH) == after(2)


@given(
    hours=st.floats(0, 200), left=st.floats(0, 200_000), metres=st.floats(0, 200_000),
    kmh=st.floats(5, 80),
)  # fmt: skip
def test_it_is_never_before_the_truck_was_seen_and_never_slower_than_a_walk(
    hours, left, metres, kmh
):
    at = after(hours)
    due = expected(Way(LEFT, metres, None), [(at, left)], kmh=kmh)

    assert at <= due <= at + timedelta(hours=left / 1000 / SLOWEST_KMH + 0.001)


def test_a_phones_clock_cannot_place_a_sighting_before_departure_or_in_the_future():
    now = after(2)

    assert placed(after(-72), earliest=LEFT, latest=now) == LEFT
    assert placed(after(72), earliest=LEFT, latest=now) == now
    assert placed(after(1), earliest=LEFT, latest=now) == after(1)


def test_silence_is_longer_than_the_limit():
    assert not is_silent(after(0), after(0.75), minutes=45)
    assert is_silent(after(0), after(0.76), minutes=45)
