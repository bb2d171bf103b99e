"""How much people use up, and what is missing: decisions on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal

GROUPS = ("infant", "under18", "over60", "female", "disabled", "ill")
EVERYONE = "everyone"
NOTHING = Decimal(0)
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class People:
    """Who is in a shelter: all of them, and those of each group; None is not known."""

    total: int
    groups: Mapping[str, int | None]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the groups that nobody counted."""
        return tuple(group for group, count in self.groups.items() if count is None)


@dataclass(frozen=True)
class Rate:
    """What one person takes of an item: anybody, and where it differs those of a group."""

    general: Decimal | None
    own: Mapping[str, Decimal]

    @property
    def given(self) -> bool:
        """Whether anything of it is worked out by heads at all."""
        return self.general is not None or any(self.own.values())

    def of(self, people: People) -> Decimal:
        """Return what all of them take; a group of unknown size takes what anybody does."""
        own = {group: people.groups.get(group) or 0 for group in self.own}
        others = max(0, people.total - sum(own.values()))
        return others * (self.general or NOTHING) + sum(
            (count * self.own[group] for group, count in own.items()), NOTHING
        )


@dataclass(frozen=True)
class Held:
    """What a shelter has of an item, what is coming, and what was asked for beyond that.

    `for_others` of what is there or coming stands in for another item. Those inside were `given`
    so much when they came.
    """

    on_hand: int = 0
    on_the_way: int = 0
    asked: int = 0
    for_others: int = 0
    given: int = 0


@dataclass(frozen=True)
class Reckoned:
    """What an item's numbers come to: base units, and days where it is used up daily."""

    daily: Decimal | None
    wanted: int
    missing: int
    days: Decimal | None


def reckon(daily: Rate, once: Rate, people: People, *, days: int, held: Held) -> Reckoned:
    """Return what is wanted for so many days, and what of it is neither there nor coming.

    A ration is used up every day; what is issued once serves for the whole stay: whoever was
    given it when he came does not want it again.
    """
    a_day = daily.of(people)
    once_more = max(NOTHING, once.of(people) - held.given)
    wanted = int((a_day * days + once_more).to_integral_value(ROUND_CEILING))
    coming = held.on_hand + held.on_the_way + held.asked - held.for_others
    missing = max(0, wanted - coming)
    return Reckoned(
        daily=a_day if daily.given else None,
        wanted=wanted,
        missing=missing,
        days=(held.on_hand / a_day).quantize(TENTH, ROUND_DOWN) if a_day else None,
    )
