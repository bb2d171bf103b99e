"""A city to be moved in a day: who sleeps where, in seconds, near the best there can be.

The villages are the city's own around their townships' points; households, shelters, floods
and closed roads come from a seed. The bound comes from a linear programme of its own, solved
by GLOP with families that may be cut into any fractions; whatever prices it ends with, what
`_undercut` makes of them over all connections is a bound (weak duality), so nothing of the
product is in it. The reference is the nearest door that is not full, village after village.
"""

from __future__ import annotations

import csv
import math
import random
import statistics
import time
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pyproj

from shelters.assignment.nearest import nearest_first
from shelters.assignment.planning import assign, assign_again
from shelters.assignment.shapes import Assignment, Family, Limits, Problem, Site, Village
from tests.bench.report import Report
from tests.bench.world import DATA

PEOPLE, SHELTERS, SPARE = 395_000, 2_000, 1.35
SIZES = (1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6)
KINDS = ((1, 0, 0, 0), (0, 1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (1, 0, 1, 0))
IN_NEED = 0.08
FLOODS, CLOSED, WALLS = 12, 400, 10**9
Point = tuple[float, float]


def run(report: Report) -> None:
    """Plan, compare with the nearest door and with the bound, close shelters and plan again."""
    problem = city(8 if report.small else 1)
    people = sum(each.people for each in problem.villages)
    report.say(
        f"{people} people in {len(problem.villages)} villages, {len(problem.sites)} shelters, "
        f"{sum(bool(each.excluded) for each in problem.sites)} of them in floods"
    )
    assign(city(64))  # the libraries are loaded once, not in every plan
    took: dict[str, list[float]] = {"plan": [], "nearest": [], "processor": []}
    for _round in range(5):
        began = time.perf_counter()
        near = nearest_first(problem)
        took["nearest"].append(time.perf_counter() - began)
        began, used = time.perf_counter(), time.process_time()
        found = assign(problem)
        took["plan"].append(time.perf_counter() - began)
        took["processor"].append(time.process_time() - used)
    _say(report, problem, found, near)
    seconds = statistics.median(took["plan"])
    report.figure(seconds=seconds, processor_s=statistics.median(took["processor"]))
    report.figure(over_nearest=seconds / report.compare("nearest_s", took["nearest"]))
    _again(report, problem, found)
    began = time.perf_counter()
    bound = _bound(problem, report)
    report.reference["lp_s"] = round(time.perf_counter() - began, 1)
    report.figure(
        person_km=_metres(problem, found) / 1000,
        bound_km=bound / 1000,
        over_bound=_metres(problem, found) / bound,
        own_bound_of_lp=(found.bound_m or 0) / bound,
    )


def _say(report: Report, problem: Problem, found: Assignment, near: Assignment) -> None:
    for name, each in (("plan", found), ("nearest first", near)):
        far = _metres(problem, each) / max(1, sum(each.filled.values()))
        report.say(f"{name}: {each.left} left, {each.unmet} unmet, {far:.0f} m a person")
    report.figure(
        over_capacity=_over(problem, found),
        left=found.left,
        unmet=found.unmet,
        split=len(found.splits),
        nearest_left=near.left,
        nearest_unmet=near.unmet,
    )


def _over(problem: Problem, found: Assignment) -> int:
    """Return people above what any shelter holds, of any kind, and people sent into a flood."""
    over = sum(
        max(0, people - (0 if problem.sites[site].excluded else problem.sites[site].places))
        for site, people in found.filled.items()
    )
    typed: Counter[tuple[int, int]] = Counter()
    for line in found.lines:
        if line.site is not None and not line.unmet:
            for kind, need in enumerate(line.family.needs):
                typed[line.site, kind] += need * line.households
    return over + sum(
        max(0, people - problem.sites[site].typed[kind]) for (site, kind), people in typed.items()
    )


def _again(report: Report, problem: Problem, found: Assignment) -> None:
    """Close the five fullest shelters, one after the other, and plan again each time."""
    told = _told(problem, found)
    everybody = sum(each.people for each in problem.villages)
    took, beyond, left = [], [], 0
    for shut, inside in found.filled.most_common(5):
        sites = tuple(
            replace(each, excluded="flood") if number == shut else each
            for number, each in enumerate(problem.sites)
        )
        closed = replace(problem, sites=sites)
        began = time.perf_counter()
        after = assign_again(closed, told)
        took.append(time.perf_counter() - began)
        now = Counter({(v, f, s): n for v, f, s, n in _told(problem, after)})
        moved = sum(max(0, n - now[v, f, s]) * f.size for v, f, s, n in told)
        beyond.append((moved - inside) / everybody)
        left += after.left + _over(closed, after)
    report.figure(again_s=max(took), moved_beyond=max(beyond), again_left_or_over=left)


def _told(problem: Problem, found: Assignment) -> list[tuple[str, Family, str, int]]:
    return [
        (problem.villages[line.village].id, line.family, problem.sites[line.site].id,
         line.households)
        for line in found.lines if line.site is not None
    ]  # fmt: skip


def _metres(problem: Problem, found: Assignment) -> float:
    """Return person-metres on the ellipsoid."""
    geod = pyproj.Geod(ellps="WGS84")
    rows = [
        (*problem.villages[village].point, *problem.sites[site].point, people)
        for village, there in found.going.items() for site, people in there.items()
    ]  # fmt: skip
    lon, lat, to_lon, to_lat, people = np.array(rows).T
    return float((geod.inv(lon, lat, to_lon, to_lat)[2] * people).sum())


def city(part: int) -> Problem:
    """Return the city, or one part in so many of it, as a problem."""
    random_ = random.Random("evacuate")
    points = village_points(random_)
    random_.shuffle(points)
    points = points[: len(points) // part]
    weights = [random_.gammavariate(1.5, 1) for _ in points]
    share = PEOPLE / part / sum(weights)
    villages = tuple(
        Village(f"v{n}", point, _households(random_, max(1, round(weights[n] * share))))
        for n, point in enumerate(points)
    )
    people = sum(each.people for each in villages)
    sites = _sites(random_, points, SHELTERS // part, people)
    closed = frozenset(
        (random_.choice(villages).id, random_.choice(sites).id) for _ in range(CLOSED * 100 // part)
    )
    return Problem(villages, sites, closed, Limits(3_000, 60_000))


def village_points(random_: random.Random) -> list[Point]:
    """Return a point for every village, around that of its township or of its county."""
    with (DATA / "ningbo_township_points.csv").open(encoding="utf-8") as file:
        towns = list(csv.DictReader(file))
    known = {
        row["code"]: (float(row["lon_wgs84"]), float(row["lat_wgs84"]))
        for row in towns if row["lon_wgs84"]
    }  # fmt: skip
    county: dict[str, list[Point]] = defaultdict(list)
    for code, point in known.items():
        county[code[:6]].append(point)
    middle = {code: (_mean(p[0] for p in there), _mean(p[1] for p in there))
              for code, there in county.items()}  # fmt: skip
    with (DATA / "ningbo_divisions.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == "village"]
    return [
        (lon + random_.gauss(0, 0.025), lat + random_.gauss(0, 0.025))
        for row in rows
        if (at := known.get(row["parent_code"]) or middle.get(row["code"][:6]))
        for lon, lat in [at]
    ]


def _mean(values: Any) -> float:
    return statistics.fmean(values)


def _households(random_: random.Random, people: int) -> dict[Family, int]:
    found: Counter[Family] = Counter()
    while people > 0:
        size = min(people, random_.choice(SIZES))
        needs = random_.choice(KINDS) if random_.random() < IN_NEED else (0, 0, 0, 0)
        found[Family(size, needs if sum(needs) <= size else (0, 0, 0, 0))] += 1
        people -= size
    return dict(found)


def _sites(
    random_: random.Random, points: list[Point], count: int, people: int
) -> tuple[Site, ...]:
    """Return shelters near villages; those in a flood are out, the rest hold what is needed."""
    made = []
    floods = [random_.choice(points) for _ in range(max(1, FLOODS * count // SHELTERS))]
    for number in range(count):
        lon, lat = random_.choice(points)
        point = (lon + random_.gauss(0, 0.01), lat + random_.gauss(0, 0.01))
        wet = any(abs(point[0] - x) + abs(point[1] - y) < 0.03 for x, y in floods)
        places = random_.choice((60, 60, 100, 100, 150, 200, 300, 800))
        made.append(Site(f"s{number}", point, places, excluded="flood" if wet else ""))
    scale = SPARE * people / sum(each.places for each in made if not each.excluded)
    return tuple(_furnished(random_, each, round(each.places * scale)) for each in made)


def _furnished(random_: random.Random, site: Site, places: int) -> Site:
    some = [round(places * random_.choice((0, 0.05, 0.1))) for _ in KINDS[:4]]
    return replace(site, places=places, typed=(some[0], some[1], some[2], some[3]))


# --- The bound.


def _bound(problem: Problem, report: Report) -> float:
    """Return person-metres that no plan which leaves nobody and splits nobody undercuts."""
    far = _far(problem)
    rows = _rows(problem)
    columns = [_first(problem, far, village, family) for village, family, _ in rows]
    best = 0.0
    for turn in range(8):
        places, typed = _prices(problem, far, rows, columns)
        bound, added = _undercut(problem, far, (rows, columns), places, typed)
        best = max(best, bound)
        report.say(f"linear programme {turn + 1}: bound {bound / 1000:.0f} km, {added} columns new")
        if not added:
            break
    return best


def _far(problem: Problem) -> np.ndarray:
    """Return metres from every village to every shelter; a wall where nobody can go."""
    geod = pyproj.Geod(ellps="WGS84")
    here = np.array([each.point for each in problem.villages])
    there = np.array([each.point for each in problem.sites])
    found = np.empty((len(here), len(there)))
    for number, (lon, lat) in enumerate(here):
        found[number] = geod.inv(
            np.full(len(there), lon), np.full(len(there), lat), there[:, 0], there[:, 1]
        )[2]
    found[found > problem.limits.ride_m] = WALLS
    found[:, [n for n, site in enumerate(problem.sites) if site.excluded]] = WALLS
    villages = {each.id: n for n, each in enumerate(problem.villages)}
    sites = {each.id: n for n, each in enumerate(problem.sites)}
    for village, site in problem.closed:
        found[villages[village], sites[site]] = WALLS
    return found


def _rows(problem: Problem) -> list[tuple[int, Family, int]]:
    """Return what is to be sent: people without needs as single ones, others by household."""
    found: Counter[tuple[int, Family]] = Counter()
    for number, village in enumerate(problem.villages):
        for family, count in village.families.items():
            if any(family.needs):
                found[number, family] += count
            else:
                found[number, Family(1)] += count * family.size
    return [(village, family, count) for (village, family), count in found.items()]


def _able(problem: Problem, family: Family) -> np.ndarray:
    typed = np.array([site.typed for site in problem.sites])
    return (typed >= np.array(family.needs)).all(axis=1)


def _first(problem: Problem, far: np.ndarray, village: int, family: Family) -> set[int]:
    row = np.where(_able(problem, family), far[village], WALLS)
    order = np.argsort(row)[:60]
    kept = order[[n for n in (0, 1, 2, 3, 5, 8, 13, 22, 37, 59) if n < len(order)]]
    return {int(site) for site in kept if row[site] < WALLS}


def _prices(
    problem: Problem, far: np.ndarray, rows: list[Any], columns: list[set[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Solve the programme over these columns; return what it pays for places, and for kinds."""
    from ortools.linear_solver import linear_solver_pb2, pywraplp

    model = linear_solver_pb2.MPModelProto()
    room = [model.constraint.add(lower_bound=-math.inf, upper_bound=site.places)
            for site in problem.sites]  # fmt: skip
    kinds = {
        (number, kind): model.constraint.add(lower_bound=-math.inf, upper_bound=there)
        for number, site in enumerate(problem.sites) for kind, there in enumerate(site.typed)
    }  # fmt: skip
    for (village, family, count), sites in zip(rows, columns, strict=True):
        whole = model.constraint.add(lower_bound=count, upper_bound=count)
        for site in [*sorted(sites), None]:
            metres = 4 * problem.limits.ride_m if site is None else far[village, site]
            model.variable.add(
                lower_bound=0, upper_bound=math.inf,
                objective_coefficient=float(metres) / 1000 * family.size,
            )  # fmt: skip
            _enter(whole, len(model.variable) - 1, 1)
            if site is not None:
                _enter(room[site], len(model.variable) - 1, family.size)
                for kind, need in enumerate(family.needs):
                    if need:
                        _enter(kinds[site, kind], len(model.variable) - 1, need)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.LoadModelFromProto(model)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        raise ValueError("the linear programme was not solved")
    paid = [max(0.0, -1000 * each.dual_value()) for each in solver.constraints()]
    sites_ = len(problem.sites)
    return np.array(paid[:sites_]), np.array(paid[sites_ : sites_ * 5]).reshape(sites_, 4)


def _enter(constraint: Any, variable: int, times: int) -> None:
    constraint.var_index.append(variable)
    constraint.coefficient.append(times)


def _undercut(
    problem: Problem, far: np.ndarray, programme: tuple[list[Any], list[set[int]]],
    places: np.ndarray, typed: np.ndarray,
) -> tuple[float, int]:  # fmt: skip
    """Return the bound these prices prove over all connections; add the columns they ask for."""
    rows, columns = programme
    bound = -float(places @ np.array([site.places for site in problem.sites]))
    bound -= float((typed * np.array([site.typed for site in problem.sites])).sum())
    groups: dict[Family, list[int]] = defaultdict(list)
    for number, (_village, family, _count) in enumerate(rows):
        groups[family].append(number)
    added = 0
    for family, numbers in groups.items():
        price = places * family.size + typed @ np.array(family.needs)
        price = np.where(_able(problem, family), price, WALLS)
        whole = far[[rows[n][0] for n in numbers]] * family.size + price
        least = whole.argmin(axis=1)
        for number, row, site in zip(numbers, whole, least.tolist(), strict=True):
            bound += float(row[site]) * rows[number][2]
            if site not in columns[number] and row[site] < WALLS:
                columns[number].add(site)
                added += 1
    return bound, added
