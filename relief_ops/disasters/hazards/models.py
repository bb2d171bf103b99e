"""Tables of hazards. A shape is kept as it is drawn; few stand at once, so nothing is indexed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class Hazard(AreaScoped, DrillScoped, Base):
    """A closed road or dangerous ground. `shape` is GeoJSON in WGS-84, one geometry."""

    __tablename__ = "hazard"
    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at > from_at", name="order"),
        Index("ix_hazard_disaster_from", "disaster_id", "from_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(400))
    shape: Mapped[str] = mapped_column(Text)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str] = mapped_column(String(400), default="")
    written_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    revision: Mapped[int]


class HazardRevision(AreaScoped, Base):
    """What a hazard said at one revision, kept for good."""

    __tablename__ = "hazard_revision"

    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazard.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(400))
    shape: Mapped[str] = mapped_column(Text)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str] = mapped_column(String(400), default="")
    written_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
