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
from stockpile.allocation.planning import plan
from stockpile.allocation.reach import reach
from stockpile.allocation.shapes import NOTHING, Limit, Load, Plan, Question
from stockpile.allocation.trucks import Trucks, shares

OFFERS, HARDLY = 8, 1e-6
Packs = Mapping[str, int]  # of each depot


Answered = tuple[Question, Plan]


def plans(questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks) -> list[Answered]:
    """Answer several items at once; `loads` is what one pack of each takes.

    Returns each question with what the trucks took of it, and its plan. A depot not named in
    `trucks` sends whatever it has, and what takes nothing always fits.
    """
    made = [plan(each) for each in questions]
    if all(_holds(each, NOTHING) for each in left(questions, loads, trucks, made).values()):
        return list(zip(questions, made, strict=True))
    room = _shared(questions, loads, trucks)
    asked, made = _planned(questions, loads, room)
    for _offer in range(OFFERS):
        more = _offered(questions, loads, left(questions, loads, trucks, made), made)
        if not any(more):
            break
        # What an item did not use is not kept for it: no two are ever offered the same room.
        room = [
            {name: used.get(name, 0) + extra[name] for name in trucks}
            for used, extra in zip(map(gone, questions, made), more, strict=True)
        ]
        asked, made = _planned(questions, loads, room)
    return list(zip(asked, made, strict=True))


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
    return int(min((has + HARDLY) // takes for has, takes in ways if takes > 0))


def _shared(
    questions: Sequence[Question], loads: Sequence[Load], trucks: Trucks
) -> list[dict[str, int]]:
    """Return how many packs of each item the trucks of each depot take, rounded down."""
    room = [dict.fromkeys(trucks, 0) for _ in questions]
    asking = [number for number, each in enumerate(questions) if each.lots and each.needs]
    fractions = shares([reach(questions[n]) for n in asking], [loads[n] for n in asking], trucks)
    for number, packs in zip(asking, fractions, strict=True):
        room[number] |= {name: int(each + HARDLY) for name, each in packs.items()}
    return room


def _planned(
    questions: Sequence[Question], loads: Sequence[Load], room: Sequence[Packs]
) -> tuple[list[Question], list[Plan]]:
    asked = [within(*each) for each in zip(questions, loads, room, strict=True)]
    return asked, [plan(each) for each in asked]


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
    questions: Sequence[Question], loads: Sequence[Load], left: dict[str, Load],
    made: Sequence[Plan],
) -> list[Counter[str]]:  # fmt: skip
    """Offer what is left to the needs the trucks cut short: by class, the worst cover first."""
    found: list[Counter[str]] = [Counter() for _ in questions]
    waiting = list(_waiting(questions, made))
    heapq.heapify(waiting)
    while waiting:
        priority, cover, number, need, depot, wanted = heapq.heappop(waiting)
        if not _holds(left[depot], loads[number]):
            continue
        left[depot] = _less(left[depot], loads[number], 1)
        found[number][depot] += 1
        more = cover + 1 / wanted
        if more + 1 / wanted <= 1 + HARDLY:
            heapq.heappush(waiting, (priority, more, number, need, depot, wanted))
    return found


Waiting = tuple[int, float, int, str, str, float]


def _waiting(questions: Sequence[Question], made: Sequence[Plan]) -> Iterator[Waiting]:
    """Yield whom the trucks cut short: class, cover, item, need, depot, and packs wanted."""
    for number, (question, each) in enumerate(zip(questions, made, strict=True)):
        for need in question.needs:
            cut = each.cuts.get(need.id)
            if cut is not None and cut.limit == Limit.TRUCKS and not cut.lot:
                cover = each.got[need.id] / need.quantity
                wanted = need.quantity / question.pack
                yield need.priority, cover, number, need.id, cut.where, wanted
