"""Volunteers of a shelter: what they can do, and when they are on duty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from shelters.rules import digits_of


class Skill(StrEnum):
    """What a volunteer can do."""

    FIRST_AID = "first_aid"
    COOKING = "cooking"
    INTERPRETING = "interpreting"
    CHILD_CARE = "child_care"
    DRIVING = "driving"
    COUNSELLING = "counselling"
    CLEANING = "cleaning"
    OTHER = "other"


Spell = tuple[datetime, datetime | None]


def overlap(one: Spell, other: Spell) -> bool:
    """Whether two spells of duty share any time; None is not over yet. Ends only touch."""
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])


def served(spells: Iterable[Spell], now: datetime) -> timedelta:
    """Return how long somebody was on duty, up to now."""
    return sum((max(timedelta(), (left or now) - came) for came, left in spells), timedelta())


def per_skill(people: Iterable[Iterable[str]]) -> dict[Skill, int]:
    """Return how many people have each skill; nobody counts twice for one."""
    found = dict.fromkeys(Skill, 0)
    for skills in people:
        for each in set(skills):
            found[Skill(each)] += 1
    return found


def person_text(name: str, phone: str) -> str:
    """Return what tells one volunteer from another: name and digits, however they are written."""
    return f"{''.join(name.split()).casefold()}|{digits_of(phone)}"
