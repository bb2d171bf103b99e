"""Each township's own curve for each figure: exact where something was published.

What is known at an instant is shared out exactly; between two instants every unit rises by
its own shape. A township whose villages file is the sum of theirs at every moment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from relief_ops.drill.apportion import Shape, along, apportion, shape
from relief_ops.drill.exposure import Township, Village, dice, townships
from relief_ops.drill.scenario import Scenario

Known = dict[str, tuple[int, ...]]
MOVED = ("central", "scattered")
PEOPLE = ("deaths", "missing", "injured", *MOVED, "urgent_aid")
HOUSES = ("collapsed", "severe", "minor_rooms", "flooded_homes")
RECOUNTED = ("recounted", "severe")
LAND = ("crop_lost", "crop_affected", "loss_total")
BY_VILLAGE = (*MOVED, "urgent_aid", "collapsed", "recounted", *HOUSES[1:], "affected")
ORDER = (*PEOPLE, "collapsed", "recounted", *HOUSES[1:], *LAND, "affected")


class Curves:
    """All curves of one scenario under one seed."""

    def __init__(self, scenario: Scenario, *, seed: int) -> None:
        self.scenario = scenario
        self.seed = seed
        self.townships = townships(scenario)
        self.joins = self._joins()
        self.known: dict[str, Known] = {}
        for series in ORDER:
            self.known[series] = self._share(series)
        self.reporting = self._reporting()
        self._filing = {each.code for each in self.reporting}
        for each in self.reporting:
            self._share_out(each)
        self._shapes: dict[tuple[str, str], tuple[Shape, ...]] = {}
        self._found: dict[tuple[str, str, datetime], int | None] = {}

    @cached_property
    def by_code(self) -> dict[str, Township]:
        """Return code → township."""
        return {each.code: each for each in self.townships}

    # --- who is hit, and when

    def _joins(self) -> dict[str, int]:
        """Return the stretch in which each township is first affected; absent is never."""
        first, _, last = self.scenario.raw["affected_townships"]

        def rank(each: Township) -> tuple[bool, float]:
            noise = dice(self.seed, "hit", each.code).uniform(0.6, 1.4)
            return (not each.apart, -(each.low + 0.8 * each.sea) * noise)

        ranked = [each.code for each in sorted(self.townships, key=rank)]
        late = ranked[first:last]
        return dict.fromkeys(ranked[:first], 0) | {
            code: 1 if index < len(late) // 2 else 2 for index, code in enumerate(late)
        }

    def _reporting(self) -> list[Township]:
        """Choose the townships whose villages file, the counties in turn, until enough do."""
        least, apart = self.scenario.raw["least_villages"], self.scenario.raw["apart"]
        waiting: dict[str, list[Township]] = {}
        for each in self.townships:
            if self.joins.get(each.code) == 0 and 8 <= len(each.villages) <= 32:
                waiting.setdefault(each.county, []).append(each)
        for county, group in waiting.items():
            dice(self.seed, "reporting", county).shuffle(group)
        chosen: list[Township] = []
        while sum(len(each.villages) for each in chosen) < least:
            for county in [apart, *waiting]:
                if waiting[county] and sum(len(each.villages) for each in chosen) < least:
                    chosen.append(waiting[county].pop())
        return chosen

    # --- what is known at the instants, shared out

    def totals(self, series: str) -> dict[str, tuple[int, ...]]:
        """Return the totals of both groups; the share in shelters is a share of the moved."""
        if series not in MOVED:
            return self.scenario.totals(series)
        share = Decimal(self.scenario.raw["shelter_share"])
        moved = self.scenario.totals("relocated")
        part = {group: tuple(int(each * share) for each in moved[group]) for group in moved}
        if series == "central":
            return part
        return {
            group: tuple(a - b for a, b in zip(moved[group], part[group], strict=True))
            for group in moved
        }

    def _share(self, series: str) -> Known:
        known: dict[str, list[int]] = {each.code: [] for each in self.townships}
        for group, totals in self.totals(series).items():
            members = [each for each in self.townships if each.apart == (group == "apart")]
            for index, total in enumerate(totals):
                weights = {each.code: self._weight(series, each, index) for each in members}
                least = self._least(series, members, known, index)
                before = totals[index - 1] if index else 0
                for code, more in apportion(total - before, weights, least=least).items():
                    known[code].append((known[code][-1] if index else 0) + more)
        return {code: tuple(values) for code, values in known.items()}

    def _weight(self, series: str, each: Township, index: int) -> float:
        stretch = 2 if series in RECOUNTED else index
        if self.joins.get(each.code, 9) > stretch:
            return 0.0
        _, people, low, sea = self.scenario.raw["shapes"][series]
        noise = math.exp(dice(self.seed, f"{series}:{index}", each.code).gauss(0, 0.3))
        rural = each.rural**2 + 0.02 if series in self.scenario.raw["rural"] else 1.0
        exposed: float = each.people * (0.15 * people + low * each.low + sea * each.sea)
        return exposed * noise * rural

    def _least(
        self, series: str, members: Sequence[Township], known: Mapping[str, list[int]], index: int
    ) -> dict[str, int]:
        """Return what each must hold: the lost among the land, the moved among the people."""
        if series not in ("affected", "crop_affected"):
            return {}
        least = {}
        for each in members:
            if self.joins.get(each.code, 9) > index:
                continue
            if series == "affected":
                need = len(each.villages) + sum(self.known[s][each.code][index] for s in PEOPLE)
            else:
                need = self.known["crop_lost"][each.code][index]
            least[each.code] = max(0, need - (known[each.code][-1] if index else 0))
        return least

    def _share_out(self, township: Township) -> None:
        """Share a township's known values out among its villages."""
        for series in BY_VILLAGE:
            values, known = self.known[series][township.code], self.known[series]
            parts: dict[str, list[int]] = {each.code: [] for each in township.villages}
            for index, value in enumerate(values):
                weights = {v.code: self._village_weight(series, v) for v in township.villages}
                least = self._village_least(series, parts, index)
                before = values[index - 1] if index else 0
                for code, more in apportion(value - before, weights, least=least).items():
                    parts[code].append((parts[code][-1] if index else 0) + more)
            known.update({code: tuple(each) for code, each in parts.items()})

    def _village_weight(self, series: str, village: Village) -> float:
        return village.people * math.exp(dice(self.seed, series, village.code).gauss(0, 0.25))

    def _village_least(
        self, series: str, parts: Mapping[str, list[int]], index: int
    ) -> dict[str, int]:
        if series != "affected":
            return {}
        least = {}
        for code, before in parts.items():
            need = 1 + sum(self.known[s][code][index] for s in PEOPLE if code in self.known[s])
            least[code] = max(0, need - (before[-1] if index else 0))
        return least

    # --- the value of a moment

    def value(self, series: str, code: str, at: datetime) -> int | None:
        """Return the scaled value of a unit at an instant; None is not yet known."""
        key = (series, code, at)
        if key not in self._found:
            self._found[key] = self._value(series, code, at)
        return self._found[key]

    def _value(self, series: str, code: str, at: datetime) -> int | None:
        members = self._members(series, code)
        if members is not None:
            parts = [self.value(series, each.code, at) for each in members]
            return None if None in parts else sum(each for each in parts if each is not None)
        if series in LAND and self._files(code) and not self.value("affected", code, at):
            return 0
        found = self._plain(series, code, at)
        floor = FLOORS.get(series)
        return max(found, floor(self, code, at)) if floor and found is not None else found

    def _members(self, series: str, code: str) -> tuple[Village, ...] | None:
        return self.by_code[code].villages if series in BY_VILLAGE and self._files(code) else None

    def _files(self, code: str) -> bool:
        """Whether the villages of this township file their own."""
        return code in self._filing

    def _plain(self, series: str, code: str, at: datetime) -> int | None:
        instants = self.scenario.instants
        recounted = series in RECOUNTED
        times = (self.scenario.recount_at, instants[-1]) if recounted else instants
        if recounted and at < times[0]:
            return None
        before = self.scenario.starts_at
        for stretch, after in enumerate(times):
            if at <= after:
                u = (at - before) / (after - before)
                shapes = self.shapes(series, code, stretches=len(times))
                return along(self.known[series][code], shapes, stretch, u)
            before = after
        return self.known[series][code][-1]

    def shapes(self, series: str, code: str, *, stretches: int) -> tuple[Shape, ...]:
        """Return a unit's own shapes, one for each stretch between known instants."""
        if (series, code) not in self._shapes:
            drawn = dice(self.seed, f"shape:{series}", code)
            middle = self.scenario.raw["shapes"][series][0]
            township = self.by_code.get(code)
            if township:
                middle += 0.08 * township.low - 0.1 * township.sea
            self._shapes[series, code] = tuple(
                shape(drawn, middle=drawn.uniform(0.3, 0.6) if stretch else middle)
                for stretch in range(stretches)
            )
        return self._shapes[series, code]

    def moved(self, code: str, at: datetime) -> int:
        """Return how many have been moved; nobody returns before the order is lifted."""
        return sum(self.value(series, code, at) or 0 for series in MOVED)

    def should_move(self, code: str, at: datetime) -> int:
        """Return how many the lists say must move by the next known instant."""
        ahead = next(each for each in self.scenario.instants if at <= each)
        margin = dice(self.seed, "should_move", code).uniform(1.0, 1.05)
        return math.ceil(self.moved(code, ahead) * margin)

    def _affected_at_least(self, code: str, at: datetime) -> int:
        people = sum(self._known_now(series, code, at) for series in PEOPLE)
        hurt = any(self._known_now(series, code, at) for series in (*HOUSES, *LAND))
        return people + int(hurt)

    def _known_now(self, series: str, code: str, at: datetime) -> int:
        return (self.value(series, code, at) or 0) if code in self.known[series] else 0

    def _lost(self, code: str, at: datetime) -> int:
        return self.value("crop_lost", code, at) or 0


FLOORS: dict[str, Callable[[Curves, str, datetime], int]] = {
    "affected": Curves._affected_at_least,
    "crop_affected": Curves._lost,
}
