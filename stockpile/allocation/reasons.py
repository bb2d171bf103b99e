"""Why a place gets less than it needs, and how much more of what would raise it by one pack.

A limit is named only if lifting it helps: stock that lies unused behind a closed road or would
be too old, then what a depot keeps back, then the stock itself. The pieces are counted along
the order of giving: those that others would get first, and the one for this place.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stockpile.allocation.reach import Flags, Numbers, Reach
from stockpile.allocation.shapes import Cut, Limit, Question
from stockpile.allocation.sharing import Flow, Shared, Tubes


def cuts(question: Question, reached: Reach | None, shared: Shared | None) -> Mapping[str, Cut]:
    """Return the cut of every need that is not met in full."""
    if reached is None or shared is None or not reached.lot_packs.any():
        return {need.id: Cut(Limit.NO_STOCK, "", None) for need in question.needs}
    standing = _Standing(question, reached, shared)
    short = np.flatnonzero(shared.packs < reached.wanted)
    found = {question.needs[each].id: standing.cut(int(each)) for each in short}
    for need in question.needs:
        if need.quantity % question.pack:
            found.setdefault(need.id, Cut(Limit.PACK, "", None))
    return found


class _Standing:
    """The flow as it ended: who could still reach what."""

    def __init__(self, question: Question, reached: Reach, shared: Shared) -> None:
        self.question, self.reached, self.shared = question, reached, shared
        asked = np.bincount(
            reached.group_of, weights=shared.packs, minlength=len(reached.groups)
        ).astype(np.int64)
        tubes = Tubes(reached)
        tubes.carry(asked)
        self.flow = tubes.flows()
        self.ways = _closure(_residual(reached, self.flow))
        stored = np.bincount(
            reached.depot_of, weights=self.flow.stored, minlength=len(reached.depots)
        ).astype(np.int64)
        self.spare = np.minimum(
            reached.lot_packs - self.flow.stored, (reached.depot_packs - stored)[reached.depot_of]
        )
        self.unused = np.flatnonzero(self.spare > 0)
        self.kept = _kept(reached)
        self.first = np.full(len(reached.wanted), -1, dtype=np.int64)
        backwards = shared.waiting[::-1]
        self.first[backwards] = np.arange(len(backwards))[::-1]
        self.counted: dict[int, Numbers] = {}

    def cut(self, need: int) -> Cut:
        """Return what cut this need short."""
        return self._unused(need) or self._kept_back(need) or self._supply(need)

    def _unused(self, need: int) -> Cut | None:
        """Stock that lies unused: only a road or its age can keep it from a place."""
        packs = self._before(int(self.reached.group_of[need]), need)
        for lot in self.unused:
            if packs <= self.spare[lot]:
                driven = np.isfinite(self.reached.hours[lot, need])
                of = self.question.lots[lot]
                return Cut(Limit.LIFE if driven else Limit.NO_ROAD, of.depot, None, of.id)
        return None

    def _kept_back(self, need: int) -> Cut | None:
        reached = self.reached
        first_depot = len(reached.groups) + len(reached.lot_packs)
        here = self.ways[reached.group_of[need], first_depot:]
        for depot in np.flatnonzero(here & (self.kept > 0)):
            packs = self._before(int(depot) + first_depot, need)
            if packs <= self._spare_behind(int(depot), need):
                pieces = packs * self.question.pack + self._too_much_kept(int(depot))
                return Cut(Limit.KEEP_BACK, reached.depots[depot], pieces)
        return None

    def _spare_behind(self, depot: int, need: int) -> int:
        """Return the most packs of one lot that a depot keeps back from a place."""
        here = self.reached.open[:, need] & (self.reached.depot_of == depot)
        return int((self.reached.lot_packs - self.flow.stored)[here].max(initial=0))

    def _too_much_kept(self, depot: int) -> int:
        """Return by how many pieces a depot keeps more than it has."""
        name = self.reached.depots[depot]
        held = sum(lot.free for lot in self.question.lots if lot.depot == name)
        return max(0, self.question.keep_back.get(name, 0) - held)

    def _supply(self, need: int) -> Cut:
        open_ = self.reached.open[:, need]
        if not open_.any():
            return self._out_of_reach(need)
        lot = int(np.argmin(np.where(open_, self.reached.hours[:, need], np.inf)))
        packs = self._before(len(self.reached.groups) + lot, need)
        return self._more(Limit.SUPPLY, lot, packs)

    def _out_of_reach(self, need: int) -> Cut:
        """Return what keeps all stock from a place, and how much more it would take even then."""
        filled = self.reached.lot_packs > 0
        driven = np.isfinite(self.reached.hours[:, need])
        old = np.flatnonzero(filled & driven)
        lot = int(old[0] if len(old) else np.flatnonzero(filled)[0])
        packs = self._before(len(self.reached.groups) + lot, need) + 1
        return self._more(Limit.LIFE if len(old) else Limit.NO_ROAD, lot, packs)

    def _more(self, limit: Limit, lot: int, packs: int) -> Cut:
        of = self.question.lots[lot]
        pieces = packs * self.question.pack + self._too_much_kept(int(self.reached.depot_of[lot]))
        return Cut(limit, of.depot, pieces, of.id)

    def _before(self, node: int, need: int) -> int:
        """Return how many packs more at a node until this need gets one: its own included."""
        if node not in self.counted:
            reaching = self.ways[: len(self.reached.groups), self._same_room(node)]
            takes = np.any(reaching, axis=1)[self.reached.group_of[self.shared.waiting]]
            self.counted[node] = np.cumsum(takes)
        return int(self.counted[node][self.first[need]])

    def _same_room(self, node: int) -> list[int]:
        """Return the node, and its depot if that keeps back: more of a lot is more room there."""
        groups, lots = self.reached.groups.shape
        if not groups <= node < groups + lots:
            return [node]
        depot = int(self.reached.depot_of[node - groups])
        return [node, groups + lots + depot] if self.kept[depot] else [node]


def _kept(reached: Reach) -> Numbers:
    """Return the packs each depot would give if it kept nothing back, beyond what it may."""
    whole = np.bincount(
        reached.depot_of, weights=reached.lot_packs, minlength=len(reached.depots)
    ).astype(np.int64)
    found: Numbers = whole - reached.depot_packs
    return found


def _residual(reached: Reach, flow: Flow) -> Flags:
    """Return who can pass one pack on to whom: groups, then lots, then depots."""
    groups, lots = reached.groups.shape
    nodes = groups + lots + len(reached.depots)
    found = np.zeros((nodes, nodes), dtype=np.bool_)
    found[:groups, groups : groups + lots] = reached.groups
    found[groups : groups + lots, :groups] = flow.drawn.T > 0
    lot = np.arange(lots)
    depot = reached.depot_of + groups + lots
    found[lot + groups, depot] = flow.stored < reached.lot_packs
    found[depot, lot + groups] = flow.stored > 0
    return found


def _closure(ways: Flags) -> Flags:
    """Return who reaches whom by any number of steps."""
    found = (ways | np.eye(len(ways), dtype=np.bool_)).astype(np.float32)
    steps = 1
    while steps < len(ways):
        found = np.minimum(found @ found, 1)
        steps *= 2
    closed: Flags = found > 0
    return closed
