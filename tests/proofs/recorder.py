"""Plays a tape to the SQLite of apsw and keeps every write; a process of its own.

python -m tests.proofs.recorder ORDER ANSWER
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import apsw

from relief_ops.db import fitness
from tests.proofs.recording import DELETE, SYNC, TRUNCATE, WRITE, Recording, state

FRAMES = 60  # of the log before they go into the file, so that a short tape holds many checkpoints


def short(name: Any) -> str:
    """Return which file of the database this is."""
    path = name.filename() if isinstance(name, apsw.URIFilename) else name
    return next((end for end in ("wal", "journal") if path.endswith(f"-{end}")), "db")


class File(apsw.VFSFile):
    """A file of the disk whose changes are noted before they are made."""

    def __init__(self, name: Any, flags: list[int], ops: list[Any]) -> None:
        super().__init__("", name, flags)
        self.short, self.ops = short(name), ops

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.ops.append((WRITE, self.short, bytes(data), offset))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.ops.append((TRUNCATE, self.short, None, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.ops.append((SYNC, self.short, None, 0))
        super().xSync(flags)


class Recorder(apsw.VFS):
    """The operating system's files, with a list of what was done to them."""

    def __init__(self, ops: list[Any]) -> None:
        super().__init__("recorder", base="")
        self.ops = ops

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802
        return File(name, flags, self.ops) if name is not None else super().xOpen(name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        self.ops.append((DELETE, short(name), None, 0))
        super().xDelete(name, sync)


def connect(path: str, synchronous: str) -> apsw.Connection:
    """Open with the settings of the product; exclusive, so that the log needs no shared memory."""
    connection = apsw.Connection(path, vfs="recorder")
    connection.execute("PRAGMA locking_mode=exclusive").fetchall()
    assert fitness.is_mended(apsw.sqlite_lib_version())
    fitness.load_spatialite(connection)
    fitness.set_pragmas(connection)
    connection.execute(f"PRAGMA wal_autocheckpoint={FRAMES}").fetchall()
    if synchronous:
        connection.execute(f"PRAGMA synchronous={synchronous}").fetchall()
    return connection


def play(steps: list[Any], tables: list[str], path: str, synchronous: str) -> Recording:
    """Execute every statement; note each acknowledgement and the state after each commit."""
    made = Recording()
    vfs = Recorder(made.ops)
    connection = connect(path, synchronous)
    made.states.append(state(connection, tables))
    for kind, what in steps:
        if kind == "ack":
            made.acks.append((len(made.ops), what))
            continue
        statement, params, many = what
        for each in params if many else [params]:
            connection.execute(statement, each).fetchall()
        if statement == "COMMIT":
            made.committed.append(len(made.ops))
            made.states.append(state(connection, tables))
    made.ops = list(made.ops)  # what closing writes is no part of what a power cut finds
    connection.close()
    vfs.unregister()
    return made


if __name__ == "__main__":
    made = play(*pickle.loads(Path(sys.argv[1]).read_bytes()))
    told = (made.ops, made.acks, made.states, made.committed)
    Path(sys.argv[2]).write_bytes(pickle.dumps(told))
