"""Which lots reach which needs in time, and how many packs each lot and each depot may give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stockpile.allocation.shapes import Question

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Hours = NDArray[np.float64]
ENDLESS = 2**45
DAY, MOST_DAYS = 24, 366


@dataclass(frozen=True)
class Reach:
    """A question in numbers: lots are rows, needs columns, both in the order of the question.

    Needs that the same lots reach are one group: to share fairly, only that counts.
    """

    hours: Hours
    open: Flags
    lot_packs: Numbers
    detour: Numbers  # minutes of travel that the life a lot has left is worth
    depot_of: Numbers
    depots: tuple[str, ...]
    depot_packs: Numbers  # what keeping back and the trucks leave
    spare_packs: Numbers  # what keeping back leaves
    truck_packs: Numbers  # what the trucks take
    wanted: Numbers
    had: Numbers  # pieces of the whole need that are there or promised before
    whole: Numbers  # pieces
    pack: int
    priority: Numbers
    group_of: Numbers
    groups: Flags  # group × lot


def reach(question: Question) -> Reach:
    """Return the question in numbers."""
    depots = tuple(sorted({lot.depot for lot in question.lots}))
    number = {name: place for place, name in enumerate(depots)}
    depot_of = np.array([number[lot.depot] for lot in question.lots], dtype=np.int64)
    free = np.array([lot.free for lot in question.lots], dtype=np.int64)
    lot_packs = free // question.pack
    kept = np.array([question.keep_back.get(name, 0) for name in depots], dtype=np.int64)
    held = np.bincount(depot_of, weights=free, minlength=len(depots)).astype(np.int64)
    whole = np.bincount(depot_of, weights=lot_packs, minlength=len(depots)).astype(np.int64)
    spare = np.minimum(whole, np.maximum(held - kept, 0) // question.pack)
    trucks = np.array([question.room.get(name, ENDLESS) for name in depots], dtype=np.int64)
    trucks //= question.pack
    hours = hours_between(question)
    open_ = np.isfinite(hours) & (lot_packs[:, None] > 0) & ~too_old(question, hours)
    groups, group_of = alike(open_)
    quantity = np.array([need.quantity for need in question.needs], dtype=np.int64)
    wanted = quantity // question.pack
    had = np.array([need.had for need in question.needs], dtype=np.int64)
    return Reach(
        hours=hours, open=open_, lot_packs=lot_packs, detour=_detour(question),
        depot_of=depot_of, depots=depots,
        depot_packs=np.minimum(spare, trucks), spare_packs=spare, truck_packs=trucks,
        # Who has nothing yet is measured by the whole packs that can come.
        wanted=wanted, had=had, pack=question.pack,
        whole=np.where(had > 0, had + quantity, wanted * question.pack),
        priority=np.array([need.priority for need in question.needs], dtype=np.int64),
        group_of=group_of, groups=groups,
    )  # fmt: skip


def alike(open_: Flags) -> tuple[Flags, Numbers]:
    """Return the different columns, each as a row, and which of them every column is."""
    bits = np.packbits(open_, axis=0).T
    keys = np.ascontiguousarray(bits).view(f"V{bits.shape[1]}").reshape(-1)
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return np.ascontiguousarray(open_[:, first].T), which.reshape(-1)


def hours_between(question: Question) -> Hours:
    """Return the hours from each lot to each need."""
    rows = {name: place for place, name in enumerate(question.roads.depots)}
    columns = {name: place for place, name in enumerate(question.roads.places)}
    here = [rows[lot.depot] for lot in question.lots]
    there = [columns[need.place] for need in question.needs]
    found: Hours = question.roads.hours[np.ix_(here, there)]
    return found


def too_old(question: Question, hours: Hours) -> Flags:
    """Return where a lot would have too little life left on arrival."""
    life = np.array([np.inf if lot.life is None else lot.life for lot in question.lots])
    found: Flags = life[:, None] - np.where(np.isfinite(hours), hours, 0) < question.least_life
    lots = {lot.id: place for place, lot in enumerate(question.lots)}
    needs = {need.id: place for place, need in enumerate(question.needs)}
    for lot, need in question.anyway:
        found[lots[lot], needs[need]] = False
    return found


def _detour(question: Question) -> Numbers:
    """Return for each lot the minutes that its days of life are worth; a year is the most."""
    life = np.array([np.inf if lot.life is None else lot.life for lot in question.lots])
    days = np.clip(life / DAY, 0, MOST_DAYS).astype(np.int64)
    found: Numbers = days * question.minutes_a_day
    return found
