"""Backup and restore of the database and the files in use, and the proof that a copy is whole.

SQLite through its online backup API, PostgreSQL through pg_dump and pg_restore; then the
files the database knows, each under its hash in a folder beside it that all backups there
share. The keys are never in a backup; a restore begins a new epoch, so that clients fetch
afresh.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import uuid6
from sqlalchemy import inspect, make_url, select, text, update
from sqlalchemy.orm import Session

from relief_ops import audit, clock, db, vault
from relief_ops.auth.models import User
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
    manifest |= _copy_files(target) | {"sha256": _sha256(target)}
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
    try:
        with closing(sqlite.connect(str(target))) as copy:
            source.driver_connection.backup(copy)  # type: ignore[union-attr]
    except sqlite.Error as error:
        raise BackupError(f"{target} cannot be written: {error}.") from None
    finally:
        source.close()


def restore(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Fill the database in use from a backup, begin a new epoch, and say what was proved.

    With `replace` also a database in which something is stored: that is lost. Raises BackupError
    before anything is written if the backup is damaged, of another key or kind, or not wanted.
    """
    manifest = _trusted(source)
    if not replace and _is_filled():
        raise BackupError(
            "This database holds accounts or records. Nothing was written. Restore into an empty "
            "one; or give --replace, and everything in it is lost."
        )
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


def _trusted(source: Path) -> dict[str, Any]:
    """Return the manifest of a backup that is whole and fits here. Raises BackupError."""
    try:
        manifest: dict[str, Any] = json.loads(_manifest(source).read_text("utf-8"))
    except (OSError, ValueError):
        raise BackupError(f"{_manifest(source)} is missing or damaged.") from None
    if manifest["key"] != vault.fingerprint():
        raise BackupError("This backup belongs to another master key. Nothing was written.")
    if manifest["dialect"] != db.engine().dialect.name:
        raise BackupError(f"This is a backup of {manifest['dialect']}. Nothing was written.")
    if manifest.get("sha256", _sha256(source)) != _sha256(source):
        raise BackupError("The backup is damaged: it is not what was written. Nothing was written.")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_filled() -> bool:
    """Whether the database holds what is not loaded anew: an account, or anybody's act."""
    with db.reading() as session:
        names = set(inspect(session.connection()).get_table_names())
        if User.__tablename__ not in names:
            return False
        acts = select(EventRow.seq).where(EventRow.actor_id.is_not(None)).limit(1)
        return any(session.scalar(each) for each in (select(User.id).limit(1), acts))


def _restore_sqlite(source: Path) -> None:
    import pysqlite3.dbapi2 as sqlite

    target = db.engine().raw_connection()
    copy = sqlite.connect(str(source))
    try:
        problems = copy.execute("PRAGMA integrity_check").fetchall()
        if problems != [("ok",)]:
            raise BackupError(f"The backup is damaged: {problems[:3]}. Nothing was written.")
        copy.backup(target.driver_connection)
    except sqlite.DatabaseError as error:
        raise BackupError(f"The backup cannot be brought back: {error}.") from None
    finally:
        copy.close()
        target.close()


def verify(checks: Iterable[Check], *, heads: Iterable[audit.Head] = ()) -> list[str]:
    """Return everything that is not as it must be: storage, the chain, what packages check.

    `heads` are what was told outside of how far the log was: a chain that holds in itself may
    still have lost its end, or have been written anew from its beginning.
    """
    with db.reading() as session:
        problems = [*_storage(session), *chain(session, heads), *files.broken(session)]
        for check in checks:
            problems += [f"{check.id}: {problem}" for problem in check.run(session)]
    return problems


def _storage(session: Session) -> list[str]:
    if not db.is_sqlite():
        return []
    found = [row[0] for row in session.execute(text("PRAGMA integrity_check"))]
    broken = session.execute(text("PRAGMA foreign_key_check")).all()
    return [each for each in found if each != "ok"] + [f"foreign key: {row}" for row in broken]


def chain(session: Session, heads: Iterable[audit.Head] = ()) -> list[str]:
    """Walk the whole chain in batches; compare its end with the counter, and all with `heads`."""
    problems: list[str] = []
    wanted = list(heads)
    numbers = {each.seq for each in wanted}
    hashes: dict[int, str] = {}
    prev_hash, after = audit.GENESIS, 0
    while True:
        rows = plain_rows(session, after)
        if not rows:
            break
        if rows[0]["seq"] != after + 1:
            problems.append(f"event {after + 1}: missing")
        problems += audit.broken_rows(rows, first_prev=prev_hash)
        hashes |= {row["seq"]: row["hash"] for row in rows if row["seq"] in numbers}
        prev_hash, after = rows[-1]["hash"], rows[-1]["seq"]
    head = session.execute(select(EventHead)).scalar_one()
    if (head.seq, head.hash) != (after, prev_hash):
        problems.append(f"the log ends at {after}, the counter says {head.seq}")
    return problems + audit.lost_heads(wanted, hashes)


def head(*, restored: bool = False) -> audit.Head:
    """Return how far the log is now."""
    with db.reading() as session:
        row = session.execute(select(EventHead)).scalar_one()
    return audit.Head(
        seq=row.seq, hash=row.hash, epoch=str(row.epoch), at=clock.now().isoformat(),
        restored=restored,
    )  # fmt: skip


def tell_head(path: Path, *, restored: bool = False) -> audit.Head | None:
    """Add the head to the file of heads unless it is its last; return it if it was added."""
    told, now = told_heads(path), head(restored=restored)
    if told and str(told[-1]) == str(now) and not restored:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(now.line())
    return now


def told_heads(path: Path) -> list[audit.Head]:
    """Return the heads of our own file, oldest first; none where there is no file yet."""
    return audit.read_heads(path.read_text("utf-8")) if path.exists() else []


def plain_rows(session: Session, after: int) -> list[dict[str, Any]]:
    """Return the next rows after a number as the chain hashes them."""
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
