"""What people use up and what is missing, on plain numbers."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shelters.supplies.rules import GROUPS, Held, People, Rate, reckon

NONE = Rate(None, {})
WATER = Rate(Decimal("0.25"), {})


def people(total, **groups):
    return People(total, dict.fromkeys(GROUPS) | groups)


def test_a_ration_is_used_up_every_day_and_rounded_up():
    found = reckon(WATER, NONE, people(50), days=3, held=Held())

    assert (found.daily, found.wanted, found.missing) == (Decimal("12.5"), 38, 38)


def test_what_is_issued_once_does_not_grow_with_the_days():
    quilts = Rate(Decimal(1), {})
    few, many = (reckon(NONE, quilts, people(50), days=days, held=Held()) for days in (1, 30))

    assert few.wanted == many.wanted == 50
    assert few.daily is None and few.days is None


def test_what_is_there_coming_or_asked_for_is_not_missing():
    held = Held(on_hand=10, on_the_way=8, asked=5)

    assert reckon(WATER, NONE, people(50), days=3, held=held).missing == 15
    assert reckon(WATER, NONE, people(8), days=1, held=held).missing == 0


def test_days_of_cover_are_rounded_down():
    assert reckon(WATER, NONE, people(50), days=3, held=Held(on_hand=20)).days == Decimal("1.6")
    assert reckon(WATER, NONE, people(0), days=3, held=Held(on_hand=20)).days is None


def test_infants_take_their_own_ration_instead_of_the_general_one():
    food = Rate(Decimal("0.25"), {"infant": Decimal(0)})
    milk = Rate(None, {"infant": Decimal("0.5")})

    assert reckon(food, NONE, people(40, infant=4), days=1, held=Held()).wanted == 9
    assert reckon(milk, NONE, people(40, infant=4), days=1, held=Held()).wanted == 2


def test_a_group_nobody_counted_takes_the_general_ration_and_that_is_said():
    food = Rate(Decimal("0.25"), {"over60": Decimal("0.17")})
    found = reckon(food, NONE, people(40), days=1, held=Held())

    assert found.wanted == 10
    assert "over60" in people(40).unknown and "over60" not in people(40, over60=3).unknown


@given(
    st.integers(0, 5000), st.integers(0, 300), st.integers(1, 30),
    st.integers(0, 9000), st.integers(0, 9000), st.integers(0, 9000),
)  # fmt: skip
def test_what_is_asked_for_is_exactly_enough_or_nothing(total, infants, days, here, way, asked):
    held = Held(here, way, asked)
    rate = Rate(Decimal("0.25"), {"infant": Decimal("0.1")})
    found = reckon(rate, NONE, people(total, infant=infants), days=days, held=held)

    after = here + way + asked + found.missing
    assert after >= found.wanted
    assert found.missing == 0 or after == found.wanted
