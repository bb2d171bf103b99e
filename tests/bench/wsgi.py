"""The server as the benchmarks run it: the product, plus what only a benchmark asks of it.

SIGUSR1 writes the names of all imported modules to a file. BENCH_KILL_AFTER_COMMIT=n kills
the server between the n-th commit and its answer. BENCH_MUTANT=ack_before_commit is a broken
build that answers before it commits: a crash test that does not catch it proves nothing.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from relief_ops import db

MUTANT = os.environ.get("BENCH_MUTANT", "")
KILL_AFTER = int(os.environ.get("BENCH_KILL_AFTER_COMMIT", "0"))
LATE_SECONDS = 0.05
_commits = 0


def _say_modules(*_signal: Any) -> None:
    path = Path(os.environ["DATA_DIR"]) / f"modules-{os.getpid()}"
    making = path.with_suffix(".making")
    making.write_text("\n".join(sorted(sys.modules)))
    making.rename(path)


def die_after(commits: int) -> None:
    """Die right after so many commits from here on (0: live on)."""
    global KILL_AFTER, _commits
    KILL_AFTER, _commits = commits, 0


@contextmanager
def _killing(transaction: Any) -> Iterator[Any]:
    """Run the real transaction; die right after the chosen commit, before anyone is told."""
    global _commits
    with transaction() as session:
        yield session
    _commits += 1
    if _commits == KILL_AFTER:
        os.killpg(os.getpgrp(), signal.SIGKILL)


@contextmanager
def _answering_first() -> Iterator[Any]:
    """The mutant: everything is written, the answer is given, the commit follows later."""
    connection = db.engine().connect().execution_options(writing=True)
    db._turns.take(db.BUSY_SECONDS)
    db._begin(connection)
    session = db._session(connection)
    try:
        yield session
        db._finish(session)
    except BaseException:
        connection.rollback()
        connection.close()
        db._turns.give_back()
        raise
    threading.Timer(LATE_SECONDS, _commit_late, (connection,)).start()


def _commit_late(connection: Any) -> None:
    connection.commit()
    connection.close()
    db._turns.give_back()


_real = db.transaction
if MUTANT == "ack_before_commit":
    db.transaction = _answering_first
else:
    db.transaction = lambda: _killing(_real)

from relief_ops.app import create_app  # noqa: E402  the patch comes before the routes import it

signal.signal(signal.SIGUSR1, _say_modules)
app = create_app()
