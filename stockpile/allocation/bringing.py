"""From which lots: the shared packs brought with the least travel, then what expires first.

A door of OR-Tools. Lots of one depot that reach the same needs are one shelf: to the travel,
only that counts. Each need is joined to its nearest few shelves at first; the prices of the flow
say which of the other connections would make it shorter, and those are added until none would.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stockpile.allocation.reach import Flags, Hours, Numbers, Reach

NEAREST = 8
MINUTES = 60
Pairs = NDArray[np.int64]
Drawn = tuple[int, int, int]


def bring(reach: Reach, packs: Numbers, age: Numbers) -> list[Drawn]:
    """Return (lot, need, packs) of what goes where; `age` ranks the lots, 0 expires first.

    Travel is counted in whole minutes for each pack, and is the least there is. Inside a depot
    the older lot goes first wherever it may go at all.
    """
    needs = np.flatnonzero(packs)
    if not len(needs):
        return []
    shelves = _shelves(reach, needs)
    net = _Net(shelves, reach.depot_packs, packs[needs])
    while len(missing := net.solve()):
        net.add(missing)
    drawn = np.zeros((len(reach.depots), len(needs)), dtype=np.int64)
    np.add.at(drawn, (shelves.depot_of[net.shelf], net.need), net.used)
    found: list[Drawn] = []
    for depot in np.flatnonzero(drawn.any(axis=1)):
        lots = np.flatnonzero(reach.depot_of == depot)
        lots = lots[np.argsort(age[lots])]
        taken = _oldest_first(reach, lots, needs, drawn[depot])
        found += taken or _as_it_flowed(reach, shelves, net, lots, needs)
    return found


def _oldest_first(reach: Reach, lots: Numbers, needs: Numbers, wanted: Numbers) -> list[Drawn]:
    """Fill what a depot gives from its oldest lot on; nothing where that does not come out even.

    A younger lot may go wherever an older one may, so it does, but for lots allowed by hand.
    """
    left, found = wanted.copy(), []
    for lot in lots:
        here = np.flatnonzero(reach.open[lot, needs] & (left > 0))
        before = np.cumsum(left[here]) - left[here]
        given = np.clip(reach.lot_packs[lot] - before, 0, left[here])
        left[here] -= given
        found += [(int(lot), int(needs[n]), int(g)) for n, g in zip(here, given, strict=True) if g]
    return [] if left.any() else found


def _as_it_flowed(
    reach: Reach, shelves: _Shelves, net: _Net, lots: Numbers, needs: Numbers
) -> list[Drawn]:
    """Fill each shelf's own share from its oldest lot on."""
    found = []
    for shelf in np.unique(shelves.shelf_of[lots]):
        here = np.zeros(len(needs), dtype=np.int64)
        mine = net.shelf == shelf
        np.add.at(here, net.need[mine], net.used[mine])
        found += _oldest_first(reach, lots[shelves.shelf_of[lots] == shelf], needs, here)
    return found


@dataclass(frozen=True)
class _Shelves:
    """Lots that count as one: shelves are rows, the needs that get something columns."""

    open: Flags
    hours: Hours
    packs: Numbers
    depot_of: Numbers
    shelf_of: Numbers  # of each lot


def _shelves(reach: Reach, needs: Numbers) -> _Shelves:
    open_ = reach.open[:, needs]
    keys = np.column_stack([reach.depot_of, np.packbits(open_, axis=1)])
    _, first, shelf_of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    shelf_of = shelf_of.reshape(-1)
    packs = np.bincount(shelf_of, weights=reach.lot_packs).astype(np.int64)
    return _Shelves(
        open_[first], reach.hours[np.ix_(first, needs)], packs, reach.depot_of[first], shelf_of
    )


class _Net:
    """Needs to lots to depots to the end, the wrong way round: what each need draws."""

    def __init__(self, shelves: _Shelves, depot_packs: Numbers, packs: Numbers) -> None:
        self.shelves, self.depot_packs, self.packs = shelves, depot_packs, packs
        self.open = shelves.open
        self.cost = np.rint(np.where(self.open, shelves.hours, 0) * MINUTES).astype(np.int64)
        self.never = 4 * int(self.cost.max()) + 1
        self.need, self.shelf = self._nearest()

    def _nearest(self) -> tuple[Numbers, Numbers]:
        cost = np.where(self.open, self.cost, np.iinfo(np.int64).max)
        most = min(NEAREST, len(cost))
        near = np.argpartition(cost, most - 1, axis=0)[:most]
        need = np.broadcast_to(np.arange(cost.shape[1]), near.shape).ravel()
        shelf = near.ravel()
        known = self.open[shelf, need]
        return need[known], shelf[known]

    def add(self, pairs: Pairs) -> None:
        """Join these (shelf, need) too."""
        self.shelf = np.concatenate([self.shelf, pairs[:, 0]])
        self.need = np.concatenate([self.need, pairs[:, 1]])

    def solve(self) -> Pairs:
        """Send everything; return the (shelf, need) left out that would make it cheaper."""
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        room = self.shelves.packs
        shelves, needs, depots = len(room), len(self.packs), len(self.depot_packs)
        shelf_node, depot_node, end = needs, needs + shelves, needs + shelves + depots
        net = SimpleMinCostFlow()
        add = net.add_arcs_with_capacity_and_unit_cost
        most = np.minimum(self.packs[self.need], room[self.shelf])
        cost = self.cost[self.shelf, self.need]
        drawn = add(self.need, self.shelf + shelf_node, most, cost)
        stored = add(
            np.arange(shelves) + shelf_node, self.shelves.depot_of + depot_node, room,
            np.zeros(shelves, dtype=np.int64),
        )  # fmt: skip
        given = add(
            np.arange(depots) + depot_node, np.full(depots, end), self.depot_packs,
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
            (self.need, self.shelf + shelf_node, cost, self.used < most),
            (self.shelf + shelf_node, self.need, -cost, self.used > 0),
            *_both(np.arange(shelves) + shelf_node, self.shelves.depot_of + depot_node, 0, store,
                   room),
            *_both(np.arange(depots) + depot_node, np.full(depots, end), 0, gave,
                   self.depot_packs),
            *_both(np.arange(needs), np.full(needs, end), self.never, lack, self.packs),
        ]  # fmt: skip
        return self._missing(_potentials(ways, end + 1), shelf_node)

    def _missing(self, potential: Numbers, shelf_node: int) -> Pairs:
        doors = potential[shelf_node : shelf_node + len(self.shelves.packs)]
        helps = self.open & (self.cost + potential[: len(self.packs)] < doors[:, None])
        helps[self.shelf, self.need] = False
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
