"""What speaks against a record, a point, two entries: decisions on plain values."""

from __future__ import annotations

from datetime import date

import pytest

from shelters.rules import Kind, Phase, free_words, phase
from shelters.rules.points import point_fault
from shelters.rules.register import (
    LEAST,
    PER_PERSON,
    PER_TOILET,
    Result,
    Size,
    is_due,
    is_well_named,
    proper_name,
    safe_until,
    size_doubts,
    years_later,
)
from shelters.rules.twins import Likeness, likeness

LIMITS = {LEAST[Kind.POINT_VILLAGE]: 50.0, PER_PERSON: 3.0, PER_TOILET: 40.0}
HOME = (121.5, 29.8)


@pytest.mark.parametrize(
    ("size", "codes"),
    [
        (Size(Kind.POINT_VILLAGE, 50), []),
        (Size(Kind.POINT_VILLAGE, 49), ["too_small"]),
        (Size(Kind.POINT_VILLAGE, 50, 300, 150, 2), []),
        (Size(Kind.POINT_VILLAGE, 51, 300, 152, 2), ["crowded"]),
        (Size(Kind.POINT_VILLAGE, 81, None, None, 2), ["few_toilets"]),
        (Size(Kind.POINT_VILLAGE, 50, 149, 150), ["areas"]),
        (Size(Kind.CENTRE_COUNTY, 10), []),
    ],
)
def test_a_size_is_doubted_only_against_a_limit_that_is_in_force(size, codes):
    assert [each.code for each in size_doubts(size, LIMITS)] == codes


@pytest.mark.parametrize(
    ("point", "home", "code"),
    [
        ((121.5, 29.8), HOME, ""),
        ((121.5, 29.8), None, ""),
        ((0.0, 0.0), HOME, "zero"),
        ((29.8, 121.5), HOME, "swapped"),
        ((29.8, 121.5), None, "swapped"),
        ((29.8, 89.0), (89.0, 29.8), "swapped"),
        ((500_000.0, 3_300_000.0), HOME, "metres"),
        ((921.5, 29.8), HOME, "metres"),
        ((116.4, 39.9), HOME, "far"),
        ((116.4, 39.9), None, ""),
    ],
)
def test_a_point_that_cannot_be_meant_is_recognised(point, home, code):
    assert point_fault(point, home) == code


@pytest.mark.parametrize(
    ("one", "other", "same_area", "metres", "why"),
    [
        ("临江村避灾点", "临江村避灾安置点", True, None, [Likeness.NAME]),
        ("临江村避灾点", "临江村避灾点", True, 5000, [Likeness.NAME]),
        ("临江村避灾点", "临江村避灾点", False, 5000, []),
        ("临江村避灾点", "临江村避灾点", False, 1500, [Likeness.NAME]),
        ("临江村避灾点", "镇中心小学", False, 49, [Likeness.SPOT]),
        ("临江村避灾点", "镇中心小学", False, 51, []),
        ("望海乡中心小学体育馆", "望海乡中心小学体育舘", True, 300, [Likeness.LIKE]),
        ("东塘1号村民活动中心大楼", "东塘2号村民活动中心大楼", True, 300, []),
        ("临江村避灾点", "临江村避灾点", True, 10, [Likeness.NAME, Likeness.SPOT]),
    ],
)
def test_two_entries_are_proposed_as_one_for_a_reason_that_is_named(
    one, other, same_area, metres, why
):
    assert list(likeness(one, other, same_area=same_area, metres=metres)) == why


def test_the_naming_rule_is_the_division_and_what_it_is():
    assert proper_name("临江镇", Kind.CENTRE_TOWNSHIP) == "临江镇避灾安置中心"
    assert is_well_named("临江镇避灾安置中心", Kind.CENTRE_TOWNSHIP, ["临江镇"])
    assert not is_well_named("临江镇避灾安置点", Kind.CENTRE_TOWNSHIP, ["临江镇"])
    assert not is_well_named("中心小学避灾安置点", Kind.POINT_VILLAGE, ["临江镇"])


def test_a_check_holds_whole_years_and_a_failed_one_ended_the_day_before():
    day = date(2024, 3, 1)

    assert years_later(day, 3) == date(2027, 2, 28)
    assert years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert safe_until(Result.PASSED, day, date(2027, 2, 28)) == date(2027, 2, 28)
    assert safe_until(Result.FAILED, day, None) == date(2024, 2, 29)


def test_a_check_is_due_on_its_last_days_and_no_more_once_it_has_lapsed():
    today = date(2026, 6, 1)

    assert is_due(today, today, 30) and is_due(date(2026, 7, 1), today, 30)
    assert not is_due(date(2026, 7, 2), today, 30)
    assert not is_due(date(2026, 5, 31), today, 30)
    assert not is_due(None, today, 30)


@pytest.mark.parametrize(
    ("hour", "more", "wanted"),
    [
        (12, {}, Phase.DAY),
        (23, {}, Phase.NIGHT),
        (5, {}, Phase.NIGHT),
        (12, {"overnight": True}, Phase.NIGHT),
        (23, {"struck": True}, Phase.AFTER),
        (12, {"struck": True, "overnight": True}, Phase.AFTER),
    ],
)
def test_the_rated_capacity_is_that_of_the_hour_and_after_the_impact_of_who_stays(
    hour, more, wanted
):
    assert phase(hour, **({"struck": False} | more)) == wanted


def test_the_public_is_told_of_many_places_only_while_the_rated_ones_last():
    said = [free_words(free, rated) for free, rated in ((0, 5), (3, -2), (40, 5), (40, 40))]

    assert said == ["none", "few", "few", "many"]
