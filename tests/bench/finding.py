"""How well planted errors are found: by what the product does, by z-scores, by min–max."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, pstdev

from damage_reports import rules
from tests.bench.planted import FORM, ORDER, Storm

Cell = tuple[int, int, str, str]  # seed, round, township, figure
NEAREST = 6


@dataclass
class Marks:
    """What was wrong and what was pointed at."""

    wrong: dict[Cell, str] = field(default_factory=dict)
    found: set[Cell] = field(default_factory=set)

    @property
    def precision(self) -> float:
        """Return how much of what was pointed at is wrong."""
        return len(self.found & self.wrong.keys()) / max(1, len(self.found))

    @property
    def recall(self) -> float:
        """Return how much of what is wrong was pointed at."""
        return len(self.found & self.wrong.keys()) / max(1, len(self.wrong))

    @property
    def balance(self) -> float:
        """Return the harmonic mean of the two (F1)."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    def by_kind(self) -> dict[str, tuple[int, int]]:
        """Return by kind of mistake how many were found of how many."""
        every = Counter(self.wrong.values())
        got = Counter(kind for cell, kind in self.wrong.items() if cell in self.found)
        return {kind: (got[kind], count) for kind, count in sorted(every.items())}


def storms(seeds: Iterable[int]) -> dict[int, Storm]:
    """Return the storms of some seeds."""
    return {seed: Storm(seed) for seed in seeds}


def planted(made: dict[int, Storm]) -> dict[Cell, str]:
    """Return everything that is wrong."""
    return {
        (seed, number, town, code): kind
        for seed, storm in made.items()
        for number, each in enumerate(storm.rounds)
        for (town, code), kind in each.wrong.items()
    }


def by_product(made: dict[int, Storm]) -> Marks:
    """Return what the product points at, every round with the rounds before as they came."""
    asked = {each.code: rules.Asked(each.unit) for each in FORM}
    found = set()
    for seed, storm in made.items():
        places = _places(storm)
        tables = [_columns(each.reported) for each in storm.rounds]
        for number, now in enumerate(tables):
            before = _latest(storm, number)
            for each in rules.outliers(places, asked, now, before):
                found.add((seed, number, str(each.area), each.code))
    return Marks(planted(made), found)


def _places(storm: Storm) -> dict[str, rules.Place]:
    def near(town):  # type: ignore[no-untyped-def]
        by_distance = sorted(storm.towns, key=lambda each: math.dist(each.point, town.point))
        return tuple(each.code for each in by_distance[1 : NEAREST + 1])

    return {
        town.code: rules.Place(town.people, ("city", f"county {town.county}"), near(town))
        for town in storm.towns
    }


def _columns(table):  # type: ignore[no-untyped-def]
    return {
        code: {town: row[code] for town, row in table.items() if row.get(code) is not None}
        for code in ORDER
    }


def _latest(storm: Storm, number: int):  # type: ignore[no-untyped-def]
    """Return each township's last two reports before a round, whenever they came."""
    last: list[dict[str, dict[str, float | None]]] = [{}, {}]
    for each in storm.rounds[:number]:
        for town, row in each.reported.items():
            if town in last[0]:
                last[1][town] = last[0][town]
            last[0][town] = row
    return [_columns(each) for each in last]


# --- what it is measured against


def by_z_score(made: dict[int, Storm], most: float) -> Marks:
    """Return the figures whose rate by people lies so many deviations from the round's mean."""
    found = set()
    for seed, storm in made.items():
        people = {town.code: town.people for town in storm.towns}
        for number, each in enumerate(storm.rounds):
            for code, column in _columns(each.reported).items():
                rates = {town: value / people[town] for town, value in column.items()}
                mean, deviation = fmean(rates.values()), pstdev(rates.values())
                found |= {
                    (seed, number, town, code)
                    for town, rate in rates.items()
                    if deviation and abs(rate - mean) > most * deviation
                }
    return Marks(planted(made), found)


def by_min_max(made: dict[int, Storm], wider: float) -> Marks:
    """Return the figures outside what the area ever reported, the span so many times wider."""
    found = set()
    for seed, storm in made.items():
        seen: dict[tuple[str, str], list[float]] = {}
        for number, each in enumerate(storm.rounds):
            for code, column in _columns(each.reported).items():
                for town, value in column.items():
                    known = seen.setdefault((town, code), [])
                    if known and not min(known) / wider <= value <= max(known) * wider:
                        found.add((seed, number, town, code))
                    known.append(value)
    return Marks(planted(made), found)


def best(method: Callable[[float], Marks], settings: Sequence[float]) -> tuple[float, Marks]:
    """Return the setting with the best balance: what this method could reach at most."""
    return max(((each, method(each)) for each in settings), key=lambda pair: pair[1].balance)
