"""Which disaster is part of which, and which areas were split off into another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class DisasterPart(Base):
    """A disaster that counts in another from one recorded instant until another.

    Nothing but its end is ever written to a row: who asks as of an earlier instant is answered
    as it was then.
    """

    __tablename__ = "disaster_part"
    __table_args__ = (
        CheckConstraint("part_id <> whole_id", name="apart"),
        CheckConstraint("to_at IS NULL OR to_at >= from_at", name="order"),
        Index(
            "uq_disaster_part_standing", "part_id", unique=True,
            sqlite_where=text("to_at IS NULL"), postgresql_where=text("to_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    part_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    whole_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(400))
    document: Mapped[str] = mapped_column(String(200), default="")
    actor_id: Mapped[UUID]
    end_reason: Mapped[str] = mapped_column(String(400), default="")
    end_document: Mapped[str] = mapped_column(String(200), default="")
    ended_by: Mapped[UUID | None]


class DisasterSplit(Base):
    """Areas of one disaster whose figures count in another from a recorded instant on.

    Splits are applied in the order of their numbers; one is taken back by another.
    """

    __tablename__ = "disaster_split"
    __table_args__ = (CheckConstraint("source_id <> into_id", name="apart"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    into_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(400))
    document: Mapped[str] = mapped_column(String(200), default="")
    actor_id: Mapped[UUID]


class DisasterSplitArea(Base):
    """One township of a split."""

    __tablename__ = "disaster_split_area"

    split_id: Mapped[UUID] = mapped_column(
        ForeignKey("disaster_split.id", ondelete="CASCADE"), primary_key=True
    )
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
