"""The one table of background work."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class JobState(StrEnum):
    """The life of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobRow(Base):
    """One piece of work: what to do, how far it is, and where to go on after a restart."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("done >= 0 AND (total IS NULL OR done <= total)", name="progress"),
        Index("ix_job_waiting", "state", "claimed_until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default=JobState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    cursor: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(String(400), default="")
    actor_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


class WorkerBeat(Base):
    """The last sign of life of one worker; it leaves one every half minute."""

    __tablename__ = "worker_beat"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
