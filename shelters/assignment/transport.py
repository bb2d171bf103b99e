"""One kind of people to one kind of places, at the least cost: the flow of the great numbers.

A door of OR-Tools. Each source reaches the nearest few places and, ever more sparsely, farther
ones; the prices of the solution say which of all the others would help, and those are added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelters.assignment.reach import NEVER, Grid, slices

Numbers = NDArray[np.int64]
RANKS = np.array([0, 1, 2, 3, 4, 6, 8, 11, 15, 21, 30, 45, 63])
ROUNDS = 6
HELPED_BY_SO_FEW = 0.002


@dataclass(frozen=True)
class Shares:
    """How many go from each source to each place, and what one more place would save there."""

    source: Numbers
    site: Numbers
    people: Numbers
    price: Numbers  # of each place, in the unit of the costs

    @staticmethod
    def none(sites: int) -> Shares:
        """Return the shares of nobody."""
        empty = np.empty(0, dtype=np.int64)
        return Shares(empty, empty, empty, np.zeros(sites, dtype=np.int64))


def transport(
    cost: Grid, supply: Numbers, room: Numbers, *, begin: Numbers | None = None,
    exact: bool = False,
) -> Shares:  # fmt: skip
    """Send everybody there is room for, at the least cost; NEVER is no connection.

    `begin` are connections (source, place) to begin with, where they are known already.
    Without `exact` it is enough when hardly any connection that was left out would help.
    """
    sites = np.flatnonzero(room > 0)
    sources = np.flatnonzero(supply > 0)
    if not len(sites) or not len(sources):
        return Shares.none(len(room))
    part = cost[np.ix_(sources, sites)] if len(sites) < len(room) else cost[sources]
    net = _Net(part, supply[sources], room[sites], _renumbered(begin, sources, sites))
    for _round in range(ROUNDS):
        net.solve()
        helping = net.helping()
        few = 0 if exact else HELPED_BY_SO_FEW * len(net.tail)
        if len(helping) <= few:
            break
        net.add(helping)
    price = np.zeros(len(room), dtype=np.int64)
    price[sites] = np.maximum(net.price_of_sites(), 0)
    used = net.used > 0
    return Shares(sources[net.tail[used]], sites[net.head[used]], net.used[used], price)


def _renumbered(begin: Numbers | None, sources: Numbers, sites: Numbers) -> Numbers | None:
    """Return connections by their rows and columns in a part of the costs; None stays None."""
    if begin is None:
        return None
    wanted = np.isin(begin[:, 0], sources) & np.isin(begin[:, 1], sites)
    rows, columns = begin[wanted].T
    return np.stack([np.searchsorted(sources, rows), np.searchsorted(sites, columns)], axis=1)


def nearest(cost: Grid) -> Numbers:
    """Return (row, column) of the connections to begin with."""
    most = min(int(RANKS[-1]) + 1, cost.shape[1])
    if most < cost.shape[1]:
        near = np.argpartition(cost, most - 1, axis=1)[:, :most]
    else:
        near = np.broadcast_to(np.arange(most), cost.shape)
    order = np.argsort(np.take_along_axis(cost, near, 1), axis=1, kind="stable")
    kept = np.take_along_axis(near, order, 1)[:, RANKS[most > RANKS]]
    rows, columns = np.repeat(np.arange(len(cost)), kept.shape[1]), kept.ravel()
    open_ = cost[rows, columns] < NEVER
    return np.stack([rows[open_], columns[open_]], axis=1)


class _Net:
    """Sources, places, and one end where also those arrive who have no place."""

    def __init__(self, cost: Grid, supply: Numbers, room: Numbers, begin: Numbers | None) -> None:
        self.cost, self.supply, self.room = cost, supply, room
        self.tail, self.head = (nearest(cost) if begin is None else begin).T
        self.staying = 4 * int(np.max(cost, where=cost < NEVER, initial=1)) + 1

    def add(self, rows: Numbers) -> None:
        """Build these connections too."""
        self.tail = np.concatenate([self.tail, rows[:, 0]])
        self.head = np.concatenate([self.head, rows[:, 1]])

    def solve(self) -> None:
        """Send everybody through."""
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        sources, sites = self.cost.shape
        end = sources + sites
        here, there = np.arange(sources), np.arange(sites) + sources
        network = SimpleMinCostFlow()
        add = network.add_arcs_with_capacity_and_unit_cost
        most = np.minimum(self.supply[self.tail], self.room[self.head])
        real = add(self.tail, self.head + sources, most, self._prices())
        left = add(here, np.full(sources, end), self.supply, np.full(sources, self.staying))
        last = add(there, np.full(sites, end), self.room, np.zeros(sites, dtype=np.int64))
        network.set_nodes_supplies(here, self.supply)
        network.set_node_supply(end, -int(self.supply.sum()))
        if network.solve() != network.OPTIMAL:
            raise ValueError("no flow can be found")
        self.most = most
        self.used = network.flows(real).astype(np.int64)
        self.left = network.flows(left).astype(np.int64)
        self.taken = network.flows(last).astype(np.int64)

    def _prices(self) -> Numbers:
        found: Numbers = self.cost[self.tail, self.head].astype(np.int64)
        return found

    def price_of_sites(self) -> Numbers:
        """Return what one more place at each shelter would save."""
        potential = self._potentials()
        found: Numbers = potential[-1] - potential[len(self.cost) : -1]
        return found

    def _potentials(self) -> Numbers:
        """Return shortest ways over everything that can still change: the proof of the flow."""
        sources, sites = self.cost.shape
        end = np.int64(sources + sites)
        here, there, price = np.arange(sources), np.arange(sites) + sources, self._prices()
        arcs = [
            (self.tail, self.head + sources, price, self.used < self.most),
            (self.head + sources, self.tail, -price, self.used > 0),
            (here, np.full(sources, end), np.full(sources, self.staying), self.left < self.supply),
            (np.full(sources, end), here, np.full(sources, -self.staying), self.left > 0),
            (there, np.full(sites, end), np.zeros(sites, dtype=np.int64), self.taken < self.room),
            (np.full(sites, end), there, np.zeros(sites, dtype=np.int64), self.taken > 0),
        ]
        tail, head, cost = (
            np.concatenate([each[part][each[3]] for each in arcs]) for part in range(3)
        )
        return shortest(tail, head, cost, int(end) + 1)

    def helping(self) -> Numbers:
        """Return (row, column) of connections left out that would make the flow cheaper."""
        potential = self._potentials()
        sources = len(self.cost)
        here, doors = potential[:sources].astype(np.int32), potential[sources:-1].astype(np.int32)
        found = []
        for rows in slices(sources):
            helps = self.cost[rows] + here[rows, None] < doors
            if helps.any():
                found.append(np.argwhere(helps) + np.array([rows.start, 0]))
        helping = np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)
        width = len(self.room)
        known = np.isin(helping @ np.array([width, 1]), self.tail * width + self.head)
        return helping[~known]


def shortest(tail: Numbers, head: Numbers, cost: Numbers, nodes: int) -> Numbers:
    """Return the least cost of a way from anywhere to each node; no circle may be negative."""
    found = np.zeros(nodes, dtype=np.int64)
    if not len(tail):
        return found
    order = np.argsort(head, kind="stable")
    tail, cost = tail[order], cost[order]
    heads, starts = np.unique(head[order], return_index=True)
    while True:
        best = np.minimum.reduceat(found[tail] + cost, starts)
        lower = best < found[heads]
        if not lower.any():
            return found
        found[heads[lower]] = best[lower]
