"""Photos of a round."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class ReportPhoto(AreaScoped, Base):
    """A photo of an area and round; withdrawn ones stay, and are no longer current."""

    __tablename__ = "report_photo"
    __table_args__ = (
        Index(
            "uq_report_photo_once", "disaster_id", "area_id", "round", "sha256", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file_upload.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("file_content.sha256"))
    caption: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[datetime | None]
    time_source: Mapped[str | None] = mapped_column(String(8))
    lon_e5: Mapped[int | None]
    lat_e5: Mapped[int | None]
    place_source: Mapped[str | None] = mapped_column(String(8))
    current: Mapped[bool]
    author_id: Mapped[UUID]
    received_at: Mapped[datetime]


class PhotoWithdrawal(Base):
    """Why a photo no longer counts, and who said so."""

    __tablename__ = "photo_withdrawal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("report_photo.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(400))
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
