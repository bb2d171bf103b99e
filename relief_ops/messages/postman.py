"""Carrying what waits, one message at a time, in the worker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from relief_ops import clock, db, i18n
from relief_ops.config import Outgoing
from relief_ops.messages import queries, services, transports
from relief_ops.messages.models import Message
from relief_ops.messages.rules import Channel, Outcome, State, Words

log = logging.getLogger(__name__)
Template = Callable[[Mapping[str, Any]], Words]
LANGUAGE = "zh"


def carry_next(
    templates: Mapping[str, Template], outgoing: Outgoing, channel: Channel | None = None
) -> bool:
    """Carry the message that has waited longest, of one channel if asked; return if there was one.

    A channel whose other end does not answer holds up nothing that goes another way.
    """
    with db.reading() as session:
        if session.scalar(queries.due(clock.now(), channel).with_only_columns(Message.id)) is None:
            return False
    with db.transaction() as session:
        message = services.claim(session, channel)
        if message is None:
            return False
        message_id = message.id
    outcome = _carried(message, templates, outgoing)
    with db.transaction() as session:
        services.note(session, message_id, outcome)
    return True


def _carried(message: Message, templates: Mapping[str, Template], outgoing: Outgoing) -> Outcome:
    """Write a message out and take it away; one nobody can write out is not tried for ever."""
    try:
        parcel = _packed(message, templates)
    except Exception:
        log.exception("message %s cannot be written out", message.id)
        return Outcome(State.FAILED, error="not_written")
    return transports.carry(parcel, outgoing)


def _packed(message: Message, templates: Mapping[str, Template]) -> transports.Parcel:
    i18n.speak(LANGUAGE)
    return transports.Parcel(
        id=message.id,
        channel=Channel(message.channel),
        to=queries.address(message),
        words=templates[message.template](message.parameters),
        template=message.template,
        parameters=message.parameters,
        created_at=message.created_at,
    )
