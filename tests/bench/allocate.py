"""A city short of everything: twelve items shared among every village, in a second.

The villages are the city's own around their townships' points; depots, lots, needs, closed roads,
islands and places nobody reaches come from a seed. What is promised is measured beside linear
programmes of their own (`allocate_bound`): the sorted covers of each class in any fractions of a
pack, the packs there can be up to any cover, the hours at the amounts of the plan. The reference
is the plan by hand: first come, first served.

A second run gives every depot trucks, for about half of what would leave it: all items share their
volume and weight. The loss against the programme with trucks (`allocate_trucks`) is the part of its
sorted covers that is missing, over all classes; it is solved for a few items and fewer places.

Both are measured again where some needs have a part of what they asked for already (`begun`).
"""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace

import numpy as np

from stockpile.allocation import measures
from stockpile.allocation.greedy import greedy
from stockpile.allocation.planning import plan
from stockpile.allocation.shapes import Load, Lot, Need, Plan, Question, Roads
from stockpile.allocation.together import gone, plans
from tests.bench.allocate_bound import Programme
from tests.bench.allocate_trucks import Together
from tests.bench.evacuate import Point, village_points
from tests.bench.report import Report

PLACES, DEPOTS, SUPPLY = 3_042, 30, 0.7
# Pieces for each person, and pieces in a pack.
ITEMS = (
    (1, 1), (1, 10), (0.25, 1), (6, 24), (3, 12), (2, 20),
    (0.5, 5), (1, 4), (0.1, 1), (4, 50), (2, 10), (0.3, 2),
)  # fmt: skip
# Litres and kilograms of a pack.
LOADS = (
    (60, 2.5), (40, 20), (4, 1), (28, 25), (28, 13), (50, 10),
    (12, 5), (30, 14), (600, 45), (8, 30), (15, 6), (3, 3),
)  # fmt: skip
BOUNDED = (1, 9, 11)  # the items a linear programme is solved for
CARRIED = 0.6  # of what leaves all depots together, what their trucks hold
LIVES = (None, None, 24.0 * 400, 60.0, 40.0)
CLOSED, ISLANDS, CUT_OFF = 0.08, 4, 12
KM_AN_HOUR, LOADING = 35.0, 0.5


def run(report: Report) -> None:
    """Plan, compare with the programmes and with the plan by hand; then ten times the places."""
    places = PLACES // 8 if report.small else PLACES
    items = city(places)
    lots = sum(len(each.lots) for each in items)
    report.say(f"{len(items)} items, {places} places, {DEPOTS} depots, {lots} lots")
    plan(city(40)[0])  # the libraries are loaded once, not in every plan
    took, processor = [], []
    for _round in range(5):
        began, used = time.perf_counter(), time.process_time()
        made = [plan(each) for each in items]
        took.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    report.figure(seconds=statistics.median(took), processor_s=statistics.median(processor))
    _by_hand(report, items, made)
    report.figure(**_bounds(report, items, made))
    _begun(report, items)
    many = city(10 * places)
    began, used = time.perf_counter(), time.process_time()
    for each in many:
        plan(each)
    report.figure(
        ten_times_s=time.perf_counter() - began,
        ten_times_processor_s=time.process_time() - used,
    )
    _trucks(report, items, made)


def _begun(report: Report, items: list[Question]) -> None:
    """Plan and compare where many needs have a part of what they asked for."""
    started = [begun(each, number) for number, each in enumerate(items)]
    began = time.perf_counter()
    made = [plan(each) for each in started]
    report.figure(begun_s=time.perf_counter() - began)
    found = _bounds(report, started, made)
    report.figure(**{f"begun_{name}": value for name, value in found.items()})


def _trucks(report: Report, items: list[Question], made: list[Plan]) -> None:
    """Plan once more with too few trucks; beside the programme, for fewer places."""
    loads = [Load(*each) for each in LOADS]
    began = time.perf_counter()
    plans(items, loads, _fleet(items, loads, made))
    report.say(f"with trucks: {time.perf_counter() - began:.1f} s for all items")
    few = [
        each for n, each in enumerate(city(PLACES // (32 if report.small else 8))) if n in BOUNDED
    ]
    loads = [loads[number] for number in BOUNDED]
    report.figure(trucks_loss=_loss(report, few, loads))
    started = [begun(each, number) for number, each in enumerate(few)]
    report.figure(begun_trucks_loss=_loss(report, started, loads))


def _loss(report: Report, few: list[Question], loads: list[Load]) -> float:
    """Return the part of the covers that the programme with trucks has and the plan has not."""
    trucks = _fleet(few, loads, [plan(each) for each in few])
    ours = [each for _question, each in plans(few, loads, trucks)]
    packs = np.concatenate([
        [each.got[need.id] // question.pack for need in question.needs]
        for question, each in zip(few, ours, strict=True)
    ])  # fmt: skip
    began = time.perf_counter()
    depots = few[0].roads.depots
    best = Together([Programme(each) for each in few], depots, loads, trucks)
    missing, whole = _short(best, packs)
    hours = sum(measures.pack_hours(*each) for each in zip(few, ours, strict=True))
    report.say(
        f"on {len(packs)} needs: {missing:.1f} of {whole:.1f} covers short of the programme, "
        f"{hours / best.fewest_hours(packs) - 1:.4f} more hours than it takes"
    )
    report.reference["lp_with_trucks_s"] = round(time.perf_counter() - began, 1)
    return missing / whole


def _fleet(items: list[Question], loads: list[Load], made: list[Plan]) -> dict[str, Load]:
    """Return the trucks of each depot: together they hold a part of what would leave."""
    luck, depots = random.Random("trucks"), items[0].roads.depots
    litres = kilograms = 0.0
    for question, load, each in zip(items, loads, made, strict=True):
        packs = sum(gone(question, each).values())
        litres, kilograms = litres + packs * load.litres, kilograms + packs * load.kilograms
    part = CARRIED / len(depots)
    return {
        name: Load(
            luck.uniform(0.5, 1.5) * litres * part, luck.uniform(0.5, 1.5) * kilograms * part
        )
        for name in depots
    }


def _short(best: Together, packs: np.ndarray) -> tuple[float, float]:
    """Return how much is missing from the best sorted covers of every class, and all of them."""
    fairest, missing, whole = best.fairest(), 0.0, 0.0
    for priority in np.unique(best.priority):
        here = (best.priority == priority) & (best.wanted > 0)
        covers = np.sort((best.had + fairest)[here] / best.whole[here])
        ours = np.sort((best.had + packs)[here] / best.whole[here])
        missing += float(np.maximum(covers - ours, 0).sum())
        whole += float(covers.sum())
    return missing, whole


def _by_hand(report: Report, items: list[Question], made: list[Plan]) -> None:
    """Say what the plan by hand makes of the same items, asked for in any order."""
    luck = random.Random("by hand")
    began = time.perf_counter()
    by_hand = [
        greedy(each, luck.sample([need.id for need in each.needs], len(each.needs)))
        for each in items
    ]
    report.reference["by_hand_s"] = round(time.perf_counter() - began, 2)
    below = 0
    for question, ours, hand in zip(items, made, by_hand, strict=True):
        first = min(need.priority for need in question.needs)
        mine, theirs = (
            measures.covers(question, ours)[first],
            measures.covers(question, hand)[first],
        )
        below += mine < theirs
    for name, answers in (("plan", made), ("by hand", by_hand)):
        pairs = list(zip(items, answers, strict=True))
        gini = statistics.fmean(measures.gini_of_unmet(*each) for each in pairs)
        hours = sum(measures.pack_hours(*each) for each in pairs)
        packs = sum(line.quantity // q.pack for q, each in pairs for line in each.lines)
        latest = max(measures.latest_hours(each) for each in answers)
        report.say(
            f"{name}: {packs} packs, {hours / packs:.2f} hours each, the latest at {latest:.1f} h, "
            f"Gini of what is unmet {gini:.3f}, {_reached(pairs)}"
        )
    report.figure(below_by_hand=below)


def _reached(pairs: list[tuple[Question, Plan]]) -> str:
    """Return the worst cover of those somebody can reach at all, by class, of all items."""
    worst: dict[int, float] = {}
    for question, made in pairs:
        programme = Programme(question)
        can = programme.open.any(axis=0) & (programme.wanted > 0)
        for need, reached in zip(question.needs, can, strict=True):
            if reached:
                cover = need.cover(made.got[need.id])
                worst[need.priority] = min(worst.get(need.priority, 1.0), cover)
    said = ", ".join(f"{worst[each]:.3f} in class {each}" for each in sorted(worst))
    return f"the worst cover within reach {said}"


def _bounds(report: Report, items: list[Question], made: list[Plan]) -> dict[str, float]:
    """Compare a few items with the programmes; the worst of them is the figure."""
    below, above, missing, beyond = 0.0, 0.0, 0.0, 0.0
    began = time.perf_counter()
    for number in BOUNDED:
        question = items[number]
        programme = Programme(question)
        packs = np.array([made[number].got[each.id] // question.pack for each in question.needs])
        lower, higher = _apart(programme, packs)
        below, above = max(below, lower), max(above, higher)
        missing = max(missing, _missing(programme, packs))
        hours = measures.pack_hours(question, made[number])
        beyond = max(beyond, hours / programme.cheapest(packs.astype(float)) - 1)
        report.say(f"item {number}: sorted covers {lower:.2f} packs below, {higher:.2f} above")
    report.reference["lp_s"] = round(time.perf_counter() - began, 1)
    return {
        "packs_below_lp": below, "packs_above_lp": above, "packs_apart": max(below, above),
        "whole_packs_missing": round(missing, 3), "cost_beyond_lp": beyond,
    }  # fmt: skip


def _apart(programme: Programme, packs: np.ndarray) -> tuple[float, float]:
    """Return by how many packs the sorted covers of any class lie below and above the LP's."""
    best = programme.fairest()
    apart = [np.zeros(1)]
    for priority in np.unique(programme.priority):
        here = (programme.priority == priority) & (programme.wanted > 0)
        whole, had = programme.whole[here], programme.had[here]
        cover = (had + packs[here]) / whole
        order = np.argsort(cover, kind="stable")
        apart.append((cover[order] - np.sort((had + best[here]) / whole)) * whole[order])
    every = np.concatenate(apart)
    return float(-every.min()), float(every.max())


def _missing(programme: Programme, packs: np.ndarray) -> float:
    """Return how many whole packs below some cover could be given beside those that are.

    Worst cover first in whole packs is reached just if, up to any cover, there are as many packs
    as there can be when nobody takes one beyond it; this asks a programme at some covers.
    """
    most = 0.0
    for priority in np.unique(programme.priority):
        before = np.where(programme.priority < priority, programme.wanted, 0)
        here = (programme.priority == priority) & (programme.wanted > 0)
        covers = (programme.had + packs)[here] / programme.whole[here]
        for cover in {*np.quantile(covers, np.linspace(0, 1, 7)).tolist(), 0.05, 0.3, 0.66, 1.0}:
            up_to = np.ceil(cover * programme.whole - programme.had - 1e-9)
            wanted = np.where(here, np.clip(up_to, 0, programme.wanted), before)
            ours = np.minimum(packs, wanted).sum()
            most = max(most, programme.most(wanted.astype(float)) - float(ours))
    return most


def city(places: int) -> list[Question]:
    """Return one question for each item, over so many places."""
    luck = random.Random("allocate")
    roads = _roads(luck, places)
    people = [max(3, round(luck.gammavariate(1.2, 110))) for _ in roads.places]
    urgent = [luck.choices((1, 2, 3), (2, 5, 3))[0] for _ in roads.places]
    return [_item(luck, roads, people, urgent, number) for number in range(len(ITEMS))]


def begun(question: Question, number: int) -> Question:
    """Return an item of which every second need has a part already, and asks for whole packs."""
    luck, pack = random.Random(f"begun {number}"), question.pack

    def started(need: Need) -> Need:
        had = round(luck.random() * need.quantity) if luck.random() < 0.5 else 0
        left = (need.quantity - had) // pack * pack
        return replace(need, had=had, quantity=max(left, pack))

    return replace(question, needs=tuple(map(started, question.needs)))


def _item(
    luck: random.Random, roads: Roads, people: list[int], urgent: list[int], number: int
) -> Question:
    """Return one item; what there is of the last one is less than the first class needs."""
    each, pack = ITEMS[number]
    needs = tuple(
        Need(f"n{place}", name, max(1, round(each * heads)), level)
        for place, (name, heads, level) in enumerate(zip(roads.places, people, urgent, strict=True))
    )
    whole = sum(need.quantity for need in needs)
    first = sum(need.quantity for need in needs if need.priority == 1)
    supply = first * 0.6 if number == len(ITEMS) - 1 else whole * SUPPLY
    lots = _lots(luck, roads.depots, supply)
    kept = {
        name: sum(lot.free for lot in lots if lot.depot == name) // 10
        for name in roads.depots if luck.random() < 0.2
    }  # fmt: skip
    return Question(pack, lots, needs, roads, keep_back=kept, least_life=36.0)


def _lots(luck: random.Random, depots: tuple[str, ...], supply: float) -> tuple[Lot, ...]:
    """Return one to three lots in each depot."""
    where = [name for name in depots for _ in range(luck.choice((1, 1, 2, 3)))]
    weights = [luck.gammavariate(1.5, 1) for _ in where]
    return tuple(
        Lot(f"l{number}", name, round(supply * weight / sum(weights)), luck.choice(LIVES))
        for number, (name, weight) in enumerate(zip(where, weights, strict=True))
    )


def _roads(luck: random.Random, places: int) -> Roads:
    """Return the hours: some roads closed, islands one depot reaches, places none does."""
    known = village_points(luck)
    luck.shuffle(known)
    points = [_near(luck, known[number % len(known)]) for number in range(places)]
    depots = [_near(luck, luck.choice(known)) for _ in range(DEPOTS)]
    here, there = np.radians(depots), np.radians(points)
    flat = (here[:, None, :] - there[None]) * [np.cos(here[:, None, 1].mean()), 1]
    hours = LOADING + 6371 * 1.3 * np.hypot(flat[..., 0], flat[..., 1]) / KM_AN_HOUR
    closed = [luck.random() < CLOSED for _ in range(hours.size)]
    hours[np.array(closed).reshape(hours.shape)] = np.inf
    apart = luck.sample(range(places), min(places // 4, ISLANDS * 15 + CUT_OFF))
    for number, place in enumerate(apart[CUT_OFF:]):
        port = number % ISLANDS
        hours[:, place] = np.where(np.arange(DEPOTS) == port, 6.0, np.inf)
    hours[:, apart[:CUT_OFF]] = np.inf
    return Roads(
        tuple(f"d{n}" for n in range(DEPOTS)), tuple(f"p{n}" for n in range(places)), hours
    )


def _near(luck: random.Random, point: Point) -> Point:
    return point[0] + luck.gauss(0, 0.01), point[1] + luck.gauss(0, 0.01)
