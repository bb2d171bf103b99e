"""The order of giving within a class: every pack has a rank, the cover its need has before it.

That is of the whole need: one that has a part already starts where that part has brought it.
Of equal covers the smaller need is first: one pack raises it further. No list of packs is made:
a need's packs before a rank are counted, and only the few around a rank are looked at.
"""

from __future__ import annotations

import numpy as np

from stockpile.allocation.reach import Flags, Hours, Numbers, Reach

Rank = tuple[float, int]
LAST: Rank = (np.inf, 0)


class Order:
    """The ranks of the packs of some needs, each of which wants one at least."""

    def __init__(self, reach: Reach, needs: Numbers) -> None:
        self.wanted, self.pack = reach.wanted[needs], reach.pack
        self.had, self.whole = reach.had[needs], reach.whole[needs]
        self.tie = np.empty(len(needs), dtype=np.int64)
        self.tie[np.argsort(self.whole, kind="stable")] = np.arange(len(needs))

    def cover(self, packs: Numbers, who: Numbers | slice = slice(None)) -> Hours:
        """Return the cover of the whole need when it got so many packs."""
        found: Hours = (self.had[who] + packs * self.pack) / self.whole[who]
        return found

    def before(self, rank: Rank) -> Numbers:
        """Return how many packs of each need rank before this."""
        cover, tie = rank
        if cover > 1:
            return self.wanted.copy()
        packs = (cover * self.whole - self.had) / self.pack
        found = np.maximum(packs.astype(np.int64) - 1, 0)
        for _rounding in range(3):
            found += self.cover(found) < cover
        found += (self.cover(found) == cover) & (self.tie < tie)
        return np.minimum(found, self.wanted)

    def of(self, among: Flags, number: int) -> Rank:
        """Return the rank of one pack of these needs; their first is number 0."""
        members = np.flatnonzero(among)
        most = len(members)
        low = self.before((self._level(members, number - most - 1), 0))[members]
        high = self.before((self._level(members, number + most + 1), 0))[members]
        who, pack = spread(members, low, high)
        cover = self.cover(pack, who)
        place = number - int(low.sum())
        level = np.partition(cover, place)[place]
        ties = np.sort(self.tie[who[cover == level]])
        return float(level), int(ties[place - np.count_nonzero(cover < level)])

    def _level(self, members: Numbers, packs: int) -> float:
        """Return the cover to which so many packs raise these, in fractions: the lowest first."""
        if packs <= 0:
            return 0.0
        had, whole = self.had[members], self.whole[members]
        order = np.argsort(had / whole)
        had, whole = had[order], whole[order]
        all_had, all_whole = np.cumsum(had), np.cumsum(whole)
        joins = had / whole * all_whole - all_had  # pieces given when each begins to rise
        last = int(np.searchsorted(joins, packs * self.pack, side="right")) - 1
        return float((packs * self.pack + all_had[last]) / all_whole[last])


def spread(needs: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Return the need and the number of every pack from `low` up to, not including, `high`."""
    count = high - low
    who = np.repeat(needs, count)
    first = np.repeat(np.cumsum(count) - count - low, count)
    return who, np.arange(len(who)) - first
