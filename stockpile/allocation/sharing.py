"""How many packs each need gets: class by class, the worst cover raised first, to the end.

Every pack of every need has a rank: the cover the need has before it. Packs are given in that
order, each if some flow still serves all that were given before it and this one. That is greedy
on a matroid, so the sorted covers are the best there are, not only the lowest. Only how many of
a group are asked matters to the flow, so a whole stretch of the order is tried at once, and the
longest that fits is found by halving; the cut of that flow says which groups can get no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.allocation.reach import Flags, Numbers, Reach


@dataclass(frozen=True)
class Shared:
    """Packs of each need, and the packs nobody gets, in the order they would be given."""

    packs: Numbers
    waiting: Numbers  # the need of each


@dataclass(frozen=True)
class Flow:
    """Packs drawn by each group (row) from each lot (column), and what each lot gives in all."""

    drawn: Numbers
    stored: Numbers


def share(reach: Reach) -> Shared:
    """Return what each need gets."""
    tubes = Tubes(reach)
    packs = np.zeros(len(reach.wanted), dtype=np.int64)
    asked = np.zeros(len(reach.groups), dtype=np.int64)
    waiting = [np.empty(0, dtype=np.int64)]
    for priority in np.unique(reach.priority):
        turn = order(reach, np.flatnonzero(reach.priority == priority))
        refused = [turn[:0]]
        while len(turn):
            given = _longest(tubes, asked, reach.group_of[turn])
            packs += np.bincount(turn[:given], minlength=len(packs))
            asked += np.bincount(reach.group_of[turn[:given]], minlength=len(asked))
            rest = turn[given:]
            if not len(rest):
                break
            more = tubes.can_have_more(asked)[reach.group_of[rest]]
            refused.append(rest[~more])
            turn = rest[more]
        waiting.append(_in_order(reach, np.concatenate(refused), packs))
    return Shared(packs, np.concatenate(waiting))


def order(reach: Reach, needs: Numbers) -> Numbers:
    """Return the need of each pack that is asked for, in the order of giving.

    Of equal covers the smaller need is first: one pack raises it further.
    """
    wanted = reach.wanted[needs]
    who = np.repeat(needs, wanted)
    before = np.arange(len(who)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    return who[np.lexsort((who, reach.wanted[who], before / reach.wanted[who]))]


def _in_order(reach: Reach, refused: Numbers, packs: Numbers) -> Numbers:
    """Return refused packs as they would be given if there were more."""
    count = np.bincount(refused, minlength=len(packs))
    needs = np.flatnonzero(count)
    who = np.repeat(needs, count[needs])
    since = np.arange(len(who)) - np.repeat(np.cumsum(count[needs]) - count[needs], count[needs])
    before = since + packs[who]
    return who[np.lexsort((who, reach.wanted[who], before / reach.wanted[who]))]


def _longest(tubes: Tubes, asked: Numbers, groups: Numbers) -> int:
    """Return how many of the next packs can all be given, by halving."""

    def fits(count: int) -> bool:
        return tubes.carry(asked + np.bincount(groups[:count], minlength=len(asked)))

    low, high = 0, len(groups)
    if fits(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


class Tubes:
    """The flow from groups through lots and depots to the end; a door of OR-Tools."""

    def __init__(self, reach: Reach) -> None:
        from ortools.graph.python.max_flow import SimpleMaxFlow

        group, lot = np.nonzero(reach.groups)
        groups, lots = reach.groups.shape
        self.start, self.end = 0, 1 + groups + lots + len(reach.depots)
        lot_node, depot_node = 1 + groups, 1 + groups + lots
        self.net = SimpleMaxFlow()
        add = self.net.add_arcs_with_capacity
        everything = np.full(len(group), int(reach.lot_packs.sum()))
        here = np.arange(groups) + 1
        self.asking = add(np.zeros(groups, dtype=np.int64), here, np.zeros(groups, dtype=np.int64))
        self.group, self.lot, self.shape = group, lot, (groups, lots)
        self.drawing = add(group + 1, lot + lot_node, everything)
        self.storing = add(np.arange(lots) + lot_node, reach.depot_of + depot_node, reach.lot_packs)
        depots = np.arange(len(reach.depots)) + depot_node
        add(depots, np.full(len(depots), self.end), reach.depot_packs)

    def carry(self, asked: Numbers) -> bool:
        """Whether all that is asked can be given at once."""
        self.net.set_arcs_capacity(self.asking, asked)
        if self.net.solve(self.start, self.end) != self.net.OPTIMAL:
            raise ArithmeticError("no flow can be found")
        return bool(self.net.optimal_flow() == asked.sum())

    def flows(self) -> Flow:
        """Return what went where when it was last carried."""
        drawn = np.zeros(self.shape, dtype=np.int64)
        drawn[self.group, self.lot] = self.net.flows(self.drawing)
        return Flow(drawn, np.asarray(self.net.flows(self.storing), dtype=np.int64))

    def can_have_more(self, asked: Numbers) -> Flags:
        """Return which groups could get one more pack beside all that is asked."""
        self.carry(asked)
        open_end = set(self.net.get_sink_side_min_cut())
        return np.array([place + 1 in open_end for place in range(len(asked))], dtype=np.bool_)
