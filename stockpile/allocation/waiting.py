"""The packs nobody gets, in the order they would be given: class by class, by rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.allocation.ranks import Order, spread
from stockpile.allocation.reach import Flags, Numbers, Reach


@dataclass(frozen=True)
class Queue:
    """Who waits: needs one after the other, and for how many packs in one go.

    `first` is where each need stands for its first pack; -1 if it is met.
    """

    needs: Numbers
    packs: Numbers
    first: Numbers

    def before(self, takes: Flags, needs: Numbers) -> Numbers:
        """Return how many packs go to needs that take until each of these gets one, with that."""
        found: Numbers = np.cumsum(np.where(takes[self.needs], self.packs, 0))[self.first[needs]]
        return found

    def own_turn(self, group_of: Numbers, needs: Numbers) -> Numbers:
        """Return the same for each of these, if nobody but its own group takes."""
        group = group_of[self.needs]
        order = np.argsort(group, kind="stable")
        so_far = np.cumsum(self.packs[order])
        _, start, of = np.unique(group[order], return_index=True, return_inverse=True)
        found = np.empty(len(group), dtype=np.int64)
        found[order] = so_far - (so_far - self.packs[order])[start][of]
        return found[self.first[needs]]


def queue(reach: Reach, packs: Numbers) -> Queue:
    """Return who waits when each need has so many packs."""
    waiting, count = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for priority in np.unique(reach.priority):
        needs = np.flatnonzero((reach.priority == priority) & (packs < reach.wanted))
        if len(needs):
            who, each = _waiting(Order(reach, needs), packs[needs])
            waiting.append(needs[who])
            count.append(each)
    who = np.concatenate(waiting)
    first = np.full(len(packs), -1, dtype=np.int64)
    first[who[::-1]] = np.arange(len(who))[::-1]
    return Queue(who, np.concatenate(count), first)


def _waiting(order: Order, packs: Numbers) -> tuple[Numbers, Numbers]:
    """Return the waiting packs of short needs one by one until each had its first; then the rest.

    Whose turn it is in the rest does not matter: all of it comes before the next class.
    """
    cover = order.cover(packs)
    level = cover.max()
    last = float(level), int(order.tie[cover == level].max()) + 1
    everybody = np.arange(len(packs))
    until = order.before(last)
    who, pack = spread(everybody, packs, until)
    turn = np.lexsort((order.tie[who], order.cover(pack, who)))
    rest = order.wanted - until
    return np.append(who[turn], everybody), np.append(np.ones(len(turn), dtype=np.int64), rest)
