"""Decisions of the day book on plain values."""

from shelters.daybook.rules.meals import SPECIAL, Meal, short_by, too_many

__all__ = ["SPECIAL", "Meal", "short_by", "too_many"]
