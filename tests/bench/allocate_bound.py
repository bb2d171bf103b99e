"""The best there can be in any fractions of a pack, by linear programmes of their own (GLOP).

Nothing of the product is in it: which lot reaches which need is worked out here from the
question. Lexicographic max-min: raise the cover of all needs of a class together; those whose
row has a price can get no more, so they are fixed and the rest is raised again, class by class.
Columns come as their prices ask for them, so each programme is solved over all of them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

from stockpile.allocation.shapes import Question

NEAR, CLOSE = 6, 1e-7


class Programme:
    """Packs from lots to needs; the columns known so far are kept from one question to the next."""

    def __init__(self, question: Question) -> None:
        roads, pack = question.roads, question.pack
        rows = [roads.depots.index(lot.depot) for lot in question.lots]
        place_at = {name: number for number, name in enumerate(roads.places)}
        self.hours = roads.hours[rows][:, [place_at[need.place] for need in question.needs]]
        life = np.array([math.inf if lot.life is None else lot.life for lot in question.lots])
        stay = life[:, None] - np.where(np.isfinite(self.hours), self.hours, 0)
        self.lots = np.array([lot.free // pack for lot in question.lots])
        self.open = np.isfinite(self.hours) & (stay >= question.least_life)
        self.open &= self.lots[:, None] > 0
        self.depot_of = np.array(rows)
        self.depots = np.array([
            max(0, sum(lot.free for lot in question.lots if lot.depot == name)
                - question.keep_back.get(name, 0)) // pack
            for name in roads.depots
        ])  # fmt: skip
        self.wanted = np.array([need.quantity // pack for need in question.needs])
        self.had = np.array([need.had / pack for need in question.needs])
        self.whole = self.had + self.wanted
        self.priority = np.array([need.priority for need in question.needs])
        nearest = np.argsort(np.where(self.open, self.hours, np.inf), axis=0)[:NEAR]
        self.known = np.zeros_like(self.open)
        np.put_along_axis(self.known, nearest, values=True, axis=0)
        self.known &= self.open

    def fairest(self) -> np.ndarray:
        """Return the packs of each need, in fractions, at the best sorted covers there are."""
        packs = np.where(self.wanted > 0, -1.0, 0.0)  # below zero: not settled yet
        for priority in np.unique(self.priority):
            while (rising := (self.priority == priority) & (packs < 0)).any():
                cover, settled = self._raise(np.maximum(packs, 0), rising)
                packs[settled] = np.maximum(cover * self.whole - self.had, 0)[settled]
        return packs

    def _raise(self, fixed: np.ndarray, rising: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the best common cover of what rises, and who of these can get no more."""
        stuck = rising & ~self.open.any(axis=0)
        if stuck.any():
            return 0.0, stuck
        nothing = np.zeros(self.hours.shape)
        weights = np.where(rising, self.whole, 0)
        cover, paid = self._solve(nothing, fixed - self.had * rising, weights=weights)
        if cover > 1 - CLOSE:
            return 1.0, rising
        begun = float((self.had[rising] / self.whole[rising]).min())
        if cover < begun + CLOSE and self._solve(nothing + rising, fixed, asked=rising)[0] < CLOSE:
            return 0.0, rising
        return cover, rising & (paid * self.whole > CLOSE / len(paid))

    def cheapest(self, packs: np.ndarray) -> float:
        """Return the fewest hours at which these packs can be brought."""
        return -self._solve(-np.where(self.open, self.hours, 0), packs)[0]

    def most(self, wanted: np.ndarray) -> float:
        """Return how many packs can be given at once if nobody takes more than this."""
        return self._solve(np.ones(self.hours.shape), np.zeros(len(wanted)), most=wanted)[0]

    def _solve(
        self, gain: np.ndarray, fixed: np.ndarray, *, weights: np.ndarray | None = None,
        asked: np.ndarray | None = None, most: np.ndarray | None = None,
    ) -> tuple[float, np.ndarray]:  # fmt: skip
        """Return the value over all columns, and what the row of each need pays.

        Each need gets what is `fixed` (below nothing: what it has already); then as high a common
        part of `weights` as there can be, or else as much gain as there can be, for nobody above
        `most`.
        """
        asking = fixed > 0
        for more in (weights, asked, most):
            asking = asking if more is None else asking | (more > 0)
        while True:
            value, paid, lots = self._over_known(gain, fixed, weights, most, asking)
            helps = gain + paid - lots[:, None] > CLOSE * (1 + np.abs(gain))
            helps &= self.open & ~self.known & asking
            if not helps.any():
                return value, paid
            self.known |= helps

    def _over_known(
        self, gain: np.ndarray, fixed: np.ndarray, weights: np.ndarray | None,
        most: np.ndarray | None, asking: np.ndarray,
    ) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
        """Solve over the known columns; return the value and what needs and lots pay."""
        model = linear_solver_pb2.MPModelProto(maximize=True)
        add, low = model.constraint.add, -math.inf
        top = np.full(len(fixed), math.inf) if most is None else most
        rows = [
            add(lower_bound=float(a), upper_bound=float(b)) for a, b in zip(fixed, top, strict=True)
        ]
        lots = [add(lower_bound=low, upper_bound=float(each)) for each in self.lots]
        depots = [add(lower_bound=low, upper_bound=float(each)) for each in self.depots]
        if weights is not None:
            model.variable.add(lower_bound=0, upper_bound=1, objective_coefficient=1)
            for need in np.flatnonzero(weights).tolist():
                enter(rows[need], 0, -float(weights[need]))
        for lot, need in np.argwhere(self.known & asking).tolist():
            column = len(model.variable)
            model.variable.add(
                lower_bound=0, upper_bound=math.inf, objective_coefficient=float(gain[lot, need])
            )
            for row in (rows[need], lots[lot], depots[self.depot_of[lot]]):
                enter(row, column, 1)
        solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.LoadModelFromProto(model)
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            raise ValueError("the linear programme was not solved")
        prices = np.array([each.dual_value() for each in solver.constraints()])
        paid, own, depot = np.split(prices, (len(rows), len(rows) + len(lots)))
        return solver.Objective().Value(), -paid, own + depot[self.depot_of]


def enter(constraint: Any, variable: int, times: float) -> None:
    constraint.var_index.append(variable)
    constraint.coefficient.append(times)
