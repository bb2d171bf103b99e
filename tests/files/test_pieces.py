"""Pieces in any order, twice, overlapping, wrong: what is there is always a part of the file."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from relief_ops.files import rules, store
from relief_ops.files.rules import Piece

SIZE = 64
FILE = bytes(range(SIZE))
stretches = st.tuples(st.integers(0, SIZE - 1), st.integers(1, SIZE)).map(
    lambda each: Piece(each[0], min(each[1], SIZE - each[0]))
)
steps = st.lists(st.tuples(stretches, st.booleans()), max_size=30)


@settings(max_examples=80, deadline=None)
@given(steps)
def test_whatever_is_sent_only_right_bytes_count_and_all_of_them_make_the_file(sent):
    with tempfile.TemporaryDirectory() as folder:
        store.keep_in(Path(folder))
        upload, model = uuid4(), {}
        for piece, right in sent:
            data = FILE[piece.offset : piece.end]
            given_bytes = data if right else bytes(255 - each for each in data)
            clash = any(model.get(piece.offset + at, each) != each
                        for at, each in enumerate(given_bytes))  # fmt: skip
            try:
                store.add_piece(upload, piece.offset, given_bytes)
                assert not clash
                model |= {piece.offset + at: each for at, each in enumerate(given_bytes)}
            except store.Differs:
                assert clash
            gap = next((at for at in range(SIZE) if at not in model), SIZE)
            assert rules.first_gap(store.pieces(upload), SIZE) == gap
        for at in range(SIZE):
            if at not in model:
                store.add_piece(upload, at, FILE[at : at + 1])
                model[at] = FILE[at]
        assert store.whole(upload) == bytes(model[at] for at in range(SIZE))


@given(st.lists(stretches))
def test_stretches_that_touch_are_one(pieces):
    there = {at for each in pieces for at in range(each.offset, each.end)}
    found = rules.covered(pieces)

    assert {at for each in found for at in range(each.offset, each.end)} == there
    assert all(one.end < two.offset for one, two in pairwise(found))
