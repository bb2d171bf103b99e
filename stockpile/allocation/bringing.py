"""From which lots: the shared packs brought with the least travel, then what expires first.

A door of OR-Tools. Each need is joined to its nearest few lots at first; the prices of the flow
say which of the other connections would make it shorter, and those are added until none would.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stockpile.allocation.reach import Numbers, Reach

NEAREST = 6
MINUTES = 60
Pairs = NDArray[np.int64]


def bring(reach: Reach, packs: Numbers, age: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return (lot, need, packs) of what goes where; `age` ranks the lots, 0 expires first.

    Travel is counted in whole minutes for each pack.
    """
    needs = np.flatnonzero(packs)
    if not len(needs):
        none = np.empty(0, dtype=np.int64)
        return none, none, none
    net = _Net(reach, needs, packs[needs], age)
    while len(missing := net.solve()):
        net.add(missing)
    used = net.used > 0
    return net.lot[used], needs[net.need[used]], net.used[used]


class _Net:
    """Needs to lots to depots to the end, the wrong way round: what each need draws."""

    def __init__(self, reach: Reach, needs: Numbers, packs: Numbers, age: Numbers) -> None:
        self.reach, self.packs = reach, packs
        open_ = reach.open[:, needs]
        minutes = np.rint(np.where(open_, reach.hours[:, needs], 0) * MINUTES).astype(np.int64)
        self.open, self.cost = open_, minutes * (len(age) * int(packs.sum()) + 1) + age[:, None]
        self.never = 4 * int(np.max(self.cost, where=open_, initial=1)) + 1
        self.need, self.lot = self._nearest()

    def _nearest(self) -> tuple[Numbers, Numbers]:
        cost = np.where(self.open, self.cost, np.iinfo(np.int64).max)
        most = min(NEAREST, len(cost))
        lots = np.argpartition(cost, most - 1, axis=0)[:most]
        need = np.broadcast_to(np.arange(cost.shape[1]), lots.shape).ravel()
        lot = lots.ravel()
        known = self.open[lot, need]
        return need[known], lot[known]

    def add(self, pairs: Pairs) -> None:
        """Join these (lot, need) too."""
        self.lot = np.concatenate([self.lot, pairs[:, 0]])
        self.need = np.concatenate([self.need, pairs[:, 1]])

    def solve(self) -> Pairs:
        """Send everything; return the (lot, need) left out that would make it cheaper."""
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        lots, needs, depots = len(self.reach.lot_packs), len(self.packs), len(self.reach.depots)
        lot_node, depot_node, end = needs, needs + lots, needs + lots + depots
        net = SimpleMinCostFlow()
        add = net.add_arcs_with_capacity_and_unit_cost
        most = np.minimum(self.packs[self.need], self.reach.lot_packs[self.lot])
        cost = self.cost[self.lot, self.need]
        drawn = add(self.need, self.lot + lot_node, most, cost)
        stored = add(
            np.arange(lots) + lot_node, self.reach.depot_of + depot_node, self.reach.lot_packs,
            np.zeros(lots, dtype=np.int64),
        )  # fmt: skip
        given = add(
            np.arange(depots) + depot_node, np.full(depots, end), self.reach.depot_packs,
            np.zeros(depots, dtype=np.int64),
        )  # fmt: skip
        lacking = add(np.arange(needs), np.full(needs, end), self.packs, np.full(needs, self.never))
        net.set_nodes_supplies(np.arange(needs), self.packs)
        net.set_node_supply(end, -int(self.packs.sum()))
        if net.solve() != net.OPTIMAL:
            raise ArithmeticError("the shared packs could not be brought")
        self.used = net.flows(drawn).astype(np.int64)
        store, gave = net.flows(stored).astype(np.int64), net.flows(given).astype(np.int64)
        lack = net.flows(lacking).astype(np.int64)
        ways = [
            (self.need, self.lot + lot_node, cost, self.used < most),
            (self.lot + lot_node, self.need, -cost, self.used > 0),
            *_both(np.arange(lots) + lot_node, self.reach.depot_of + depot_node, 0, store,
                   self.reach.lot_packs),
            *_both(np.arange(depots) + depot_node, np.full(depots, end), 0, gave,
                   self.reach.depot_packs),
            *_both(np.arange(needs), np.full(needs, end), self.never, lack, self.packs),
        ]  # fmt: skip
        return self._missing(_potentials(ways, end + 1), lot_node)

    def _missing(self, potential: Numbers, lot_node: int) -> Pairs:
        lots = len(self.reach.lot_packs)
        doors = potential[lot_node : lot_node + lots]
        helps = self.open & (self.cost + potential[: len(self.packs)] < doors[:, None])
        helps[self.lot, self.need] = False
        return np.argwhere(helps)


def _both(
    tail: Numbers, head: Numbers, cost: int, used: Numbers, most: Numbers
) -> list[tuple[Numbers, Numbers, Numbers, NDArray[np.bool_]]]:
    """Return an arc's two residual directions."""
    there = np.full(len(tail), cost, dtype=np.int64)
    return [(tail, head, there, used < most), (head, tail, -there, used > 0)]


def _potentials(
    ways: list[tuple[Numbers, Numbers, Numbers, NDArray[np.bool_]]], nodes: int
) -> Numbers:
    """Return the least cost from anywhere to each node over all that can still change."""
    tail, head, cost = (np.concatenate([each[part][each[3]] for each in ways]) for part in range(3))
    rank = np.argsort(head, kind="stable")
    tail, cost = tail[rank], cost[rank]
    heads, starts = np.unique(head[rank], return_index=True)
    found = np.zeros(nodes, dtype=np.int64)
    while True:
        best = np.minimum.reduceat(found[tail] + cost, starts)
        lower = best < found[heads]
        if not lower.any():
            return found
        found[heads[lower]] = best[lower]
