"""Random work with every kind of movement, through the API, against the plain book (D-5).

What `test_ledger_machine.py` leaves out: donations bound to a disaster, returns, loans,
corrections, entries dated back, counts and losses that wait for a second person, handouts and
their taking back. Nothing bound elsewhere goes out here, no past moment is below zero, and an
entry is corrected once.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from relief_ops import db
from stockpile.services import counting, ledger
from tests.conftest import KINDS
from tests.stockpile.kinds import Kinds
from tests.stockpile.people import people  # noqa: F401  a fixture
from tests.stockpile.test_ledger_machine import RUNS, _proofs, _work

pytestmark = pytest.mark.target("D-5")
SEED = int(os.environ.get("LEDGER_SEED", "0"))
SHARE = 5  # a run through the API takes five times as long as one of the services alone
EVERY = {
    "receive", "donation", "return", "transfer", "issue", "write_off", "loan", "loan_back",
    "count", "correction", "reservations", "release", "shipments", "receipt", "turn-back",
    "handouts", "taking-back",
}  # fmt: skip


@pytest.fixture
def work(people, tell):  # noqa: F811
    """Return what runs the machine so often from a seed, and says what came of it."""

    def run(*, seed: int, runs: int) -> Counter[tuple[str, str]]:
        tell(seed=seed, runs=runs)
        Kinds.people, Kinds.tally = people, Counter()
        _work(Kinds, seed=seed, runs=runs)
        came: Counter[str] = Counter()
        for (_kind, what), times in Kinds.tally.items():
            came[what] += times
        tell(**came)
        return Kinds.tally

    return run


@pytest.mark.slow
def test_every_kind_of_movement_does_what_the_plain_book_does(work):
    tally = work(seed=SEED, runs=RUNS[db.engine().dialect.name] // SHARE)

    assert _proofs() == []
    assert not db.is_sqlite() or {kind for kind, came in tally if came == "done"} == EVERY


@pytest.mark.proof
@pytest.mark.parametrize("database", KINDS, indirect=True)
@pytest.mark.long(60)
def test_every_kind_of_movement_does_it_on_postgresql_too(work):
    if db.is_sqlite():
        pytest.skip("done in every run")
    tally = work(seed=SEED, runs=200 // SHARE)

    assert _proofs() == []
    assert {kind for kind, came in tally if came == "done"} == EVERY


@pytest.mark.nightly
def test_fifty_thousand_steps_of_every_kind_do_what_the_plain_book_does(work):
    work(seed=SEED, runs=5_000 // SHARE)

    assert _proofs() == []


@pytest.mark.slow
@pytest.mark.sqlite_first
@pytest.mark.parametrize(
    ("where", "what", "instead"),
    [
        (ledger, "_check_past", lambda *_each: None),
        (ledger, "FROM_HOUSEHOLDS", ()),
        (counting, "_too_much", lambda *_each: False),
    ],
    ids=["the past is not looked at", "households give what they never got", "one word is enough"],
)
def test_a_book_that_forgets_one_rule_is_caught(work, monkeypatch, where, what, instead):
    monkeypatch.setattr(where, what, instead)

    with pytest.raises(AssertionError):
        work(seed=0, runs=40)
