"""Rounds of a made-up storm with errors planted in them; knows nothing of what looks for them.

A storm passes over ten counties. How hard it hits a township falls off from its way; whether
a kind of damage happens there at all is chance, how much is a Weibull draw on people and
ground; the figures of a township then come in by uneven steps, some only at the end. A
clerk rounds, misses a round, does not know a figure, or makes one of the mistakes of `KINDS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

COUNTIES, TOWNSHIPS, ROUNDS, ERRORS = 10, 156, 6, 12
AREA, MONEY, COUNT = "公顷", "万元", "个"


@dataclass(frozen=True)
class Figure:
    """One figure of the form: per thousand people where all is hit, and how often it is."""

    code: str
    unit: str
    much: float
    often: float
    rural: bool = False
    of: str = ""


FORM = (
    Figure("affected", COUNT, 260, 3.0),
    Figure("deaths", COUNT, 0.02, 0.08),
    Figure("missing", COUNT, 0.02, 0.05),
    Figure("injured", COUNT, 0.2, 0.3),
    Figure("relocated_cum", COUNT, 60, 2.0),
    Figure("relocated_rt", COUNT, 0.8, 9.0, of="relocated_cum"),
    Figure("urgent_aid_cum", COUNT, 20, 0.8),
    Figure("collapsed_rooms", COUNT, 1.2, 0.6, rural=True),
    Figure("severe_rooms", COUNT, 3, 0.8, rural=True),
    Figure("minor_rooms", COUNT, 9, 1.2, rural=True),
    Figure("flooded_homes", COUNT, 40, 1.0),
    Figure("crop_affected", AREA, 30, 1.5, rural=True),
    Figure("crop_damaged", AREA, 0.5, 5.0, of="crop_affected"),
    Figure("crop_lost", AREA, 0.3, 0.9, of="crop_damaged"),
    Figure("livestock_dead", COUNT, 30, 0.4, rural=True),
    Figure("aquaculture_affected", AREA, 5, 0.3, rural=True),
    Figure("road_km", "千米", 0.4, 0.8),
    Figure("base_stations", COUNT, 0.3, 0.5),
    Figure("schools", COUNT, 0.08, 0.3),
    Figure("loss_total", MONEY, 300, 3.0),
    Figure("loss_agri", MONEY, 0.4, 4.0, of="loss_total"),
    Figure("loss_infrastructure", MONEY, 0.3, 1.5, of="loss_total"),
)
UNITS = {each.code: each.unit for each in FORM}
ORDER = [each.code for each in FORM]


@dataclass(frozen=True)
class Town:
    """A township of the made-up land."""

    code: str
    county: int
    people: int
    rural: float
    point: tuple[float, float]
    hit: float


Table = dict[str, dict[str, float | None]]  # by township, by figure


@dataclass
class Round:
    """What arrived in a round, and which of it is wrong: (township, figure) → kind."""

    reported: Table
    wrong: dict[tuple[str, str], str] = field(default_factory=dict)


class Storm:
    """One storm under one seed: its townships, and its rounds with what is wrong in them."""

    def __init__(self, seed: int, *, errors: int = ERRORS) -> None:
        self.dice = Random(f"planted:{seed}")
        self.towns = self._towns()
        final = {town.code: self._final(town) for town in self.towns}
        pace = {town.code: self._pace() for town in self.towns}
        self.rounds = []
        for number in range(ROUNDS):
            made = Round({t.code: self._clerk(final[t.code], pace[t.code][number])
                          for t in self.towns if self.dice.random() > 0.04})  # fmt: skip
            for _error in range(errors):
                self._plant(made)
            self.rounds.append(made)

    def _towns(self) -> list[Town]:
        dice, width = self.dice, self.dice.uniform(15, 35)
        middles = [(dice.uniform(0, 120), dice.uniform(0, 120)) for _ in range(COUNTIES)]
        slope, start = dice.uniform(-1, 1), dice.uniform(20, 100)
        towns = []
        for number in range(TOWNSHIPS):
            county = number % COUNTIES
            x, y = (each + dice.gauss(0, 9) for each in middles[county])
            away = abs(y - slope * (x - 60) - start) / math.hypot(1, slope)
            people = int(dice.lognormvariate(10.7, 0.8)) + 2_000
            rural = dice.betavariate(1.4, 1.1)
            towns.append(
                Town(f"{number:03}", county, people, rural, (121 + x / 97, 29 + y / 111),
                     math.exp(-((away / width) ** 1.5)))
            )  # fmt: skip
        return towns

    def _final(self, town: Town) -> dict[str, float]:
        dice, found = self.dice, dict[str, float]()
        for each in FORM:
            if each.of:
                happens = dice.random() < 1 - math.exp(-each.often)
                share = dice.betavariate(4 * each.much, 4 * (1 - each.much))
                found[each.code] = found[each.of] * share * happens
                continue
            ground = town.rural**1.5 if each.rural else 1.0
            happens = dice.random() < 1 - math.exp(-each.often * town.hit * 1.5)
            much = each.much * town.people / 1000 * ground * town.hit
            found[each.code] = much * dice.weibullvariate(1, 0.9) * happens
        return found

    def _pace(self) -> list[float]:
        """Return how much of it is known at each round: uneven steps, some only at the end."""
        eager = self.dice.uniform(0.15, 0.9)
        steps = [self.dice.gammavariate(1.2, 1) * eager**number for number in range(ROUNDS)]
        whole, known, pace = sum(steps), 0.0, []
        for step in steps:
            known += step
            pace.append(known / whole)
        return pace

    def _clerk(self, final: dict[str, float], known: float) -> dict[str, float | None]:
        told: dict[str, float | None] = {}
        coarse = self.dice.random() < 0.15
        for each in FORM:
            if self.dice.random() < 0.02:
                told[each.code] = None
                continue
            value = final[each.code] * known
            fine = each.unit in (AREA, MONEY, "千米")
            value = round(value, 1) if fine else math.floor(value)
            told[each.code] = round(value, -1) if coarse and value > 50 else value
        return told

    def _plant(self, made: Round) -> None:
        """Make one mistake somewhere; a mistake that changes nothing is made elsewhere."""
        kinds = [name for name, (weight, _how) in KINDS.items() for _ in range(weight)]
        kind = self.dice.choice(kinds)
        while True:
            town, code = self.dice.choice(list(made.reported)), self.dice.choice(ORDER)
            row = made.reported[town]
            if (town, code) in made.wrong or not row.get(code):
                continue
            changed = KINDS[kind][1](self, made, town, code)
            changed = {at: new for at, new in changed.items() if new != row[at]}
            if changed and not any((town, at) in made.wrong for at in changed):
                row.update(changed)
                made.wrong |= {(town, at): kind for at in changed}
                return


Slips = dict[str, float | None]
Mistake = Callable[[Storm, Round, str, str], Slips]


def _times(factor: float, *units: str) -> Mistake:
    def make(_storm: Storm, made: Round, town: str, code: str) -> Slips:
        value = made.reported[town][code] or 0.0
        if units and UNITS[code] not in units:
            return {}
        whole = UNITS[code] == COUNT
        return {code: math.floor(value * factor) if whole else round(value * factor, 2)}

    return make


def _swapped(_storm: Storm, made: Round, town: str, code: str) -> Slips:
    place = ORDER.index(code)
    other, row = ORDER[place + 1 if place + 1 < len(ORDER) else place - 1], made.reported[town]
    return {} if row.get(other) is None else {code: row[other], other: row[code]}


def _digits(storm: Storm, made: Round, town: str, code: str) -> Slips:
    digits = list(str(math.floor(made.reported[town][code] or 0)))
    if len(digits) < 2:
        return {}
    at = storm.dice.randrange(len(digits) - 1)
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    return {code: float("".join(digits))}


def _doubled_key(storm: Storm, made: Round, town: str, code: str) -> Slips:
    digits = str(math.floor(made.reported[town][code] or 0))
    at = storm.dice.randrange(len(digits))
    return {code: float(digits[: at + 1] + digits[at:])}


def _whole_county(storm: Storm, made: Round, town: str, code: str) -> Slips:
    """The clerk copies the county's line instead of the township's own."""
    county = next(each.county for each in storm.towns if each.code == town)
    mates = [each.code for each in storm.towns if each.county == county]
    return {code: round(sum(made.reported.get(each, {}).get(code) or 0 for each in mates), 1)}


def _other_line(storm: Storm, made: Round, town: str, code: str) -> Slips:
    """The figure of whoever stands next on the list."""
    other = made.reported[storm.dice.choice(list(made.reported))].get(code)
    return {} if other is None else {code: other}


KINDS: dict[str, tuple[int, Mistake]] = {
    "ten times": (4, _times(10)),
    "hundred times": (1, _times(100)),
    "a tenth": (2, _times(0.1)),
    "mu for hectares": (2, _times(15, AREA)),
    "yuan for 10,000 yuan": (1, _times(10_000, MONEY)),
    "thousands of hectares": (1, _times(0.001, AREA)),
    "two fields exchanged": (2, _swapped),
    "two digits exchanged": (2, _digits),
    "a key struck twice": (2, _doubled_key),
    "the county's line": (1, _whole_county),
    "another's line": (1, _other_line),
}
