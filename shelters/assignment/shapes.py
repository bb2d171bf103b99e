"""What an assignment is asked and what it answers, as plain values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

NEEDS = ("wheelchair", "infant", "medical", "pets")
METRES = 10  # distances are counted in tens of metres


@dataclass(frozen=True, order=True)
class Family:
    """A kind of household: how many people, and how many of them need a place of each kind.

    Who brings pets needs one place for people with pets. Nobody needs two kinds at once.
    """

    size: int
    needs: tuple[int, int, int, int] = (0, 0, 0, 0)

    def __post_init__(self) -> None:
        if self.size < 1 or min(self.needs) < 0 or sum(self.needs) > self.size:
            raise ValueError("a household has people, and no more needs than people")


@dataclass(frozen=True)
class Village:
    """People to be moved from one point (longitude, latitude), household kind by kind."""

    id: str
    point: tuple[float, float]
    families: Mapping[Family, int]

    @property
    def people(self) -> int:
        """Return how many people are to be moved."""
        return sum(family.size * count for family, count in self.families.items())


@dataclass(frozen=True)
class Site:
    """A shelter: free places of the phase, those of each kind among them, why it is excluded."""

    id: str
    point: tuple[float, float]
    places: int
    typed: tuple[int, int, int, int] = (0, 0, 0, 0)
    excluded: str = ""


@dataclass(frozen=True)
class Limits:
    """How far people walk, and how far a bus takes them, in metres."""

    walk_m: int = 3_000
    ride_m: int = 40_000


@dataclass(frozen=True)
class Line:
    """So many whole households of one kind go to one shelter; None: nowhere.

    `unmet` counts those of their people who need a place of a kind and get an ordinary one.
    """

    village: int
    family: Family
    site: int | None
    households: int
    unmet: int = 0

    @property
    def people(self) -> int:
        """Return how many people these households are."""
        return self.family.size * self.households


@dataclass(frozen=True)
class Split:
    """One household that could not be kept together: (shelter or None, people, unmet) each."""

    village: int
    family: Family
    parts: tuple[tuple[int | None, int, int], ...]


@dataclass(frozen=True)
class Problem:
    """What is asked. `closed` names connections (village, shelter) that nobody can take."""

    villages: tuple[Village, ...]
    sites: tuple[Site, ...]
    closed: frozenset[tuple[str, str]] = frozenset()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Assignment:
    """The answer, with the least person-distance that any answer as good could have (metres)."""

    lines: tuple[Line, ...]
    splits: tuple[Split, ...] = ()
    bound_m: int | None = None
    proved: bool = False

    def parts(self) -> Iterable[tuple[int, int | None, int, int]]:
        """Yield (village, shelter or None, people, unmet) of every line and split household."""
        for line in self.lines:
            yield line.village, line.site, line.people, line.unmet
        for split in self.splits:
            for site, people, unmet in split.parts:
                yield split.village, site, people, unmet

    @cached_property
    def going(self) -> dict[int, Counter[int]]:
        """Return how many people of each village go to each shelter."""
        found: dict[int, Counter[int]] = defaultdict(Counter)
        for village, site, people, _unmet in self.parts():
            if site is not None:
                found[village][site] += people
        return dict(found)

    @cached_property
    def filled(self) -> Counter[int]:
        """Return how many people each shelter gets."""
        found: Counter[int] = Counter()
        for there in self.going.values():
            found.update(there)
        return found

    @property
    def left(self) -> int:
        """Return how many people have nowhere to go."""
        return sum(people for _, site, people, _ in self.parts() if site is None)

    @property
    def unmet(self) -> int:
        """Return how many people get no place of the kind they need."""
        return sum(unmet for *_, unmet in self.parts())
