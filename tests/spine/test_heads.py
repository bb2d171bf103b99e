"""What was told outside of how far the log was finds a log cut short or written anew (S-8)."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from relief_ops import audit, backup, db
from relief_ops.auth import SYSTEM, act_as
from tests.spine.tampering import OPEN, QUIET, tampering
from tests.spine.test_log import say

HARM = OPEN | QUIET
TAMPERINGS = {"sqlite": 1000, "postgresql": 250}


def grown():
    """Let some more happen, and return how far the log is then."""
    for _number in range(6):
        with act_as(SYSTEM), db.transaction() as session:
            say(session, 3)
    return backup.head()


@pytest.mark.target("S-8")
def test_a_thousand_tamperings_by_sql_are_found_by_whoever_has_a_head(app):
    known, done, blind = grown(), Counter(), Counter()
    with db.reading() as session:
        assert backup.chain(session, [known]) == []

    @given(
        kind=st.sampled_from(sorted(HARM)),
        place=st.integers(1, known.seq),
        seed=st.integers(0, 2**32),
    )
    @settings(
        max_examples=TAMPERINGS[db.engine().dialect.name], deadline=None, database=None,
        derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def tamper(kind, place, seed):
        with tampering() as session:
            HARM[kind](session, place, random.Random(seed))
            session.expire_all()
            assert backup.chain(session, [known]), f"{kind} at {place} was not found"
            blind[kind] += not backup.chain(session)
        done[kind] += 1

    tamper()

    assert sum(done.values()) >= 0.95 * TAMPERINGS[db.engine().dialect.name], done
    # Whoever ignores the heads misses every tampering that leaves a chain whole in itself.
    assert {kind for kind in blind if blind[kind]} == set(QUIET)
    assert all(blind[kind] == done[kind] for kind in QUIET)
    with db.reading() as session:
        assert backup.chain(session, [known]) == []


@pytest.mark.target("S-8")
def test_a_verifier_that_ignores_the_heads_is_caught_by_the_same_tampering(app, monkeypatch):
    known = grown()
    monkeypatch.setattr(audit, "lost_heads", lambda _heads, _hashes: [])
    with tampering() as session:
        QUIET["cut"](session, known.seq - 1, random.Random(1))

        assert backup.chain(session, [known]) == []  # the mutant sees nothing


def test_a_head_says_whether_the_end_is_gone_or_the_log_is_another():
    heads = [audit.Head(seq=3, hash="a" * 64, at="monday"), audit.Head(seq=0, hash=audit.GENESIS)]

    assert "cut off" in audit.lost_heads(heads, {2: "b" * 64})[0]
    assert "monday" in audit.lost_heads(heads, {3: "b" * 64})[0]
    assert "rewritten" in audit.lost_heads(heads, {3: "b" * 64})[0]
    assert audit.lost_heads(heads, {3: "a" * 64}) == []


def test_a_head_reads_back_however_it_was_kept():
    head = audit.Head(seq=12, hash="ab" * 32, epoch="e", at="t")
    manifest = f'{{\n "seq": 12,\n "hash": "{head.hash}",\n "key": "k",\n "files": 0\n}}'

    assert audit.read_heads(str(head)) == [audit.Head(seq=12, hash=head.hash)]
    assert audit.read_heads(head.line() * 2 + "\n") == [head, head]
    assert audit.read_heads(f"{head}\n{head.line()}")[1] == head
    assert str(audit.read_heads(manifest)[0]) == str(head)


@pytest.mark.parametrize(
    "given",
    ["", " \n", "12", "12:abc", "-1:" + "a" * 64, "{}", "[]", '{"seq":"1","hash":"x"}', "\x00",
     '{"seq":true,"hash":"' + "a" * 64 + '"}', '{"seq":1,"hash":5}', "null", "1:" + "A" * 64],
)  # fmt: skip
def test_what_is_no_head_is_refused(given):
    with pytest.raises(ValueError):
        audit.read_heads(given)


def test_after_a_restore_only_the_heads_it_brought_back_must_stand():
    old = [audit.Head(seq=each, hash=f"{each:064}") for each in (1, 5, 9)]
    back = audit.Head(seq=6, hash="6" * 64, restored=True)
    later = audit.Head(seq=7, hash="7" * 64)

    assert audit.standing([*old, back, later]) == [*old[:2], back, later]
    assert audit.standing(old) == old


def test_a_head_is_told_to_the_file_once_for_each_growth(app, tmp_path):
    path = tmp_path / "elsewhere" / "heads.jsonl"

    assert backup.told_heads(path) == []
    first = backup.tell_head(path)
    assert backup.tell_head(path) is None
    second = grown()
    assert str(backup.tell_head(path)) == str(second)
    assert [str(each) for each in backup.told_heads(path)] == [str(first), str(second)]
