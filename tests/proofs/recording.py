"""What SQLite writes and syncs, recorded; and the files a power cut could have left of it.

The application runs as ever and its statements are kept on a tape. A process of its own plays
the tape to the SQLite of apsw, on a copy of the file: SpatiaLite can serve one SQLite a process,
and no file is ever open in two of them.
"""

from __future__ import annotations

import hashlib
import pickle
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECTOR = 512
CHANGED = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.I)
SYNC, TRUNCATE, WRITE, DELETE = "sync", "truncate", "write", "delete"


@dataclass
class Tape:
    """What the application told the database, and the ids it then acknowledged."""

    steps: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def tables(self) -> list[str]:
        """Return the tables that were changed."""
        told = (step[1][0] for step in self.steps if step[0] == "sql")
        return sorted({found[1] for found in map(CHANGED.match, told) if found})

    def listen(
        self, conn: Any, _cursor: Any, statement: str, params: Any, _c: Any, many: bool
    ) -> None:
        """Keep a statement of a writing connection."""
        if conn.get_execution_options().get("writing"):
            self.steps.append(("sql", (statement, params, many)))

    def ended(self, how: str) -> Any:
        """Return a listener for the end of a transaction."""

        def listen(conn: Any) -> None:
            if conn.get_execution_options().get("writing"):
                self.steps.append(("sql", (how, (), False)))

        return listen

    def acknowledge(self, about: tuple[str, str]) -> None:
        """Keep what the sender was told is stored: a table and an id."""
        self.steps.append(("ack", about))


@dataclass
class Recording:
    """Every write in its order, what was acknowledged by when, and each state between."""

    ops: list[tuple[str, str, Any, int]] = field(default_factory=list)
    acks: list[tuple[int, tuple[str, str]]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)  # after no commit, after one, ...
    committed: list[int] = field(default_factory=list)  # how many ops each commit had needed

    @property
    def checkpoints(self) -> int:
        """Return how often the file itself was synced."""
        return sum(op[:2] == (SYNC, "db") for op in self.ops)


def state(connection: Any, tables: list[str]) -> str:
    """Return a hash over all that the tables hold."""
    digest = hashlib.sha256()
    for table in tables:
        rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
        digest.update(repr((table, sorted(map(repr, map(tuple, rows))))).encode())
    return digest.hexdigest()


def record(tape: Tape, base: Path, folder: Path, *, synchronous: str = "") -> Recording:
    """Play the tape on a copy of `base` in a process of its own; return what was written."""
    order, answer = folder / "order.pickle", folder / "answer.pickle"
    played = shutil.copyfile(base, folder / "played.db")
    order.write_bytes(pickle.dumps((tape.steps, tape.tables, str(played), synchronous)))
    subprocess.run(
        [sys.executable, "-m", "tests.proofs.recorder", str(order), str(answer)],
        check=True, timeout=60,
    )  # fmt: skip
    return Recording(*pickle.loads(answer.read_bytes()))


Files = dict[str, bytearray | None]


def apply(files: Files, op: tuple[str, str, Any, int]) -> None:
    """Change the files as one write does."""
    kind, name, data, at = op
    if kind == DELETE:
        files[name] = None
        return
    content = files[name] = files.get(name) or bytearray()
    if kind == TRUNCATE:
        del content[at:]
        return
    content.extend(bytes(max(0, at + len(data) - len(content))))
    content[at : at + len(data)] = data


def torn(op: tuple[str, str, Any, int], dice: random.Random) -> Iterator[Any]:
    """Yield those sectors of a write that reached the disk: none, all, or some."""
    kind, name, data, at = op
    fate = dice.random()
    if kind != WRITE or fate < 0.7:
        if fate < 0.5:
            yield op
        return
    for start in range(0, len(data), SECTOR):
        if dice.random() < 0.5:
            yield (kind, name, data[start : start + SECTOR], at + start)


def cuts(recording: Recording, base: bytes, dice: random.Random) -> Iterator[tuple[int, Files]]:
    """Yield what lies on the disk after a cut at every prefix of the writes.

    What was synced is there. Of the rest any part is there, in any order, with pages torn.
    """
    durable: Files = {"db": bytearray(base)}
    pending: list[tuple[str, str, Any, int]] = []
    for count, op in enumerate([*recording.ops, None]):
        yield count, _left(durable, pending, dice)
        if op is None:
            return
        if op[0] != SYNC:
            pending.append(op)
            continue
        for each in pending:
            if each[1] == op[1]:
                apply(durable, each)
        pending = [each for each in pending if each[1] != op[1]]


def _left(durable: Files, pending: list[Any], dice: random.Random) -> Files:
    files = dict(durable)
    for name in {op[1] for op in pending}:
        content = files.get(name)
        files[name] = None if content is None else bytearray(content)
    fate = dice.random()
    if fate < 0.1:  # nothing of it came so far
        return files
    kept = list(pending)
    if fate > 0.2:  # all of it, or some
        kept = [part for op in pending for part in torn(op, dice)]
        if dice.random() < 0.5:
            dice.shuffle(kept)
    for op in kept:
        apply(files, op)
    return files
