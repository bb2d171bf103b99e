"""The errors people make when digits are said, heard and typed: what is caught of them."""

from __future__ import annotations

import random

import pytest

from damage_reports.rules import spoken
from tests.damage_reports.test_spoken import caught, made


def single(digits: str):
    for place, was in enumerate(digits):
        yield from (
            digits[:place] + new + digits[place + 1 :] for new in "0123456789" if new != was
        )


def swaps(digits: str, size: int = 1):
    for place in range(0, len(digits) - 2 * size + 1, size):
        left, right = digits[place : place + size], digits[place + size : place + 2 * size]
        if left != right:
            yield digits[:place] + right + left + digits[place + 2 * size :]


def twins(digits: str):
    for place in range(len(digits) - 1):
        if digits[place] == digits[place + 1]:
            for new in "0123456789":
                if new != digits[place]:
                    yield digits[:place] + new * 2 + digits[place + 2 :]


def jumps(digits: str):
    for place in range(len(digits) - 2):
        a, b, c = digits[place : place + 3]
        if a != c:
            yield digits[:place] + c + b + a + digits[place + 3 :]


def lost(digits: str):
    yield from (digits[:place] + digits[place + 1 :] for place in range(len(digits)))


def lost_groups(digits: str):
    yield from (digits[:place] + digits[place + 5 :] for place in range(0, len(digits), 5))


ERRORS = {
    "single": single,
    "swap": swaps,
    "group_swap": lambda digits: swaps(digits, 5),
    "twin": twins,
    "jump": jumps,
    "lost": lost,
    "lost_group": lost_groups,
}


MISSED = {"group_swap", "lost", "lost_group"}  # now and then, never more often than 1 in 500


def shares(reports: int) -> dict[str, float]:
    number, found = random.Random(11), {}
    codes = [spoken.encode(made(number)) for _ in range(reports)]
    for name, errors in ERRORS.items():
        tried = [caught(wrong) for digits in codes for wrong in errors(digits)]
        found[name] = sum(tried) / len(tried)
    return found


def test_the_errors_people_make_are_caught():
    found = shares(12)

    assert {name for name, share in found.items() if share < 1} <= MISSED
    assert min(found.values()) >= 0.99


@pytest.mark.nightly
def test_every_wrong_digit_and_every_swap_of_a_thousand_reports_is_caught(tell):
    found = shares(1_000)
    tell(**found)

    assert {name for name, share in found.items() if share < 1} <= MISSED
    assert min(found.values()) >= 0.998
