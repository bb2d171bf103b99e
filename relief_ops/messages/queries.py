"""Reading messages: a person's own, what waits for the postman, how those of one act went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from relief_ops import vault
from relief_ops.messages.models import Message
from relief_ops.messages.rules import WAITING, Channel, State

SHOWN = 100


def inbox(session: Session, user_id: UUID) -> Sequence[Message]:
    """Return what was written to a person in the application, the latest first."""
    mine = (Message.user_id == user_id, Message.channel == Channel.IN_APP)
    latest = (Message.created_at.desc(), Message.id.desc())
    return session.scalars(select(Message).where(*mine).order_by(*latest).limit(SHOWN)).all()


def unread(session: Session, user_id: UUID) -> int:
    """Return how many messages in the application a person has not looked at."""
    mine = (Message.user_id == user_id, Message.channel == Channel.IN_APP)
    return session.scalar(select(func.count()).where(*mine, Message.seen_at.is_(None))) or 0


def due(now: datetime, channel: Channel | None = None) -> Select[Message]:
    """Return the statement of the message that has waited longest, of all or of one channel."""
    waits = [Message.state.in_(WAITING), Message.next_try <= now]
    if channel is not None:
        waits.append(Message.channel == channel)
    return select(Message).where(*waits).order_by(Message.next_try, Message.id).limit(1)


def states_of(session: Session, subjects: Iterable[UUID]) -> dict[UUID, Counter[State]]:
    """Return by act how many of its messages are in which state."""
    counted = (
        select(Message.subject_id, Message.state, func.count())
        .where(Message.subject_id.in_(list(subjects)))
        .group_by(Message.subject_id, Message.state)
    )
    found: dict[UUID, Counter[State]] = {}
    for subject_id, state, count in session.execute(counted):
        found.setdefault(subject_id, Counter())[State(state)] = count
    return found


def latest_to(
    session: Session, user_ids: Iterable[UUID], *, template: str, area_ids: Iterable[UUID],
    drill_id: UUID | None,
) -> dict[tuple[UUID, UUID], datetime]:  # fmt: skip
    """Return by person and area when a template last went out to them."""
    asked = (
        Message.user_id.in_(list(user_ids)),
        Message.area_id.in_(list(area_ids)),
        Message.template == template,
        Message.drill_id == drill_id if drill_id else Message.drill_id.is_(None),
    )
    rows = session.execute(
        select(Message.user_id, Message.area_id, func.max(Message.created_at))
        .where(*asked)
        .group_by(Message.user_id, Message.area_id)
    )
    return {(user_id, area_id): at for user_id, area_id, at in rows}


def address(row: Message) -> str:
    """Return where a message goes, in clear: for the carrier alone."""
    return vault.unseal("message", "to", row.id, row.to_sealed) if row.to_sealed else ""
