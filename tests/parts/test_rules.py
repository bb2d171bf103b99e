"""Where a figure counts, on plain values."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from relief_ops.disasters.parts.rules import ALONE, Grouping, Split, Stream

A, B, C, D = sorted(uuid4() for _ in range(4))
NEAR, FAR = uuid4(), uuid4()
NAMES = (A, B, C, D)


def test_a_disaster_alone_holds_what_was_filed_under_it():
    assert ALONE.members(A) == (A,)
    assert ALONE.streams(A) == (Stream(A),)
    assert ALONE.counts(A, A, NEAR) and not ALONE.counts(A, B, NEAR)


def test_a_part_counts_in_every_whole_above_it():
    found = Grouping({B: A, C: B})

    assert found.members(A) == (A, B, C)
    assert (found.chain(C), found.top(C)) == ((C, B, A), A)
    assert found.counts(A, C, NEAR) and found.counts(B, C, NEAR)
    assert not found.counts(C, B, NEAR)


def test_a_ring_nobody_can_make_hangs_nothing():
    ring = Grouping({A: B, B: C, C: A})

    assert set(ring.chain(A)) == set(ring.members(A)) == {A, B, C}


def test_a_split_takes_its_townships_along_and_leaves_the_others():
    found = ALONE.split(A, B, [NEAR])

    assert (found.home(A, NEAR), found.home(A, FAR), found.home(B, NEAR)) == (B, A, B)
    assert found.streams(A) == (Stream(A, less=frozenset({NEAR})),)
    assert found.streams(B) == (Stream(B), Stream(A, only=frozenset({NEAR})))
    assert found.filed_under(B) == {A, B}


def test_a_split_is_taken_back_with_all_that_was_filed_meanwhile():
    found = ALONE.split(A, B, [NEAR]).split(B, A, [NEAR])

    assert (found.home(A, NEAR), found.home(B, NEAR), found.home(B, FAR)) == (A, A, B)


def test_what_was_split_off_twice_goes_the_whole_way():
    found = ALONE.split(A, B, [NEAR, FAR]).split(B, C, [NEAR])

    assert (found.home(A, NEAR), found.home(A, FAR)) == (C, B)
    assert found.streams(C) == (
        Stream(C),
        *(Stream(each, only=frozenset({NEAR})) for each in sorted((A, B))),
    )


def test_a_part_split_off_its_whole_leaves_the_whole_as_it_was():
    found = ALONE.joined(B, A).split(A, B, [NEAR])

    assert found.counts(A, A, NEAR) and found.counts(B, A, NEAR)
    assert not found.separated(B).counts(A, A, NEAR)


splits = st.lists(
    st.builds(
        Split, st.sampled_from(NAMES), st.sampled_from(NAMES),
        st.sets(st.sampled_from((NEAR, FAR))).map(frozenset),
    ),
    max_size=6,
)  # fmt: skip
# A part before its whole in the alphabet: no way leads back.
wholes = st.dictionaries(st.sampled_from((B, C, D)), st.sampled_from(NAMES)).map(
    lambda found: {part: whole for part, whole in found.items() if whole < part}
)


@given(wholes, splits)
def test_every_report_counts_in_exactly_one_disaster_that_is_part_of_nothing(above, made):
    found = Grouping(above, tuple(each for each in made if each.source != each.into))
    tops = [each for each in NAMES if each not in above]

    for filed in NAMES:
        for township in (NEAR, FAR):
            assert sum(found.counts(each, filed, township) for each in tops) == 1
            held = [
                each
                for each in NAMES
                for stream in found.streams(each)
                if stream.disaster_id == filed
                and (township in stream.only if stream.only is not None
                     else township not in stream.less)
            ]  # fmt: skip
            assert held == [found.home(filed, township)]
