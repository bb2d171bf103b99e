"""What a figure was to be expected to be: a gamma–Poisson made for counts that are mostly nought.

A rate by people, taken from the neighbours and drawn towards that of the county and the city,
is the prior; what the area itself reported before is evidence, worth less the more unevenly
the others grew. A mean over a skewed count would be the count of the worst hit, so whatever
is far above the usual positive rate is cut there before it counts for its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from statistics import median, median_high, median_low
from typing import Any

from damage_reports.rules.beliefs import Belief, Expected, Hurdle, is_not_high, is_not_low

CUT = 5.0  # a peer counts with at most so many times the middle positive rate
DRAWN = 2.0  # a group is drawn to the wider one as if by so many average areas of it
FEW = 2.0  # so many figures that say nothing of their area stand beside those that do
ANEW = 0.01  # how often a figure is counted afresh and the last report says nothing
LEAST_GROWTH_SPREAD, USUAL_GROWTH_SPREAD = 0.15, 0.5
USUAL_AWAY = (1.1, 1.0)  # where nothing is known: one where none was expected
WIDER = 1.0

NOBODY = (0.0, 0.0, 0)

AreaKey = Any  # an id, a code: whatever tells areas apart
Known = Mapping[AreaKey, float]


@dataclass(frozen=True, slots=True)
class Place:
    """An area as its neighbours see it: its groups from wide to narrow, and who lies nearest."""

    exposure: float
    groups: tuple[AreaKey, ...]
    near: tuple[AreaKey, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """One figure of the form over all areas of a level in one round, and in those before.

    `before` are each area's own earlier figures, the latest first; `falls` says that people
    may go home again, so that it may be nought.
    """

    places: Mapping[AreaKey, Place]
    now: Known
    before: Sequence[Known] = ()
    falls: bool = False
    grown: Known = field(default_factory=dict)

    def mean(self, area: AreaKey) -> float:
        """Return what its people would have at the rate of its peers."""
        known = self._means.get(area)
        if known is None:
            known = self._means[area] = self._rate(area) * self.places[area].exposure
        return known

    def is_usual(self, area: AreaKey) -> bool:
        """Return whether a present figure is plainly what was expected: its score is nought.

        Most figures of a city are, and need no belief about how far they might have strayed.
        """
        value, grown = self.now[area], self.grown.get(area, 0.0)
        own = [
            self._come_to(known[area], steps, grown)
            for steps, known in enumerate(self.before, 1)
            if area in known
        ] or [self.mean(area)]
        return is_not_high(value, own[-1]) and any(is_not_low(value, each) for each in own)

    def expected(self, area: AreaKey) -> Expected:
        """Return what was to be expected of an area, its own present figure left out."""
        mean = self.mean(area)
        peers = Hurdle(mean, self._share(area), *self.positive)
        reported = [
            (steps, known[area]) for steps, known in enumerate(self.before, 1) if area in known
        ]
        if not reported:
            return Expected(peers)
        own = tuple(
            self._with(value, steps, self.grown.get(area, 0.0)) for steps, value in reported
        )
        return Expected(peers, own, self._anew(area, reported[0][1]), self._gone(area))

    def _with(self, before: float, steps: int, grown: float) -> Belief:
        """Return what follows from what the area itself reported so many reports ago."""
        spread = self.growth[1] * math.sqrt(steps)
        shape = (before + 0.5) / (1 + (before + 0.5) * spread**2)
        return Belief(self._come_to(before, steps, grown), shape)

    def _come_to(self, before: float, steps: int, grown: float) -> float:
        """Return what has come of a figure, had it grown like all others and all its own."""
        return (before + 0.5) * math.exp((self.growth[0] + grown) * steps)

    # --- the peers

    @cached_property
    def _means(self) -> dict[AreaKey, float]:
        return {}

    @cached_property
    def cut(self) -> dict[AreaKey, float]:
        """Return each area's figure, cut where it is far above the usual positive one."""
        rates = [value / self.places[area].exposure for area, value in self.now.items() if value]
        most = CUT * median(rates) if rates else 0.0
        return {
            area: min(value, most * self.places[area].exposure) for area, value in self.now.items()
        }

    @cached_property
    def sums(self) -> dict[AreaKey, list[float]]:
        """Return by group what it reported, its people, and how many areas it has."""
        sums: dict[AreaKey, list[float]] = {}
        for area, value in self.cut.items():
            place = self.places[area]
            exposure = place.exposure
            for group in place.groups:
                found = sums.get(group)
                if found is None:
                    found = sums[group] = [0.0, 0.0, 0]
                found[0] += value
                found[1] += exposure
                found[2] += 1
        return sums

    def _rate(self, area: AreaKey) -> float:
        """Return what the others have per head: the narrower group drawn to the wider."""
        place, sums = self.places[area], self.sums
        own = self.cut.get(area)
        mine, own = (0.0, 0.0) if own is None else (place.exposure, own)
        rate, first = 0.0, True
        for group in place.groups:
            total, people, count = sums.get(group, NOBODY)
            total, people = total - own, people - mine
            if total < 0.0:
                total = 0.0  # not max(): every figure of a city passes here, four times over
            if first:
                rate, first = (total + 0.5) / (max(0.0, people) + place.exposure), False
            elif people > 0.0:
                like = DRAWN * people / count
                rate = (total + rate * like) / (people + like)
        return self._by_the_near(area, place, rate) if place.near else rate

    def _by_the_near(self, area: AreaKey, place: Place, rate: float) -> float:
        near = [each for each in place.near if each in self.cut and each != area]
        people = sum(self.places[each].exposure for each in near)
        return _drawn(rate, sum(self.cut[each] for each in near), people, len(near))

    @cached_property
    def positive(self) -> tuple[float, float]:
        """Return how far positive figures lie from what the rate says, and how unevenly."""
        away = [
            math.log((value + 0.5) / (self.mean(area) + 0.5))
            for area, value in self.now.items()
            if value
        ]
        if not away:
            return USUAL_AWAY
        count, middle = len(away), median(away)
        spread = WIDER * 1.4826 * median(abs(each - middle) for each in away)
        usual, wide = USUAL_AWAY
        spread = math.sqrt((count * spread**2 + FEW * 2 * wide**2) / (count + 2 * FEW))
        return (middle * count + usual * FEW) / (count + FEW), spread

    def _share(self, area: AreaKey) -> float:
        """Return how often anything happens: in the narrowest group, drawn to the widest."""
        own = 1 if self.now.get(area) else 0
        share = 0.0
        for number, group in enumerate(self.places[area].groups):
            hit, count = self.hit.get(group, (0, 0))
            hit, count = max(0, hit - own), max(0, count - 1)
            share = (hit + DRAWN * share) / (count + DRAWN) if number else (hit + 0.5) / (count + 1)
        return share

    @cached_property
    def hit(self) -> dict[AreaKey, list[int]]:
        """Return by group in how many areas anything happened, of how many."""
        found: dict[AreaKey, list[int]] = {}
        for area, value in self.now.items():
            for group in self.places[area].groups:
                counts = found.get(group)
                if counts is None:
                    counts = found[group] = [0, 0]
                counts[0] += value > 0
                counts[1] += 1
        return found

    # --- the own reports before

    @cached_property
    def growth(self) -> tuple[float, float]:
        """Return by how much figures grew since the report before, in logarithms, and unevenly."""
        last = self.before[0] if self.before else {}
        steps = [
            math.log((self.now[area] + 0.5) / (value + 0.5)) - self.grown.get(area, 0.0)
            for area, value in last.items()
            if value > 0 and area in self.now
        ]
        if not steps:
            return 0.0, USUAL_GROWTH_SPREAD
        count, middle = len(steps), median(steps)
        spread = 1.4826 * median(abs(each - middle) for each in steps)
        spread = math.sqrt((count * spread**2 + 5 * USUAL_GROWTH_SPREAD**2) / (count + 5))
        return middle * count / (count + 2), max(LEAST_GROWTH_SPREAD, spread)

    @cached_property
    def turns(self) -> tuple[int, int, int, int]:
        """Return of how many that had nought how many have more now, and the other way."""
        last = self.before[0] if self.before else {}
        pairs = [(value, self.now[area]) for area, value in last.items() if area in self.now]
        began = sum(1 for before, now in pairs if not before and now)
        ended = sum(1 for before, now in pairs if before and not now)
        nought = sum(1 for before, _now in pairs if not before)
        return nought, began, len(pairs) - nought, ended

    def _anew(self, area: AreaKey, last: float) -> float:
        if last:
            return ANEW
        nought, began, _some, _ended = self.turns
        own = 1 if self.now.get(area) else 0
        return (max(0, began - own) + 0.5) / max(1, nought)

    def _gone(self, area: AreaKey) -> float:
        if not self.falls:
            return 0.0
        _nought, _began, some, ended = self.turns
        own = 0 if self.now.get(area) else 1
        return (max(0, ended - own) + 0.5) / max(1, some)


def lifted(places: Mapping[AreaKey, Place], now: Mapping[str, Known]) -> dict[AreaKey, Place]:
    """Return the places weighed by how hard all their figures together say they are hit."""
    signs: dict[AreaKey, list[float]] = {}
    for known in now.values():
        if any(known.values()):
            over_all = Indicator(places, known)
            for area, value in known.items():
                mean = over_all.mean(area)
                if value or mean >= 1:
                    signs.setdefault(area, []).append(math.log((value + 0.5) / (mean + 0.5)))
    return {
        area: replace(place, exposure=place.exposure * math.exp(_common(signs.get(area, []))))
        for area, place in places.items()
    }


def grown(now: Mapping[str, Known], before: Mapping[str, Known]) -> dict[AreaKey, float]:
    """Return by how much all figures of an area together grew since its report before."""
    signs: dict[AreaKey, list[float]] = {}
    for code, known in now.items():
        last = before.get(code, {})
        for area in known.keys() & last.keys():
            if last[area] > 0:
                step = math.log((known[area] + 0.5) / (last[area] + 0.5))
                signs.setdefault(area, []).append(step)
    return {area: _common(each) for area, each in signs.items()}


def _common(signs: Sequence[float]) -> float:
    """Return the middle of what figures say of one area, less where few say anything."""
    if not signs:
        return 0.0
    middle = min(median_low(signs), median_high(signs), key=abs)
    return middle * len(signs) / (len(signs) + FEW)


def _drawn(wide: float, total: float, people: float, count: int) -> float:
    """Return the rate of a group, drawn to that of the wider one it lies in."""
    if people <= 0 or count <= 0:
        return wide
    like = DRAWN * people / count
    return (total + wide * like) / (people + like)
