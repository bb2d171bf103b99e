"""Why a place gets less than it needs, and how much more of what would raise it by one pack.

A limit is named only if lifting it helps: stock that lies unused behind a closed road or would
be too old, then what a depot keeps back or its trucks cannot take, then the stock itself. The
pieces are counted along the order of giving: those that others would get first, and the one for
this place. All places are asked at once: those that would get a pack from the same lots wait in
one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from stockpile.allocation.bringing import Drawn
from stockpile.allocation.passing import any_of, passing
from stockpile.allocation.reach import Flags, Numbers, Reach, alike
from stockpile.allocation.shapes import Cut, Limit, Question
from stockpile.allocation.waiting import queue


def cuts(question: Question, standing: Standing | None) -> Mapping[str, Cut]:
    """Return the cut of every need that is not met in full."""
    if standing is None or not standing.reached.lot_packs.any():
        return {need.id: Cut(Limit.NO_STOCK, "", None) for need in question.needs}
    found: dict[str, Cut] = {}
    short = np.flatnonzero(standing.packs < standing.reached.wanted)
    for limit in (
        standing.unused, standing.kept_back, standing.trucks_full, standing.supply,
        standing.supply_and_trucks, standing.out_of_reach,
    ):  # fmt: skip
        answers = dict(limit(short))
        asked = [question.needs[need].id for need in short.tolist()]
        found.update((asked[place], cut) for place, cut in answers.items())
        short = np.delete(short, list(answers))
    below_a_pack = Cut(Limit.PACK, "", None)
    for need in question.needs:
        if need.quantity % question.pack:
            found.setdefault(need.id, below_a_pack)
    return found


Answers = Iterable[tuple[int, Cut]]  # the place in what was asked, and its cut


class Standing:
    """The flow as it ended: who could still reach what."""

    def __init__(self, question: Question, reached: Reach, packs: Numbers, drawn: Drawn) -> None:
        self.question, self.reached, self.packs = question, reached, packs
        self.pack, self.lots = question.pack, len(reached.lot_packs)
        depots = len(reached.depots)
        self.stored = _sum(drawn.lot, drawn.packs, self.lots)
        self.given = np.zeros(reached.groups.shape, dtype=np.bool_)
        self.given[reached.group_of[drawn.need], drawn.lot] = True
        self.ways = passing(reached, self.given, self.stored)
        gone = _sum(reached.depot_of, self.stored, depots)
        room = reached.depot_packs - gone
        self.spare = np.minimum(reached.lot_packs - self.stored, room[reached.depot_of])
        whole = _sum(reached.depot_of, reached.lot_packs, depots)
        self.kept = np.minimum(whole, reached.truck_packs) - reached.spare_packs
        self.held_up = reached.spare_packs - reached.truck_packs
        self.truck_room = reached.truck_packs - gone
        held = _sum(reached.depot_of, np.array([lot.free for lot in question.lots]), depots)
        keeps = np.array([question.keep_back.get(name, 0) for name in reached.depots])
        self.too_much_kept = np.maximum(keeps - held, 0)
        self.queue = queue(reached, packs)

    def unused(self, short: Numbers) -> Answers:
        """Stock that lies unused: only a road or its age can keep it from a place."""
        unused = np.flatnonzero(self.spare > 0)
        if not len(unused) or not len(short):
            return
        enough = self._before_each(short)[:, None] <= self.spare[unused]
        driven = np.isfinite(self.reached.hours[np.ix_(unused, short)])
        made = {}
        for place in np.flatnonzero(enough.any(axis=1)).tolist():
            which = int(enough[place].argmax())
            key = which, bool(driven[which, place])
            if key not in made:
                of = self.question.lots[unused[which]]
                limit = Limit.LIFE if key[1] else Limit.NO_ROAD
                made[key] = Cut(limit, of.depot, None, of.id)
            yield place, made[key]

    def kept_back(self, short: Numbers) -> Answers:
        """Stock that a depot keeps back, where that is enough."""
        yield from self._behind(short, Limit.KEEP_BACK, self.kept, self.too_much_kept)

    def trucks_full(self, short: Numbers) -> Answers:
        """Stock that could leave a depot, had its trucks room for it, where that is enough."""
        yield from self._behind(short, Limit.TRUCKS, self.held_up, np.zeros_like(self.held_up))

    def _behind(self, short: Numbers, limit: Limit, gain: Numbers, beside: Numbers) -> Answers:
        """Yield whom a limit keeps from what lies in depots: at most so many packs of each.

        `beside` are the pieces it must give way before the first one goes.
        """
        reached = self.reached
        waits = np.ones(len(short), dtype=np.bool_)
        for depot in np.flatnonzero(gain > 0):
            here = reached.depot_of == depot
            left = np.minimum((reached.lot_packs - self.stored)[here], gain[depot])
            behind = np.where(reached.open[np.ix_(here, short)], left[:, None], 0)
            takes = self._taking([self.lots + int(depot)])
            mine = np.flatnonzero(waits & takes[short])
            packs = self.queue.before(takes, short[mine])
            helps = packs <= behind.max(axis=0, initial=0)[mine]
            waits[mine[helps]] = False
            pieces = packs[helps] * self.pack + beside[depot]
            for place, more in zip(mine[helps].tolist(), pieces.tolist(), strict=True):
                yield place, Cut(limit, reached.depots[depot], more)

    def supply(self, short: Numbers) -> Answers:
        """All that can come is given: more of the nearest lot is what it takes."""
        room = self.truck_room[self.reached.depot_of]
        for lot, mine, packs in self._nearest(short, room > 0):
            fits = packs <= room[lot]
            yield from self._more(mine[fits], Limit.SUPPLY, lot, packs[fits])

    def supply_and_trucks(self, short: Numbers) -> Answers:
        """All is given and the trucks are full too: more of the nearest lot, and room for it."""
        for lot, mine, packs in self._nearest(short, np.ones(self.lots, dtype=np.bool_)):
            yield from self._more(mine, Limit.TRUCKS, lot, packs)

    def _nearest(self, short: Numbers, among: Flags) -> Iterable[tuple[int, Numbers, Numbers]]:
        """Yield lots, which of the places each is nearest to, and what goes before each of those.

        That is so many packs more of the lot, and as much room on the trucks.
        """
        open_ = self.reached.open[:, short] & among[:, None]
        nearest = np.where(open_, self.reached.hours[:, short], np.inf).argmin(axis=0)
        nearest[~open_.any(axis=0)] = -1
        for lot in np.unique(nearest[nearest >= 0]).tolist():
            mine = np.flatnonzero(nearest == lot)
            yield lot, mine, self.queue.before(self._taking(self._room_of(lot)), short[mine])

    def out_of_reach(self, short: Numbers) -> Answers:
        """No lot comes in time: which keeps it away, and how much more it would take even then."""
        filled = self.reached.lot_packs > 0
        driven = np.isfinite(self.reached.hours[:, short]) & filled[:, None]
        old = np.asarray(driven.any(axis=0))
        lots = np.where(old, driven.argmax(axis=0), int(filled.argmax()))
        for lot, late in {*zip(lots.tolist(), old.tolist(), strict=True)}:
            mine = np.flatnonzero((lots == lot) & (old == late))
            packs = self.queue.before(self._taking(self._room_of(lot)), short[mine]) + 1
            yield from self._more(mine, Limit.LIFE if late else Limit.NO_ROAD, lot, packs)

    def _more(self, places: Numbers, limit: Limit, lot: int, packs: Numbers) -> Answers:
        of = self.question.lots[lot]
        pieces = packs * self.pack + self.too_much_kept[self.reached.depot_of[lot]]
        for place, more in zip(places.tolist(), pieces.tolist(), strict=True):
            yield place, Cut(limit, of.depot, more, of.id)

    def _room_of(self, lot: int) -> list[int]:
        """Return the lot, and its depot if that lets less go: more of a lot is more room there."""
        depot = int(self.reached.depot_of[lot])
        limited = self.kept[depot] > 0 or self.held_up[depot] > 0
        return [lot, self.lots + depot] if limited else [lot]

    def _taking(self, nodes: list[int]) -> Flags:
        """Return which needs would get what is free at any of these lots and depots."""
        return self._reaching(np.asarray(self.ways[: self.lots, nodes].any(axis=1)))

    def _reaching(self, lots: Flags) -> Flags:
        found: Flags = (self.reached.groups @ lots)[self.reached.group_of]
        return found

    def _before_each(self, short: Numbers) -> Numbers:
        """Return how many packs are taken until each need gets one, if its group gets them.

        What the group need not draw any more goes to others; one that draws nothing keeps all.
        """
        reached = self.reached
        which, group_at = np.unique(reached.group_of[short], return_inverse=True)
        feeding = any_of(self.ways[: self.lots, : self.lots].T, self.given[which])
        kinds, kind_of = alike(feeding.T)
        found = np.empty(len(short), dtype=np.int64)
        for kind, feeds in enumerate(kinds):
            mine = np.flatnonzero(kind_of[group_at] == kind)
            if feeds.any():
                found[mine] = self.queue.before(self._reaching(feeds), short[mine])
            else:
                found[mine] = self.queue.own_turn(reached.group_of, short[mine])
        return found


def _sum(which: Numbers, packs: Numbers, size: int) -> Numbers:
    return np.bincount(which, weights=packs, minlength=size).astype(np.int64)
