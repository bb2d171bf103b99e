"""The flow: people of villages through the nearest shelters, at the least cost in ranks.

A door of OR-Tools. Beside the ordinary places of a shelter stand those of each kind. Who needs
a kind goes through its places, or counts as unmet and goes as anybody else does. Only the
nearest connections are built; the prices of the solution then say of every other connection
whether it could help, and those that could are added, until none is left: the flow is the
best over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelters.assignment.reach import NEVER, Grid
from shelters.assignment.shapes import NEEDS
from shelters.assignment.transport import Numbers, nearest, shortest

KINDS = len(NEEDS) + 1
ROUNDS = 12


@dataclass(frozen=True)
class Asked:
    """What flows: people by village and kind (0 is no need), and the room for them."""

    cost: Grid
    people: Numbers  # village × kind
    room: Numbers  # shelter
    typed: Numbers  # shelter × need
    standing: Numbers | None = None  # rows: village, kind, shelter, people told to go there


@dataclass(frozen=True)
class Flow:
    """Who goes where: rows of village, kind, shelter, people. The rest has nowhere to go."""

    rows: Numbers
    left: int
    unmet: int
    distance: int  # people × tens of metres
    proved: bool


@dataclass(frozen=True)
class _Ranks:
    """What a person costs who is moved from a promise, unmet, or left."""

    moved: int
    unmet: int
    left: int


def ranks(asked: Asked) -> _Ranks:
    """Return costs of which one always outweighs everything ranked below it.

    An improvement of a flow goes round a circle that passes no shelter and no village twice,
    so the shorter of the two lists bounds what the lower ranks can bring at once.
    """
    villages, sites = asked.cost.shape
    longest = int(np.max(asked.cost, where=asked.cost < NEVER, initial=1))
    turns = min(villages * KINDS, sites) + 2
    moved = turns * longest + 1 if asked.standing is not None else 0
    unmet = turns * (moved + longest) + 1
    left = turns * (unmet + moved + longest) + 1
    return _Ranks(moved, unmet, left)


def solve(asked: Asked) -> Flow:
    """Return the best flow over all connections; `proved` is false if the rounds did not do."""
    cost = ranks(asked)
    chosen = [_nearest(asked, kind) for kind in range(KINDS)]
    for _round in range(ROUNDS):
        net = _Net(asked, cost, chosen)
        net.solve()
        better = net.unused(chosen)
        if not any(len(each) for each in better):
            return net.flow(proved=True)
        chosen = [
            np.unique(np.concatenate(pair), axis=0) for pair in zip(chosen, better, strict=True)
        ]
    return net.flow(proved=False)


def _nearest(asked: Asked, kind: int) -> Numbers:
    """Return rows of (village, shelter): the nearest that have places of this kind."""
    grid = asked.cost
    able = np.arange(grid.shape[1])
    if kind:
        able = able[asked.typed[:, kind - 1] > 0]
    villages = np.flatnonzero(_may_go(asked, kind))
    if not len(able) or not len(villages):
        return np.empty((0, 2), dtype=np.int64)
    rows = nearest(grid[np.ix_(villages, able)])
    return np.stack([villages[rows[:, 0]], able[rows[:, 1]]], axis=1).astype(np.int64)


def _may_go(asked: Asked, kind: int) -> NDArray[np.bool_]:
    """Whether anybody of a village goes that way; an ordinary place will do for everybody."""
    there = asked.people[:, kind] if kind else asked.people.sum(axis=1)
    found: NDArray[np.bool_] = there > 0
    return found


class _Net:
    """One flow network: nodes are village kinds, typed places, shelters and the end."""

    def __init__(self, asked: Asked, cost: _Ranks, chosen: list[Numbers]) -> None:
        self.asked, self.cost = asked, cost
        villages, sites = asked.cost.shape
        self.villages, self.sites = villages, sites
        self.typed_from = villages * KINDS
        self.site_from = self.typed_from + sites * len(NEEDS)
        self.end = self.site_from + sites
        parts = [*self._inside(), *(self._connections(k, rows) for k, rows in enumerate(chosen))]
        if asked.standing is not None:
            parts.append(self._kept(asked.standing))
        self.tail, self.head, self.most, self.price = np.concatenate(parts, axis=1)
        self.used: Numbers = np.zeros(len(self.tail), dtype=np.int64)

    def _inside(self) -> Iterator[Numbers]:
        """Yield the arcs that are no connections: unmet, left, typed to shelter, to the end."""
        asked, villages = self.asked, np.arange(self.villages)
        whole = asked.people.sum(axis=1)
        for kind in range(1, KINDS):
            yield _arcs(
                villages + kind * self.villages, villages, asked.people[:, kind], self.cost.unmet
            )
            places = np.arange(self.sites)
            yield _arcs(
                self.typed_from + (kind - 1) * self.sites + places, self.site_from + places,
                asked.typed[:, kind - 1], 0,
            )  # fmt: skip
        yield _arcs(villages, np.full(self.villages, self.end), whole, self.cost.left)
        places = np.arange(self.sites) + self.site_from
        yield _arcs(places, np.full(self.sites, self.end), asked.room, 0)

    def _connections(self, kind: int, rows: Numbers) -> Numbers:
        village, site = rows[:, 0], rows[:, 1]
        most = self.asked.people.sum(axis=1)[village]
        price = self.asked.cost[village, site].astype(np.int64) + self.cost.moved
        return _arcs(village + kind * self.villages, self._door(kind, site), most, price)

    def _kept(self, standing: Numbers) -> Numbers:
        """Return the arcs of those who stay with what they were told, as far as it is open."""
        village, kind, site, people = standing.T
        price = self.asked.cost[village, site].astype(np.int64)
        open_ = price < NEVER
        doors = np.where(
            kind == 0, self.site_from + site, self.typed_from + (kind - 1) * self.sites + site
        )
        found = _arcs(village + kind * self.villages, doors, people, price)
        return found[:, open_]

    def _door(self, kind: int, site: Numbers) -> Numbers:
        found: Numbers = site + (
            self.typed_from + (kind - 1) * self.sites if kind else self.site_from
        )
        return found

    def solve(self) -> None:
        """Send everybody through."""
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        network = SimpleMinCostFlow()
        arcs = network.add_arcs_with_capacity_and_unit_cost(
            self.tail, self.head, self.most, self.price
        )
        people = self.asked.people.T.ravel()
        network.set_nodes_supplies(np.arange(len(people)), people)
        network.set_node_supply(self.end, -int(people.sum()))
        status = network.solve()
        if status != network.OPTIMAL:
            raise ValueError(f"no flow can be found: {status}")
        self.used = network.flows(arcs).astype(np.int64)

    def prices(self) -> Numbers:
        """Return what one more person at each node would cost, up to a constant.

        Shortest ways over everything that can still change; there is no circle that helps,
        so they exist, and they prove it.
        """
        forward, back = self.used < self.most, self.used > 0
        tail = np.concatenate([self.tail[forward], self.head[back]])
        head = np.concatenate([self.head[forward], self.tail[back]])
        price = np.concatenate([self.price[forward], -self.price[back]])
        return shortest(tail, head, price, self.end + 1)

    def unused(self, chosen: list[Numbers]) -> list[Numbers]:
        """Return, kind by kind, connections that were left out and would help."""
        found = []
        prices = self.prices()
        grid = self.asked.cost
        for kind in range(KINDS):
            here = prices[kind * self.villages : (kind + 1) * self.villages]
            doors = prices[self._door(kind, np.arange(self.sites))]
            helps = grid + self.cost.moved + here[:, None] < doors[None, :]
            helps &= (grid < NEVER) & _may_go(self.asked, kind)[:, None]
            if kind:
                helps &= self.asked.typed[:, kind - 1] > 0
            helps[tuple(chosen[kind].T)] = False
            found.append(np.argwhere(helps))
        return found

    def flow(self, *, proved: bool) -> Flow:
        """Return what was solved as rows, with what is left and unmet."""
        into = (self.tail < self.typed_from) & (self.head >= self.typed_from)
        real = into & (self.head != self.end) & (self.used > 0)
        tail, head, used = self.tail[real], self.head[real], self.used[real]
        kind, village = tail // self.villages, tail % self.villages
        site = np.where(
            head >= self.site_from, head - self.site_from, (head - self.typed_from) % self.sites
        )
        unmet = (self.tail < self.typed_from) & (self.head < self.typed_from)
        distance = int((used * self.asked.cost[village, site]).sum())
        return Flow(
            rows=np.stack([village, kind, site, used], axis=1),
            left=int(self.used[into & (self.head == self.end)].sum()),
            unmet=int(self.used[unmet].sum()),
            distance=distance,
            proved=proved,
        )


def _arcs(tail: Any, head: Any, most: Any, price: Any) -> Numbers:
    return np.stack(np.broadcast_arrays(tail, head, most, price)).astype(np.int64)
