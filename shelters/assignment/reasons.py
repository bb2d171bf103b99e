"""Why people go where they go: what was nearer, what stood against it, what it would take."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from shelters.assignment.packing import Rooms
from shelters.assignment.reach import NEVER, Grid, Real, costs, metres
from shelters.assignment.shapes import Assignment, Family, Problem

MOST_NEARER = 4


class Against(StrEnum):
    """What stood against a nearer shelter."""

    EXCLUDED = "excluded"
    CLOSED = "closed"
    FULL = "full"
    NO_PLACES = "no_places"
    KIND = "kind"
    PROMISED = "promised"


@dataclass(frozen=True)
class Nearer:
    """A shelter that is nearer, how far it is, and what stood against it."""

    site: int
    metres: int
    against: Against
    because: str = ""


@dataclass(frozen=True)
class Reason:
    """Some people of a village, where they go, how far, and which shelters were nearer.

    `places` more in the first of the full ones (`at`) would have let these people go there.
    `site` None: they have nowhere to go; out of reach if nothing is nearer at all.
    """

    village: int
    site: int | None
    people: int
    metres: int
    on_foot: bool
    nearer: tuple[Nearer, ...]
    places: int
    at: int | None


def reasons(problem: Problem, found: Assignment) -> dict[int, list[Reason]]:
    """Return the reasons village by village, the largest group first."""
    grid, cost = metres(problem), costs(problem)
    rooms = _left_over(problem, found)
    kinds: dict[tuple[int, int | None], list[Family]] = defaultdict(list)
    for line in found.lines:
        kinds[line.village, line.site].append(line.family)
    for split in found.splits:
        for site, _people, _unmet in split.parts:
            kinds[split.village, site].append(split.family)
    answer: dict[int, list[Reason]] = {}
    for number in range(len(problem.villages)):
        going: list[tuple[int | None, int]] = list(found.going.get(number, {}).items())
        if left := _left(problem, found, number):
            going.append((None, left))
        going.sort(key=lambda each: (-each[1], each[0] or 0))
        answer[number] = [
            _one(_Seen(problem, rooms, grid[number], cost[number], kinds[number, site]),
                 number, site, people)
            for site, people in going
        ]  # fmt: skip
    return answer


def _left(problem: Problem, found: Assignment, village: int) -> int:
    return problem.villages[village].people - sum(found.going.get(village, {}).values())


def _left_over(problem: Problem, found: Assignment) -> Rooms:
    """Return the places that are free when everybody is where the assignment says."""
    rooms = Rooms(problem.sites)
    for site, people in found.filled.items():
        rooms.places[site] -= people
    for line in found.lines:
        if line.site is not None:
            for kind, need in enumerate(line.family.needs):
                left = rooms.typed[line.site][kind] - need * line.households
                rooms.typed[line.site][kind] = max(0, left)
    return rooms


@dataclass(frozen=True)
class _Seen:
    """What is looked at for one group: its distances, and which kinds of household are in it."""

    problem: Problem
    rooms: Rooms
    row: Real
    cost: Grid
    families: list[Family]


def _one(seen: _Seen, village: int, site: int | None, people: int) -> Reason:
    away = float("inf") if site is None else float(seen.row[site])
    nearer = _nearer(seen, away)
    first = next((each for each in nearer if each.against == Against.FULL), None)
    return Reason(
        village=village,
        site=site,
        people=people,
        metres=0 if site is None else round(away),
        on_foot=away <= seen.problem.limits.walk_m,
        nearer=nearer,
        places=max(0, people - seen.rooms.places[first.site]) if first else 0,
        at=first.site if first else None,
    )


def _nearer(seen: _Seen, away: float) -> tuple[Nearer, ...]:
    order = np.flatnonzero(seen.row < min(away, seen.problem.limits.ride_m))
    order = order[np.argsort(seen.row[order], kind="stable")][:MOST_NEARER]
    return tuple(_against(seen, int(each)) for each in order)


def _against(seen: _Seen, site: int) -> Nearer:
    there, away = seen.problem.sites[site], round(float(seen.row[site]))
    if there.excluded:
        return Nearer(site, away, Against.EXCLUDED, there.excluded)
    if not there.places:
        return Nearer(site, away, Against.NO_PLACES)
    if seen.cost[site] >= NEVER:
        return Nearer(site, away, Against.CLOSED)
    return Nearer(site, away, _why_not(seen, site))


def _why_not(seen: _Seen, site: int) -> Against:
    """Return why an open shelter in reach was passed: full, no such kind of place, a promise."""
    if any(seen.rooms.fit(family, site) for family in seen.families):
        return Against.PROMISED
    roomy = any(seen.rooms.places[site] >= family.size for family in seen.families)
    return Against.KIND if roomy else Against.FULL
