"""The operator's one act on the server's own machine: a token for whoever directs the drill.

Everything else the drill does goes over the public API. With --token not even this is done.
"""

from __future__ import annotations

from datetime import timedelta

import uuid6
from sqlalchemy import select

from relief_ops import clock, db, geo
from relief_ops.auth import SYSTEM, Grant, act_as, services
from relief_ops.auth.models import User

LOGIN, ROLE = "drill.director", "drill_director"
LASTS = timedelta(days=7)


def token(name: str) -> str:
    """Return a new bearer token of the director's account, made when it is missing."""
    with act_as(SYSTEM), db.transaction() as session:
        grant = Grant(ROLE, geo.tree(session).root.id)
        user_id = session.scalar(select(User.id).where(User.login == LOGIN)) or uuid6.uuid7()
        services.put_user(session, user_id, login=LOGIN, name=name, grants=[grant], actor_id=None)
        return services.issue_token(
            session,
            uuid6.uuid7(),
            user_id=user_id,
            expires_at=clock.now() + LASTS,
            actor_id=None,
        )
