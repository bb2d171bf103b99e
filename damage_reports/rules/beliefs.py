"""How likely a figure is: by its peers, by the area's own last reports, and by both together."""

from __future__ import annotations

import math
from dataclasses import dataclass

from damage_reports.rules.beta import beta_share

LOWER = 0.0005  # how often a cumulative figure is put right downwards without a word
DOUBTFUL = 0.05
MOST = 12.0  # no score is higher: beyond it every number says the same
LARGE = 300.0  # above it the noise of counting is nothing beside that of the rate


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
        if is_not_high(value, self.own[-1].mean if self.own else self.peers.mean):
            return 0.0
        by_peers = self.peers.above(value)
        own = max((each.above(value) for each in self.own), default=by_peers)
        return _rarity(self.anew * by_peers + (1 - self.anew) * own)

    def too_low(self, value: float) -> float:
        """Return how rare this or less is."""
        if any(is_not_low(value, each.mean) for each in (self.own or (self.peers,))):
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


def is_not_high(value: float, usual: float) -> bool:
    """Return whether nobody would call a figure high where this one is usual."""
    return value <= 1.5 * usual + 1


def is_not_low(value: float, usual: float) -> bool:
    """Return whether nobody would call a figure low where this one is usual."""
    return 2 * value + 2 >= usual


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
