"""Sharing too little: fair to the end, brought the short way, and every cut has a proved cause."""

from __future__ import annotations

import dataclasses
import itertools
import math
import random

import numpy as np
import pytest

from stockpile.allocation.planning import plan
from stockpile.allocation.shapes import Limit, Lot, Need, Question, Roads

PLACES = ("a", "b", "c", "d", "e", "f")


def drawn(
    seed: int, *, depots: int, lots: int, needs: int, most: int, classes: int = 2,
    trucks: bool = False, begun: bool = False,
) -> Question:  # fmt: skip
    """Return a question drawn at random: closed roads, old lots, stock that is kept.

    With trucks, what some depots can send is limited too, now and then to less than a pack.
    Where it is begun, some needs have a part already, in pieces.
    """
    luck = random.Random(seed)
    names = tuple(f"d{number}" for number in range(depots))
    places = tuple(f"p{number}" for number in range(needs))
    hours = np.array([[round(luck.uniform(0.5, 9), 2) for _ in places] for _ in names])
    hours[np.array([[luck.random() < 0.25 for _ in places] for _ in names])] = np.inf
    pack = luck.choice([1, 1, 5])
    carried = random.Random(f"trucks {seed}")
    earlier = random.Random(f"begun {seed}")
    had = [earlier.choice([0, 0, 1, 4]) * earlier.randrange(0, most * pack + 1) for _ in places]
    room = {name: carried.randrange(0, 2 * most * pack) for name in names if carried.random() < 0.7}
    return Question(
        pack=pack,
        lots=tuple(
            Lot(f"l{number}", luck.choice(names), luck.randrange(0, most * pack + 1),
                luck.choice([None, 12.0, 60.0]))
            for number in range(lots)
        ),
        needs=tuple(
            Need(f"n{number}", place, luck.randrange(1, most + 1) * pack,
                 luck.randrange(1, classes + 1), had[number] if begun else 0)
            for number, place in enumerate(places)
        ),
        roads=Roads(names, places, hours),
        keep_back={name: luck.choice([0, 0, 0, 2]) * pack for name in names},
        room=room if trucks else {},
        least_life=8.0,
    )  # fmt: skip


def covers(question: Question, got: dict[str, int]) -> list[list[float]]:
    """Return the sorted covers of the whole needs of each class, the first class first."""
    return [
        sorted(
            (n.had + got[n.id]) / (n.had + n.quantity)
            for n in question.needs
            if n.priority == priority
        )
        for priority in sorted({n.priority for n in question.needs})
    ]


def ways(question: Question) -> dict[tuple[int, int], float]:
    """Return the hours of every (lot, need) that can be taken, worked out one by one."""
    found = {}
    for number, lot in enumerate(question.lots):
        row = question.roads.depots.index(lot.depot)
        for place, need in enumerate(question.needs):
            hours = question.roads.hours[row, question.roads.places.index(need.place)]
            old = lot.life is not None and lot.life - hours < question.least_life
            if math.isfinite(hours) and not old:
                found[number, place] = hours
    return found


def every_plan(question: Question):
    """Yield every way to give packs: (packs of each need, minutes of all packs)."""
    open_ = sorted(ways(question).items())
    stock = [lot.free // question.pack for lot in question.lots]
    held = {d: sum(lot.free for lot in question.lots if lot.depot == d)
            for d in question.roads.depots}  # fmt: skip
    room = {
        d: min(
            max(0, held[d] - question.keep_back.get(d, 0)) // question.pack,
            question.room.get(d, held[d]) // question.pack,
        )
        for d in held
    }
    wanted = [need.quantity // question.pack for need in question.needs]

    def minutes_of_one(lot, hours):
        return round(hours * 60) + days(question.lots[lot]) * question.minutes_a_day

    def go(index, stock, room, got, minutes):
        if index == len(open_):
            yield tuple(got), minutes
            return
        (lot, need), hours = open_[index]
        depot = question.lots[lot].depot
        for packs in range(min(stock[lot], room[depot], wanted[need] - got[need]) + 1):
            left, more, now = list(stock), dict(room), list(got)
            left[lot] -= packs
            more[depot] -= packs
            now[need] += packs
            yield from go(index + 1, left, more, now, minutes + packs * minutes_of_one(lot, hours))

    yield from go(0, stock, room, [0] * len(wanted), 0)


def days(lot: Lot) -> int:
    """Return the whole days a lot has left, of a year at most."""
    return 366 if lot.life is None else min(366, int(lot.life / 24))


def minutes_of(question: Question, made) -> int:
    """Return the minutes of all packs, with what the life of each is worth."""
    lots = {lot.id: lot for lot in question.lots}
    return sum(
        line.quantity // question.pack
        * (round(line.hours * 60) + days(lots[line.lot]) * question.minutes_a_day)
        for line in made.lines
    )  # fmt: skip


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("rate", [0, 240])
@pytest.mark.parametrize("trucks", [False, True])
@pytest.mark.parametrize("batch", range(4))
def test_the_covers_are_the_best_of_every_plan_there_is_and_the_way_there_the_shortest(
    batch, trucks, rate, begun
):
    for seed in range(batch * 50, batch * 50 + 50):
        question = drawn(seed, depots=2, lots=3, needs=3, most=3, trucks=trucks, begun=begun)
        question = dataclasses.replace(question, minutes_a_day=rate)
        made = plan(question)

        def as_covers(packs, question=question):
            needs = zip(question.needs, packs, strict=True)
            return covers(question, {need.id: n * question.pack for need, n in needs})

        everything = list(every_plan(question))
        assert covers(question, made.got) == max(as_covers(packs) for packs, _ in everything), seed
        ours = tuple(made.got[need.id] // question.pack for need in question.needs)
        least = min(minutes for packs, minutes in everything if packs == ours)
        assert minutes_of(question, made) == least, seed


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("trucks", [False, True])
@pytest.mark.parametrize("seed", range(50))
def test_nothing_is_given_that_is_not_there_and_every_line_can_be_driven(seed, trucks, begun):
    size = {"depots": 5, "lots": 14, "needs": 40, "most": 30, "classes": 3}
    question = drawn(seed, **size, trucks=trucks, begun=begun)
    made = plan(question)
    open_ = ways(question)
    lot_at = {lot.id: place for place, lot in enumerate(question.lots)}
    need_at = {need.id: place for place, need in enumerate(question.needs)}

    for line in made.lines:
        assert open_[lot_at[line.lot], need_at[line.need]] == line.hours
        assert line.quantity > 0 and line.quantity % question.pack == 0
    for lot in question.lots:
        assert sum(line.quantity for line in made.lines if line.lot == lot.id) <= lot.free
    for depot in question.roads.depots:
        held = sum(lot.free for lot in question.lots if lot.depot == depot)
        gone = sum(line.quantity for line in made.lines if line.depot == depot)
        assert gone <= max(0, held - question.keep_back.get(depot, 0))
        assert gone <= question.room.get(depot, held)
    for need in question.needs:
        came = sum(line.quantity for line in made.lines if line.need == need.id)
        assert came == made.got[need.id] <= need.quantity
        assert (need.id in made.cuts) == (came < need.quantity)
    assert plan(question) == made


def relaxed(question: Question, need: Need, cut) -> Question:
    """Return the question with the named limit lifted by the printed pieces."""
    more = {lot: (cut.pieces or 0) if lot.id == cut.lot else 0 for lot in question.lots}
    lots = tuple(dataclasses.replace(lot, free=lot.free + more[lot]) for lot in question.lots)
    question = dataclasses.replace(question, lots=lots)
    if cut.limit == Limit.SUPPLY:
        return question
    if cut.limit == Limit.KEEP_BACK:
        kept = dict(question.keep_back)
        kept[cut.where] -= cut.pieces
        return dataclasses.replace(question, keep_back=kept)
    if cut.where in question.room:
        room = {**question.room, cut.where: question.room[cut.where] + (cut.pieces or 0)}
        question = dataclasses.replace(question, room=room)
    if cut.limit == Limit.TRUCKS:
        return question
    allowed = dataclasses.replace(question, anyway=question.anyway | {(cut.lot, need.id)})
    if cut.limit == Limit.LIFE:
        return allowed
    hours = question.roads.hours.copy()
    row, column = (
        question.roads.depots.index(cut.where), question.roads.places.index(need.place)
    )  # fmt: skip
    hours[row, column] = 0.1
    return dataclasses.replace(allowed, roads=dataclasses.replace(question.roads, hours=hours))


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("trucks", [False, True])
@pytest.mark.parametrize("seed", range(50))
def test_lifting_the_named_limit_by_the_printed_pieces_raises_the_place(seed, trucks, begun):
    question = drawn(seed, depots=4, lots=7, needs=12, most=9, trucks=trucks, begun=begun)
    made = plan(question)

    for need in question.needs:
        cut = made.cuts.get(need.id)
        if cut is None or cut.limit == Limit.NO_STOCK:
            continue
        again = plan(relaxed(question, need, cut))
        assert again.got[need.id] > made.got[need.id], (need, cut)


def test_an_island_nobody_can_reach_is_said_and_the_others_are_served():
    roads = Roads(("d",), ("shore", "island"), np.array([[1.0, np.inf]]))
    question = Question(
        pack=10, lots=(Lot("l", "d", 100),), roads=roads,
        needs=(Need("n1", "shore", 50), Need("n2", "island", 50)),
    )  # fmt: skip
    made = plan(question)

    assert made.got == {"n1": 50, "n2": 0}
    assert made.cuts["n2"].limit == Limit.NO_ROAD


def test_seven_packs_for_two_places_are_shared_by_their_needs_not_by_who_is_nearest():
    roads = Roads(("d",), ("near", "far"), np.array([[1.0, 5.0]]))
    question = Question(
        pack=1, lots=(Lot("l", "d", 7),), roads=roads,
        needs=(Need("n1", "near", 10), Need("n2", "far", 4)),
    )  # fmt: skip
    made = plan(question)

    assert made.got == {"n1": 5, "n2": 2}
    assert made.cuts["n1"].limit == Limit.SUPPLY and made.cuts["n1"].where == "d"


def test_who_has_a_part_of_what_it_needs_already_waits_until_the_others_have_as_much():
    roads = Roads(("d",), ("p", "q"), np.array([[1.0, 1.0]]))
    needs = (Need("has 60 of 100", "p", 40, had=60), Need("has nothing of 40", "q", 40))
    made = plan(Question(pack=1, lots=(Lot("l", "d", 40),), needs=needs, roads=roads))

    assert made.got == {"has 60 of 100": 11, "has nothing of 40": 29}  # 71 % and 72.5 %
    cut = made.cuts["has 60 of 100"]
    assert (cut.limit, cut.pieces) == (Limit.SUPPLY, 1)  # it has the worst cover now: it is next


def test_what_is_left_of_a_need_below_a_pack_counts_in_its_cover():
    roads = Roads(("d",), ("p", "q"), np.array([[1.0, 1.0]]))
    needs = (Need("odd", "p", 93, had=7), Need("even", "q", 90, had=8))
    made = plan(Question(pack=10, lots=(Lot("l", "d", 10),), needs=needs, roads=roads))

    assert made.got == {"odd": 10, "even": 0}  # 7 of 100 is less than 8 of 98


def test_what_expires_first_goes_first_and_never_where_it_would_arrive_too_old():
    roads = Roads(("d",), ("near", "far"), np.array([[1.0, 30.0]]))
    lots = (Lot("fresh", "d", 10, 900.0), Lot("old", "d", 10, 40.0))
    question = Question(
        pack=1, lots=lots, roads=roads, least_life=24.0,
        needs=(Need("n1", "near", 10), Need("n2", "far", 10)),
    )  # fmt: skip
    taken = {(line.lot, line.need): line.quantity for line in plan(question).lines}

    assert taken == {("old", "n1"): 10, ("fresh", "n2"): 10}


def test_where_there_is_time_old_stock_goes_first_even_from_farther_away():
    roads = Roads(("near", "far"), ("p",), np.array([[1.0], [9.0]]))
    lots = (Lot("fresh", "near", 50, 24.0 * 200), Lot("old", "far", 50, 24.0 * 20))
    asked = Question(1, lots, (Need("n", "p", 30),), roads)

    def sent(minutes_a_day: int) -> list[str]:
        made = plan(dataclasses.replace(asked, minutes_a_day=minutes_a_day))
        assert made.got == {"n": 30}
        return [line.lot for line in made.lines]

    assert sent(0) == ["fresh"]
    assert sent(2) == ["fresh"]  # 180 days are 360 minutes, the way is 480 longer
    assert sent(3) == ["old"]


@pytest.mark.parametrize("seed", range(40))
def test_what_each_place_gets_does_not_hang_on_which_lots_go_first(seed):
    question = drawn(seed, depots=4, lots=12, needs=9, most=20)

    later = plan(dataclasses.replace(question, minutes_a_day=500))
    assert later.got == plan(question).got


def test_a_first_class_need_is_met_before_any_of_the_second():
    roads = Roads(("d",), ("p", "q"), np.array([[9.0, 1.0]]))
    question = Question(
        pack=1, lots=(Lot("l", "d", 6),), roads=roads,
        needs=(Need("first", "p", 5, 1), Need("second", "q", 5, 2)),
    )  # fmt: skip

    assert plan(question).got == {"first": 5, "second": 1}


def test_what_is_missing_below_a_pack_is_said_and_not_dropped():
    roads = Roads(("d",), ("p", "q"), np.array([[1.0, 1.0]]))
    question = Question(
        pack=10, lots=(Lot("l", "d", 99),), roads=roads,
        needs=(Need("odd", "p", 23), Need("small", "q", 3)),
    )  # fmt: skip
    made = plan(question)

    assert made.got == {"odd": 20, "small": 0}
    assert {each.limit for each in made.cuts.values()} == {Limit.PACK} and len(made.cuts) == 2


def test_an_item_nobody_needs_a_whole_pack_of_sends_nothing_and_says_so():
    roads = Roads(("d",), ("p",), np.array([[1.0]]))
    made = plan(
        Question(pack=10, lots=(Lot("l", "d", 99),), needs=(Need("n", "p", 5),), roads=roads)
    )

    assert (made.lines, made.got) == ((), {"n": 0}) and made.cuts["n"].limit == Limit.PACK


def test_without_lots_or_needs_there_is_an_empty_plan():
    roads = Roads(("d",), ("p",), np.array([[1.0]]))
    nothing = plan(Question(pack=1, lots=(), needs=(Need("n", "p", 3),), roads=roads))
    empty = plan(Question(pack=1, lots=(Lot("l", "d", 3),), needs=(), roads=roads))

    assert nothing.got == {"n": 0} and nothing.cuts["n"].limit == Limit.NO_STOCK
    assert empty.lines == () and dict(itertools.chain(empty.got.items())) == {}
