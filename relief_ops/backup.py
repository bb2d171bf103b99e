"""Backup and restore of the database and the files in use, and the proof that a copy is whole.

SQLite through its online backup API, PostgreSQL through pg_dump and pg_restore; then the
files the database knows, each under its hash in a folder beside it that all backups there
share. The keys are never in a backup; a restore begins a new epoch, so that clients fetch
afresh.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import uuid6
from sqlalchemy import make_url, select, text, update
from sqlalchemy.orm import Session

from relief_ops import audit, clock, db, vault
from relief_ops.events.log import hashable
from relief_ops.events.models import EventArea, EventHead, EventRow
from relief_ops.files import queries as files
from relief_ops.files import store
from relief_ops.plugins import Check

BATCH = 2000


class BackupError(RuntimeError):
    """A backup or restore that must not be believed."""


def backup(target: Path) -> dict[str, Any]:
    """Write the database to `target` and beside it what a restore must find again."""
    with db.reading() as session:
        head = session.execute(select(EventHead)).scalar_one()
        manifest = {
            "made_at": clock.now().isoformat(),
            "dialect": db.engine().dialect.name,
            "epoch": str(head.epoch),
            "seq": head.seq,
            "hash": head.hash,
            "key": vault.fingerprint(),
        }
    if db.is_sqlite():
        _copy_sqlite(target)
    else:
        _run("pg_dump", "--format=custom", "--file", str(target), _libpq())
    manifest |= _copy_files(target)
    _manifest(target).write_text(json.dumps(manifest, indent=1))
    return manifest


def _copy_files(target: Path) -> dict[str, int]:
    """Copy what the files' table lists beside `target`, and the list itself; return how many.

    Taken after the database, so that whatever the copy of it knows is there: a content is
    never taken away. One that is missing or altered here is no reason to have no backup: it
    is counted, and `verify` names it. The list is read by `sha256sum --check` too.
    """
    with db.reading() as session:
        known = list(files.contents(session))
    kept = [each for each in known if store.copy_out(*each, _files(target))]
    lines = [f"{sha256}  files/{store.place(sha256)}\n" for sha256, _size in kept]
    _list(target).write_text("".join(lines), "utf-8")
    return {"files": len(kept), "files_broken": len(known) - len(kept)}


def _copy_sqlite(target: Path) -> None:
    import pysqlite3.dbapi2 as sqlite

    source = db.engine().raw_connection()
    copy = sqlite.connect(str(target))
    try:
        source.driver_connection.backup(copy)  # type: ignore[union-attr]
    finally:
        copy.close()
        source.close()


def restore(source: Path) -> dict[str, Any]:
    """Replace the database in use by a backup, begin a new epoch, and say what was proved.

    Raises BackupError before anything is written if the manifest or the key is missing.
    """
    manifest: dict[str, Any] = json.loads(_manifest(source).read_text("utf-8"))
    if manifest["key"] != vault.fingerprint():
        raise BackupError("This backup belongs to another master key. Nothing was written.")
    if manifest["dialect"] != db.engine().dialect.name:
        raise BackupError(f"This is a backup of {manifest['dialect']}. Nothing was written.")
    wanted = _listed(source) if manifest.get("files") else []
    if lost := [each for each in wanted if not store.is_content(_files(source), each)]:
        words = f"{len(lost)} files are missing or altered, {lost[0]} among them."
        raise BackupError(f"{words} Nothing was written.")
    for sha256 in wanted:
        store.copy_in(sha256, _files(source))
    if db.is_sqlite():
        _restore_sqlite(source)
    else:
        db.engine().dispose()
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--single-transaction",
            "--dbname",
            _libpq(),
            str(source),
        )
    with db.transaction() as session:
        head = session.execute(select(EventHead)).scalar_one()
        if head.seq < manifest["seq"]:
            raise BackupError("The restored log is shorter than its manifest says.")
        session.execute(update(EventHead).values(epoch=uuid6.uuid7()))
    return manifest


def _restore_sqlite(source: Path) -> None:
    import pysqlite3.dbapi2 as sqlite

    target = db.engine().raw_connection()
    copy = sqlite.connect(str(source))
    try:
        problems = copy.execute("PRAGMA integrity_check").fetchall()
        if problems != [("ok",)]:
            raise BackupError(f"The backup is damaged: {problems[:3]}. Nothing was written.")
        copy.backup(target.driver_connection)
    finally:
        copy.close()
        target.close()


def verify(checks: Iterable[Check]) -> list[str]:
    """Return everything that is not as it must be: storage, the chain, what packages check."""
    with db.reading() as session:
        problems = [*_storage(session), *_chain(session), *files.broken(session)]
        for check in checks:
            problems += [f"{check.id}: {problem}" for problem in check.run(session)]
    return problems


def _storage(session: Session) -> list[str]:
    if not db.is_sqlite():
        return []
    found = [row[0] for row in session.execute(text("PRAGMA integrity_check"))]
    broken = session.execute(text("PRAGMA foreign_key_check")).all()
    return [each for each in found if each != "ok"] + [f"foreign key: {row}" for row in broken]


def _chain(session: Session) -> list[str]:
    """Walk the whole chain in batches and compare its end with the counter."""
    problems: list[str] = []
    prev_hash, after = audit.GENESIS, 0
    while True:
        rows = _plain_rows(session, after)
        if not rows:
            break
        if rows[0]["seq"] != after + 1:
            problems.append(f"event {after + 1}: missing")
        problems += audit.broken_rows(rows, first_prev=prev_hash)
        prev_hash, after = rows[-1]["hash"], rows[-1]["seq"]
    head = session.execute(select(EventHead)).scalar_one()
    if (head.seq, head.hash) != (after, prev_hash):
        problems.append(f"the log ends at {after}, the counter says {head.seq}")
    return problems


def _plain_rows(session: Session, after: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(EventRow).where(EventRow.seq > after).order_by(EventRow.seq).limit(BATCH)
    ).all()
    own: dict[int, list[Any]] = {}
    for seq, area_id in session.execute(
        select(EventArea.seq, EventArea.area_id).where(
            EventArea.seq.in_([row.seq for row in rows]), EventArea.own
        )
    ):
        own.setdefault(seq, []).append(area_id)
    columns = [column.key for column in EventRow.__table__.columns]
    return [
        hashable({key: getattr(row, key) for key in columns}, own.get(row.seq, ())) for row in rows
    ]


def _manifest(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _list(path: Path) -> Path:
    return path.with_name(path.name + ".files")


def _listed(path: Path) -> list[str]:
    return [line.split()[0] for line in _list(path).read_text("utf-8").splitlines()]


def _files(path: Path) -> Path:
    return path.with_name("files")


def _libpq() -> str:
    url = make_url(db.engine().url.render_as_string(hide_password=False))
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{command[0]} failed: {done.stderr.strip()[:400]}")
