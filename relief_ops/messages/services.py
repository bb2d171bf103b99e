"""Writing messages, claiming them for a try, noting what became of them.

A message is claimed and its try counted before anything leaves the house, and what came of it
is noted after: a worker that dies in between has its message tried again, once the claim is
over, under the same id. So a message may go out twice, never not at all; whoever receives it
knows the second by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import clock, vault
from relief_ops.events import record
from relief_ops.messages import queries, rules
from relief_ops.messages.events import MessageSeen, MessageSettled
from relief_ops.messages.models import Message
from relief_ops.messages.rules import SETTLED, WAITING, Channel, Outcome, State


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is to be said to whom, about which area, because of which act (`subject_id`)."""

    user_id: UUID
    area_id: UUID
    drill_id: UUID | None
    subject_id: UUID
    template: str
    parameters: Mapping[str, Any]
    at: datetime


def send(session: Session, letter: Letter, channel: Channel, *, to: str = "") -> Message:
    """Write a message in the caller's transaction: it goes out if the change happens.

    Its id follows from the act, the way, the person and the area, so the same is never written
    twice. Within the application it has arrived with the commit; the rest waits for the postman.
    """
    message_id = uuid5(letter.subject_id, f"{channel}:{letter.user_id}:{letter.area_id}")
    here = channel == Channel.IN_APP
    now = clock.now()
    message = Message(
        id=message_id,
        channel=channel,
        user_id=letter.user_id,
        area_id=letter.area_id,
        drill_id=letter.drill_id,
        subject_id=letter.subject_id,
        template=letter.template,
        parameters=dict(letter.parameters),
        to_sealed=vault.seal("message", "to", message_id, to) if to else None,
        state=State.DELIVERED if here else State.QUEUED,
        attempts=0,
        next_try=None if here else now,
        created_at=letter.at,
        settled_at=now if here else None,
        seen_at=None,
    )
    session.add(message)
    return message


def claim(session: Session, channel: Channel | None = None) -> Message | None:
    """Take the message that has waited longest and count the try; None when nothing is due."""
    now = clock.now()
    message = session.scalar(queries.due(now, channel).with_for_update(skip_locked=True))
    if message is not None:
        message.attempts += 1
        message.next_try = now + rules.LEASE
    return message


def note(session: Session, message_id: UUID, outcome: Outcome) -> None:
    """Note what a try came to; nothing when a receipt was faster."""
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.state not in WAITING:
        return
    state, pause = rules.after(outcome, attempts=message.attempts)
    message.provider_reference = outcome.reference[:120] or message.provider_reference
    message.last_error = outcome.error[:80]
    message.state, message.next_try = state, clock.now() + pause if pause else None
    if state in SETTLED:
        _settled(session, message)


def take_receipt(session: Session, message_id: UUID, outcome: Outcome) -> bool:
    """Note what the gateway tells of a message; return False if there is no such message.

    Told twice it changes nothing.
    """
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.channel != Channel.SMS:
        return False
    before = State(message.state)
    state = rules.after_receipt(before, outcome.state)
    if state == before:
        return True
    message.state, message.next_try = state, None
    message.provider_reference = outcome.reference[:120] or message.provider_reference
    message.last_error = "" if state == State.DELIVERED else outcome.error[:80]
    _settled(session, message)
    return True


def _settled(session: Session, message: Message) -> None:
    message.settled_at = clock.now()
    event = MessageSettled(
        message.id,
        message.subject_id,
        Channel(message.channel),
        State(message.state),
        message.attempts,
    )
    record(session, event, actor_id=None, subject=message.id, areas=[message.area_id])


def mark_seen(session: Session, user_id: UUID) -> int:
    """Note that a person has read what stands in their inbox; return how many were new."""
    new = [each for each in queries.inbox(session, user_id) if each.seen_at is None]
    for message in new:
        message.seen_at = clock.now()
        event = MessageSeen(message.id, message.subject_id)
        record(session, event, actor_id=user_id, subject=message.id, areas=[message.area_id])
    return len(new)
