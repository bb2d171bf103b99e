"""Lots that no need can get are named with their reason; a season of them wastes less (F19)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockpile.allocation.planning import plan
from stockpile.allocation.shapes import Lot, Need, Question, Roads, Skip
from stockpile.allocation.skipping import skipped

FAR = float("inf")


def question(lots, *, hours, needs=None, **more):
    depots, places = tuple(sorted({each.depot for each in lots})), ("p", "q")
    wanted = needs or (Need("1", "p", 10), Need("2", "q", 10))
    return Question(5, tuple(lots), wanted, Roads(depots, places, np.array(hours)), **more)


def test_each_lot_that_serves_nobody_says_why():
    lots = [
        Lot("crumbs", "a", 4), Lot("old", "a", 50, 6.0), Lot("good", "a", 50, 900.0),
        Lot("cut off", "b", 50), Lot("kept", "c", 50),
    ]  # fmt: skip
    found = skipped(
        question(lots, hours=[[4, 5], [FAR, FAR], [1, 1]], least_life=3.0, keep_back={"c": 48})
    )

    assert found == {
        "crumbs": Skip.PACK, "old": Skip.LIFE, "cut off": Skip.NO_ROAD, "kept": Skip.KEEP_BACK,
    }  # fmt: skip


def test_a_lot_too_old_for_one_place_and_not_for_another_is_not_left_out():
    lots = [Lot("old", "a", 50, 6.0)]

    assert skipped(question(lots, hours=[[1, 5]], least_life=3.0)) == {}
    assert skipped(question(lots, hours=[[4, 5]], least_life=3.0)) == {"old": Skip.LIFE}


lot_of = st.builds(
    Lot, st.uuids().map(str), st.sampled_from("abc"), st.integers(0, 40),
    st.none() | st.floats(0, 48),
)  # fmt: skip
some_hours = st.sampled_from([1.0, 6.0, 20.0, FAR])


@settings(deadline=None, max_examples=150)
@given(
    st.lists(lot_of, min_size=1, max_size=8),
    st.lists(st.lists(some_hours, min_size=2, max_size=2), min_size=3, max_size=3),
    st.integers(0, 60),
    st.sampled_from([0.0, 8.0, 24.0]),
)
def test_what_is_left_out_is_in_no_plan_whatever_is_asked(lots, hours, kept, least_life):
    depots = sorted({each.depot for each in lots})
    asked = question(
        lots, hours=hours[: len(depots)], least_life=least_life, keep_back={depots[0]: kept}
    )

    used = {each.lot for each in plan(asked).lines}
    assert used.isdisjoint(skipped(asked))


# A season: goods of many ages in three depots, two hundred and forty days, something asked daily.
DEPOTS, PLACES, DAYS, PACK, LEAST = ("a", "b", "c"), ("p", "q", "r"), 240, 1, 24.0
HOURS = np.array([[6.0, 30.0, 54.0], [30.0, 6.0, 30.0], [54.0, 30.0, 6.0]])


class Season:
    """What lies where, and how many hours each lot has left.

    Twice as much is asked as there is; in a `supplied` season a lot comes to a depot every day.
    """

    def __init__(self, seed: int, *, supplied: bool = False) -> None:
        draw = Random(f"season:{seed}")
        self.held = {
            f"{depot}{number}": [depot, draw.randint(10, 60), 24.0 * draw.randint(1, DAYS)]
            for depot in DEPOTS
            for number in range(12)
        }
        self.asked = [
            [(place, draw.choice([0, 0, 2, 5, 9])) for place in PLACES] for _day in range(DAYS)
        ]
        self.coming = [
            (f"new{day}", [draw.choice(DEPOTS), draw.randint(5, 16), 24.0 * draw.randint(60, DAYS)])
            for day in range(DAYS if supplied else 0)
        ]
        self.wasted, self.served, self.useless = 0, dict.fromkeys(PLACES, 0), 0

    def question(self, wanted) -> Question:
        lots = tuple(Lot(lot, depot, n, life) for lot, (depot, n, life) in self.held.items() if n)
        needs = tuple(Need(place, place, n) for place, n in wanted if n)
        return Question(
            PACK, lots, needs, Roads(DEPOTS, PLACES, HOURS), least_life=LEAST,
        )  # fmt: skip

    def send(self, lot: str, place: str, quantity: int) -> None:
        """Send goods; what has too little life left when it arrives serves nobody."""
        depot, _n, life = self.held[lot]
        self.held[lot][1] -= quantity
        hours = HOURS[DEPOTS.index(depot), PLACES.index(place)]
        if life - hours >= LEAST:
            self.served[place] += quantity
        else:
            self.useless += quantity

    def night(self) -> None:
        """Let a day pass; what has expired is waste, what has come lies there."""
        self.held |= dict(self.coming[:1])
        del self.coming[:1]
        for each in self.held.values():
            each[2] -= 24.0
            if each[2] <= 0:
                self.wasted += each[1]
                each[1] = 0

    @property
    def lost(self) -> int:
        return self.wasted + self.useless


def by_plan(season: Season, wanted) -> None:
    asked = season.question(wanted)
    if asked.lots and asked.needs:
        for line in plan(asked).lines:
            season.send(line.lot, line.need, line.quantity)


def by_expiry_alone(season: Season, wanted) -> None:
    """Plain first-expired-first-out: the oldest lot there is, wherever it has to go."""
    for place, quantity in wanted:
        for lot, (_depot, held, _life) in sorted(season.held.items(), key=lambda each: each[1][2]):
            taken = min(held, quantity)
            if taken:
                season.send(lot, place, taken)
                quantity -= taken


def by_age_first(season: Season, wanted) -> None:
    """The plan as it is asked when there is time: a day of life is worth ten hours' travel."""
    asked = season.question(wanted)
    if asked.lots and asked.needs:
        for line in plan(replace(asked, minutes_a_day=600)).lines:
            season.send(line.lot, line.need, line.quantity)


def lived(seed: int, policy, **kind) -> Season:
    season = Season(seed, **kind)
    for wanted in season.asked:
        policy(season, wanted)
        season.night()
    return season


SEASONS = range(8)


@pytest.fixture(scope="module")
def seasons():
    """Return each season by travel first, by age first, and as plain expiry had it."""
    return [
        tuple(lived(seed, policy) for policy in (by_plan, by_age_first, by_expiry_alone))
        for seed in SEASONS
    ]


@pytest.mark.slow
def test_a_whole_season_sends_nothing_that_is_too_old_on_arrival(seasons):
    assert sum(ours.useless + aged.useless for ours, aged, _plain in seasons) == 0
    assert sum(plain.useless for _ours, _aged, plain in seasons) > 100


@pytest.mark.slow
def test_a_season_loses_less_than_by_expiry_alone_and_serves_more(seasons):
    lost = [(aged.lost, plain.lost) for _ours, aged, plain in seasons]

    assert all(aged < plain or aged == plain == 0 for aged, plain in lost)
    assert sum(aged for aged, _plain in lost) < 0.75 * sum(plain for _aged, plain in lost)
    assert all(
        sum(aged.served.values()) >= sum(plain.served.values()) for _ours, aged, plain in seasons
    )


@pytest.mark.slow
def test_seasons_in_which_nobody_goes_short_serve_no_place_worse_and_lose_less_in_all():
    lost = [0, 0]
    for seed in SEASONS:
        aged, plain = (lived(seed, each, supplied=True) for each in (by_age_first, by_expiry_alone))
        for place in PLACES:
            asked = sum(n for day in aged.asked for where, n in day if where == place)
            assert aged.served[place] == asked >= plain.served[place]
        lost = [lost[0] + aged.lost, lost[1] + plain.lost]

    # One season in eight loses more: what by expiry alone had gone out useless is missing there.
    assert lost[0] < 0.75 * lost[1]


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True, reason="F19 is missed where goods run out: more is served in all, yet what one "
    "place gets more another gets a few pieces less than where the oldest lot went to the first",
)  # fmt: skip
def test_a_season_in_which_goods_run_out_serves_no_place_worse(seasons):
    for _ours, aged, plain in seasons:
        assert all(aged.served[each] >= plain.served[each] for each in PLACES)


def test_left_out_once_more_life_is_allowed_it_comes_in():
    lots = [Lot("old", "a", 50, 6.0)]
    asked = question(lots, hours=[[4, 5]], least_life=3.0)

    assert skipped(replace(asked, least_life=0.0)) == {}
