"""From a problem to an assignment, and from a standing one to the next with few changes.

The great numbers go family by family: those with needs first, at the prices that the flow of
everybody puts on the places, then the others through a flow of their own. If that leaves
nobody behind and no need unmet, it is as good as can be but for the distance, whose bound
comes from the same prices. Otherwise the flow of single people says what can be had at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from shelters.assignment import exact, network
from shelters.assignment.exact import Promises
from shelters.assignment.packing import Packed, Rooms, by_flow
from shelters.assignment.reach import NEVER, Grid, costs, slices
from shelters.assignment.shapes import METRES, NEEDS, Assignment, Family, Line, Problem, Village
from shelters.assignment.transport import Numbers, Shares, nearest, transport

Rank = tuple[int, int, int, int, int]
Told = Iterable[tuple[str, Family, str, int]]  # village, kind of household, shelter, households


def assign(problem: Problem, *, most_choices: int = exact.MOST_CHOICES) -> Assignment:
    """Return the best assignment that is found; small problems are solved to the proof."""
    return _best(problem, costs(problem), Counter(), most_choices)


def assign_again(
    problem: Problem, told: Told, *, most_choices: int = exact.MOST_CHOICES
) -> Assignment:
    """Return an assignment that moves as few people as it can from what they were told.

    Everybody stays whose place is still there, and the others go where there is room; only if
    somebody would be left, unmet or apart, are more people moved.
    """
    cost = costs(problem)
    promised = promises(problem, told)
    kept = _kept(problem, cost, promised)
    rest = _without(problem, kept)
    found = _best(rest, cost, Counter(), most_choices)
    found = _with(found, kept)
    if found.left or found.unmet or found.splits:
        other = _best(problem, cost, promised, most_choices)
        found = min(found, other, key=lambda one: rank(one, cost, promised))
    return replace(found, bound_m=None, proved=False)


def rank(found: Assignment, cost: Grid, promised: Promises) -> Rank:
    """Return what is compared, the most important first: left, unmet, split, moved, distance."""
    there: Counter[tuple[int, Family, int]] = Counter()
    for line in found.lines:
        if line.site is not None:
            there[line.village, line.family, line.site] += line.households
    moved = sum(max(0, count - there[key]) * key[1].size for key, count in promised.items())
    return found.left, found.unmet, len(found.splits), moved, distance(found, cost)


def distance(found: Assignment, cost: Grid) -> int:
    """Return people × tens of metres."""
    return sum(
        people * int(cost[village, site])
        for village, site, people, _ in found.parts()
        if site is not None
    )


def promises(problem: Problem, told: Told) -> Promises:
    """Return what was told by number; who is no longer on the list was told nothing."""
    villages = {each.id: number for number, each in enumerate(problem.villages)}
    sites = {each.id: number for number, each in enumerate(problem.sites)}
    found: Promises = Counter()
    for village, family, site, count in told:
        if village in villages and site in sites:
            found[villages[village], family, sites[site]] += count
    return found


def _kept(problem: Problem, cost: Grid, promised: Promises) -> Promises:
    """Return the promises that can stand as they are, the nearest first where not all can."""
    rooms = Rooms(problem.sites)
    waiting = [Counter(each.families) for each in problem.villages]
    kept: Promises = Counter()
    order = sorted(promised.items(), key=lambda each: (int(cost[each[0][0], each[0][2]]), each[0]))
    for (village, family, site), count in order:
        if cost[village, site] >= NEVER:
            continue
        stays = min(count, waiting[village][family], rooms.fit(family, site))
        if stays > 0:
            rooms.take(family, site, stays)
            waiting[village][family] -= stays
            kept[village, family, site] = stays
    return kept


def _without(problem: Problem, kept: Promises) -> Problem:
    """Return the problem of all who are not kept, in the room that they leave."""
    rooms = Rooms(problem.sites)
    waiting = [Counter(each.families) for each in problem.villages]
    for (village, family, site), count in kept.items():
        rooms.take(family, site, count)
        waiting[village][family] -= count
    villages = tuple(
        Village(each.id, each.point, +left)
        for each, left in zip(problem.villages, waiting, strict=True)
    )
    sites = tuple(
        replace(each, places=max(places, 0), typed=(typed[0], typed[1], typed[2], typed[3]))
        for each, places, typed in zip(problem.sites, rooms.places, rooms.typed, strict=True)
    )
    return replace(problem, villages=villages, sites=sites)


def _with(found: Assignment, kept: Promises) -> Assignment:
    """Return the assignment with the kept promises among its lines."""
    lines = {(one.village, one.family, one.site): one for one in found.lines}
    for (village, family, site), count in kept.items():
        before = lines.get((village, family, site), Line(village, family, site, 0))
        lines[village, family, site] = replace(before, households=before.households + count)
    order = sorted(lines.values(), key=lambda one: (one.village, one.family, one.site is None,
                                                    one.site or 0))  # fmt: skip
    return replace(found, lines=tuple(order))


def _best(problem: Problem, cost: Grid, promised: Promises, most_choices: int) -> Assignment:
    if exact.choices(problem, cost) <= most_choices:
        found = exact.solve(problem, cost, promised)
        if found is not None:
            return found
    found = by_families(problem, cost)
    if promised or found.left or found.unmet:
        other = by_people(problem, cost, promised)
        found = min(other, found, key=lambda one: rank(one, cost, promised))
    return found


def by_families(problem: Problem, cost: Grid) -> Assignment:
    """Assign whole families only, those with needs first."""
    rooms = Rooms(problem.sites)
    room, typed = rooms.arrays()
    everybody = np.array([each.people for each in problem.villages], dtype=np.int64)
    near = nearest(cost)
    price = transport(cost, everybody, room, begin=near).price
    packed = Packed(cost, rooms)
    sorts = _sorts(problem)
    for village, families in sorts[len(NEEDS) + 1].items():
        for family, count in families.items():
            packed.rest[village, family] += count
    packed.settle(price)
    extra = np.zeros(typed.shape, dtype=np.int64)
    for kind in _scarcest_first(problem, typed):
        extra[:, kind] = _of_kind(packed, cost, kind, sorts[kind + 1], price)
    _ordinary(packed, cost, sorts[0], near)
    packed.settle(np.zeros_like(price))
    bound = None if packed.rest else _bound(problem, cost, price, extra)
    return Assignment(tuple(packed.lines()), bound_m=bound)


Sorted = list[dict[int, dict[Family, int]]]


def _sorts(problem: Problem) -> Sorted:
    """Return the families by village: without a need, with one kind, and with several kinds."""
    found: Sorted = [defaultdict(dict) for _ in range(len(NEEDS) + 2)]
    for number, village in enumerate(problem.villages):
        for family, count in village.families.items():
            kinds = [kind for kind, need in enumerate(family.needs, start=1) if need]
            sort = kinds[0] if len(kinds) == 1 else (len(NEEDS) + 1) * bool(kinds)
            if count:
                found[sort][number][family] = count
    return found


def _scarcest_first(problem: Problem, typed: Numbers) -> list[int]:
    wanted = np.zeros(len(NEEDS))
    for village in problem.villages:
        for family, count in village.families.items():
            wanted += np.array(family.needs) * count
    order = np.argsort(-wanted / np.maximum(typed.sum(axis=0), 1), kind="stable")
    return [int(kind) for kind in order]


def _of_kind(
    packed: Packed, cost: Grid, kind: int, families: dict[int, dict[Family, int]], price: Numbers
) -> Numbers:
    """Assign the families with one kind of need; return what a place of that kind is worth."""
    room, typed = packed.rooms.arrays()
    villages = np.array(sorted(families), dtype=np.int64)
    if not len(villages):
        return np.zeros(len(room), dtype=np.int64)
    in_need = _sum(families, lambda one: one.needs[kind])
    people = _sum(families, lambda one: one.size)
    able = np.flatnonzero(typed[:, kind] > 0)
    part = cost[np.ix_(villages, able)]
    each = (people / in_need).astype(np.float32)[:, None]
    whole = np.where(part < NEVER, (part + price[able].astype(np.int32)) * each, NEVER)
    most = np.minimum(typed[able, kind], room[able] * in_need.sum() // people.sum())
    shares = transport(whole.astype(np.int32), in_need, most)
    found = Shares(villages[shares.source], able[shares.site], shares.people, shares.price)
    _pack(packed, found, families, lambda one: one.needs[kind])
    packed.settle(price)
    worth = np.zeros(len(room), dtype=np.int64)
    worth[able] = shares.price
    return worth


def _sum(families: dict[int, dict[Family, int]], of: Callable[[Family], int]) -> Numbers:
    """Return a sum over the households of each village, in the order of the villages."""
    found = (sum(of(f) * n for f, n in families[v].items()) for v in sorted(families))
    return np.fromiter(found, dtype=np.int64)


def _ordinary(
    packed: Packed, cost: Grid, families: dict[int, dict[Family, int]], near: Numbers
) -> None:
    """Assign the families without a need."""
    people = np.zeros(len(cost), dtype=np.int64)
    for village, there in families.items():
        people[village] = sum(family.size * count for family, count in there.items())
    room, _typed = packed.rooms.arrays()
    shares = transport(cost, people, room, begin=near)
    _pack(packed, shares, families, lambda one: one.size)


def _pack(
    packed: Packed, shares: Shares, families: dict[int, dict[Family, int]],
    units: Callable[[Family], int],
) -> None:  # fmt: skip
    bins: dict[int, dict[int, int]] = defaultdict(dict)
    for village, site, people in zip(
        shares.source.tolist(), shares.site.tolist(), shares.people.tolist(), strict=True
    ):
        bins[village][site] = people
    for village, there in families.items():
        packed.into_bins(village, there, bins[village], units=units)


def _bound(problem: Problem, cost: Grid, price: Numbers, extra: Numbers) -> int:
    """Return metres that no assignment of all families can undercut.

    Whatever is put on a place, everybody pays at least the cheapest way with it, and what the
    places can bring in all comes off again.
    """
    room, typed = Rooms(problem.sites).arrays()
    dear, cheapest = price.astype(np.int32), np.empty(len(cost), dtype=np.int64)
    for rows in slices(len(cost)):
        cheapest[rows] = (cost[rows] + dear).min(axis=1, initial=NEVER)
    found = -int((price * room).sum() + (extra * typed).sum())
    kinds: dict[Family, dict[int, int]] = defaultdict(dict)
    for number, village in enumerate(problem.villages):
        for family, count in village.families.items():
            kinds[family][number] = count
    for family, there in kinds.items():
        villages = np.array(list(there))
        counts = np.array(list(there.values()), dtype=np.int64)
        least = cheapest[villages] * family.size
        if any(family.needs):
            needs = np.array(family.needs)
            able = np.flatnonzero((typed >= needs).all(axis=1))
            more = (dear[able] * family.size + extra[able] @ needs).astype(np.int32)
            part = cost[np.ix_(villages, able)] * np.int32(family.size) + more
            least = part.min(axis=1, initial=np.iinfo(np.int32).max).astype(np.int64)
        found += int((least * counts).sum())
    return found * METRES


def by_people(problem: Problem, cost: Grid, promised: Promises) -> Assignment:
    """Assign single people, then pack families; splits what would leave somebody behind."""
    room, typed = Rooms(problem.sites).arrays()
    people = np.zeros((len(problem.villages), len(NEEDS) + 1), dtype=np.int64)
    for number, village in enumerate(problem.villages):
        for family, count in village.families.items():
            people[number] += np.array([family.size - sum(family.needs), *family.needs]) * count
    standing: Counter[tuple[int, int, int]] = Counter()
    for (number, family, site), count in promised.items():
        for kind, each in enumerate((family.size - sum(family.needs), *family.needs)):
            standing[number, kind, site] += each * count
    rows = [(*key, count) for key, count in sorted(standing.items()) if count]
    told = np.array(rows, dtype=np.int64).reshape(-1, 4) if rows else None
    flow = network.solve(network.Asked(cost, people, room, typed, told))
    lines, splits = by_flow(problem, flow.rows, promised)
    bound = None if told is not None else flow.distance * METRES
    return Assignment(tuple(lines), tuple(splits), bound)
