"""What each item may take of the trucks of each depot: a linear programme, and a door of HiGHS.

Volume and weight are shared by all items, so this is no flow of one kind any more. The programme
raises the worst cover of each class over all items together, to the end, in any fractions of a
pack; then it takes the least travel at those covers. Where there are many needs, those that lie
alike are one: what most of a heap cannot reach is as narrow there as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockpile.allocation.bringing import MINUTES
from stockpile.allocation.reach import Flags, Hours, Numbers, Reach
from stockpile.allocation.shapes import Load

FEW, CLOSEST, KEY = 400, 12, 2
LEVELS, CLOSE, LITTLE = 12, 1e-6, 0.01
STEPS = 5  # of what needs have already, where many are one heap
Shares = NDArray[np.float64]
Trucks = Mapping[str, Load]  # of each depot: what all its trucks carry


@dataclass(frozen=True)
class Heap:
    """The needs of one item that lie alike, and the lots (rows of its reach) they may draw on."""

    priority: Numbers
    wanted: Numbers
    had: Shares  # in packs, before any of it
    heap: Numbers  # of each connection, and so below
    lot: Numbers
    most: Numbers
    hours: Hours


def _highs() -> Any:
    import highspy

    return highspy


def shares(
    reaches: Sequence[Reach], loads: Sequence[Load], trucks: Trucks
) -> list[dict[str, float]]:
    """Return of each item how many packs leave each depot that has trucks, in fractions.

    `loads` is what one pack of each item takes. Raises ArithmeticError if there is no answer.
    """
    heaps = [_heaped(each, apart=sum(len(r.wanted) for r in reaches) <= FEW) for each in reaches]
    programme = _Programme(reaches, heaps, loads, trucks)
    for priority in np.unique(np.concatenate([each.priority for each in heaps])):
        programme.raise_class(int(priority))
    packs = np.split(programme.nearest(), np.cumsum([len(each.heap) for each in heaps])[:-1])
    found = []
    for reach, heap, drawn in zip(reaches, heaps, packs, strict=True):
        depot = reach.depot_of[heap.lot]
        gone = np.bincount(depot, weights=drawn, minlength=len(reach.depots)).tolist()
        each = zip(reach.depots, gone, strict=True)
        found.append({name: packs for name, packs in each if name in trucks})
    return found


def _heaped(reach: Reach, *, apart: bool) -> Heap:
    """Return the needs of an item as heaps: each its own, or by class and nearest depots."""
    rising = np.flatnonzero(reach.wanted)
    hours = reach.hours[:, rising] + reach.detour[:, None] / MINUTES
    hours = np.where(reach.open[:, rising], hours, np.inf)
    number = np.arange(len(rising)) if apart else _alike(reach, hours, rising)
    order = np.argsort(number, kind="stable")
    start = np.unique(number[order], return_index=True)[1]
    wanted = reach.wanted[rising][order]
    had = (reach.had[rising] / reach.pack)[order]
    total = np.add.reduceat(wanted, start) if len(start) else wanted
    had = np.add.reduceat(had, start) if len(start) else had
    there = np.where(np.isfinite(hours), reach.wanted[rising], 0)[:, order]
    far = np.where(there > 0, hours[:, order], 0) * there
    if len(start):
        there, far = np.add.reduceat(there, start, axis=1), np.add.reduceat(far, start, axis=1)
    mean = np.where(there > 0, far / np.maximum(there, 1), np.inf)
    joined = there > 0
    if not apart:
        joined &= mean <= np.sort(mean, axis=0)[min(CLOSEST, len(mean)) - 1]
    lot, heap = np.nonzero(joined)
    return Heap(
        reach.priority[rising][order][start], total, had, heap, lot, there[lot, heap],
        mean[lot, heap],
    )  # fmt: skip


def _alike(reach: Reach, hours: Hours, rising: Numbers) -> Numbers:
    """Return of each need a number that those of its class share that lie alike.

    Their nearest depots are the same, and they have about the same part of what they need.
    """
    by_depot = np.full((len(reach.depots), hours.shape[1]), np.inf)
    np.minimum.at(by_depot, reach.depot_of, hours)
    near = np.argsort(by_depot, axis=0)[:KEY]
    near = np.where(np.isfinite(np.take_along_axis(by_depot, near, axis=0)), near, len(by_depot))
    begun = STEPS * reach.had[rising] // np.maximum(reach.whole[rising], 1)
    key = np.vstack([reach.priority[rising], begun, np.sort(near, axis=0)])
    found: Numbers = np.unique(key, axis=1, return_inverse=True)[1].reshape(-1)
    return found


class _Rows:
    """The limits of a programme, row by row; the first rows are what each heap gets."""

    def __init__(self, heaps: int, heap: Numbers) -> None:
        self.size = heaps
        self.top: list[Shares] = []
        self.cells = [(heap, np.arange(len(heap)), np.ones(len(heap)))]
        self.carried: list[tuple[str, int, Load]] = []

    def limit(self, columns: Numbers, which: Numbers, most: Numbers) -> None:
        """Let the columns of each kind give at most so many packs together."""
        used, row = np.unique(which, return_inverse=True)
        self._rows(row.reshape(-1), columns, np.ones(len(columns)), most[used].astype(float))

    def carry(self, columns: Numbers, depots: Sequence[str], load: Load, trucks: Trucks) -> None:
        """Note what a pack of each column takes of the trucks of its depot, if that has any."""
        each = zip(columns.tolist(), depots, strict=True)
        self.carried += [(name, column, load) for column, name in each if name in trucks]

    def finish(self, trucks: Trucks) -> None:
        """Limit what the trucks of each depot carry, by volume and by weight."""
        names = sorted({name for name, _column, _load in self.carried})
        row = np.array([names.index(name) for name, _c, _l in self.carried], dtype=np.int64)
        columns = np.array([column for _n, column, _l in self.carried], dtype=np.int64)
        for unit in ("litres", "kilograms"):
            takes = np.array([getattr(load, unit) for _n, _c, load in self.carried])
            holds = np.array([getattr(trucks[name], unit) for name in names])
            scale = np.maximum(holds, 1.0)
            self._rows(row, columns, takes / scale[row], holds / scale)

    def _rows(self, row: Numbers, columns: Numbers, takes: Shares, top: Shares) -> None:
        self.cells.append((self.size + row, columns, takes))
        self.top.append(top)
        self.size += len(top)

    def model(self, most: Shares) -> Any:
        """Return the programme for HiGHS: `most` of each connection, the cover, what is beyond it.

        A heap gets at least the cover and, as far as is asked, something beyond.
        """
        highs, heaps = _highs(), self.size - sum(map(len, self.top))
        columns = len(most) + 1 + heaps
        beyond = np.arange(heaps), np.arange(len(most) + 1, columns), np.full(heaps, -1.0)
        cells = zip(*self.cells, beyond, strict=True)
        row, column, value = (np.concatenate(each) for each in cells)
        order = np.lexsort((row, column))
        model = highs.HighsLp()
        model.num_col_, model.num_row_ = columns, self.size
        model.col_cost_, model.col_lower_ = np.zeros(columns), np.zeros(columns)
        model.col_upper_ = np.concatenate([most, [1.0], np.zeros(heaps)])
        model.row_lower_ = np.append(np.zeros(heaps), np.full(self.size - heaps, -highs.kHighsInf))
        model.row_upper_ = np.concatenate([np.full(heaps, highs.kHighsInf), *self.top])
        matrix = model.a_matrix_
        matrix.format_ = highs.MatrixFormat.kColwise
        matrix.start_ = np.append(0, np.cumsum(np.bincount(column, minlength=columns)))
        matrix.index_, matrix.value_ = row[order], value[order]
        return model


class _Programme:
    """Packs on every connection, and the common cover of whatever rises now."""

    def __init__(
        self, reaches: Sequence[Reach], heaps: Sequence[Heap], loads: Sequence[Load],
        trucks: Trucks,
    ) -> None:  # fmt: skip
        sizes = np.cumsum([0] + [len(each.wanted) for each in heaps])
        self.priority = np.concatenate([each.priority for each in heaps])
        self.wanted = np.concatenate([each.wanted for each in heaps]).astype(float)
        self.had = np.concatenate([each.had for each in heaps])
        self.whole = self.had + self.wanted
        self.hours = np.concatenate([each.hours for each in heaps])
        of = [each.heap + first for each, first in zip(heaps, sizes[:-1], strict=True)]
        self.heap, self.cover = np.concatenate(of), len(self.hours)
        self.low, self.slack = np.zeros(len(self.wanted)), CLOSE
        self.open = np.ones(len(self.wanted), dtype=np.bool_)  # not settled yet
        self.rose = np.zeros(len(self.wanted), dtype=np.bool_)
        rows, first = _Rows(len(self.wanted), self.heap), 0
        for reach, heap, load in zip(reaches, heaps, loads, strict=True):
            columns, depot = first + np.arange(len(heap.lot)), reach.depot_of[heap.lot]
            rows.limit(columns, heap.lot, reach.lot_packs)
            rows.limit(columns, depot, reach.spare_packs)
            rows.carry(columns, [reach.depots[each] for each in depot], load, trucks)
            first += len(columns)
        rows.finish(trucks)
        self.solver = _highs().Highs()
        # One thread, and a simplex that goes on from the answer before: only prices change.
        options: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            "simplex_strategy": 4,
            "presolve": "off",
        }
        for name, value in options.items():
            self.solver.setOptionValue(name, value)
        self.solver.passModel(rows.model(np.concatenate([each.most for each in heaps])))

    def raise_class(self, priority: int) -> None:
        """Raise the worst cover of a class to the end, or so often that the rest is small."""
        here = self.priority == priority
        for _level in range(LEVELS):
            if (rising := here & self.open).any():
                self._settle(rising)
        rest = here & self.open
        self.low[rest] += self._beyond(rest, self.wanted - self.low)[rest]
        self.open &= ~here

    def _settle(self, rising: Flags) -> None:
        """Find the best common cover of what rises; those that can get no more stay there."""
        self._hold(rising)
        value, paid = self._solve(cover=-1.0)
        cover = min(1.0, float(value[self.cover]))
        self.low[rising] = np.maximum(self.low, cover * self.whole - self.had)[rising]
        stuck = rising
        if cover < 1 - CLOSE:
            more = self._beyond(rising, np.minimum(LITTLE * self.wanted, self.wanted - self.low))
            held = np.abs(paid) * self.whole > CLOSE / len(paid)
            stuck = rising & (held | (more <= CLOSE * self.wanted))
        self.open &= ~(stuck if stuck.any() else rising)

    def _beyond(self, rising: Flags, most: Shares) -> Shares:
        """Return what each heap that rises gets beyond what it has, as much cover as there is."""
        self._hold()
        top = np.where(rising, np.maximum(most, 0.0), 0.0)
        self._bound_beyond(top)
        value, _paid = self._solve(beyond=np.where(rising, -1 / self.whole, 0.0))
        self._bound_beyond(np.zeros(len(top)))
        found: Shares = value[self.cover + 1 :]
        return found

    def nearest(self) -> Shares:
        """Return the packs of each connection with the least travel at the covers reached."""
        self._hold()
        found: Shares = self._solve(self.hours)[0][: self.cover]
        return found

    def _bound_beyond(self, top: Shares) -> None:
        columns = np.arange(self.cover + 1, self.cover + 1 + len(top), dtype=np.int32)
        self.solver.changeColsBounds(len(top), columns, np.zeros(len(top)), top)

    def _hold(self, rising: Flags | None = None) -> None:
        """Hold every heap at what it has reached; what rises takes its part of the cover too."""
        size = len(self.wanted)
        rises = np.zeros(size, dtype=np.bool_) if rising is None else rising
        low = np.maximum(0.0, self.low - self.slack * (1 + self.low))
        low = np.where(rises, -self.had, low)
        top = np.where(rises, np.inf, self.wanted)
        self.solver.changeRowsBounds(size, np.arange(size, dtype=np.int32), low, top)
        for row in np.flatnonzero(rises != self.rose).tolist():
            takes = -self.whole[row] if rises[row] else 0.0
            self.solver.changeCoeff(row, self.cover, float(takes))
        self.rose = rises

    def _solve(
        self, packs: Shares | float = 0.0, *, cover: float = 0.0, beyond: Shares | float = 0.0
    ) -> tuple[Shares, Shares]:
        """Return the value of every column at these prices, and what the row of each heap pays."""
        cost = np.zeros(self.cover + 1 + len(self.wanted))
        cost[: self.cover], cost[self.cover], cost[self.cover + 1 :] = packs, cover, beyond
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self.solver.run()
        while self.solver.getModelStatus() != _highs().HighsModelStatus.kOptimal:
            # The covers held by now fit together but for rounding: they give way a little more.
            if self.slack > LITTLE:
                raise ArithmeticError("the trucks could not be shared")
            self.slack *= 10
            self.solver.clearSolver()
            self._hold(self.rose)
            self.solver.run()
        answer = self.solver.getSolution()
        return np.array(answer.col_value), np.array(answer.row_dual)[: len(self.wanted)]
