"""The session of this project, and that one which only reads writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Select, event
from sqlalchemy.orm import ORMExecuteState, Session

T = TypeVar("T")


class WorkSession(Session):
    """The session of this project: who listens to it (the scope filter) hears every one."""


def _refuse(session: Session) -> None:
    """Raise in a session that only reads: nothing could take back what is written there."""
    if session.info.get("reading"):
        raise RuntimeError("a reading session writes nothing: open a transaction")


@event.listens_for(WorkSession, "do_orm_execute")
def _no_statement_writes(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        _refuse(state.session)


@event.listens_for(WorkSession, "before_flush")
def _no_object_writes(session: Session, _context: Any, _instances: Any) -> None:
    if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
        _refuse(session)


def standing(session: Session, locking: Select[T]) -> T | None:
    """Return the one row that stands for something, locked to the end of the transaction; or None.

    On PostgreSQL a statement that waited while another replaced the row finds neither the one
    before, which stands no more, nor the new one, which is younger than the statement: a second
    look finds that.
    """
    found = session.scalar(locking)
    if found is None and session.get_bind().dialect.name != "sqlite":
        found = session.scalar(locking)
    return found


@contextmanager
def all_or_nothing(session: Session) -> Iterator[None]:
    """Do a part of a transaction whole or not at all, with all it queued for the end."""
    queued = {name: list(each) for name, each in session.info.items() if isinstance(each, list)}
    try:
        with session.begin_nested():
            yield
    except BaseException:
        for name, each in session.info.items():
            if isinstance(each, list):
                each[:] = queued.get(name, [])
        raise
