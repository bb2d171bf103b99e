"""Families packed whole into what a flow of people left room for; capacity is never passed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from shelters.assignment.reach import NEVER, Grid
from shelters.assignment.shapes import NEEDS, Family, Line, Problem, Site, Split
from shelters.assignment.transport import Numbers

Bins = dict[int | None, list[int]]


class Rooms:
    """The free places of every shelter, and those of each kind among them."""

    def __init__(self, sites: Iterable[Site]) -> None:
        listed = list(sites)
        self.places = [0 if site.excluded else site.places for site in listed]
        self.typed = [list(site.typed) for site in listed]

    def fit(self, family: Family, site: int) -> int:
        """Return how many such households fit with all they need."""
        most = self.places[site] // family.size
        for need, there in zip(family.needs, self.typed[site], strict=True):
            if need:
                most = min(most, there // need)
        return most

    def take(self, family: Family, site: int, households: int) -> None:
        """Take the places of so many households, each with all it needs."""
        self.places[site] -= family.size * households
        for kind, need in enumerate(family.needs):
            self.typed[site][kind] -= need * households

    def arrays(self) -> tuple[Numbers, Numbers]:
        """Return the free places, and those by kind."""
        places = np.array(self.places, dtype=np.int64)
        return places, np.array(self.typed, dtype=np.int64).reshape(len(places), len(NEEDS))


@dataclass
class Packed:
    """What is decided so far: households by village, kind and shelter."""

    cost: Grid
    rooms: Rooms
    whole: Counter[tuple[int, Family, int]] = field(default_factory=Counter)
    rest: Counter[tuple[int, Family]] = field(default_factory=Counter)

    def into_bins(
        self, village: int, families: Mapping[Family, int], bins: dict[int, int],
        *, units: Callable[[Family], int],
    ) -> None:  # fmt: skip
        """Fill the shares of one village, the largest families first; what fails is the rest."""
        for family in sorted(families, key=lambda each: (-units(each), -each.size, each)):
            left, each = families[family], units(family)
            while left:
                able = [site for site, share in bins.items() if share >= each]
                able = [site for site in able if self.rooms.fit(family, site)]
                if not able:
                    break
                site = max(able, key=lambda one: (bins[one], -one))
                count = min(left, bins[site] // each, self.rooms.fit(family, site))
                self._put(village, family, site, count)
                bins[site] -= each * count
                left -= count
            if left:
                self.rest[village, family] += left

    def settle(self, price: Numbers) -> None:
        """Put the rest wherever they fit whole, the nearest and least wanted places first."""
        waiting = sorted(self.rest.items(), key=lambda each: (-each[0][1].size, each[0]))
        orders: dict[int, Numbers] = {}
        for (village, family), count in waiting:
            if village not in orders:
                row = self.cost[village].astype(np.int64)
                order = np.argsort(row + price, kind="stable")
                orders[village] = order[row[order] < NEVER]
            left = count
            for site in orders[village].tolist():
                if fit := min(left, self.rooms.fit(family, site)):
                    self._put(village, family, site, fit)
                    left -= fit
                    if not left:
                        break
            self.rest[village, family] = left
        self.rest = +self.rest

    def _put(self, village: int, family: Family, site: int, count: int) -> None:
        self.whole[village, family, site] += count
        self.rooms.take(family, site, count)

    def lines(self) -> list[Line]:
        """Return the households that have a place, and those that have none."""
        placed = [Line(v, family, site, count) for (v, family, site), count in self.whole.items()]
        rest = [
            Line(v, family, None, count, sum(family.needs) * count)
            for (v, family), count in self.rest.items()
        ]
        return sorted(placed, key=lambda one: (one.village, one.family, one.site)) + sorted(
            rest, key=lambda one: (one.village, one.family)
        )


def by_flow(
    problem: Problem, rows: Numbers, promised: Counter[tuple[int, Family, int]]
) -> tuple[list[Line], list[Split]]:
    """Pack the families of each village into the flow of its people, whole where they go.

    The flow says how many people there are in all and how many needs are met; so does this.
    """
    bins: dict[int, Bins] = defaultdict(dict)
    for village, kind, site, people in rows.tolist():
        bins[village].setdefault(site, [0] * (len(NEEDS) + 1))[kind] += people
    told: dict[int, list[tuple[Family, int, int]]] = defaultdict(list)
    for (village, family, site), count in promised.items():
        told[village].append((family, site, count))
    lines: list[Line] = []
    splits: list[Split] = []
    for number, village in enumerate(problem.villages):
        packer = _Village(number, village.families, bins[number])
        packer.keep(sorted(told[number]))
        packer.pack()
        lines += packer.lines()
        splits += packer.splits
    return lines, splits


class _Village:
    """One village: its shares by shelter and kind; under None those who have no place."""

    def __init__(self, number: int, families: Mapping[Family, int], bins: Bins) -> None:
        self.number, self.waiting, self.bins = number, Counter(families), bins
        people = sum(family.size * count for family, count in families.items())
        self.bins[None] = [people - sum(map(sum, bins.values())), 0, 0, 0, 0]
        self.spare = [
            sum(family.needs[kind] * count for family, count in families.items())
            - sum(each[kind + 1] for each in bins.values())
            for kind in range(len(NEEDS))
        ]  # of each kind, those whose need is not met
        self.placed: Counter[tuple[Family, int | None, tuple[int, ...]]] = Counter()
        self.splits: list[Split] = []

    def keep(self, told: list[tuple[Family, int, int]]) -> None:
        """Let those who were told stay with it, as far as the flow lets them."""
        for family, site, count in told:
            for _each in range(min(count, self.waiting[family])):
                if site not in self.bins or (met := self._met(family, site)) is None:
                    break
                self._put(family, site, met)

    def pack(self) -> None:
        """Put whole families first, with their needs met, then unmet; split what is left."""
        for whole in (self._all_met, self._met):
            for family in sorted(self.waiting, key=lambda one: (-one.size, one)):
                while self.waiting[family]:
                    able = {site: whole(family, site) for site in self.bins}
                    fitting = [site for site, met in able.items() if met is not None]
                    if not fitting:
                        break
                    site = max(fitting, key=lambda one: (one is not None, sum(self.bins[one])))
                    met = able[site]
                    assert met is not None
                    self._put(family, site, met)
        for family in sorted(self.waiting, key=lambda one: (one.size, one)):
            for _each in range(self.waiting[family]):
                self._split(family)

    def _all_met(self, family: Family, site: int | None) -> tuple[int, ...] | None:
        met = self._met(family, site)
        return met if met == family.needs else None

    def _met(self, family: Family, site: int | None) -> tuple[int, ...] | None:
        """Return how many of each kind would have their place there, if the family fits."""
        share = self.bins[site]
        met = tuple(min(need, there) for need, there in zip(family.needs, share[1:], strict=True))
        lacking = [need - got for need, got in zip(family.needs, met, strict=True)]
        if any(short > spare for short, spare in zip(lacking, self.spare, strict=True)):
            return None
        return met if share[0] >= family.size - sum(met) else None

    def _put(self, family: Family, site: int | None, met: tuple[int, ...]) -> None:
        share = self.bins[site]
        share[0] -= family.size - sum(met)
        for kind, got in enumerate(met):
            share[kind + 1] -= got
            self.spare[kind] -= family.needs[kind] - got
        self.waiting[family] -= 1
        self.placed[family, site, met] += 1

    def _split(self, family: Family) -> None:
        """Send the people of one household wherever there is room; by chance it is one place."""
        parts: dict[int | None, list[int]] = {}
        met = [0] * len(NEEDS)
        for kind, need in enumerate(family.needs, start=1):
            for _each in range(need):
                site = next((one for one, share in self.bins.items() if share[kind]), None)
                if self.bins[site][kind]:
                    self._one(parts, site, kind, unmet=0)
                    met[kind - 1] += 1
                else:
                    self.spare[kind - 1] -= 1
                    self._one(parts, self._ordinary(parts), 0, unmet=1)
        for _each in range(family.size - sum(family.needs)):
            self._one(parts, self._ordinary(parts), 0, unmet=0)
        if len(parts) == 1:
            self.placed[family, next(iter(parts)), tuple(met)] += 1
            return
        found = tuple((site, people, unmet) for site, (people, unmet) in parts.items())
        self.splits.append(Split(self.number, family, found))

    def _ordinary(self, parts: dict[int | None, list[int]]) -> int | None:
        """Return where one more goes: with a shelter, where most of the household is already."""
        able = [one for one, share in self.bins.items() if share[0]]
        already = {one: people for one, (people, _unmet) in parts.items()}
        return max(able, key=lambda one: (one is not None, already.get(one, 0), self.bins[one][0]))

    def _one(
        self, parts: dict[int | None, list[int]], site: int | None, kind: int, *, unmet: int
    ) -> None:
        self.bins[site][kind] -= 1
        part = parts.setdefault(site, [0, 0])
        part[0] += 1
        part[1] += unmet

    def lines(self) -> list[Line]:
        """Return the households that stay together."""
        found: Counter[tuple[Family, int | None]] = Counter()
        unmet: Counter[tuple[Family, int | None]] = Counter()
        for (family, site, met), count in self.placed.items():
            found[family, site] += count
            unmet[family, site] += (sum(family.needs) - sum(met)) * count
        return [
            Line(self.number, family, site, count, unmet[family, site])
            for (family, site), count in sorted(
                found.items(), key=lambda each: (each[0][0], each[0][1] is None, each[0][1] or 0)
            )
        ]
