"""The tree of areas is read once a process and day, and what two days share only once."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from relief_ops import db, geo
from tests.geo.test_crosswalk import AFTER, BEFORE, crosswalk  # noqa: F401


def read(on):
    with db.reading() as session:
        return geo.tree(session, on)


def test_a_second_day_has_the_same_tree_whether_or_not_another_was_read_before(crosswalk):  # noqa: F811
    crosswalk()
    geo.forget()
    fresh = {node.id: node for node in read(AFTER)}
    geo.forget()
    before, after = read(BEFORE), read(AFTER)

    assert {node.id: node for node in after} == fresh
    shared = [node for node in after if node in set(before)]
    assert 0 < len(shared) < len(after)
    assert all(node is before.node(node.id) for node in shared)


def test_however_many_ask_at_once_the_tree_is_read_once(crosswalk, monkeypatch):  # noqa: F811
    geo.forget()
    trees = sys.modules["relief_ops.geo.tree"]
    begun, really = [], trees._read
    gate = threading.Barrier(6)

    def slowly(*asked):
        begun.append(asked)
        threading.Event().wait(0.05)
        return really(*asked)

    monkeypatch.setattr(trees, "_read", slowly)

    def ask(_turn):
        gate.wait()
        return read(BEFORE)

    with ThreadPoolExecutor(6) as several:
        found = list(several.map(ask, range(6)))

    assert len(begun) == 1
    assert len({id(each) for each in found}) == 1
