"""Decisions at the door of a shelter: who asks for places, and what they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shelters.rules import Stay

LARGEST_HOUSEHOLD = 12  # more than these at once are a bus, whatever was ticked


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who asks for places: how many, since when, of which kinds, from which area.

    `decided`: somebody answers by name for what is above the limit. Without `came` it is now.
    `freed`: so many places here are given up for them in the same act, by the group they came
    with. `divisible`: they are no family, so some may go here and some there.
    """

    people: int
    stay: Stay = Stay.ARRIVED
    came: datetime | None = None
    kinds: Mapping[str, int] = field(default_factory=dict)
    freed: int = 0
    divisible: bool = False
    home: UUID | None = None
    decided: bool = False


def lacking(asked: Mapping[str, int], free: Mapping[str, int]) -> list[str]:
    """Return the kinds of places of which more are asked for than are free."""
    return [kind for kind, number in asked.items() if number > free.get(kind, 0)]


def run_out(
    asked: Mapping[str, int], kept: Mapping[str, int], used: Mapping[str, int]
) -> list[str]:
    """Return the kinds a shelter keeps places of and has not enough left of for these.

    Where none are kept none can run out: the register says so, and whoever comes is taken in.
    """
    some = {kind: number for kind, number in asked.items() if kept.get(kind)}
    return lacking(some, {kind: kept[kind] - used.get(kind, 0) for kind in some})


def may_be_divided(people: int, *, group: bool, listed: bool) -> bool:
    """Whether people at a door may go to several shelters: a household of a list stays whole."""
    return group or (people > LARGEST_HOUSEHOLD and not listed)
