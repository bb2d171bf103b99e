"""Harm done to the log by SQL, as somebody would who owns the whole database."""

from __future__ import annotations

from contextlib import contextmanager

from sqlalchemy import text

from relief_ops import audit, backup, db
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import new_id

FIELDS = {
    "payload": '{"altered":true}', "name": "user.altered", "site": "other", "hash": "0" * 64,
    "prev_hash": "1" * 64,
}  # fmt: skip


class Undone(Exception):
    """Leaves a transaction without a trace."""


@contextmanager
def tampering():
    """Yield a transaction in which the log may be altered; nothing of it stays."""
    try:
        with act_as(SYSTEM), db.transaction() as session:
            for table in ("event", "event_area"):
                if db.is_sqlite():
                    for verb in ("update", "delete"):
                        session.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
                else:
                    off = f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only"
                    session.execute(text(off))
            yield session
            raise Undone
    except Undone:
        pass


def end(session):
    return db.scalar(session, "SELECT max(seq) FROM event")


def run(session, statement, **params):
    session.execute(text(statement), params)


def rechain(session, since):
    """Give every row from a number on the links and hash it would have had, and the counter."""
    session.expire_all()
    prev_hash = db.scalar(session, "SELECT hash FROM event WHERE seq = :seq", seq=since - 1)
    prev_hash = prev_hash or audit.GENESIS
    for row in backup.plain_rows(session, since - 1):
        made = audit.row_hash(row, prev_hash)
        run(session, "UPDATE event SET prev_hash = :prev, hash = :hash WHERE seq = :seq",
            prev=prev_hash, hash=made, seq=row["seq"])  # fmt: skip
        prev_hash = made
    count(session)


def count(session):
    """Set the counter to the end of the log, as somebody would who knows of it."""
    run(
        session,
        "UPDATE event_head SET seq = (SELECT max(seq) FROM event),"
        " hash = (SELECT hash FROM event ORDER BY seq DESC LIMIT 1)",
    )


def renumber(session, old, new):
    for table in ("event", "event_area"):
        run(session, f"UPDATE {table} SET seq = :new WHERE seq = :old", old=old, new=new)


def drop(session, seq):
    for table in ("event", "event_area"):
        run(session, f"DELETE FROM {table} WHERE seq = :seq", seq=seq)


def copy(session, seq, to):
    columns = "site, epoch, name, actor_id, subject, payload, at, prev_hash, hash"
    run(session, f"INSERT INTO event (seq, {columns}) SELECT :to, {columns} FROM event"
        " WHERE seq = :seq", seq=seq, to=to)  # fmt: skip


def somebody():
    return new_id().replace("-", "") if db.is_sqlite() else new_id()


def altered(session, seq, dice):
    field = dice.choice(sorted(FIELDS))
    run(session, f"UPDATE event SET {field} = :it WHERE seq = :seq", it=FIELDS[field], seq=seq)


def dropped(session, seq, _dice):
    drop(session, min(seq, end(session) - 1))


def swapped(session, seq, _dice):
    aside, other = end(session) + 9, 1 if seq == end(session) else seq + 1
    renumber(session, seq, aside)
    renumber(session, other, seq)
    renumber(session, aside, other)


def signed_by_another(session, seq, _dice):
    run(session, "UPDATE event SET actor_id = :who WHERE seq = :seq", who=somebody(), seq=seq)


def moved_elsewhere(session, seq, _dice):
    run(session, "INSERT INTO event_area (seq, area_id, own) VALUES (:seq, :who, :own)",
        seq=seq, who=somebody(), own=True)  # fmt: skip


def doubled(session, seq, _dice):
    copy(session, seq, end(session) + 1)
    count(session)


def cut(session, seq, _dice):
    for each in range(max(seq, 2), end(session) + 1):
        drop(session, each)
    count(session)


def cut_and_grown(session, seq, dice):
    before = end(session)
    cut(session, seq, dice)
    for each in range(max(seq, 2), before + 1):
        copy(session, 1, each)
    rechain(session, max(seq, 2))


def rewritten(session, seq, _dice):
    run(session, "UPDATE event SET payload = '{}', subject = :who WHERE seq = :seq",
        who=somebody(), seq=seq)  # fmt: skip
    rechain(session, seq)


def dropped_and_rewritten(session, seq, _dice):
    before = end(session)
    drop(session, seq)
    for each in range(seq + 1, before + 1):
        renumber(session, each, each - 1)
    rechain(session, seq)


def added_and_rewritten(session, seq, _dice):
    for each in range(end(session), seq - 1, -1):
        renumber(session, each, each + 1)
    copy(session, seq + 1, seq)
    rechain(session, seq)


# The first leave a chain that is broken in itself, the others one that is whole.
OPEN = {each.__name__: each for each in (
    altered, dropped, swapped, signed_by_another, moved_elsewhere, doubled,
)}  # fmt: skip
QUIET = {each.__name__: each for each in (
    cut, cut_and_grown, rewritten, dropped_and_rewritten, added_and_rewritten,
)}  # fmt: skip
