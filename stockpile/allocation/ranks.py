"""The order of giving within a class: every pack has a rank, the cover its need has before it.

Of equal covers the smaller need is first: one pack raises it further. No list of packs is made:
a need's packs before a rank are counted, and only the few around a rank are looked at.
"""

from __future__ import annotations

import numpy as np

from stockpile.allocation.reach import Flags, Numbers

Rank = tuple[float, int]
LAST: Rank = (np.inf, 0)


class Order:
    """The ranks of the packs of some needs, each of which wants one at least."""

    def __init__(self, wanted: Numbers) -> None:
        self.wanted = wanted
        self.tie = np.empty(len(wanted), dtype=np.int64)
        self.tie[np.argsort(wanted, kind="stable")] = np.arange(len(wanted))

    def before(self, rank: Rank) -> Numbers:
        """Return how many packs of each need rank before this."""
        cover, tie = rank
        if cover > 1:
            return self.wanted.copy()
        found = np.maximum((cover * self.wanted).astype(np.int64) - 1, 0)
        for _rounding in range(3):
            found += found / self.wanted < cover
        found += (found / self.wanted == cover) & (self.tie < tie)
        return np.minimum(found, self.wanted)

    def of(self, among: Flags, number: int) -> Rank:
        """Return the rank of one pack of these needs; their first is number 0."""
        members = np.flatnonzero(among)
        whole, most = int(self.wanted[members].sum()), len(members)
        low = self.before((max(0, number - most - 1) / whole, 0))[members]
        high = np.minimum(self.before((number / whole, 0))[members] + 1, self.wanted[members])
        who, pack = spread(members, low, high)
        cover = pack / self.wanted[who]
        place = number - int(low.sum())
        level = np.partition(cover, place)[place]
        ties = np.sort(self.tie[who[cover == level]])
        return float(level), int(ties[place - np.count_nonzero(cover < level)])


def spread(needs: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Return the need and the number of every pack from `low` up to, not including, `high`."""
    count = high - low
    who = np.repeat(needs, count)
    first = np.repeat(np.cumsum(count) - count - low, count)
    return who, np.arange(len(who)) - first
