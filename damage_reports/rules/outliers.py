"""Figures that deserve a second look: against the neighbours, the people, the reports before.

A finding never blocks. It says what was to be expected and, where a slip of the pen would
explain the figure, which: a nought too many, mu for hectares, two fields or two digits
exchanged. How rare a figure is, is `Expected.score`; a slip that would put it right makes
a less rare one worth a look.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from damage_reports.rules.beliefs import Expected
from damage_reports.rules.expected import AreaKey, Indicator, Known, Place, grown, lifted

RARE = 3.0  # once in a thousand
RARE_WITH_A_REASON = 2.0
USUAL = 1.0
CLOSE = 0.7  # how near, in logarithms, what was meant lies to what was expected
CLOSE_DIGITS = 0.35
DOUBTED = 1.5  # a rarity from which a neighbouring field is tried


class Why(StrEnum):
    """What makes a figure worth a second look."""

    HIGH = "high"
    LOW = "low"
    TIMES = "times"
    PART = "part"
    MU = "mu"
    YUAN = "yuan"
    THOUSANDS = "thousands"
    SWAPPED = "swapped"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Slip:
    """A way of writing a figure wrongly: it comes out so many times too high."""

    why: Why
    factor: float

    def makes_sense(self, value: float) -> bool:
        """Whether what was meant would be anything at all."""
        return self.why != Why.TIMES or value >= self.factor


NOUGHTS = tuple(Slip(Why.TIMES, each) for each in (10, 100, 1000)) + tuple(
    Slip(Why.PART, 1 / each) for each in (10, 100, 1000)
)
# 15 mu are a hectare; the national table is in thousands of hectares; money is in 10,000 yuan.
OF_UNIT = {
    "公顷": (Slip(Why.MU, 15), Slip(Why.THOUSANDS, 1 / 1000)),
    "万元": (Slip(Why.YUAN, 10_000),),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the search needs to know of an indicator."""

    unit: str
    falls: bool = False


@dataclass(frozen=True, slots=True)
class Outlier:
    """One figure worth a second look, and why; `low` to `high` is where nine in ten would lie.

    `meant` is what would fit if the slip is one; `other` the field it was exchanged with.
    """

    area: AreaKey
    code: str
    value: float
    score: float
    low: float
    high: float
    why: Why
    factor: float = 1.0
    meant: float | None = None
    other: str = ""
    last: float | None = None


@dataclass(frozen=True)
class _Judged:
    """A figure with what was expected of it, reckoned when somebody asks."""

    area: AreaKey
    over_all: Indicator
    value: float
    last: float | None
    unit: str

    @cached_property
    def expected(self) -> Expected:
        """Return what was expected; what the area said last time too is no jump."""
        expected = self.over_all.expected(self.area)
        if self.last != self.value:
            return expected
        alone = replace(expected, own=(), anew=1.0)
        return min(expected, alone, key=lambda each: each.score(self.value))

    @cached_property
    def score(self) -> float:
        """Return how rare it is."""
        usual = self.over_all.is_usual(self.area)
        return 0.0 if usual else self.expected.score(self.value)

    @property
    def centre(self) -> float:
        """Return what was to be expected in one number."""
        own = self.expected.own
        return own[0].mean if own and self.expected.anew < 0.5 else self.expected.peers.mean

    @property
    def has_history(self) -> bool:
        """Whether the area's own last report says anything of it."""
        return bool(self.last)

    def away(self, value: float) -> float:
        """Return how far another figure lies from what was expected or was reported last."""
        beside = [self.centre, *([self.last] if self.last else [])]
        return min(abs(math.log((value + 0.5) / (each + 0.5))) for each in beside)

    def fits(self, value: float, *, within: float) -> bool:
        """Whether another figure in its place would be usual, and near what was expected."""
        away = abs(math.log((value + 0.5) / (self.centre + 0.5)))
        return away <= within and self.expected.score(value) < USUAL


def outliers(
    places: Mapping[AreaKey, Place],
    asked: Mapping[str, Asked],
    now: Mapping[str, Known],
    before: Sequence[Mapping[str, Known]] = (),
) -> list[Outlier]:
    """Return the figures of a round worth a second look, the rarest first.

    `asked` is in the order of the form; `now` has by indicator what each area reported, and
    `before` the same of each area's earlier reports, the latest first. A figure that is not
    known is not there, and nothing is said of it.
    """
    hit, growth = lifted(places, now), grown(now, before[0]) if before else {}
    judged = {
        code: _judge(
            Indicator(hit, now[code], [each.get(code, {}) for each in before], what.falls, growth),
            what.unit,
        )
        for code, what in asked.items()
        if now.get(code)
    }
    swapped = {
        (area, each.code): each
        for one, two in pairwise(judged)
        for area in judged[one].keys() & judged[two].keys()
        for each in _swapped(area, (one, judged[one][area]), (two, judged[two][area]))
    }
    found = [
        each
        for code, figures in judged.items()
        for area, figure in figures.items()
        if (each := swapped.get((area, code)) or _finding(area, code, figure))
    ]
    return sorted(found, key=lambda each: (-each.score, str(each.code), str(each.area)))


def _judge(over_all: Indicator, unit: str) -> dict[AreaKey, _Judged]:
    """Return what was expected of each area; where nobody has anything, nobody is asked."""
    judged = {}
    for area, value in over_all.now.items():
        last = [known[area] for known in over_all.before if area in known]
        if value or any(last):
            judged[area] = _Judged(area, over_all, value, last[0] if last else None, unit)
    return judged


def _finding(area: AreaKey, code: str, figure: _Judged) -> Outlier | None:
    if figure.score < RARE_WITH_A_REASON:
        return None
    plain = _outlier(area, code, figure)
    explained = _slip(figure, plain) or _digits(figure, plain)
    return explained or (plain if figure.score >= RARE else None)


def _outlier(area: AreaKey, code: str, figure: _Judged) -> Outlier:
    low, high = figure.expected.span()
    why = Why.HIGH if figure.value > figure.centre else Why.LOW
    return Outlier(area, code, figure.value, figure.score, low, high, why, last=figure.last)


def _slip(figure: _Judged, plain: Outlier) -> Outlier | None:
    """Return the finding with the slip that would best put it right."""
    if not figure.value or (figure.score < RARE and not figure.has_history):
        return None
    close = [
        (figure.away(figure.value / slip.factor), slip)
        for slip in (*OF_UNIT.get(figure.unit, ()), *NOUGHTS)
        if slip.makes_sense(figure.value) and figure.fits(figure.value / slip.factor, within=CLOSE)
    ]
    if not close:
        return None
    slip = min(close, key=lambda each: each[0])[1]
    meant = figure.value / slip.factor
    return replace(plain, why=slip.why, factor=slip.factor, meant=meant)


def _digits(figure: _Judged, plain: Outlier) -> Outlier | None:
    """Return the finding where two neighbouring digits exchanged would put it right."""
    if not figure.has_history:
        return None
    for meant in exchanged(figure.value):
        if figure.fits(meant, within=CLOSE_DIGITS):
            return replace(plain, why=Why.DIGITS, meant=meant)
    return None


def exchanged(value: float) -> Iterator[float]:
    """Yield the whole numbers in which two neighbouring digits stand the other way round."""
    digits = str(int(value))
    for place in range(len(digits) - 1):
        turned = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if turned != digits and turned[0] != "0":
            yield float(turned) + (value - int(value))


def _swapped(
    area: AreaKey, one: tuple[str, _Judged], two: tuple[str, _Judged]
) -> Iterator[Outlier]:
    """Yield both figures where each would be usual in the field of the other."""
    (code, a), (other, b) = one, two
    if max(a.score, b.score) < DOUBTED or a.score + b.score < RARE or a.unit != b.unit:
        return
    if a.fits(b.value, within=CLOSE) and b.fits(a.value, within=CLOSE):
        score = max(a.score, b.score)
        for mine, figure, beside in ((code, a, b), (other, b, a)):
            plain = replace(_outlier(area, mine, figure), score=score, why=Why.SWAPPED)
            yield replace(plain, meant=beside.value, other=other if mine == code else code)
