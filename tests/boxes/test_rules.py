"""What is decided of boxes on plain values."""

from __future__ import annotations

from itertools import combinations
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from stockpile.boxes import rules
from stockpile.boxes.rules import WAY, contents, label, read, unsaid

BOX = UUID("12345678-1234-5678-1234-567812345678")


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_boxes_hold_all_of_it_and_only_the_last_is_not_full(quantity, per_box):
    held = contents(quantity, per_box)

    assert sum(held) == quantity
    assert all(each == per_box for each in held[:-1]) and 0 < held[-1] <= per_box


def test_a_gap_is_each_step_before_the_last_one_told():
    for told in (set(each) for n in range(len(WAY) + 1) for each in combinations(WAY, n)):
        last = max((WAY.index(each) for each in told), default=-1)
        assert unsaid(told) == [each for each in WAY[:last] if each not in told]


def test_a_box_that_came_damaged_has_arrived():
    assert unsaid({"packed", "loaded", "dispatched", "damaged", "received"}) == []
    assert unsaid({"packed", "dispatched", "opened"}) == ["loaded", "arrived", "received"]


def test_numbers_ranges_and_labels_are_read_as_people_and_scanners_write_them():
    text = f"12-14, 18，20~21\n{label(BOX, 7, 10, 'quilt')} 12"
    said = read(text)

    assert said.numbers == (12, 13, 14, 18, 20, 21)
    assert said.ids == (BOX,) and said.unread == ()


def test_what_is_no_box_is_named_and_a_range_too_wide_is_none():
    said = read("x 5 14-12 0 1-999999999 relief-box:zz")

    assert said.numbers == (5,)
    assert said.unread == ("x", "14-12", "0", "1-999999999", "relief-box:zz")


@given(st.text(max_size=200))
def test_nothing_that_is_typed_breaks_the_reading(text):
    said = read(text)

    assert len(said.numbers) + len(said.ids) <= rules.MOST_BOXES


def test_a_label_says_its_box_and_what_is_in_it():
    box = uuid4()

    assert label(box, 31, 12, "quilt") == f"relief-box:{box.hex};31;12;quilt"
