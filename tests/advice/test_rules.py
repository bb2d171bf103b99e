"""What should move although nobody asked, on plain values."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile.advice.rules import (
    Eater,
    Short,
    Spare,
    Want,
    Why,
    beyond,
    refills,
    rotations,
    surpluses,
    to_buy,
)

A, B, C, D = (UUID(int=n) for n in range(1, 5))
LOTS = [UUID(int=n) for n in range(11, 17)]
NEAR = 60 * 24.0
HOURS = {(A, B): 1.0, (A, C): 3.0, (B, C): 2.0, (B, A): 1.0, (A, D): 2.0, (B, D): 0.5}


def told(moves):
    return [(each.balance, each.place, each.quantity) for each in moves]


def test_what_one_depot_has_too_much_fills_the_emptiest_first():
    spares = [Spare(LOTS[0], A, 100)]
    shorts = [Short(B, 40, 100), Short(C, 0, 80)]

    assert told(refills(spares, shorts, HOURS, pack=1, near=NEAR)) == [
        (LOTS[0], C, 80), (LOTS[0], B, 20),
    ]  # fmt: skip


def test_the_nearest_depot_gives_first_and_what_keeps_longest_of_it():
    spares = [Spare(LOTS[0], A, 10, 9000.0), Spare(LOTS[1], A, 10), Spare(LOTS[2], B, 10)]

    found = refills(spares, [Short(C, 0, 25)], HOURS, pack=1, near=NEAR)
    assert told(found) == [(LOTS[2], C, 10), (LOTS[1], C, 10), (LOTS[0], C, 5)]


def test_what_expires_soon_fills_no_reserve():
    assert refills([Spare(LOTS[0], A, 10, 24.0)], [Short(B, 0, 5)], HOURS, pack=1, near=NEAR) == []


def test_only_whole_packs_go_and_none_where_no_road_is_open():
    spares, shorts = [Spare(LOTS[0], A, 100)], [Short(B, 0, 23)]

    assert told(refills(spares, shorts, HOURS, pack=5, near=NEAR)) == [(LOTS[0], B, 20)]
    assert refills(spares, shorts, {}, pack=5, near=NEAR) == []


def test_what_ends_first_is_rotated_first_to_the_nearest_that_uses_it_up():
    spares = [Spare(LOTS[0], A, 50, 480.0), Spare(LOTS[1], B, 50, 240.0)]
    eaters = [Eater(D, Decimal(3), 0)]  # thirty in ten days, sixty in twenty

    found = rotations(spares, eaters, HOURS, pack=1, near=NEAR, stay=1e6)
    assert [each.why for each in found] == [Why.ROTATE, Why.ROTATE]
    assert told(found) == [(LOTS[1], D, 29), (LOTS[0], D, 30)]


def test_what_lies_there_already_is_eaten_first():
    eaters = [Eater(D, Decimal(3), 25)]
    spares = [Spare(LOTS[0], A, 50, 242.0)]
    found = rotations(spares, eaters, HOURS, pack=1, near=NEAR, stay=1e6)

    assert told(found) == [(LOTS[0], D, 5)]


@pytest.mark.parametrize("life", [None, 1.5, 9000.0, -3.0])
def test_what_keeps_is_gone_or_would_expire_on_the_way_is_not_rotated(life):
    spares = [Spare(LOTS[0], A, 50, life)]
    eaters = [Eater(D, Decimal(9), 0)]
    assert rotations(spares, eaters, HOURS, pack=1, near=NEAR, stay=1e6) == []


def test_nobody_is_sent_more_than_for_the_days_people_are_reckoned_to_stay():
    spares, eaters = [Spare(LOTS[0], A, 500, 1000.0)], [Eater(D, Decimal(10), 5)]

    assert told(rotations(spares, eaters, HOURS, pack=1, near=NEAR, stay=72.0)) == [
        (LOTS[0], D, 25)
    ]


def test_what_somebody_asked_for_is_no_spare_and_what_ends_first_is_left():
    spares = [Spare(LOTS[0], A, 50, 240.0), Spare(LOTS[1], A, 50)]

    assert beyond(spares, 60) == [Spare(LOTS[0], A, 40, 240.0)]
    assert beyond(spares, 100) == []


@pytest.mark.parametrize(
    ("lacks", "asked", "free", "bought"),
    [(10, 5, 20, 10), (10, 5, 3, 15), (0, 0, 0, 0), (7, 0, 0, 10)],
)
def test_what_no_stock_covers_is_bought_in_whole_packs(lacks, asked, free, bought):
    assert to_buy(lacks, asked, free, pack=5) == bought


SPARES = st.lists(
    st.builds(Spare, balance=st.sampled_from(LOTS), depot=st.sampled_from([A, B]),
              free=st.integers(1, 200), life=st.none() | st.floats(1, 5000)),
    unique_by=lambda each: each.balance,
)  # fmt: skip
SHORTS = st.lists(
    st.builds(Short, place=st.sampled_from([A, B, C]), held=st.integers(0, 99),
              least=st.integers(1, 300)),
    unique_by=lambda each: each.place,
)  # fmt: skip
EATERS = st.lists(
    st.builds(Eater, place=st.sampled_from([C, D]), daily=st.decimals(0, 50, places=1),
              held=st.integers(0, 99)),
    unique_by=lambda each: each.place,
)  # fmt: skip


@given(SPARES, SHORTS, EATERS, st.sampled_from([1, 5, 12]))
def test_no_lot_gives_more_than_is_free_and_no_place_gets_more_than_it_lacks(
    spares, shorts, eaters, pack
):
    filled = refills(spares, shorts, HOURS, pack=pack, near=NEAR)
    turned = rotations(spares, eaters, HOURS, pack=pack, near=NEAR, stay=1e6)

    for spare in spares:
        given_away = sum(x.quantity for x in (*filled, *turned) if x.balance == spare.balance)
        assert given_away <= spare.free
    for short in shorts:
        assert sum(x.quantity for x in filled if x.place == short.place) <= short.lacks
    for eater in eaters:
        got = [x for x in turned if x.place == eater.place]
        lives = {x.balance: x.life for x in spares}
        longest = max((lives[x.balance] - x.hours for x in got), default=0.0)
        assert sum(x.quantity for x in got) <= eater.room(longest)
    assert all(x.quantity % pack == 0 and x.quantity > 0 for x in (*filled, *turned))
    assert all(x.depot != x.place for x in (*filled, *turned))


NEEDS = [UUID(int=n) for n in range(21, 25)]


def met(moves):
    return [(each.balance, each.need, each.quantity) for each in moves]


def test_surplus_goes_by_class_then_to_whom_least_was_promised():
    wants = [
        Want(NEEDS[0], B, 2, 100, 0), Want(NEEDS[1], C, 1, 100, 80), Want(NEEDS[2], B, 1, 100, 20),
    ]  # fmt: skip

    found = surpluses([Spare(LOTS[0], A, 110)], wants, HOURS, pack=1)
    assert {each.why for each in found} == {Why.SURPLUS}
    assert met(found) == [
        (LOTS[0], NEEDS[2], 80), (LOTS[0], NEEDS[1], 20), (LOTS[0], NEEDS[0], 10),
    ]  # fmt: skip


def test_surplus_comes_from_the_nearest_what_expires_first_and_keeps_until_it_arrives():
    spares = [
        Spare(LOTS[0], A, 10), Spare(LOTS[1], B, 10), Spare(LOTS[2], B, 10, 50.0),
        Spare(LOTS[3], B, 10, 2.0),
    ]  # fmt: skip

    found = surpluses(spares, [Want(NEEDS[0], C, 1, 25, 0)], HOURS, pack=1)
    assert met(found) == [(LOTS[2], NEEDS[0], 10), (LOTS[1], NEEDS[0], 10), (LOTS[0], NEEDS[0], 5)]


@given(
    free=st.lists(st.integers(0, 60), min_size=1, max_size=4),
    lacks=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 5)), max_size=4),
    pack=st.sampled_from([1, 5, 10]),
)
def test_surplus_gives_no_more_than_there_is_nor_than_is_lacked(free, lacks, pack):
    spares = [Spare(lot, A, each) for lot, each in zip(LOTS, free, strict=False)]
    wants = [
        Want(need, B, priority, quantity, 0)
        for need, (quantity, priority) in zip(NEEDS, lacks, strict=False)
    ]
    found = surpluses(spares, wants, HOURS, pack=pack)

    for spare in spares:
        assert sum(each.quantity for each in found if each.balance == spare.balance) <= spare.free
    for want in wants:
        assert sum(each.quantity for each in found if each.need == want.need) <= want.lacks
    assert all(each.quantity > 0 and each.quantity % pack == 0 for each in found)
