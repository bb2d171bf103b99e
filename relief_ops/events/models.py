"""The log, the rooms each row is heard in, and the one counter row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class EventRow(Base):
    """One thing that happened. Append-only: triggers forbid change and removal."""

    __tablename__ = "event"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    site: Mapped[str] = mapped_column(String(32))
    epoch: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(64), index=True)
    actor_id: Mapped[UUID | None]
    subject: Mapped[UUID] = mapped_column(index=True)
    payload: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class EventArea(Base):
    """A room that hears an event: an area of it (`own`), an ancestor, or the shared room."""

    __tablename__ = "event_area"
    __table_args__ = (Index("ix_event_area_room", "area_id", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    area_id: Mapped[UUID] = mapped_column(primary_key=True)
    own: Mapped[bool]


class EventHead(Base):
    """The counter: numbers are given in commit order because this row is held to the end."""

    __tablename__ = "event_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(32))
    epoch: Mapped[UUID]
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
