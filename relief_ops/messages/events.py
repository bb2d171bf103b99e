"""What can happen to a message once it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event
from relief_ops.messages.rules import Channel, State


@dataclass(frozen=True)
class MessageSettled(Event):
    """A message was sent, delivered, refused, or given up after the last try."""

    name: ClassVar[str] = "message.settled"
    permission: ClassVar[str] = "message.deliver"

    message_id: UUID
    about: UUID
    channel: Channel
    state: State
    attempts: int


@dataclass(frozen=True)
class MessageSeen(Event):
    """The person a message was for says it was read."""

    name: ClassVar[str] = "message.seen"
    permission: ClassVar[str] = "user.sign_in"

    message_id: UUID
    about: UUID
