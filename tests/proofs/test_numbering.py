"""A thousand writers in no order, one reader of the tail: no gap, nothing skipped (L-2)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.events import DrillEnded
from relief_ops.errors import Busy
from relief_ops.events import change_rows, record
from relief_ops.events.models import EventRow
from tests.conftest import new_id

pytestmark = [pytest.mark.proof, pytest.mark.target("L-2")]
WRITERS, AT_ONCE, SLEEP, ROLLED_BACK = 1000, 16, 0.006, 0.1
AFTER_NUMBERING = 50  # `before_commit` runs what is queued in this order; the numbering is first


class Undone(Exception):
    """This writer changes its mind."""


def commit(number: int) -> None:
    """Write one to three events, sleeping before they are numbered and after."""
    dice = random.Random(number)
    with act_as(SYSTEM), db.transaction() as session:
        root = geo.tree(session).root.id
        for _ in range(dice.randint(1, 3)):
            subject = UUID(new_id())
            record(session, DrillEnded(subject), actor_id=None, subject=subject, areas=[root])
        gone = dice.random() < ROLLED_BACK

        def late(_session: Any) -> None:
            time.sleep(dice.random() * SLEEP)
            if gone:
                raise Undone

        db.before_commit(session, AFTER_NUMBERING, late)
        time.sleep(dice.random() * SLEEP)


def in_batches(write: Callable[[int], None]) -> tuple[int, int]:
    """Run the writers, so many at once; return how many were undone and how often it was busy."""
    left, told, undone, busy = list(range(WRITERS)), threading.Lock(), [], []

    def work() -> None:
        while True:
            with told:
                if not left:
                    return
                number = left.pop()
            try:
                write(number)
            except Undone:
                undone.append(number)
            except Busy:
                busy.append(number)
                with told:
                    left.append(number)

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(undone), len(busy)


class Tail:
    """Reads on from the last number it saw, as every screen and every web process does."""

    def __init__(self, after: int, read: Callable[[int], list[int]]) -> None:
        self.seen: list[int] = []
        self.last, self.read = after, read
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> Tail:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()

    def _run(self) -> None:
        while True:
            last_round = self.over.is_set()
            while found := self.read(self.last):
                self.seen += found
                self.last = found[-1]
            if last_round:
                return
            time.sleep(0.001)


def product(after: int) -> list[int]:
    with db.reading() as session:
        return [change.seq for change in change_rows(session, after)]


def test_a_thousand_writers_leave_no_gap_and_the_tail_skips_nothing(app, tell):
    with db.reading() as session:
        before = list(session.scalars(select(EventRow.seq)))
    began = time.monotonic()
    with Tail(max(before, default=0), product) as tail:
        undone, busy = in_batches(commit)
    seconds = time.monotonic() - began
    with db.reading() as session:
        every = list(session.scalars(select(EventRow.seq).order_by(EventRow.seq)))
    written = every[len(before) :]

    gaps = len(set(range(1, len(every) + 1)) ^ set(every))
    tell(
        writers=WRITERS, undone=undone, busy=busy, events=len(written), gaps=gaps,
        skipped=len(set(written) - set(tail.seen)), commits_per_second=(WRITERS - undone) / seconds,
    )  # fmt: skip
    assert gaps == 0
    assert tail.seen == written
    assert len(written) > WRITERS / 2


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_numbers_taken_before_the_commit_are_caught(app, tell):
    with db.engine().begin() as connection:
        connection.execute(text("CREATE TABLE plain_log (seq bigserial PRIMARY KEY, said text)"))

    def write(number: int) -> None:
        dice = random.Random(number)
        with db.engine().begin() as connection:
            connection.execute(text("INSERT INTO plain_log (said) VALUES ('x')"))
            time.sleep(dice.random() * SLEEP)
            if dice.random() < ROLLED_BACK:
                raise Undone

    def read(after: int) -> list[int]:
        asked = text("SELECT seq FROM plain_log WHERE seq > :after ORDER BY seq")
        with db.engine().connect() as connection:
            return list(connection.scalars(asked, {"after": after}))

    try:
        with Tail(0, read) as tail:
            in_batches(write)
        written = read(0)
    finally:
        with db.engine().begin() as connection:
            connection.execute(text("DROP TABLE plain_log"))

    skipped = len(set(written) - set(tail.seen))
    gaps = len(set(range(1, max(written) + 1)) - set(written))
    tell(events=len(written), skipped=skipped, gaps=gaps)
    assert skipped > 0
    assert gaps > 0
