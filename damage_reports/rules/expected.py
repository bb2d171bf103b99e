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

from damage_reports.rules.beta import beta_share

CUT = 5.0  # a peer counts with at most so many times the middle positive rate
DRAWN = 2.0  # a group is drawn to the wider one as if by so many average areas of it
FEW = 2.0  # so many figures that say nothing of their area stand beside those that do
ANEW = 0.01  # how often a figure is counted afresh and the last report says nothing
LOWER = 0.0005  # how often a cumulative figure is put right downwards without a word
DOUBTFUL = 0.05
LEAST_GROWTH_SPREAD, USUAL_GROWTH_SPREAD = 0.15, 0.5
USUAL_AWAY = (1.1, 1.0)  # where nothing is known: one where none was expected
WIDER = 1.0
MOST = 12.0  # no score is higher: beyond it every number says the same
LARGE = 300.0  # above it the noise of counting is nothing beside that of the rate

NOBODY = (0.0, 0.0, 0)

AreaKey = Any  # an id, a code: whatever tells areas apart
Known = Mapping[AreaKey, float]


@dataclass(frozen=True, slots=True)
class Place:
    """An area as its neighbours see it: its groups from wide to narrow, and who lies nearest."""

    exposure: float
    groups: tuple[AreaKey, ...]
    near: tuple[AreaKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Belief:
    """A gamma–Poisson: its mean, and its shape (small: mostly nought, now and then much)."""

    mean: float
    shape: float

    def above(self, value: float) -> float:
        """Return the probability of this value or more."""
        y, mean = self._small(value)
        return 1.0 if y <= 0 else beta_share(mean / (mean + self.shape), y, self.shape)

    def below(self, value: float) -> float:
        """Return the probability of this value or less."""
        y, mean = self._small(value)
        return beta_share(self.shape / (mean + self.shape), self.shape, y + 1)

    def _small(self, value: float) -> tuple[float, float]:
        by = max(1.0, self.mean / LARGE)
        mean = self.mean / by
        return min(value / by, 60 * (mean + 4)), mean


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Whether anything happened at all, and if so how much: a log-normal about the mean.

    `middle` and `spread` are those of log((value + ½) / (mean + ½)) where something happened.
    """

    mean: float
    share: float
    middle: float
    spread: float

    def above(self, value: float) -> float:
        """Return the probability of this value or more."""
        return 1.0 if value <= 0 else self.share * _beyond(self._place(value))

    def below(self, value: float) -> float:
        """Return the probability of this value or less."""
        return 1 - self.share * _beyond(self._place(value))

    def away(self, value: float) -> float:
        """Return how far it lies from where positive figures lie, in logarithms."""
        return abs(self._place(value)) * self.spread

    def _place(self, value: float) -> float:
        return (math.log((value + 0.5) / (self.mean + 0.5)) - self.middle) / self.spread


@dataclass(frozen=True, slots=True)
class Expected:
    """What is believed of one figure: by its peers alone, and with its own last reports.

    `anew` is the probability that only the peers say anything; `gone` that it is nought now.
    """

    peers: Hurdle
    own: tuple[Belief, ...] = ()
    anew: float = 1.0
    gone: float = 0.0

    def score(self, value: float) -> float:
        """Return how rare such a figure is, in powers of ten: 4 is once in ten thousand."""
        return max(self.too_high(value), self.too_low(value))

    def too_high(self, value: float) -> float:
        """Return how rare this or more is; nought up to what is plainly usual."""
        usual = self.own[-1].mean if self.own else self.peers.mean
        if value <= 1.5 * usual + 1:
            return 0.0
        by_peers = self.peers.above(value)
        own = max((each.above(value) for each in self.own), default=by_peers)
        return _rarity(self.anew * by_peers + (1 - self.anew) * own)

    def too_low(self, value: float) -> float:
        """Return how rare this or less is."""
        if any(2 * value + 2 >= each.mean for each in (self.own or (self.peers,))):
            return 0.0
        by_peers = self.peers.below(value)
        own = max((each.below(value) for each in self.own), default=by_peers)
        anew = self._put_right(value) if self.own else 1.0
        share = anew * by_peers + (1 - anew) * own
        return _rarity(max(share, self.gone) if value == 0 else share)

    def _put_right(self, value: float) -> float:
        """Return how likely a fall is a correction: likely where the last figure stood out."""
        now, last = (self.peers.away(each) for each in (value, self.own[0].mean))
        return DOUBTFUL if last > now + 1 else min(self.anew, LOWER)

    def span(self) -> tuple[float, float]:
        """Return between what it lies nine times in ten."""
        belief = self.own[0] if self.own and self.anew < 0.5 else self.peers
        return _quantile(belief, 0.05), _quantile(belief, 0.95)


def _beyond(place: float) -> float:
    return 0.5 * math.erfc(place / math.sqrt(2))


def _rarity(probability: float) -> float:
    return min(MOST, -math.log10(max(probability, 1e-300)))


def _quantile(belief: Belief | Hurdle, share: float) -> float:
    """Return the least value, to a few per cent, below which this share lies."""
    low, high = 0.0, 4 * belief.mean + 4
    while belief.above(high) > 1 - share and high < 1e12:
        high *= 2
    if belief.above(1e-9) <= 1 - share:
        return 0.0
    for _step in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if belief.above(middle) > 1 - share else (low, middle)
    return high


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
        middle, spread = self.growth
        middle, spread = (middle + grown) * steps, spread * math.sqrt(steps)
        before += 0.5
        return Belief(before * math.exp(middle), before / (1 + before * spread**2))

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
