"""From which lots: the shared packs brought with the least travel, then what expires first.

Lots of one depot that reach the same needs, and whose life is worth the same detour, are one
shelf: to the travel, only that counts. What one more pack on a shelf costs is learnt from a
sample of the needs; by those prices each need is joined to its cheapest few shelves. The prices
of that flow say which of the other connections would make it shorter, and those are added until
none would.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.allocation.carrying import Net, least
from stockpile.allocation.reach import Numbers, Reach, alike
from stockpile.allocation.sharing import Shared

MINUTES = 60


@dataclass(frozen=True)
class Drawn:
    """What goes where: so many packs of this lot for this need, each a number in the question."""

    lot: Numbers
    need: Numbers
    packs: Numbers


def bring(reach: Reach, shared: Shared, age: Numbers) -> Drawn:
    """Return from which lots the needs get their packs; `age` ranks the lots, 0 expires first.

    Travel is counted in whole minutes for each pack, with what its days of life are worth, and
    is the least there is. Inside a depot the older lot goes first wherever it may go at all.
    """
    needs = np.flatnonzero(shared.packs)
    found = [Drawn(*np.empty((3, 0), dtype=np.int64))]
    if not len(needs):
        return found[0]
    net, shelf_of = _net(reach, needs, shared.packs[needs])
    known = np.zeros(net.open.shape, dtype=np.bool_)
    np.logical_or.at(known, shelf_of, shared.given[reach.group_of[needs]].T)
    flow = least(net, known)
    for depot in np.unique(net.depot_of[flow.shelf]):
        lots = np.flatnonzero(reach.depot_of == depot)
        lots = lots[np.argsort(age[lots])]
        here = net.depot_of[flow.shelf] == depot
        wanted = _sum(flow.need[here], flow.packs[here], len(needs))
        taken = _oldest_first(reach, lots, needs, wanted)
        if taken:
            found += taken
            continue
        for shelf in np.unique(shelf_of[lots]):
            here = flow.shelf == shelf
            wanted = _sum(flow.need[here], flow.packs[here], len(needs))
            found += _oldest_first(reach, lots[shelf_of[lots] == shelf], needs, wanted)
    return Drawn(
        np.concatenate([each.lot for each in found]),
        np.concatenate([each.need for each in found]),
        np.concatenate([each.packs for each in found]),
    )


def _net(reach: Reach, needs: Numbers, packs: Numbers) -> tuple[Net, Numbers]:
    """Return the shelves and the needs they reach, and the shelf of each lot."""
    open_ = reach.open[:, needs]
    _, same = alike(open_.T)
    keys = np.stack((reach.depot_of, same, reach.detour))
    _, first, shelf_of = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    shelf_of = shelf_of.reshape(-1)
    minutes = np.rint(np.where(open_, reach.hours[:, needs], 0) * MINUTES).astype(np.int64)
    minutes += reach.detour[:, None]
    held = _sum(shelf_of, reach.lot_packs, len(first))
    net = Net(
        open=open_[first], cost=minutes[first], packs=packs, held=held,
        depot_of=reach.depot_of[first], depot_held=reach.depot_packs,
    )  # fmt: skip
    return net, shelf_of


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
        here, given = here[given > 0], given[given > 0]
        found.append(Drawn(np.full(len(here), lot), needs[here], given))
    return [] if left.any() else found


def _sum(which: Numbers, packs: Numbers, size: int) -> Numbers:
    return np.bincount(which, weights=packs, minlength=size).astype(np.int64)
