"""The one table of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base
from relief_ops.messages.rules import State


class Message(Base):
    """Words for one person on one way: which template, what it is filled with, how it went.

    `created_at` is told by the clock of the disaster; `next_try` and `settled_at` are real
    time. A drill's messages stay in the house.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("drill_id IS NULL OR channel = 'in_app'", name="drill_stays_inside"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_message_due", "state", "next_try"),
        Index("ix_message_inbox", "user_id", "channel", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[UUID]
    area_id: Mapped[UUID]
    drill_id: Mapped[UUID | None]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    template: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[dict[str, Any]]
    to_sealed: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(String(12), default=State.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime | None]
    provider_reference: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(80), default="")
