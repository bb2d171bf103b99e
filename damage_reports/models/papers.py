"""Reports on paper: a picture of the filled-in form, until somebody has typed it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class ReportPaper(AreaScoped, Base):
    """A picture of an area's paper for a round; `report_id` is what was typed from it."""

    __tablename__ = "report_paper"
    __table_args__ = (
        Index(
            "uq_report_paper_once", "disaster_id", "area_id", "round", "sha256", unique=True,
            sqlite_where=text("state <> 'withdrawn'"),
            postgresql_where=text("state <> 'withdrawn'"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file_upload.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("file_content.sha256"))
    told_by: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[UUID]
    received_at: Mapped[datetime]
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id"))
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
