"""The session of this project, and that one which only reads writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session


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
