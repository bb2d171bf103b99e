"""When a web session is over: after hours whatever happens, and after a while without use.

A display on the wall is never idle, and while a disaster is under way it is not signed out.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.auth.models import WebSession
from relief_ops.auth.viewers import wants_second_factor

WALL = "wall_display"
CAREFUL = timedelta(minutes=30)  # for whoever holds a role that asks for a second factor
COARSE = timedelta(minutes=5)  # `seen_at` is written no more often
KEPT_ON = timedelta(days=1)
_limit = [timedelta(minutes=150)]


def allow(minutes: int) -> None:
    """Let a web session rest for so long."""
    _limit[0] = timedelta(minutes=minutes)


def is_over(
    *, seen_at: datetime | None, expires_at: datetime, roles: Collection[str], now: datetime
) -> bool:
    """Whether a web session of somebody with these roles has reached one of its two limits."""
    if expires_at <= now:
        return True
    if seen_at is None or WALL in roles:
        return False
    rest = min(_limit[0], CAREFUL) if wants_second_factor(roles) else _limit[0]
    return seen_at + rest <= now


def is_worth_noting(seen_at: datetime | None, now: datetime) -> bool:
    """Whether a use is to be written down: not if another was, a moment ago."""
    return seen_at is None or seen_at + COARSE <= now


def note_use(session: Session, id_hash: str, *, keep: bool) -> None:
    """Write down that a web session is in use; with `keep` it lasts a day longer at least."""
    now = clock.now()
    mine = update(WebSession).where(WebSession.id_hash == id_hash)
    session.execute(mine.values(seen_at=now))
    if keep:
        longer = now + KEPT_ON
        session.execute(mine.where(WebSession.expires_at < longer).values(expires_at=longer))
