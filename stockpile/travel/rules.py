"""Which entered time holds between two places, and what a way is where none was entered."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

Key = Hashable  # a place or an area


class Means(StrEnum):
    """What carries the goods."""

    ROAD = "road"
    FERRY = "ferry"
    BOAT = "boat"
    AIR = "air"


class Basis(StrEnum):
    """Where the hours of a way come from, or why there are none."""

    ENTERED = "entered"  # somebody entered the time
    STRAIGHT = "straight"  # the straight line times a factor
    ROUND = "round"  # the same from township to township, round the sea
    SEA = "sea"  # only the sea lies between: a guess until somebody enters it
    SHUT = "shut"  # somebody entered that nobody can go
    ISLAND = "island"  # an island, and no time was entered
    ROAD_CLOSED = "road_closed"  # a closed road lies across
    UNKNOWN = "unknown"  # nobody knows where it lies


OPEN = (Basis.ENTERED, Basis.STRAIGHT, Basis.ROUND, Basis.SEA)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place and the areas it lies in, the narrowest first."""

    place: Key
    areas: tuple[Key, ...]

    @property
    def ends(self) -> tuple[Key, ...]:
        """Return what it may be named by, the narrowest first."""
        return (self.place, *self.areas)


@dataclass(frozen=True, slots=True)
class Entry:
    """A time entered between two ends, each a place or an area; it holds both ways.

    `minutes` is None where nobody can go.
    """

    id: Key
    ends: tuple[Key, Key]
    minutes: int | None


@dataclass
class Table:
    """All entered times, and which areas are islands: reached only by what is entered."""

    islands: frozenset[Key] = frozenset()
    _times: dict[tuple[Key, Key], Entry] = field(default_factory=dict)
    _named: set[Key] = field(default_factory=set)

    @classmethod
    def of(cls, entries: Iterable[Entry], islands: Iterable[Key] = ()) -> Table:
        """Return the table of entries given oldest first: a later one takes an earlier's place."""
        found = cls(frozenset(islands))
        for each in entries:
            one, other = each.ends
            found._times[one, other] = found._times[other, one] = each
            found._named |= {one, other}
        return found

    def __bool__(self) -> bool:
        return bool(self.islands or self._times)

    def between(self, here: Spot, there: Spot) -> Entry | None:
        """Return the entry that says most exactly how long it takes, if any holds.

        What names places goes before what names areas, and the narrower before the wider. One
        end on an island must be named by that island or by something on it: the time to a
        county is not the time to its islands. An entry between an area and one inside it says
        nothing of a way inside the inner one.
        """
        near, far = self._most(here, there), self._most(there, here)
        found = [
            (self._exactness(here, i, there, j), self._times[one, other])
            for i, one in self._known(here, near)
            for j, other in self._known(there, far)
            if (one, other) in self._times and not (one in there.ends and other in here.ends)
        ]
        return min(found, key=lambda each: (each[0], str(each[1].id)))[1] if found else None

    def _exactness(self, here: Spot, i: int, there: Spot, j: int) -> tuple[int, int, int]:
        """Return how widely an entry names two ends, the same from either side."""
        areas = (here.ends[i] in here.areas) + (there.ends[j] in there.areas)
        return areas, i + j, min(i, j)

    def apart(self, here: Spot, there: Spot) -> bool:
        """Whether one of the two lies on an island where the other does not."""
        return bool(self.islands & set(here.areas) ^ self.islands & set(there.areas))

    def _most(self, spot: Spot, other: Spot) -> int:
        """Return how widely an end may be named: up to the narrowest island the other is not on."""
        outside = [
            number
            for number, area in enumerate(spot.areas, 1)
            if area in self.islands and area not in other.areas
        ]
        return outside[0] if outside else len(spot.areas)

    def _known(self, spot: Spot, most: int) -> Iterator[tuple[int, Key]]:
        for number, end in enumerate(spot.ends[: most + 1]):
            if end in self._named:
                yield number, end


@dataclass(frozen=True, slots=True)
class Speed:
    """What is reckoned with where nothing was entered.

    A road is `factor` times as long as the straight line; from township to township, round the
    sea, it is as long as that. No road goes over more than `sea_metres` of sea; where only the
    sea lies between, it takes `sea_factor` times as long.
    """

    factor: float
    kmh: float
    sea_metres: float
    sea_factor: float

    def hours(self, straight: float, wet: float, over_land: float) -> tuple[float, Basis]:
        """Return the hours of a way: metres straight, of these over the sea, and over land."""
        if wet <= self.sea_metres:
            return self._driven(straight * self.factor), Basis.STRAIGHT
        if over_land < float("inf"):
            return self._driven(over_land), Basis.ROUND
        return self._driven(straight * self.factor * self.sea_factor), Basis.SEA

    def _driven(self, metres: float) -> float:
        return metres / 1000 / self.kmh
