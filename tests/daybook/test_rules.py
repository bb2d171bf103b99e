"""Meals on plain numbers."""

from __future__ import annotations

from shelters.daybook.rules import short_by, too_many


def test_a_meal_is_short_by_the_people_it_did_not_reach():
    assert short_by(30, 40) == 10
    assert short_by(40, 40) == short_by(41, 40) == 0


def test_nobody_is_missed_where_nobody_was_counted():
    assert short_by(30, None) == 0


def test_special_diets_are_among_the_portions():
    assert too_many(10, {"soft": 4, "infant": 6, "restricted": 0}) is None
    assert too_many(10, {"soft": 4, "infant": 7, "restricted": 0}) == "infant"
