"""Entering policy numbers."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.events import Code, record
from relief_ops.parameters import rules
from relief_ops.parameters.events import ParameterChanged, ParametersLoaded
from relief_ops.parameters.models import PolicyParameter


def load(session: Session, path: Path = rules.SHIPPED) -> int:
    """Load the versions of a CSV that are not there yet and return how many were new.

    Versions already there stay as they are: somebody may have corrected them.
    """
    known = set(session.scalars(select(PolicyParameter.id)))
    fresh = [row for row in rules.read_csv(path) if version_id(row) not in known]
    for row in fresh:
        write(PolicyParameter(id=version_id(row), revision=1), row, session)
    session.flush()
    if fresh:
        subject = uuid5(NAMESPACE_URL, "policy-parameters")
        record(session, ParametersLoaded(len(fresh)), actor_id=None, subject=subject)
    return len(fresh)


def write(target: PolicyParameter, row: rules.Row, session: Session) -> PolicyParameter:
    """Give a version the values of a plain row and keep it."""
    target.key, target.area_code, target.value = row.key, row.area, str(row.value)
    target.unit, target.source, target.article = row.unit, row.source, row.article
    target.effective_from, target.effective_to = row.effective_from, row.effective_to
    target.confidence, target.note = row.confidence, row.note
    session.add(target)
    return target


def say_changed(session: Session, row: PolicyParameter, *, actor_id: UUID) -> None:
    """Record that a version was entered or corrected."""
    event = ParameterChanged(row.id, Code(row.key), Code(row.value), row.revision)
    record(session, event, actor_id=actor_id, subject=row.id)


def version_id(row: rules.Row) -> UUID:
    """Return the id a shipped version always has."""
    return uuid5(NAMESPACE_URL, f"policy-parameter:{row.key}:{row.area}:{row.effective_from}")
