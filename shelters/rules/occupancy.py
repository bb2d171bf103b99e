"""How full a shelter was, minute by minute: folded from counts, comings and leavings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple


class Counted(NamedTuple):
    """A headcount that counts: for which moment, and how many were there."""

    at: datetime
    people: int


class Stayed(NamedTuple):
    """People who came and, unless they are still there, left."""

    people: int
    came: datetime
    left: datetime | None


@dataclass(frozen=True)
class Minute:
    """A minute in which something changed, and how many were inside at its end.

    `counted` is the count made in it, if one was; `registered` are those inside by name or group.
    """

    at: datetime
    inside: int
    registered: int
    came: int = 0
    left: int = 0
    counted: int | None = None


@dataclass(frozen=True)
class _Change:
    at: datetime
    people: int = 0
    counted: int | None = None
    emptied: bool = False

    @property
    def turn(self) -> tuple[datetime, bool, bool]:
        """Who came or left at the very moment of a count was seen by it."""
        return self.at, self.counted is not None, self.emptied


def occupancy(
    counts: Iterable[Counted], stays: Iterable[Stayed], emptied: Iterable[datetime]
) -> list[Minute]:
    """Return each minute in which something changed, in order.

    As now (`queries.present`): the last count, with who came since and without who left; before
    the first count, and once the shelter was empty (`emptied`), those registered.
    """
    changes = [_Change(each.at, counted=each.people) for each in counts]
    changes += [_Change(each, emptied=True) for each in emptied]
    for each in stays:
        changes.append(_Change(each.came, each.people))
        if each.left is not None:
            changes.append(_Change(each.left, -each.people))
    found: list[Minute] = []
    inside = registered = 0
    for at, together in groupby(sorted(changes, key=lambda each: each.turn), _minute):
        came = left = 0
        counted = None
        for change in together:
            registered += change.people
            came, left = came + max(0, change.people), left + max(0, -change.people)
            counted = counted if change.counted is None else change.counted
            inside = _inside(change, inside, registered)
        found.append(Minute(at, max(0, inside), registered, came, left, counted))
    return found


def _minute(change: _Change) -> datetime:
    return change.at.replace(second=0, microsecond=0)


def _inside(change: _Change, before: int, registered: int) -> int:
    if change.emptied:
        return registered
    return before + change.people if change.counted is None else change.counted
