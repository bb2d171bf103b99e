"""The decisions of the day book on plain values, on both sides of every border."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shelters.daybook.rules.incidents import (
    IncidentState,
    Kind,
    Syndrome,
    may_become,
    syndrome_fault,
)
from shelters.daybook.rules.outbreaks import Case, Threshold, outbreaks
from shelters.daybook.rules.volunteers import overlap, per_skill, person_text, served

START = datetime(2013, 10, 7, tzinfo=UTC)
FIVE_A_DAY = Threshold(hours=24, people=5)
OPEN, HANDLED, CLOSED = IncidentState


def at(hours):
    return START + timedelta(hours=hours)


def case(hours, people=1, syndrome=Syndrome.FEVER, *, closed=False):
    return Case(syndrome, at(hours), people, closed)


def people_of(cases, now=30.0, threshold=FIVE_A_DAY):
    return [each.people for each in outbreaks(cases, threshold, at(now))]


@pytest.mark.parametrize(
    ("cases", "found"),
    [
        ([], []),
        ([case(0, 4)], []),
        ([case(0, 5)], [5]),
        ([case(0, 2), case(3, 2)], []),
        ([case(0, 2), case(3, 3)], [5]),
        ([case(0, 2), case(24, 3)], [5]),
        ([case(0, 2), case(24.01, 3)], []),
        ([case(0, 4), case(1, None)], [5]),
        ([case(0, 3), case(1, None)], []),
        ([case(0, 4), case(1, 0)], []),
        ([case(0, 3), case(1, 3, Syndrome.RASH)], []),
        ([case(0, 5), case(1, 6, Syndrome.RASH)], [5, 6]),
        ([case(0, 5), case(2, 1), case(26, 1)], [6]),
        ([case(26, 1), case(0, 5), case(2, 1)], [6]),
    ],
)
def test_an_outbreak_is_enough_people_with_the_same_signs_within_the_window(cases, found):
    assert people_of(cases) == found


def test_the_threshold_and_the_window_are_the_numbers_in_force():
    cases = [case(0, 3), case(10, 3)]

    assert people_of(cases, threshold=Threshold(10, 6)) == [6]
    assert people_of(cases, threshold=Threshold(9, 6)) == []
    assert people_of(cases, threshold=Threshold(10, 7)) == []


@pytest.mark.parametrize(
    ("closed", "now", "stands"),
    [(True, 24, True), (True, 24.1, False), (False, 24.1, True), (False, 500, True)],
)
def test_an_outbreak_stands_until_it_is_closed_and_a_window_has_passed(closed, now, stands):
    assert bool(people_of([case(0, 5, closed=closed)], now=now)) is stands


def test_one_open_case_of_a_window_keeps_it_standing():
    cases = [case(0, 4, closed=True), case(1, 1)]

    assert people_of(cases, now=400) == [5]
    assert people_of([case(0, 4, closed=True), case(1, 1, closed=True)], now=400) == []


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        (None, OPEN, True), (None, HANDLED, True), (None, CLOSED, False),
        (OPEN, OPEN, True), (OPEN, HANDLED, True), (OPEN, CLOSED, False),
        (HANDLED, HANDLED, True), (HANDLED, CLOSED, True), (HANDLED, OPEN, True),
        (CLOSED, CLOSED, True), (CLOSED, HANDLED, False), (CLOSED, OPEN, False),
    ],
)  # fmt: skip
def test_an_incident_is_open_then_handled_then_closed(before, after, may):
    assert may_become(before, after) is may


@pytest.mark.parametrize(
    ("kind", "syndrome", "fault"),
    [
        (Kind.INFECTIOUS, None, "missing"), (Kind.INFECTIOUS, Syndrome.RASH, None),
        (Kind.ILLNESS, None, None), (Kind.ILLNESS, Syndrome.FEVER, None),
        (Kind.POWER, Syndrome.FEVER, "not_of_health"), (Kind.POWER, None, None),
    ],
)  # fmt: skip
def test_only_an_illness_has_signs_and_a_cluster_must(kind, syndrome, fault):
    assert syndrome_fault(kind, syndrome) == fault


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((0, 4), (4, 8), False), ((0, 4), (3.9, 8), True), ((0, None), (4, 8), True),
        ((8, None), (4, 8), False), ((7.9, None), (4, 8), True), ((0, 4), (2, None), True),
        ((0, 2), (2, None), False), ((0, None), (9, None), True),
    ],
)  # fmt: skip
def test_two_spells_of_duty_overlap_only_where_they_share_time(one, other, shared):
    first, second = (tuple(each if each is None else at(each) for each in x) for x in (one, other))

    assert overlap(first, second) is overlap(second, first) is shared


def test_hours_served_run_on_while_somebody_is_on_duty():
    spells = [(at(0), at(2)), (at(5), None)]

    assert served(spells, at(8)) == timedelta(hours=5)
    assert served([(at(9), None)], at(8)) == timedelta()


def test_skills_are_counted_once_a_person():
    counted = per_skill([["cooking", "cooking"], ["cooking", "driving"], []])

    assert (counted["cooking"], counted["driving"], counted["cleaning"]) == (2, 1, 0)


def test_the_same_person_is_found_however_name_and_number_are_written():
    assert person_text("He Yuan", "139 0000-1234") == person_text("heyuan", "+86 13900001234")
    assert person_text("何愿", "13900001234") != person_text("何望", "13900001234")
