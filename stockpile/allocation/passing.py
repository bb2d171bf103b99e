"""Who can pass a pack on: a need that draws from one lot and reaches another can change over.

Every such step leaves one lot or depot and arrives at another, and there are few of those; so
steps are followed there, and a need only asks which lots it reaches.
"""

from __future__ import annotations

import numpy as np

from stockpile.allocation.reach import Flags, Numbers, Reach


def passing(reach: Reach, given: Flags, stored: Numbers) -> Flags:
    """Return which lot or depot (row) gets a pack free for whom if which (column) has one more.

    Depots come after the lots; any number of steps is followed. `given` says which group (row)
    draws from which lot (column), `stored` how many packs each lot gives in all.
    """
    lots = np.arange(len(reach.lot_packs))
    steps = np.eye(len(lots) + len(reach.depots), dtype=np.bool_)
    steps[: len(lots), : len(lots)] |= any_of(reach.groups, given.T)
    depot = len(lots) + reach.depot_of
    steps[lots, depot] = stored < reach.lot_packs
    steps[depot, lots] = stored > 0
    for way in range(len(steps)):
        steps |= steps[:, way, None] & steps[way]
    return steps


def any_of(rows: Flags, chosen: Flags) -> Flags:
    """Return for each choice (row) whether any of the chosen `rows` has a mark, per column.

    A matrix product would do, but wakes threads that wait for each other.
    """
    found = np.zeros((len(chosen), rows.shape[1]), dtype=np.bool_)
    choice, row = np.nonzero(chosen)
    if len(choice):
        which, start = np.unique(choice, return_index=True)
        found[which] = np.logical_or.reduceat(rows[row], start, axis=0)
    return found
