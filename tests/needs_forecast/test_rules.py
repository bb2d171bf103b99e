"""Where people are expected, on plain values."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shelters.needs_forecast.rules import Group, Told, expected

VILLAGE, OTHER = UUID(int=1), UUID(int=2)
NEAR, FAR = UUID(int=11), UUID(int=12)


def where(groups, told=()):
    return {place: each.people for place, each in expected(groups, told).items()}


def test_who_was_told_a_shelter_is_expected_there():
    groups = [Group(VILLAGE, 3, 0, NEAR), Group(VILLAGE, 4, 1, FAR)]

    assert where(groups) == {(NEAR, True): 3, (FAR, True): 4}
    assert expected(groups, ())[FAR, True].infants == 1


def test_who_was_told_nothing_goes_where_the_village_was_promised_places():
    groups = [Group(VILLAGE, 3, 0, None), Group(VILLAGE, 3, 0, None)]

    assert where(groups, [Told(VILLAGE, NEAR, 5)]) == {(NEAR, True): 3, (VILLAGE, False): 3}


def test_places_that_households_were_told_are_not_given_twice():
    groups = [Group(VILLAGE, 4, 0, None), Group(VILLAGE, 3, 0, NEAR)]

    assert where(groups, [Told(VILLAGE, NEAR, 5)]) == {(VILLAGE, False): 4, (NEAR, True): 3}


def test_one_village_does_not_use_the_places_of_another():
    assert where([Group(VILLAGE, 2, 0, None)], [Told(OTHER, NEAR, 9)]) == {(VILLAGE, False): 2}


GROUPS = st.lists(
    st.builds(
        Group, village=st.sampled_from([VILLAGE, OTHER]), people=st.integers(1, 9),
        infants=st.just(0), shelter=st.sampled_from([None, NEAR, FAR]),
    )
)  # fmt: skip
PROMISES = st.lists(
    st.builds(Told, village=st.sampled_from([VILLAGE, OTHER]),
              shelter=st.sampled_from([NEAR, FAR]), people=st.integers(1, 30)),
    max_size=6,
)  # fmt: skip


@given(GROUPS, PROMISES)
def test_nobody_is_lost_or_expected_twice(groups, told):
    found = expected(groups, told)

    assert sum(each.people for each in found.values()) == sum(each.people for each in groups)


@given(GROUPS, PROMISES)
def test_untold_people_never_fill_more_than_was_promised(groups, told):
    found = expected(groups, told)

    for shelter in (NEAR, FAR):
        named = sum(each.people for each in groups if each.shelter == shelter)
        promised = sum(each.people for each in told if each.shelter == shelter)
        here = found.get((shelter, True))
        assert (here.people if here else 0) <= max(named, named + promised)
