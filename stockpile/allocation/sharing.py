"""How many packs each need gets: class by class, the worst cover raised first, to the end.

Every pack of every need has a rank (`ranks`). Packs are given in that order, each if some flow
still serves all that were given before it and this one. That is greedy on a matroid, so the
sorted covers are the best there are, not only the lowest. Only how many of a group are asked
matters to the flow, so a whole stretch of the order is tried at once. Where it does not fit, the
cut of the flow says which groups ask too much and how much they can have: the stretch ends where
they have that, and is tried again, until it fits; then those groups can get no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.allocation.passing import passing
from stockpile.allocation.ranks import LAST, Order
from stockpile.allocation.reach import Flags, Numbers, Reach

DOORS = 3


@dataclass(frozen=True)
class Shared:
    """Packs of each need; which group (row) can draw them from which lot (column), all at once."""

    packs: Numbers
    given: Flags


def share(reach: Reach) -> Shared:
    """Return what each need gets."""
    tubes = Tubes(reach)
    packs = np.zeros(len(reach.wanted), dtype=np.int64)
    for priority in np.unique(reach.priority):
        needs = np.flatnonzero((reach.priority == priority) & (reach.wanted > 0))
        order, groups = Order(reach, needs), reach.group_of[needs]
        turn = np.ones(len(needs), dtype=np.bool_)
        while turn.any():
            packs[needs] = _raised(tubes, order, groups, turn, packs[needs])
            turn &= (packs < reach.wanted)[needs]
            if turn.any():
                turn &= tubes.can_have_more()[groups]
    return Shared(packs, tubes.given())


def _raised(tubes: Tubes, order: Order, groups: Numbers, turn: Flags, packs: Numbers) -> Numbers:
    """Return the packs of a class when those whose turn it is got the longest stretch that fits."""
    size = len(tubes.asked)
    others = tubes.asked - np.bincount(groups[turn], weights=packs[turn], minlength=size)
    rank = LAST
    while True:
        packs = np.where(turn, order.before(rank), packs)
        asked = others + np.bincount(groups[turn], weights=packs[turn], minlength=size)
        excess = tubes.carry(asked.astype(np.int64))
        if not excess:
            return packs
        among = turn & tubes.tight[groups]
        rank = order.of(among, int(packs[among].sum()) - excess)


class Tubes:
    """The flow from groups through lots and depots to the end; a door of OR-Tools.

    A group starts with a few of the lots it reaches, and gets others where the cut asks for them.
    """

    def __init__(self, reach: Reach) -> None:
        from ortools.graph.python.max_flow import SimpleMaxFlow

        groups, lots = reach.groups.shape
        self.reach, self.doors = reach, DOORS
        self.end = 1 + groups + lots + len(reach.depots)
        self.asked = np.zeros(groups, dtype=np.int64)
        self.tight = np.zeros(groups, dtype=np.bool_)
        self.net = SimpleMaxFlow()
        add = self.net.add_arcs_with_capacity
        here = np.arange(groups) + 1
        self.asking = add(np.zeros(groups, dtype=np.int64), here, self.asked)
        lot_node, depot_node = 1 + groups, 1 + groups + lots
        self.storing = add(np.arange(lots) + lot_node, reach.depot_of + depot_node, reach.lot_packs)
        depots = np.arange(len(reach.depots)) + depot_node
        add(depots, np.full(len(depots), self.end), reach.depot_packs)
        self.known = np.zeros((groups, lots), dtype=np.bool_)
        self.group = self.lot = self.drawing = np.empty(0, dtype=np.int64)
        self._join(reach.groups)

    def _join(self, wanting: Flags) -> None:
        """Join some of the groups (rows) and lots (columns) that are marked, large lots first.

        A group picks at even steps along the packs of its lots, each from a start of its own, so
        that all together ask of each lot about what it has.
        """
        groups = len(wanting)
        along = np.cumsum(np.where(wanting, self.reach.lot_packs, 0), axis=1)
        start = np.arange(groups) * 0.6180339887498949 % 1
        chosen = np.zeros_like(wanting)
        rows = np.flatnonzero(along[:, -1])
        for door in range(self.doors):
            at = (start + door / self.doors) % 1 * along[:, -1]
            chosen[rows, (along <= at[:, None]).sum(axis=1)[rows]] = True
        chosen &= ~self.known
        group, lot = np.nonzero(chosen)
        self.known |= chosen
        # Never full, so that a cut runs through what is asked, lots and depots alone.
        endless = np.full(len(group), int(self.reach.lot_packs.sum()) + 1)
        drawing = self.net.add_arcs_with_capacity(group + 1, lot + 1 + groups, endless)
        self.group, self.lot = np.append(self.group, group), np.append(self.lot, lot)
        self.drawing = np.append(self.drawing, drawing)
        self.doors *= 2

    def carry(self, asked: Numbers) -> int:
        """Return how many packs are asked too much; `tight` are the groups that ask for them."""
        self.asked = asked
        self.net.set_arcs_capacity(self.asking, asked)
        groups, lots = self.known.shape
        while True:
            if self.net.solve(0, self.end) != self.net.OPTIMAL:
                raise ArithmeticError("no flow can be found")
            excess = int(asked.sum()) - int(self.net.optimal_flow())
            if not excess:
                return 0
            near = np.zeros(self.end + 1, dtype=np.bool_)
            near[self.net.get_source_side_min_cut()] = True
            self.tight, full = near[1 : groups + 1], near[groups + 1 : groups + lots + 1]
            wanting = self.reach.groups & self.tight[:, None] & ~full
            if not wanting.any():
                return excess
            self._join(wanting)

    def given(self) -> Flags:
        """Return which group draws from which lot in what was carried."""
        found = np.zeros(self.known.shape, dtype=np.bool_)
        if not self.asked.any():  # nothing was ever carried: there is no flow to be asked for
            return found
        found[self.group, self.lot] = np.asarray(self.net.flows(self.drawing)) > 0
        return found

    def can_have_more(self) -> Flags:
        """Return which groups could get one more pack beside all that was carried."""
        reach, lots = self.reach, len(self.reach.lot_packs)
        stored = np.asarray(self.net.flows(self.storing)).astype(np.int64)
        gone = np.bincount(reach.depot_of, weights=stored, minlength=len(reach.depots))
        ways = passing(reach, self.given(), stored)
        open_end = ways[:lots, lots:][:, gone < reach.depot_packs].any(axis=1)
        found: Flags = reach.groups @ open_end
        return found
