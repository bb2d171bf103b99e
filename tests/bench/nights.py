"""Nights of moving people, household by household, through queues; the product has none of it.

Cadres tell one household after the other; households pack, walk, drive, or wait for a bus; buses
break down, roads close, some refuse and are talked to again, some are not found for hours.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from random import Random
from typing import Any

EVERY = 10  # minutes between two readings of the board
LONGEST = 60 * 40
DEADLINES = (240, 300, 360, 420)


@dataclass
class Night:
    """What the board showed (minute, pending, refused, missing), and when all were safe."""

    households: int
    readings: list[tuple[int, int, int, int]] = field(default_factory=list)
    done: int = 0
    deadline: int = 0


@dataclass
class Township:
    """How a township is that night: drawn by seed, known to nobody."""

    dice: Random

    def __post_init__(self) -> None:
        dice = self.dice
        self.households = int(dice.lognormvariate(math.log(180), 0.8)) + 15
        self.villages = max(1, min(40, self.households // dice.randrange(12, 40)))
        self.telling, self.packing = self.about(5, 0.3), self.about(25, 0.4)
        self.trip = self.about(28, 0.35)
        self.refusing, self.away = dice.uniform(0.01, 0.08), dice.uniform(0.0, 0.015)
        self.by_themselves = dice.uniform(0.25, 0.65)
        self.broken = dice.uniform(0.01, 0.06)
        self.seats = dice.choice((5, 8, 12))
        self.closed = {}
        for village in range(self.villages):
            if dice.random() < 0.12:
                start = dice.uniform(40, 260)
                self.closed[village] = (start, start + self.about(90, 0.5), dice.uniform(1.5, 3))
        riding = self.households * (1 - self.by_themselves)
        self.buses = max(1, round(riding / dice.uniform(18, 60)))

    def about(self, middle: float, spread: float) -> float:
        """Draw a time about a middle."""
        return self.dice.lognormvariate(math.log(middle), spread)

    def slower(self, village: int, minute: float) -> float:
        """Return how many times longer a way takes now."""
        start, end, times = self.closed.get(village, (0.0, 0.0, 1.0))
        return times if start <= minute < end else 1.0


class _Run:
    """One night, event by event."""

    def __init__(self, town: Township) -> None:
        self.town, self.dice = town, town.dice
        self.events: list[tuple[float, int, str, Any]] = []
        self.state = ["pending"] * town.households
        self.village = [self.dice.randrange(town.villages) for _ in self.state]
        self.waiting: list[int] = []
        self.idle = list(range(town.buses))
        self.left, self.last, self.tie = town.households, 0.0, 0
        self.night = Night(town.households)

    def at(self, minute: float, what: str, who: Any) -> None:
        self.tie += 1
        heapq.heappush(self.events, (minute, self.tie, what, who))

    def go(self) -> Night:
        self._tell()
        self.at(0, "read", -1)
        while self.left and self.events:
            minute, _tie, what, who = heapq.heappop(self.events)
            if minute > LONGEST:
                break
            getattr(self, f"_{what}")(minute, who)
            while self.waiting and self.idle:
                self._depart(minute)
        self.night.done = math.ceil(self.last)
        self.night.deadline = self.dice.choice(DEADLINES)
        return self.night

    def _tell(self) -> None:
        for village in range(self.town.villages):
            mine = [each for each, where in enumerate(self.village) if where == village]
            cadres = max(1, round(len(mine) / self.dice.uniform(5, 11)))
            free = [self.dice.expovariate(1 / 12)] * cadres
            for household in mine:
                told = heapq.heappop(free) + self.town.about(self.town.telling, 0.5)
                heapq.heappush(free, told)
                self.at(told, "told", household)

    def _read(self, minute: float, _who: int) -> None:
        counts = (self.state.count(each) for each in ("pending", "refused", "missing"))
        self.night.readings.append((int(minute), *counts))  # type: ignore[arg-type]
        self.at(minute + EVERY, "read", -1)

    def _told(self, minute: float, who: int) -> None:
        about = self.town.about
        if self.dice.random() < self.town.away:
            self.state[who] = "missing"
            self.at(minute + about(100, 0.8), "found", who)
        elif self.dice.random() < self.town.refusing:
            self.state[who] = "refused"
            self.at(minute + about(60, 0.5), "talked", who)
        else:
            self.at(minute + about(self.town.packing, 0.5), "ready", who)

    def _found(self, minute: float, who: int) -> None:
        self.state[who] = "pending"
        self.at(minute + self.town.about(self.town.packing, 0.5), "ready", who)

    def _talked(self, minute: float, who: int) -> None:
        if self.dice.random() < 0.6:
            self.state[who] = "pending"
            self.at(minute + self.town.about(15, 0.5), "ready", who)
        else:
            self.at(minute + self.town.about(45, 0.5), "talked", who)

    def _ready(self, minute: float, who: int) -> None:
        if self.dice.random() < self.town.by_themselves:
            way = self.town.about(20, 0.5) * self.town.slower(self.village[who], minute)
            self.at(minute + way, "safe", who)
        else:
            self.waiting.append(who)

    def _depart(self, minute: float) -> None:
        bus = self.idle.pop()
        aboard, self.waiting = self.waiting[: self.town.seats], self.waiting[self.town.seats :]
        slow = max(self.town.slower(self.village[each], minute) for each in aboard)
        way = self.town.about(self.town.trip, 0.3) * slow
        if self.dice.random() < self.town.broken:
            way += self.town.about(60, 0.5)
        for each in aboard:
            self.at(minute + way * 0.6, "safe", each)
        self.at(minute + way, "back", bus)

    def _back(self, _minute: float, bus: int) -> None:
        self.idle.append(bus)

    def _safe(self, minute: float, who: int) -> None:
        self.state[who] = "safe"
        self.left -= 1
        self.last = minute


def night(seed: int) -> Night:
    """Return one township's night."""
    return _Run(Township(Random(f"night:{seed}"))).go()
