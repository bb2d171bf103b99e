"""The best assignment of few households, proved: every rank, families included.

A door of OR-Tools. Only for problems so small that the proof takes moments.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from shelters.assignment.reach import NEVER, Grid
from shelters.assignment.shapes import METRES, NEEDS, Assignment, Family, Line, Problem, Split

MOST_CHOICES = 240
MOST_EFFORT = 4.0
Promises = Counter[tuple[int, Family, int]]


def choices(problem: Problem, cost: Grid) -> int:
    """Return how many households of a kind could go to how many shelters, all told."""
    open_ = (cost < NEVER).sum(axis=1)
    return sum(len(v.families) * int(open_[n]) for n, v in enumerate(problem.villages))


def solve(problem: Problem, cost: Grid, promised: Promises) -> Assignment | None:
    """Return the best assignment, or None when the proof takes too long."""
    from ortools.sat.python import cp_model

    model = _Model(cp_model.CpModel(), problem, cost, promised)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = MOST_EFFORT
    if solver.solve(model.model) != cp_model.OPTIMAL:
        return None
    return model.read(solver.value)


class _Model:
    """Whole households by shelter, and the people of split ones by kind and shelter."""

    def __init__(self, model: Any, problem: Problem, cost: Grid, promised: Promises) -> None:
        self.model, self.problem, self.cost, self.promised = model, problem, cost, promised
        self.groups = [
            (number, family, count)
            for number, village in enumerate(problem.villages)
            for family, count in sorted(village.families.items())
        ]
        self.whole: list[dict[int, Any]] = []
        self.split: list[Any] = []
        self.left: list[Any] = []
        self.parts: list[dict[tuple[int, int | None], Any]] = []
        for each in self.groups:
            self._group(*each)
        self.met = self._places()
        self._aim()

    def _number(self, most: int) -> Any:
        return self.model.new_int_var(0, int(most), "")

    def _group(self, village: int, family: Family, count: int) -> None:
        open_ = np.flatnonzero(self.cost[village] < NEVER).tolist()
        whole = {site: self._number(count) for site in open_}
        split, left = self._number(count), self._number(count)
        self.model.add(sum(whole.values()) + split + left == count)
        parts: dict[tuple[int, int | None], Any] = {}
        for kind, size in enumerate(_kinds(family)):
            goes = {(kind, site): self._number(size * count) for site in [*open_, None] if size}
            self.model.add(sum(goes.values()) == split * size)
            parts |= goes
        self.whole.append(whole)
        self.split.append(split)
        self.left.append(left)
        self.parts.append(parts)

    def _places(self) -> list[Any]:
        """Hold every shelter to its places; return those whose need is met."""
        met = []
        for number, site in enumerate(self.problem.sites):
            if site.excluded:
                continue
            self.model.add(sum(self._there(number, None)) <= site.places)
            for kind, places in enumerate(site.typed, start=1):
                there = self._there(number, kind)
                if there and places:
                    met.append(self._number(places))
                    self.model.add(met[-1] <= sum(there))
        return met

    def _there(self, site: int, kind: int | None) -> list[Any]:
        """Return the people (of one kind) at one shelter."""
        found = []
        for (_village, family, _count), whole, parts in zip(
            self.groups, self.whole, self.parts, strict=True
        ):
            size = family.size if kind is None else _kinds(family)[kind]
            if site in whole and size:
                found.append(size * whole[site])
            found += [var for (one, there), var in parts.items()
                      if there == site and kind in (None, one)]  # fmt: skip
        return found

    def _aim(self) -> None:
        people = sum(family.size * count for _, family, count in self.groups)
        longest = int(np.max(self.cost, where=self.cost < NEVER, initial=0))
        kept = self._kept()
        moved = people * longest + 1
        apart = moved * (people + 1)
        unmet = apart * (sum(count for *_, count in self.groups) + 1)
        left = unmet * (people + 1)
        aim = [apart * sum(self.split), -unmet * sum(self.met), -moved * sum(kept)]
        for (village, family, _count), whole, parts, nowhere in zip(
            self.groups, self.whole, self.parts, self.left, strict=True
        ):
            aim.append(left * family.size * nowhere)
            aim += [family.size * int(self.cost[village, s]) * var for s, var in whole.items()]
            for (_kind, site), var in parts.items():
                aim.append(var * (left if site is None else int(self.cost[village, site])))
        self.model.minimize(sum(aim))

    def _kept(self) -> list[Any]:
        found = []
        for (village, family, count), whole in zip(self.groups, self.whole, strict=True):
            for site, var in whole.items():
                if told := self.promised[village, family, site]:
                    stays = self._number(min(told, count))
                    self.model.add(stays <= var)
                    found.append(family.size * stays)
        return found

    def read(self, value: Any) -> Assignment:
        """Return what the solver found, with the needs given to whole families first."""
        free = [list(site.typed) for site in self.problem.sites]
        lines, splits = [], []
        for number, (village, family, _count) in enumerate(self.groups):
            for site, var in self.whole[number].items():
                if count := value(var):
                    unmet = _short(free[site], [need * count for need in family.needs])
                    lines.append(Line(village, family, site, count, unmet))
            if count := value(self.left[number]):
                lines.append(Line(village, family, None, count, sum(family.needs) * count))
        for number, (village, family, _count) in enumerate(self.groups):
            people = {key: value(var) for key, var in self.parts[number].items()}
            for _each in range(value(self.split[number])):
                splits.append(_one(village, family, people, free))
        metres = sum(
            people * int(self.cost[village, site])
            for village, site, people, _ in Assignment(tuple(lines), tuple(splits)).parts()
            if site is not None
        )
        return Assignment(tuple(lines), tuple(splits), metres * METRES, proved=True)


def _kinds(family: Family) -> list[int]:
    return [family.size - sum(family.needs), *family.needs]


def _short(free: list[int], wanted: list[int]) -> int:
    """Take typed places and return how many were wanting."""
    short = 0
    for kind, need in enumerate(wanted):
        got = min(need, free[kind])
        free[kind] -= got
        short += need - got
    return short


def _one(
    village: int, family: Family, people: dict[tuple[int, int | None], int], free: list[list[int]]
) -> Split:
    """Take the people of one household out of those of all the split ones of its kind."""
    parts: dict[int | None, list[int]] = {}
    for kind, size in enumerate(_kinds(family)):
        for _each in range(size):
            able = [site for (one, site), left in people.items() if one == kind and left]
            site = max(able, key=lambda one: (one in parts, one is not None))
            people[kind, site] -= 1
            wanted = [int(kind == each) for each in range(1, len(NEEDS) + 1)]
            unmet = sum(wanted) if site is None else _short(free[site], wanted)
            part = parts.setdefault(site, [0, 0])
            part[0] += 1
            part[1] += unmet
    found = tuple((site, all_, unmet) for site, (all_, unmet) in parts.items())
    return Split(village, family, found)
