"""The best covers several items can have on shared trucks, by one linear programme (GLOP).

Nothing of the product is in it but `allocate_bound`, which is none either. Every need of every item
has a row, every lot and depot one of each item, and every depot one for what its trucks hold by
volume and one by weight. Lexicographic max-min over all needs of a class together, in fractions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

from stockpile.allocation.shapes import Load
from tests.bench.allocate_bound import CLOSE, Programme, enter

Flags = list[np.ndarray]


class Together:
    """Packs from lots to needs of several items; columns come as their prices ask for them."""

    def __init__(
        self, items: Sequence[Programme], depots: Sequence[str], loads: Sequence[Load],
        trucks: Mapping[str, Load],
    ) -> None:  # fmt: skip
        self.items, self.loads = items, loads
        self.holds = [trucks.get(name) for name in depots]
        self.size = [len(each.wanted) for each in items]
        self.wanted = np.concatenate([each.wanted for each in items])
        self.had = np.concatenate([each.had for each in items])
        self.whole = self.had + self.wanted
        self.priority = np.concatenate([each.priority for each in items])
        self.reached = np.concatenate([each.open.any(axis=0) for each in items])

    def fairest(self) -> np.ndarray:
        """Return the packs of each need of all items, in fractions, at the best sorted covers."""
        packs = np.where((self.wanted > 0) & self.reached, -1.0, 0.0)  # below zero: not settled
        for priority in np.unique(self.priority):
            while (rising := (self.priority == priority) & (packs < 0)).any():
                fixed = np.maximum(packs, 0)
                started = fixed - self.had * rising
                cover, paid = self._solve(started, np.where(rising, self.whole, 0))
                held = rising & (paid * self.whole > CLOSE / len(paid))
                begun = float((self.had[rising] / self.whole[rising]).min())
                no_more = cover < begun + CLOSE and not self._any(fixed, rising)
                if cover > 1 - CLOSE or no_more or not held.any():
                    held = rising
                packs[held] = np.maximum(cover * self.whole - self.had, 0)[held]
        return packs

    def fewest_hours(self, packs: np.ndarray) -> float:
        """Return the fewest hours at which these packs can be brought."""
        return -self._solve(packs, np.zeros(len(packs)), travel=True)[0]

    def _any(self, fixed: np.ndarray, rising: np.ndarray) -> bool:
        """Whether any of these can get anything beside what is fixed."""
        return self._solve(fixed, np.zeros(len(fixed)), asked=rising)[0] > CLOSE

    def _solve(
        self, fixed: np.ndarray, weights: np.ndarray, *, asked: np.ndarray | None = None,
        travel: bool = False,
    ) -> tuple[float, np.ndarray]:  # fmt: skip
        """Return the value over all columns, and what the row of each need pays.

        It is the highest common part of `weights`, or the most packs for those asked, or the
        hours spared; each need gets what is `fixed` besides.
        """
        asking = (fixed > 0) | (weights > 0)
        asking = asking if asked is None else asking | asked
        cuts = np.cumsum(self.size)[:-1]
        extra = np.zeros(len(fixed)) if asked is None else asked.astype(float)
        gains = [
            each - np.where(item.open, item.hours, 0) * travel
            for item, each in zip(self.items, np.split(extra, cuts), strict=True)
        ]
        every = np.split(asking, cuts)
        while True:
            value, paid, lots = self._over_known(gains, fixed, weights, every)
            again = False
            parts = zip(self.items, gains, np.split(paid, cuts), lots, every, strict=True)
            for item, gain, pays, costs, asks in parts:
                helps = gain + pays - costs[:, None] > CLOSE * (1 + np.abs(gain))
                helps &= item.open & ~item.known & asks
                item.known |= helps
                again |= bool(helps.any())
            if not again:
                return value, paid

    def _over_known(
        self, gains: Flags, fixed: np.ndarray, weights: np.ndarray, every: Flags
    ) -> tuple[float, np.ndarray, Flags]:
        """Solve over the known columns; return the value and what needs and lots pay."""
        model = linear_solver_pb2.MPModelProto(maximize=True)
        add, low, first = model.constraint.add, -math.inf, 0
        needs = [add(lower_bound=float(each), upper_bound=math.inf) for each in fixed]
        litres = [add(lower_bound=low, upper_bound=each.litres if each else math.inf)
                  for each in self.holds]  # fmt: skip
        weight = [add(lower_bound=low, upper_bound=each.kilograms if each else math.inf)
                  for each in self.holds]  # fmt: skip
        if weights.any():
            model.variable.add(lower_bound=0, upper_bound=1, objective_coefficient=1)
            for need in np.flatnonzero(weights).tolist():
                enter(needs[need], 0, -float(weights[need]))
        for item, load, gain, asks in zip(self.items, self.loads, gains, every, strict=True):
            lots = [add(lower_bound=low, upper_bound=float(each)) for each in item.lots]
            depots = [add(lower_bound=low, upper_bound=float(each)) for each in item.depots]
            for lot, need in np.argwhere(item.known & asks).tolist():
                column, depot = len(model.variable), item.depot_of[lot]
                model.variable.add(
                    lower_bound=0,
                    upper_bound=math.inf,
                    objective_coefficient=float(gain[lot, need]),
                )
                for row in (needs[first + need], lots[lot], depots[depot]):
                    enter(row, column, 1)
                enter(litres[depot], column, load.litres)
                enter(weight[depot], column, load.kilograms)
            first += len(item.wanted)
        solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.LoadModelFromProto(model)
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            raise ValueError("the linear programme was not solved")
        return solver.Objective().Value(), *self._prices(solver, len(fixed))

    def _prices(self, solver: pywraplp.Solver, needs: int) -> tuple[np.ndarray, Flags]:
        """Return what needs pay, and of each item what a pack of each lot costs."""
        prices = np.array([each.dual_value() for each in solver.constraints()])
        size, at = len(self.holds), needs + 2 * len(self.holds)
        litres, weight = prices[needs : needs + size], prices[needs + size : at]
        found = []
        for item, load in zip(self.items, self.loads, strict=True):
            lots, at = prices[at : at + len(item.lots)], at + len(item.lots)
            depots, at = prices[at : at + size], at + size
            depots = depots + load.litres * litres + load.kilograms * weight
            found.append(lots + depots[item.depot_of])
        return -prices[:needs], found
