"""The random work of `kinds.py` when nothing goes smoothly, against the same plain book (D-6).

Messages come late and out of order, are sent again long after, break off in the middle of a
service call, lose their connection before the commit or their answer after it, and the clock
jumps both ways. Whatever happens, each is booked once or not at all and its receipt never changes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection

from relief_ops import db, receipts
from tests.conftest import KINDS, Caller
from tests.factories import stock as made
from tests.stockpile.book import INVALID
from tests.stockpile.kinds import Kinds, Message
from tests.stockpile.people import people  # noqa: F401  a fixture
from tests.stockpile.test_ledger_machine import RUNS, _proofs, _work

pytestmark = pytest.mark.target("D-6")
SEED = int(os.environ.get("LEDGER_SEED", "0"))
SHARE = 8  # a run on a bad line takes eight times as long as one of the services alone
HOUR, EARLIEST, LATEST, STATEMENTS = 3600, -10 * 3600, 12 * 3600, 30
WRITTEN = (
    "movement", "receipt", "reservation", "reservation_line", "shipment", "handout", "event",
    "event_area", "account", "lot", "count_claim",
)  # fmt: skip
SUMS = {
    "balance": "sum(on_hand * (CASE WHEN physical THEN 1 ELSE 3 END)), sum(promised)",
    "need": "sum(promised), sum(shipped + 3 * received)",
    "event_head": "sum(seq), 0",
}


class Broken(Exception):
    """The work broke off here."""


class Mischief:
    """Breaks a request off before a statement of its, or drops the connection at the commit."""

    def __init__(self) -> None:
        self.statements, self.drop, self.broke = 0, False, False

    def before(self, *_each: Any) -> None:
        """Count the statements of the request down, and break off at the last."""
        if self.statements:
            self.statements -= 1
            if not self.statements:
                self.broke = True
                raise Broken

    def commit(self, connection: Connection) -> None:
        """Lose the connection with everything done on it, as a killed process does."""
        if self.drop:
            self.drop, self.broke = False, True
            connection.invalidate()
            raise Broken

    @contextmanager
    def at_work(self) -> Iterator[Mischief]:
        """Listen to the database in use for so long."""
        heard = (("before_cursor_execute", self.before), ("commit", self.commit))
        for name, fn in heard:
            event.listen(db.engine(), name, fn)
        yield self
        for name, fn in heard:
            event.remove(db.engine(), name, fn)


class Rough(Kinds):
    """Clients on a bad line, and a clock that somebody sets."""

    mischief: Mischief

    def say(self, who: Caller, path: str, body: dict[str, Any], act: Any) -> None:
        """Write something down; it goes now or later, and something older goes along."""
        message = Message(who, f"/api/v1/{path}", body, act)
        if not hasattr(self, "pocket"):
            self.pocket: list[Message] = []
        if self.book.needs and self.dice.random() < 0.3:
            self.pocket.append(message)
        else:
            self.deliver(message)
        if self.pocket and self.dice.random() < 0.4:
            self.deliver(self.pocket.pop(self.dice.randrange(len(self.pocket))))
        if self.kept and self.dice.random() < 0.4:
            self.deliver(self.dice.choice(list(self.kept.values())))
        self.pass_time()

    def pass_time(self) -> None:
        """Let some minutes go by; now and then somebody sets the clock, back or ahead."""
        on = self.dice.randint(1, 600)
        if self.dice.random() < 0.15:
            on = self.dice.randint(-4 * HOUR, 4 * HOUR)
            self.tally["clock", "back" if on < 0 else "ahead"] += 1
        self.set_clock(min(max(self.book.now + on, EARLIEST), LATEST))

    def send(self, message: Message) -> Any:
        """Send a message until an answer arrives."""
        fate = self.dice.random()
        if fate < 0.25:
            self.break_off(message, statements=self.dice.randint(1, STATEMENTS))
        elif fate < 0.35:
            self.break_off(message, drop=True)
        elif fate < 0.45:
            super().send(message)  # it arrives, its answer does not
            self.tally["line", "unheard"] += 1
        return super().send(message)

    def break_off(self, message: Message, *, statements: int = 0, drop: bool = False) -> None:
        """Send a message that breaks off: nothing of it is written, wherever that happens."""
        before, mischief = written(), self.mischief
        mischief.statements, mischief.drop, mischief.broke = statements, drop, False
        answer = super().send(message)
        broke, mischief.broke = mischief.broke, False
        mischief.statements, mischief.drop = 0, False
        if broke:
            assert answer.status_code in (500, 404)  # 404: only the note of a denial broke off
            assert written() == before, "something of it was written"
        self.tally["line", ("dropped" if drop else "broken") if broke else "unheard"] += 1

    def teardown(self) -> None:
        """At the end everything that was written down has arrived."""
        for message in getattr(self, "pocket", []):
            self.deliver(message)
        self.balances_are_the_books()
        super().teardown()


def written() -> dict[str, tuple[Any, ...]]:
    """Return how much stands in the tables that a write of the stock touches."""
    asked = SUMS | dict.fromkeys(WRITTEN, "0")
    with db.engine().connect() as connection:
        return {
            table: tuple(connection.execute(text(f"SELECT count(*), {what} FROM {table}")).one())
            for table, what in asked.items()
        }


@pytest.fixture
def work(people, tell):  # noqa: F811
    """Return what runs the machine so often from a seed, and says what came of it."""

    def run(*, seed: int, runs: int) -> Counter[tuple[str, str]]:
        tell(seed=seed, runs=runs)
        Rough.people, Rough.tally = people, Counter()
        with Mischief().at_work() as Rough.mischief:
            _work(Rough, seed=seed, runs=runs)
        came: Counter[str] = Counter()
        for (_kind, what), times in Rough.tally.items():
            came[what] += times
        tell(**came)
        return came

    return run


def check(came: Counter[str]) -> None:
    """The books are right, and everything that can go wrong did."""
    assert _proofs() == []
    assert set(came) >= {
        "done", "refused", "again", "broken", "dropped", "unheard", "back", "ahead", INVALID,
    }  # fmt: skip


@pytest.mark.slow
def test_on_a_bad_line_everything_is_booked_once_or_not_at_all(work):
    check(work(seed=SEED, runs=RUNS[db.engine().dialect.name] // SHARE))


@pytest.mark.proof
@pytest.mark.parametrize("database", KINDS, indirect=True)
@pytest.mark.long(90)
def test_on_postgresql_too_everything_is_booked_once_or_not_at_all(work):
    if db.is_sqlite():
        pytest.skip("done in every run")
    check(work(seed=SEED, runs=200 // SHARE))


@pytest.mark.nightly
def test_thirty_thousand_steps_on_a_bad_line_are_each_booked_once_or_not_at_all(work):
    check(work(seed=SEED, runs=5_000 // SHARE))


@pytest.mark.slow
@pytest.mark.sqlite_first
def test_a_server_that_does_not_know_a_retry_is_caught(work, monkeypatch):
    monkeypatch.setattr(receipts, "replay", lambda *_each: None)

    with pytest.raises(AssertionError):
        work(seed=0, runs=20)


@pytest.mark.slow
@pytest.mark.sqlite_first
def test_a_server_that_keeps_what_broke_off_is_caught(work, monkeypatch):
    rollback = Connection.rollback

    def keep(connection: Connection) -> None:
        (Connection.commit if Rough.mischief.broke else rollback)(connection)

    monkeypatch.setattr(Connection, "rollback", keep)

    with pytest.raises(AssertionError):
        work(seed=1, runs=20)


def test_what_leaves_after_the_clock_was_set_back_leaves_no_earlier_than_it_came(people):  # noqa: F811
    depot, hands = made.depot(people.manager), people.hands
    lot = made.stock(people.manager, depot, quantity=10)
    hands.seconds -= HOUR
    answer = made.move(
        people.manager, kind="issue", source=depot, item="tent_12", lot=lot, quantity=10
    )
    assert answer.status_code == 201, answer.json

    came, went = people.manager.get(f"/api/v1/stock/movements?depot={depot}").json["movements"]
    assert came["at"] == went["at"] == hands.moment(0).isoformat()
    hands.seconds = HOUR
    at = hands.moment(-1).isoformat().replace("+", "%2B")
    shown = people.manager.get(f"/api/v1/stock/balances?depot={depot}&at={at}").json["balances"]
    assert [each["on_hand"] for each in shown if each["on_hand"]] == []
