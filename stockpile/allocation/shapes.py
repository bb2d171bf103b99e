"""What an allocation is asked with and what it answers, for one item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lot:
    """What is free of one lot in one depot, in base units; `life` is in hours, None: for ever."""

    id: str
    depot: str
    free: int
    life: float | None = None


@dataclass(frozen=True)
class Need:
    """What is outstanding at a place, in base units; class 1 comes first.

    `had` is what the whole need has already, promised or come: who has more waits longer.
    """

    id: str
    place: str
    quantity: int
    priority: int = 1
    had: int = 0

    def cover(self, got: int) -> float:
        """Return the part of the whole need that is met when it gets so much more."""
        whole = self.had + self.quantity
        return (self.had + got) / whole if whole else 1.0


@dataclass(frozen=True)
class Roads:
    """Hours from each depot (row) to each place (column); infinite where no road is open."""

    depots: tuple[str, ...]
    places: tuple[str, ...]
    hours: NDArray[np.float64]


@dataclass(frozen=True)
class Load:
    """How much something takes, or how much can be carried in all."""

    litres: float
    kilograms: float


NOTHING = Load(0, 0)


@dataclass(frozen=True)
class Question:
    """One item: its pack, lots and needs, the roads, and what may not be touched.

    `keep_back` is what each depot keeps, in base units; `room` what its trucks can take of this
    item (a depot not named: everything); `least_life` how many hours a lot must have left when
    it arrives; `anyway` names (lot, need) somebody allowed although it has less. `minutes_a_day`
    is the detour worth making for a pack with a day less to live; 0 goes the shortest ways.
    """

    pack: int
    lots: tuple[Lot, ...]
    needs: tuple[Need, ...]
    roads: Roads
    keep_back: Mapping[str, int] = field(default_factory=dict)
    room: Mapping[str, int] = field(default_factory=dict)
    least_life: float = 0.0
    minutes_a_day: int = 0
    anyway: frozenset[tuple[str, str]] = frozenset()


class Limit(StrEnum):
    """What cut a place short."""

    NO_STOCK = "no_stock"  # nobody has a pack of it
    NO_ROAD = "no_road"  # no road is open from any depot that has it
    LIFE = "life"  # what could come would be too old on arrival
    KEEP_BACK = "keep_back"  # a depot keeps what would have helped
    TRUCKS = "trucks"  # a depot has what would have helped, but its trucks are full
    SUPPLY = "supply"  # all that can come is given
    PACK = "pack"  # what is still missing is less than a pack


class Skip(StrEnum):
    """Why a lot is left out, the reason that comes first."""

    EXPIRED = "expired"  # it may not go out any more
    PURPOSE = "purpose"  # it was given for another disaster or a purpose
    SHUT = "shut"  # its depot is shut
    PACK = "pack"  # less than a pack of it is free
    NO_ROAD = "no_road"  # no road is open to any place that lacks it
    LIFE = "life"  # too old on arrival, wherever it could go
    KEEP_BACK = "keep_back"  # its depot keeps all it has


@dataclass(frozen=True)
class Cut:
    """Why a need is not met: the limit, where it lies, and what it would take to raise the need.

    Only whole packs go: what is left of a need below one is said as PACK, and nothing lifts it.

    `pieces` more at `where` (a depot), of `lot` if it is not what is kept back, raise it by one
    pack. A road from there, or the leave to take that lot, comes first where that is the limit;
    `pieces` is None where it is enough. With TRUCKS it is room for so many pieces of this item;
    if a lot is named, that many of it are wanted too.
    """

    limit: Limit
    where: str
    pieces: int | None
    lot: str = ""


@dataclass(frozen=True)
class Line:
    """So many base units, in whole packs, of one lot for one need."""

    lot: str
    depot: str
    need: str
    quantity: int
    hours: float


@dataclass(frozen=True)
class Plan:
    """The lines, what each need gets in base units, and why those that get less do."""

    lines: tuple[Line, ...]
    got: Mapping[str, int]
    cuts: Mapping[str, Cut]


@dataclass(frozen=True)
class Remedy:
    """A limit lifted: where, for which place or lot, and what the needs would get then.

    `more` are the needs that would get more, in base units; `fewer` how many others would get
    less, because what they have is better shared then.
    """

    limit: Limit
    where: str
    of: str
    more: Mapping[str, int]
    fewer: int
