"""The plans of several items whose depots have so many trucks and no more.

Each item is planned by itself, exactly. Only where its packs do not fit on the trucks are those
shared among the items (`trucks`), and each is planned again with what it may take of them. What a
pack rounded down or a longer way leaves empty is offered again to whoever the trucks cut short.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from stockpile.allocation.greedy import greedy
from stockpile.allocation.planning import explained, held_up, plan
from stockpile.allocation.reach import reach
from stockpile.allocation.shapes import NOTHING, Load, Plan, Question
from stockpile.allocation.trucks import Trucks, shares

OFFERS, HARDLY, STEPS = 30, 1e-6, 100
Packs = Mapping[str, int]  # of each depot
Answered = tuple[Question, Plan]


def plans(questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks) -> list[Answered]:
    """Answer several items at once; `loads` is what one pack of each takes.

    Returns each question with what the trucks could take of it beside the others, and its plan.
    A depot not named in `trucks` sends whatever it has, and what takes nothing always fits.
    """
    made = [plan(each) for each in questions]
    if all(_holds(each, NOTHING) for each in left(questions, loads, trucks, made).values()):
        return list(zip(questions, made, strict=True))
    room = _shared(questions, loads, trucks, made)
    asked = [within(*each) for each in zip(questions, loads, room, strict=True)]
    made = [plan(each) for each in asked]
    for _offer in range(OFFERS):
        more = _offered(asked, loads, left(questions, loads, trucks, made), made)
        if not any(more):
            return _explained(questions, loads, trucks, _filled(questions, loads, trucks, made))
        before = made
        # What an item did not use is not kept for it: no two are ever offered the same room.
        room = [
            {name: used.get(name, 0) + extra[name] for name in trucks}
            for used, extra in zip(map(gone, questions, made), more, strict=True)
        ]
        asked = [within(*each) for each in zip(questions, loads, room, strict=True)]
        made = [plan(q) if m else p for q, m, p in zip(asked, more, before, strict=True)]
        if made == before:
            break
    return list(zip(asked, made, strict=True))


def _filled(
    questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks, made: Sequence[Plan]
) -> list[Plan]:
    """Let one item after the other use what is left, where somebody gets more by it.

    Whom the trucks cut short may be helped by a lot he does not reach: another changes over to it.
    """
    found = list(made)
    for number, (question, load) in enumerate(zip(questions, loads, strict=True)):
        spare = left(questions, loads, trucks, found)
        again = plan(_beside(question, load, spare, found[number]))
        if sum(again.got.values()) > sum(found[number].got.values()):
            found[number] = again
    return found


def _explained(
    questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks, made: Sequence[Plan]
) -> list[Answered]:
    """Return the plans with their cuts as they are when each item may use what is left."""
    spare = left(questions, loads, trucks, made)
    every = zip(questions, loads, made, strict=True)
    asked = [_beside(question, load, spare, each) for question, load, each in every]
    return [(one, explained(one, each)) for one, each in zip(asked, made, strict=True)]


def _beside(question: Question, load: Load, spare: Trucks, made: Plan) -> Question:
    """Return the question with the room that it uses and that nobody does."""
    used = gone(question, made)
    return within(question, load, {
        name: used.get(name, 0) + _fitting(each, load)
        for name, each in spare.items() if load != NOTHING
    })  # fmt: skip


def by_hand(
    questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks,
    orders: Sequence[Sequence[str]],
) -> list[Plan]:  # fmt: skip
    """Serve one item after the other, first come first served, until the trucks are full."""
    room, found = dict(trucks), []
    for question, load, order in zip(questions, loads, orders, strict=True):
        fits = {name: _fitting(each, load) for name, each in room.items() if load != NOTHING}
        made = greedy(within(question, load, fits), order)
        room = left([question], [load], room, [made])
        found.append(made)
    return found


def _fitting(room: Load, load: Load) -> int:
    """Return how many packs fit; what takes nothing in one way is not limited by it."""
    ways = ((room.litres, load.litres), (room.kilograms, load.kilograms))
    return max(0, int(min((has + HARDLY) // takes for has, takes in ways if takes > 0)))


def _shared(
    questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks, made: Sequence[Plan]
) -> list[dict[str, int]]:
    """Return how many packs of each item the trucks of each depot take.

    A part of a pack does not go; the largest parts are made whole while there is room.
    """
    asking = [number for number, each in enumerate(questions) if each.lots and each.needs]
    try:
        found = shares([reach(questions[n]) for n in asking], [loads[n] for n in asking], trucks)
    except ArithmeticError:
        found = _alike([questions[n] for n in asking], loads, trucks, [made[n] for n in asking])
    room = [dict.fromkeys(trucks, 0) for _ in questions]
    spare, parts = dict(trucks), []
    for number, packs in zip(asking, found, strict=True):
        for name, each in packs.items():
            whole = int(each + HARDLY)
            room[number][name] = whole
            spare[name] = _less(spare[name], loads[number], whole)
            parts.append((whole - each, number, name))
    for part, number, name in sorted(parts):
        if part < -HARDLY and _holds(spare[name], loads[number]):
            room[number][name] += 1
            spare[name] = _less(spare[name], loads[number], 1)
    return room


def _alike(
    questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks, made: Sequence[Plan]
) -> list[dict[str, float]]:
    """Return the same part of every item, as much as fits: where no programme has an answer."""
    spare = left(questions, loads, trucks, made)
    part = {}
    for name, holds in trucks.items():
        ways = ((holds.litres, spare[name].litres), (holds.kilograms, spare[name].kilograms))
        part[name] = min((has / (has - rest) for has, rest in ways if rest < 0), default=1.0)
    return [
        {name: each * part[name] for name, each in gone(question, one).items() if name in trucks}
        for question, one in zip(questions, made, strict=True)
    ]


def within(question: Question, load: Load, packs: Packs) -> Question:
    """Return the question with what the trucks take of it; what takes nothing always fits."""
    if load == NOTHING:
        return question
    room = {name: each * question.pack for name, each in packs.items()}
    return replace(question, room=room)


def gone(question: Question, made: Plan) -> Packs:
    """Return how many packs a plan takes from each depot."""
    found: Counter[str] = Counter()
    for line in made.lines:
        found[line.depot] += line.quantity // question.pack
    return found


def left(
    questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks, made: Sequence[Plan]
) -> dict[str, Load]:
    """Return what room is left on the trucks of each depot; below nothing where it is too much."""
    found = dict(trucks)
    for question, load, each in zip(questions, loads, made, strict=True):
        for name, packs in gone(question, each).items():
            if name in found:
                found[name] = _less(found[name], load, packs)
    return found


def _less(room: Load, load: Load, packs: int) -> Load:
    return Load(room.litres - packs * load.litres, room.kilograms - packs * load.kilograms)


def _holds(room: Load, load: Load) -> bool:
    """Whether there is room for one pack more."""
    return room.litres + HARDLY >= load.litres and room.kilograms + HARDLY >= load.kilograms


def _offered(
    questions: Sequence[Question], loads: Sequence[Load], spare: dict[str, Load],
    made: Sequence[Plan],
) -> list[Counter[str]]:  # fmt: skip
    """Offer what is left to the needs the trucks cut short: by class, the worst cover first."""
    found: list[Counter[str]] = [Counter() for _ in questions]
    stock = [_stock_left(*each) for each in zip(questions, made, strict=True)]
    waiting = list(_waiting(questions, made))
    heapq.heapify(waiting)
    while waiting:
        priority, cover, number, need, depot, whole = heapq.heappop(waiting)
        missing = int(whole * (1 - cover) + HARDLY)
        most = min(missing, stock[number][depot], max(1, int(whole) // STEPS))
        packs = min(most, _fitting(spare[depot], loads[number]))
        if packs <= 0:
            continue
        spare[depot] = _less(spare[depot], loads[number], packs)
        stock[number][depot] -= packs
        found[number][depot] += packs
        heapq.heappush(waiting, (priority, cover + packs / whole, number, need, depot, whole))
    return found


def _stock_left(question: Question, made: Plan) -> Counter[str]:
    """Return how many packs of an item still lie in each depot."""
    found: Counter[str] = Counter()
    for lot in question.lots:
        found[lot.depot] += lot.free // question.pack
    found.subtract(gone(question, made))
    return found


Waiting = tuple[int, float, int, str, str, float]


def _waiting(questions: Sequence[Question], made: Sequence[Plan]) -> Iterator[Waiting]:
    """Yield whom the trucks cut short: class, cover, item, need, depot, packs in all."""
    for number, (question, each) in enumerate(zip(questions, made, strict=True)):
        depots = held_up(question, each)
        for need in question.needs:
            if need.id in depots:
                cover = need.cover(each.got[need.id])
                whole = (need.had + need.quantity) / question.pack
                yield need.priority, cover, number, need.id, depots[need.id], whole
