"""Who sleeps where: as good as every possibility tried out, and never a person too many."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relief_ops.geo.predicates import metres_between
from shelters.assignment.nearest import nearest_first
from shelters.assignment.planning import assign, assign_again, distance, promises, rank
from shelters.assignment.reach import NEVER, costs, metres
from shelters.assignment.reasons import reasons
from shelters.assignment.shapes import (
    NEEDS,
    Assignment,
    Family,
    Limits,
    Problem,
    Site,
    Village,
)

ALONE, PAIR = Family(1), Family(2)
WHEELCHAIR = Family(2, (1, 0, 0, 0))
NOBODY: Counter = Counter()


def _random(seed: int, *, people: int = 6) -> Problem:
    """A problem small enough to try everything: often too little room, now and then a wall."""
    random_ = random.Random(seed)
    kinds = [ALONE, PAIR, Family(3), WHEELCHAIR, Family(1, (0, 0, 1, 0)), Family(3, (1, 1, 0, 0))]
    villages: list[Counter[Family]] = [Counter() for _ in range(random_.randint(1, 3))]
    left = random_.randint(2, people)
    while left > 0:
        family = random_.choice([kind for kind in kinds if kind.size <= left])
        random_.choice(villages)[family] += 1
        left -= family.size
    sites = [
        Site(
            f"s{n}", _near(random_), random_.randint(0, 5),
            (random_.randint(0, 2), random_.randint(0, 1), random_.randint(0, 1), 0),
            "flood" if random_.random() < 0.1 else "",
        )
        for n in range(random_.randint(2, 3))
    ]  # fmt: skip
    closed = {
        (f"v{v}", site.id)
        for v in range(len(villages)) for site in sites if random_.random() < 0.1
    }  # fmt: skip
    return Problem(
        tuple(Village(f"v{n}", _near(random_), there) for n, there in enumerate(villages)),
        tuple(sites), frozenset(closed), Limits(3_000, 25_000),
    )  # fmt: skip


def _near(random_: random.Random) -> tuple[float, float]:
    return 121.5 + random_.random() / 5, 29.8 + random_.random() / 5


def _tried_out(problem: Problem) -> tuple[int, int, int, int]:
    """Return the least (left, unmet, split, distance) over every way to send every person."""
    cost = costs(problem)
    people = [
        (number, household, kind)
        for number, village in enumerate(problem.villages)
        for household, family in enumerate(Counter(village.families).elements())
        for kind in _kinds(family)
    ]
    choices = [[None, *np.flatnonzero(cost[village] < NEVER).tolist()] for village, *_ in people]
    best = (10**9,) * 4
    for way in itertools.product(*choices):
        if (found := _judged(problem, people, way, cost)) is not None:
            best = min(best, found)
    return best


def _kinds(family: Family) -> list[int]:
    """One entry for each person: 0, or the number of the need."""
    found = [kind for kind, need in enumerate(family.needs, start=1) for _ in range(need)]
    return found + [0] * (family.size - len(found))


def _judged(problem, people, way, cost):
    there = Counter(site for site in way if site is not None)
    if any(count > problem.sites[site].places for site, count in there.items()):
        return None
    wanted = Counter((site, kind) for (*_, kind), site in zip(people, way, strict=True) if kind)
    met = sum(
        min(count, problem.sites[site].typed[kind - 1])
        for (site, kind), count in wanted.items() if site is not None
    )  # fmt: skip
    homes: dict[tuple[int, int], set] = {}
    for (village, household, _kind), site in zip(people, way, strict=True):
        homes.setdefault((village, household), set()).add(site)
    far = sum(
        int(cost[person[0], site])
        for person, site in zip(people, way, strict=True) if site is not None
    )  # fmt: skip
    split = sum(len(each) > 1 for each in homes.values())
    return way.count(None), sum(wanted.values()) - met, split, far


def _value(problem: Problem, found: Assignment) -> tuple[int, int, int, int]:
    return (found.left, found.unmet, len(found.splits), distance(found, costs(problem)))


def _is_lawful(problem: Problem, found: Assignment) -> None:
    """Everybody is somewhere once; no place is given twice; nobody goes where nobody can."""
    cost = costs(problem)
    counted: Counter[tuple[int, Family]] = Counter()
    for line in found.lines:
        counted[line.village, line.family] += line.households
    for split in found.splits:
        counted[split.village, split.family] += 1
        assert sum(people for _, people, _ in split.parts) == split.family.size
        assert len({site for site, *_ in split.parts}) > 1
    assert counted == Counter(
        {
            (number, family): count
            for number, village in enumerate(problem.villages)
            for family, count in village.families.items() if count
        }
    )  # fmt: skip
    for site, people in found.filled.items():
        assert people <= problem.sites[site].places and not problem.sites[site].excluded
    for village, site, people, unmet in found.parts():
        assert people > 0 and 0 <= unmet <= people
        assert site is None or cost[village, site] < NEVER
    _has_typed_places(problem, found)


def _has_typed_places(problem: Problem, found: Assignment) -> None:
    typed: Counter[tuple[int, int]] = Counter()
    for line in found.lines:
        if line.site is not None and not line.unmet:
            for kind, need in enumerate(line.family.needs):
                typed[line.site, kind] += need * line.households
    for (site, kind), people in typed.items():
        assert people <= problem.sites[site].typed[kind]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_two_hundred_small_problems_are_solved_as_well_as_by_trying_everything(part):
    for seed in range(part * 50, part * 50 + 50):
        problem = _random(seed)

        found = assign(problem)

        assert found.proved, seed
        _is_lawful(problem, found)
        assert _value(problem, found) == _tried_out(problem), seed
        assert found.bound_m == distance(found, costs(problem)) * 10


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_without_the_proof_nobody_more_is_left_or_unmet_either(part):
    for seed in range(part * 50, part * 50 + 50):
        problem = _random(seed)

        found = assign(problem, most_choices=0)

        _is_lawful(problem, found)
        best = _tried_out(problem)
        assert _value(problem, found)[:2] == best[:2], seed
        if found.bound_m is not None and not found.splits and not best[2]:
            assert found.bound_m <= best[3] * 10, seed


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), people=st.integers(7, 120))
def test_whatever_is_asked_no_shelter_gets_a_person_too_many(seed, people):
    problem = _random(seed, people=people)
    sites = tuple(replace(each, places=each.places * people // 8) for each in problem.sites)
    problem = replace(problem, sites=sites)

    for found in (assign(problem, most_choices=0), nearest_first(problem)):
        _is_lawful(problem, found)


def test_the_same_question_has_the_same_answer():
    for seed in range(5):
        problem = _random(seed, people=200)

        assert assign(problem) == assign(problem)
        assert assign(problem, most_choices=0) == assign(problem, most_choices=0)


def test_distances_are_those_on_the_ellipsoid():
    villages = tuple(Village(str(n), (121.0 + n / 3, 29.2 + n / 4), {ALONE: 1}) for n in range(5))
    sites = tuple(Site(str(n), (122.0 - n / 5, 29.1 + n / 5), 1) for n in range(6))

    found = metres(Problem(villages, sites))

    for village, site in itertools.product(range(5), range(6)):
        exact = metres_between(villages[village].point, sites[site].point)
        assert found[village, site] == pytest.approx(exact, rel=1.5e-3)


def test_a_wheelchair_goes_farther_for_its_place_and_its_family_with_it():
    here = Village("here", (121.5, 29.8), {WHEELCHAIR: 1, PAIR: 1})
    near, able = Site("near", (121.5, 29.81), 10), Site("able", (121.5, 29.85), 10, (1, 0, 0, 0))

    found = assign(Problem((here,), (near, able)))

    assert {(line.family, line.site) for line in found.lines} == {(PAIR, 0), (WHEELCHAIR, 1)}
    assert found.unmet == 0


def test_a_family_is_split_rather_than_left_and_said_by_name():
    here = Village("here", (121.5, 29.8), {Family(4): 1})
    doors = Site("one", (121.5, 29.81), 2), Site("two", (121.5, 29.82), 2)

    for most in (0, 500):
        found = assign(Problem((here,), doors), most_choices=most)

        assert found.left == 0
        assert [each.family for each in found.splits] == [Family(4)]
        assert sorted(found.splits[0].parts) == [(0, 2, 0), (1, 2, 0)]


def test_nobody_is_sent_over_a_closed_connection_into_danger_or_too_far():
    here = Village("here", (121.5, 29.8), {ALONE: 3})
    sites = (
        Site("cut off", (121.5, 29.801), 10),
        Site("flooded", (121.5, 29.802), 10, excluded="flood"),
        Site("dry", (121.5, 29.81), 2),
        Site("far", (122.5, 29.8), 10),
    )

    found = assign(Problem((here,), sites, frozenset({("here", "cut off")})))

    assert found.going == {0: Counter({2: 2})}
    assert found.left == 1


def test_a_reason_names_what_was_nearer_and_what_it_would_take():
    here = Village("here", (121.5, 29.8), {ALONE: 3})
    sites = (
        Site("flooded", (121.5, 29.801), 10, excluded="flood"),
        Site("small", (121.5, 29.802), 1),
        Site("large", (121.5, 29.84), 10),
    )
    problem = Problem((here,), sites)

    first, second = reasons(problem, assign(problem))[0]

    assert (first.site, first.people, first.on_foot) == (2, 2, False)
    assert [(each.site, each.against, each.because) for each in first.nearer] == [
        (0, "excluded", "flood"), (1, "full", ""),
    ]  # fmt: skip
    assert (first.places, first.at) == (2, 1)
    assert (second.site, second.people, second.on_foot) == (1, 1, True)


def test_when_a_shelter_closes_only_its_people_move():
    problem = _town(3)
    before = assign(problem, most_choices=0)
    told = _told(problem, before)
    shut = before.filled.most_common(1)[0][0]
    sites = tuple(
        replace(each, excluded="flood") if n == shut else each
        for n, each in enumerate(problem.sites)
    )
    after = assign_again(replace(problem, sites=sites), told, most_choices=0)

    _is_lawful(replace(problem, sites=sites), after)
    moved = rank(after, costs(problem), promises(problem, told))[3]
    assert after.left == 0
    assert moved == before.filled[shut]


def test_more_people_move_only_so_that_nobody_is_left():
    here = Village("here", (121.5, 29.8), {ALONE: 2})
    there = Village("there", (121.5, 29.9), {ALONE: 2})
    sites = (
        Site("shut", (121.5, 29.8), 2, excluded="flood"),
        Site("middle", (121.5, 29.85), 2),
        Site("far", (121.5, 29.99), 2),
    )
    problem = Problem((here, there), sites, limits=Limits(3_000, 12_000))
    told = [("here", ALONE, "shut", 2), ("there", ALONE, "middle", 2)]

    for most in (0, 500):
        found = assign_again(problem, told, most_choices=most)

        assert found.going == {0: Counter({1: 2}), 1: Counter({2: 2})}


def test_people_who_were_told_stay_although_another_door_is_nearer_now():
    here = Village("here", (121.5, 29.8), {PAIR: 2})
    sites = Site("new", (121.5, 29.801), 10), Site("told", (121.5, 29.85), 10)

    found = assign_again(Problem((here,), sites), [("here", PAIR, "told", 1)])

    assert found.going == {0: Counter({1: 2, 0: 2})}
    assert [each.against for each in reasons(Problem((here,), sites), found)[0][1].nearer] in (
        [], ["promised"],
    )  # fmt: skip


def test_households_that_cannot_be_are_refused():
    for size, needs in ((0, (0, 0, 0, 0)), (1, (1, 1, 0, 0)), (2, (-1, 0, 0, 0))):
        with pytest.raises(ValueError, match="household"):
            Family(size, needs)
    assert len(NEEDS) == 4


def test_nobody_to_move_and_nowhere_to_go_are_answers_too():
    assert assign(Problem((), ())).lines == ()
    found = assign(Problem((Village("v", (121.5, 29.8), {PAIR: 1}),), ()))
    assert found.left == 2


def _town(seed: int) -> Problem:
    random_ = random.Random(seed)
    villages = tuple(
        Village(
            f"v{n}", _near(random_),
            {Family(s, (int(s == 3 and n % 2), 0, 0, 0)): random_.randint(1, 9) for s in (1, 2, 3)},
        )
        for n in range(40)
    )  # fmt: skip
    people = sum(each.people for each in villages)
    sites = tuple(Site(f"s{n}", _near(random_), people // 15, (12, 0, 0, 0)) for n in range(20))
    return Problem(villages, sites)


def _told(problem: Problem, found: Assignment) -> list[tuple[str, Family, str, int]]:
    return [
        (problem.villages[line.village].id, line.family, problem.sites[line.site].id,
         line.households)
        for line in found.lines if line.site is not None
    ]  # fmt: skip
