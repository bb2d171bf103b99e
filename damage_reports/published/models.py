"""The table of published reports: what was published, as of when, by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class PublishedReport(Base):
    """One published report of one area; its figures stay text, as they were published."""

    __tablename__ = "published_report"
    __table_args__ = (Index("ix_published_report_disaster", "disaster_id", "as_of"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    as_of: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(200))
    source_en: Mapped[str] = mapped_column(String(200), default="", server_default="")
    figures: Mapped[list[Any]]
    actor_id: Mapped[UUID]
    received_at: Mapped[datetime]
    revision: Mapped[int]
