"""Who is asking: one short statement a request, built once, below the ORM.

Every request pays for this, so it selects columns of tables rather than objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.auth import idle, passwords
from relief_ops.auth.models import Errand, RoleGrant, Token, User, WebSession
from relief_ops.auth.viewers import ErrandHeld, Grant, Viewer, wants_second_factor

_USER, _GRANT = User.__table__.c, RoleGrant.__table__.c
_PERSON = (
    _USER.id,
    _USER.name,
    _USER.login,
    _USER.drill_id,
    _GRANT.role,
    _GRANT.area_id,
    _GRANT.programme,
    _GRANT.valid_to,
)


def _holding(table: Any, *columns: Any) -> Select[Any]:
    joined = table.join(User.__table__, table.c.user_id == _USER.id).join(
        RoleGrant.__table__, _GRANT.user_id == _USER.id, isouter=True
    )
    held = select(*_PERSON, *columns).select_from(joined)
    return held.where(table.c.id_hash == bindparam("hash"), _USER.disabled.is_(False))


_SESSIONS, _TOKENS = WebSession.__table__, Token.__table__
_BY_SESSION = _holding(
    _SESSIONS,
    _SESSIONS.c.id_hash,
    _SESSIONS.c.expires_at,
    _SESSIONS.c.seen_at,
    _SESSIONS.c.second_factor,
)
_BY_TOKEN = _holding(_TOKENS, _TOKENS.c.expires_at, _TOKENS.c.revoked_at)
_BY_ID = (
    select(*_PERSON)
    .select_from(User.__table__.join(RoleGrant.__table__, _GRANT.user_id == _USER.id, isouter=True))
    .where(_USER.id == bindparam("id"), _USER.disabled.is_(False))
)


def names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return what these people are called; staff, never victims. None is left out."""
    wanted = {each for each in ids if each}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {user_id: name for user_id, name in rows}


def viewer_of_session(session: Session, secret: str) -> Viewer | None:
    """Return who is signed in with this cookie, or None when it is unknown or over."""
    rows = session.connection().execute(_BY_SESSION, {"hash": passwords.secret_hash(secret)}).all()
    if not rows:
        return None
    row, now = rows[0], clock.now()
    who = _viewer(rows, session_hash=row.id_hash)
    if idle.is_over(seen_at=row.seen_at, expires_at=row.expires_at, roles=who.role_codes, now=now):
        return None
    who = replace(who, to_note=idle.is_worth_noting(row.seen_at, now))
    if row.second_factor:
        return who
    return replace(who, second_factor_due=wants_second_factor(who.role_codes))


def viewer_of_token(session: Session, secret: str) -> Viewer | None:
    """Return whose bearer token this is, or None when unknown, over or revoked."""
    rows = session.connection().execute(_BY_TOKEN, {"hash": passwords.secret_hash(secret)}).all()
    if not rows or rows[0].revoked_at or rows[0].expires_at <= clock.now():
        return None
    return _viewer(rows)


def viewer_of_errand(session: Session, secret: str) -> Viewer | None:
    """Return who took an errand on this device, or None when it is unknown, ended or over."""
    wanted = select(Errand).where(Errand.device_hash == passwords.secret_hash(secret))
    found = session.scalar(wanted)
    if found is None or found.ended_at or found.expires_at <= clock.now():
        return None
    return Viewer(found.id, errand=ErrandHeld(found.kind, found.subject_id))


def viewer_of(session: Session, user_id: UUID, *, session_hash: str | None = None) -> Viewer | None:
    """Return a person with the roles in force now, or None if unknown or disabled."""
    rows = session.connection().execute(_BY_ID, {"id": user_id}).all()
    return _viewer(rows, session_hash=session_hash) if rows else None


def _viewer(rows: Sequence[Any], *, session_hash: str | None = None) -> Viewer:
    now = clock.now()
    held = tuple(
        Grant(row.role, row.area_id, row.programme)
        for row in rows
        if row.role and (row.valid_to is None or row.valid_to > now)
    )
    first = rows[0]
    return Viewer(
        first.id, first.name, first.login, held, session_hash=session_hash, drill_id=first.drill_id
    )
