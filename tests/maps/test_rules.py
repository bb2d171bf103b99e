"""Classes, closest approach, sunset and shifts, on plain values."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maps import rules

LOCAL = ZoneInfo("Asia/Shanghai")


def test_the_classes_of_an_indicator_never_move_with_the_figures():
    assert rules.county_classes("affected").borders == (5, 10, 20, 50)
    assert rules.county_classes("affected").factor == 100
    assert rules.township_classes("relocated_cum").borders == (10, 100, 500, 2000)


def test_every_class_has_four_rising_borders():
    for code in ("affected", "deaths", "loss_total", "crop_lost", "road_km", "unheard_of"):
        for classes in (rules.county_classes(code), rules.township_classes(code)):
            assert len(classes.borders) == 4
            assert list(classes.borders) == sorted(set(classes.borders))


def test_a_degree_of_latitude_is_111_kilometres():
    assert rules.great_circle_km(121, 29, 121, 30) == pytest.approx(111.2, abs=0.2)


def test_the_closest_approach_lies_between_the_fixes():
    start = datetime(2013, 10, 6, tzinfo=UTC)
    fixes = ((start, 124.0, 26.0), (start + timedelta(hours=12), 118.0, 26.0))

    at, distance = rules.closest_approach(fixes, 121.0, 29.0)

    assert at == start + timedelta(hours=6)
    assert distance == pytest.approx(333.6, abs=1)


def test_a_storm_without_positions_comes_near_nobody():
    assert rules.closest_approach((), 121.0, 29.0) is None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # Worked with the sunrise equation of the Astronomical Almanac for 121.55 E, 29.87 N.
        (date(2013, 10, 6), "17:33"),
        (date(2024, 6, 21), "19:01"),
        (date(2024, 12, 21), "16:58"),
    ],
)
def test_the_sun_sets_when_the_almanac_says_so(day, expected):
    sets = rules.sunset(day, 121.55, 29.87).astimezone(LOCAL)
    hour, minute = (int(part) for part in expected.split(":"))

    wanted = sets.replace(hour=hour, minute=minute, second=0, microsecond=0)

    assert sets.date() == day
    assert abs(sets - wanted) <= timedelta(minutes=3)


def test_there_is_no_sunset_in_the_polar_day():
    assert rules.sunset(date(2024, 6, 21), 20.0, 78.0) is None


@pytest.mark.parametrize(
    ("now", "began"), [("03:00", (5, 20)), ("08:00", (6, 8)), ("19:59", (6, 8)), ("20:00", (6, 20))]
)
def test_a_shift_begins_at_eight_in_the_morning_or_evening(now, began):
    hour, minute = (int(part) for part in now.split(":"))
    moment = datetime(2013, 10, 6, hour, minute, tzinfo=LOCAL)

    start = rules.shift_start(moment)

    assert (start.day, start.hour) == began
