"""What a figure of relief work may be, what became of its proposal, which form counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from damage_reports.relief_work.rules import (
    Choice,
    Filed,
    Proposal,
    choice,
    contradictions,
    counted,
    parse,
    sources,
)
from damage_reports.rules import RollUp, add_up

NOON = datetime(2013, 10, 7, 4, tzinfo=UTC)
PARTS = {"whole": "", "a": "whole", "b": "whole"}


@pytest.mark.parametrize(
    ("given", "nature", "scale", "kept"),
    [
        (12, "cum", 0, 12),
        ("1,200", "cum", 0, 1200),
        ("3.50", "cum", 2, Decimal("3.5")),
        (None, "cum", 0, None),
        ("尚未掌握", "rt", 0, None),
        (1, "level", 0, 1),
        ("4", "level", 0, 4),
        ("2013-10-07T12:00+08:00", "instant", 0, int(NOON.timestamp())),
        ("2013-10-07T04:00:59Z", "instant", 0, int(NOON.timestamp())),
        (None, "instant", 0, None),
        ("", "instant", 0, None),
    ],
)
def test_a_figure_is_kept_as_what_it_is(given, nature, scale, kept):
    assert parse(given, nature=nature, scale=scale) == kept


@pytest.mark.parametrize(
    ("given", "nature", "code"),
    [
        (-1, "cum", "negative"),
        ("many", "cum", "not_a_number"),
        (Decimal("0.5"), "cum", "too_many_decimals"),
        (0, "level", "level"),
        (5, "level", "level"),
        ("2013-10-07T12:00", "instant", "instant"),
        ("yesterday", "instant", "not_a_number"),
        (1381118400, "instant", "instant"),
        ("0001-01-01T00:00+08:00", "instant", "instant"),
    ],
)
def test_what_is_no_such_figure_is_refused(given, nature, code):
    with pytest.raises(ValueError, match="^(instant|" + code + ")$"):
        parse(given, nature=nature, scale=0)


def test_a_field_says_from_whom_and_of_what_it_is_made():
    assert sources("stock/a.b stock/c shelters/d") == {"stock": ["a.b", "c"], "shelters": ["d"]}
    assert sources("") == {}


def test_what_is_proposed_is_taken_changed_or_left():
    found = [Proposal("stockpile", Decimal(350), NOON)]

    assert choice(Decimal(350), found) == Choice.TAKEN
    assert choice(Decimal(0), found) == Choice.CHANGED
    assert choice(None, found) == Choice.LEFT
    assert choice(Decimal(350), []) is None


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"whole": 5, "a": 2, "b": 3}, []),
        ({"whole": 5, "a": 2, "b": 2}, ["whole"]),
        ({"whole": 5, "a": 2, "b": None}, []),
        ({"whole": 5, "a": 6}, ["whole"]),
        ({"whole": None, "a": 6, "b": 1}, []),
        ({"a": 6}, []),
        ({"whole": 0, "a": 0, "b": 0}, []),
    ],
)
def test_parts_are_no_more_than_their_total_and_all_of_them_are_the_total(values, wrong):
    given = {code: None if each is None else Decimal(each) for code, each in values.items()}

    assert contradictions(given, PARTS) == wrong


def test_levels_and_instants_are_not_added_the_gravest_and_the_earliest_show():
    assert add_up([Decimal(3), None, Decimal(2)], how=RollUp.LEAST) == 2
    assert add_up([None], how=RollUp.LEAST) is None


def filed(area, round_, hours, revision, received):
    number = UUID(int=hash((area, round_, revision)) % 2**64)
    at = NOON + timedelta(hours=hours)
    return Filed(number, UUID(int=area), round_, at, NOON + timedelta(hours=received), revision)


FORMS = [
    filed(1, "r1", 0, 1, 1), filed(1, "r1", 0, 2, 5), filed(1, "r2", 2, 1, 3),
    filed(2, "r1", 0, 1, 2),
]  # fmt: skip


def test_a_county_counts_once_with_its_latest_figures():
    found = counted(FORMS)

    assert {area.int: (form.round, form.revision) for area, form in found.items()} == {
        1: ("r2", 1), 2: ("r1", 1),
    }  # fmt: skip


def test_any_table_can_be_asked_as_it_was_and_as_it_was_known():
    an_hour = NOON + timedelta(hours=1)
    before = counted(FORMS, at=an_hour)
    known = counted(FORMS, at=an_hour, known_at=NOON + timedelta(hours=2))

    assert before[UUID(int=1)].revision == 2
    assert known[UUID(int=1)].revision == 1
    assert counted(FORMS, known_at=NOON) == {}


@given(st.integers(0, 10_000))
def test_the_order_in_which_forms_are_read_changes_nothing(seed):
    shuffled = FORMS.copy()
    Random(seed).shuffle(shuffled)

    assert counted(shuffled) == counted(FORMS)


def test_a_correction_of_a_later_time_keeps_the_place_of_its_round():
    corrected = [*FORMS, filed(1, "r1", 4, 3, 6)]

    assert counted(corrected)[UUID(int=1)].round == "r2", "the newer round counts still"
    then = counted(corrected, at=NOON + timedelta(hours=1))
    assert then[UUID(int=1)].revision == 3, "and of its own hour the correction is what counts"
