"""What happens without a plan: village after village goes to the nearest door that is not full."""

from __future__ import annotations

import numpy as np

from shelters.assignment.packing import Rooms
from shelters.assignment.reach import NEVER, costs
from shelters.assignment.shapes import Assignment, Family, Line, Problem


def nearest_first(problem: Problem) -> Assignment:
    """Return where people end up in the order of the list; needs are met if it so happens."""
    cost, rooms = costs(problem), Rooms(problem.sites)
    lines: list[Line] = []
    for number, village in enumerate(problem.villages):
        order = np.argsort(cost[number], kind="stable")
        reach = order[cost[number][order] < NEVER].tolist()
        for family, count in sorted(village.families.items(), reverse=True):
            lines += _doors(rooms, number, family, count, reach)
    return Assignment(tuple(lines))


def _doors(rooms: Rooms, village: int, family: Family, count: int, reach: list[int]) -> list[Line]:
    lines: list[Line] = []
    left = count
    for site in reach:
        if not left:
            return lines
        if inside := min(left, rooms.places[site] // family.size):
            lines.append(Line(village, family, site, inside, _unmet(rooms, site, family, inside)))
            rooms.places[site] -= inside * family.size
            left -= inside
    if left:
        lines.append(Line(village, family, None, left, sum(family.needs) * left))
    return lines


def _unmet(rooms: Rooms, site: int, family: Family, households: int) -> int:
    unmet = 0
    for kind, need in enumerate(family.needs):
        got = min(need * households, rooms.typed[site][kind])
        rooms.typed[site][kind] -= got
        unmet += need * households - got
    return unmet
