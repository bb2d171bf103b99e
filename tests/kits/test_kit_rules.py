"""How many kits parts do for, which lots go in, and whether what moved is what was decided."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from stockpile.kits.rules import Held, Lack, Taken, disagreements, draw, earliest, most

RECIPE = {"quilt": 2, "mat": 1}


def lot(number: int, item: str, free: int, *, until: date | None = None) -> Held:
    return Held(lot_id=UUID(int=number), item=item, free=free, expires_on=until)


def test_the_scarcest_part_says_how_many_kits_there_can_be():
    assert most(RECIPE, [lot(1, "quilt", 9), lot(2, "mat", 7)]) == (4, "quilt")
    assert most(RECIPE, [lot(1, "quilt", 90), lot(2, "mat", 7), lot(3, "rice", 1)]) == (7, "mat")
    assert most(RECIPE, [lot(1, "quilt", 90)]) == (0, "mat")
    assert most({}, []) == (0, None)


def test_what_expires_first_goes_in_first_and_what_never_does_last():
    held = [
        lot(1, "quilt", 5), lot(2, "quilt", 3, until=date(2015, 1, 1)),
        lot(3, "quilt", 2, until=date(2014, 1, 1)), lot(4, "mat", 9),
    ]  # fmt: skip
    taken, lack = draw(RECIPE, 3, held)

    assert lack is None
    assert [(each.lot_id.int, each.quantity) for each in taken] == [(3, 2), (2, 3), (1, 1), (4, 3)]


def test_what_is_lacking_is_named_and_nothing_is_taken():
    assert draw(RECIPE, 5, [lot(1, "quilt", 9), lot(2, "mat", 5)]) == ([], Lack("quilt", 10, 9))


def test_kits_last_as_long_as_the_first_of_their_parts():
    assert earliest([None, date(2015, 1, 1), date(2014, 5, 5)]) == date(2014, 5, 5)
    assert earliest([None, None]) is None


def test_lines_that_are_not_the_recipe_are_told_part_by_part():
    lines = [Taken(UUID(int=1), "quilt", 3), Taken(UUID(int=2), "rice", 1)]

    assert disagreements(RECIPE, 2, lines) == [("mat", 2, 0), ("quilt", 4, 3), ("rice", 0, 1)]


LOTS = st.lists(
    st.builds(
        lot, st.integers(1, 10**6), st.sampled_from(["quilt", "mat"]), st.integers(0, 50),
        until=st.none() | st.dates(date(2014, 1, 1), date(2016, 1, 1)),
    ),
    max_size=12, unique_by=lambda each: each.lot_id,
)  # fmt: skip


@given(LOTS)
def test_as_many_as_can_be_made_are_made_of_the_recipe_and_of_what_is_there(held):
    number, _limit = most(RECIPE, held)
    taken, lack = draw(RECIPE, number, held)
    free = {each.lot_id: each.free for each in held}

    assert lack is None and disagreements(RECIPE, number, taken) == []
    assert all(each.quantity <= free[each.lot_id] for each in taken)
    assert draw(RECIPE, number + 1, held)[1] is not None
