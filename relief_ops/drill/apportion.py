"""Exact sharing out, and the shapes by which a figure grows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random


def apportion(
    total: int, weights: Mapping[str, float], *, least: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Share `total` by weight so that the shares add up to it exactly (largest remainder).

    Each gets at least its `least`. Raises ValueError when those alone exceed the total, or
    when something is left and nobody has weight.
    """
    floor = least or {}
    free = total - sum(floor.get(code, 0) for code in weights)
    whole = math.fsum(weights.values())
    if free < 0 or (free > 0 and whole <= 0):
        raise ValueError(f"{total} cannot be shared: {free} left over the least")
    exact = {code: free * weight / whole if whole else 0.0 for code, weight in weights.items()}
    shares = {code: int(part) for code, part in exact.items()}
    rest = free - sum(shares.values())
    # Rounding of floats can leave more or fewer units than there are remainders; the order
    # is total, so that two runs agree to the last unit.
    order = sorted(exact, key=lambda code: (shares[code] - exact[code], code))
    for step in range(abs(rest)):
        shares[order[step % len(order)]] += 1 if rest > 0 else -1
    return {code: share + floor.get(code, 0) for code, share in shares.items()}


@dataclass(frozen=True)
class Shape:
    """How a figure gets from one known value to the next: two waves, each its own."""

    first: float
    second: float
    steep: float
    share: float

    def at(self, u: float) -> float:
        """Return how much of the way is done at `u`, both from 0 to 1; it never turns back."""
        if u <= 0 or u >= 1:
            return float(u >= 1)
        one = _wave(u, self.first, self.steep)
        return self.share * one + (1 - self.share) * _wave(u, self.second, self.steep * 1.7)


def _wave(u: float, middle: float, steep: float) -> float:
    begins, ends = _raw(0, middle, steep), _raw(1, middle, steep)
    return (_raw(u, middle, steep) - begins) / (ends - begins)


@cache
def _raw(u: float, middle: float, steep: float) -> float:
    return 1 / (1 + math.exp(-steep * (u - middle)))


def shape(dice: Random, *, middle: float) -> Shape:
    """Draw a shape that rises around `middle`."""
    first = min(0.9, max(0.1, dice.gauss(middle, 0.07)))
    second = min(0.95, max(0.08, first + dice.uniform(-0.25, 0.3)))
    return Shape(first, second, dice.uniform(9, 24), dice.uniform(0.5, 0.9))


def along(values: Sequence[int], shapes: Sequence[Shape], stretch: int, u: float) -> int:
    """Return the value `u` of the way from one known value to the next."""
    if stretch >= len(values):
        return values[-1]
    before = values[stretch - 1] if stretch else 0
    return before + int((values[stretch] - before) * shapes[stretch].at(u) + 1e-9)
