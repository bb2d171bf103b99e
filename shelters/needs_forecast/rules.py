"""Where people are expected, on plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

MOST_NEEDS = 1000  # opened in one act


@dataclass(frozen=True)
class Group:
    """People of one village who leave together, and the shelter they were told, if any."""

    village: UUID
    people: int
    infants: int
    shelter: UUID | None


@dataclass(frozen=True)
class Told:
    """So many people of a village were promised places in a shelter."""

    village: UUID
    shelter: UUID
    people: int


@dataclass
class Expected:
    """Who is expected at one place."""

    people: int = 0
    infants: int = 0

    def add(self, people: int, infants: int) -> None:
        """Count some more."""
        self.people += people
        self.infants += infants


Place = tuple[UUID, bool]  # a shelter (True) or a village whose people were told none


def expected(groups: Iterable[Group], promises: Iterable[Told]) -> dict[Place, Expected]:
    """Return who is expected where: at the shelter a household was told, else its village.

    Those who were told nothing themselves go where their village was promised places, as far
    as these reach; who is left stands with the village.
    """
    open_places = _left(groups := list(groups), promises)
    found: dict[Place, Expected] = {}
    for each in groups:
        shelter = each.shelter or _take(open_places, each)
        place = (shelter, True) if shelter else (each.village, False)
        found.setdefault(place, Expected()).add(each.people, each.infants)
    return found


def _left(groups: list[Group], promises: Iterable[Told]) -> dict[UUID, Counter[UUID]]:
    """Return by village how many of its promised places no household was told yet."""
    told: Counter[tuple[UUID, UUID]] = Counter()
    for each in groups:
        if each.shelter:
            told[each.village, each.shelter] += each.people
    found: dict[UUID, Counter[UUID]] = {}
    for promise in promises:
        found.setdefault(promise.village, Counter())[promise.shelter] += promise.people
    for (village, shelter), people in told.items():
        if village in found:
            found[village][shelter] -= people
    return found


def _take(places: dict[UUID, Counter[UUID]], group: Group) -> UUID | None:
    """Return the shelter with most of the village's places left, if the group fits there."""
    here = places.get(group.village)
    if not here:
        return None
    shelter, left = max(here.items(), key=lambda each: (each[1], str(each[0])))
    if left < group.people:
        return None
    here[shelter] -= group.people
    return shelter
