"""The tables of files: what was announced, and what is stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base
from relief_ops.files.rules import FileState, Source, Told

DEGREE = 100_000


class FileContent(Base):
    """Bytes on the disk under their hash, however often they were sent."""

    __tablename__ = "file_content"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(16))
    width: Mapped[int]
    height: Mapped[int]
    stored_at: Mapped[datetime]


class FileUpload(Base):
    """A file somebody sends: what they announced, how it stands, when and where it was taken."""

    __tablename__ = "file_upload"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(16))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    taken_at: Mapped[datetime | None]
    time_source: Mapped[str | None] = mapped_column(String(8))
    lon_e5: Mapped[int | None]
    lat_e5: Mapped[int | None]
    place_source: Mapped[str | None] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), default=FileState.OPEN)
    declared_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def told(self) -> Told:
        """Return when and where it was taken, as far as anybody said."""
        return Told(
            self.taken_at,
            Source(self.time_source) if self.time_source else None,
            degrees(self.lon_e5),
            degrees(self.lat_e5),
            Source(self.place_source) if self.place_source else None,
        )

    def tell(self, told: Told) -> None:
        """Keep when and where it was taken."""
        self.taken_at, self.time_source = told.taken_at, told.time_source
        self.lon_e5, self.lat_e5 = stored(told.lon), stored(told.lat)
        self.place_source = told.place_source


def stored(angle: float | None) -> int | None:
    """Return an angle as it is stored: a metre is the last digit."""
    return None if angle is None else round(angle * DEGREE)


def degrees(angle: int | None) -> float | None:
    """Return a stored angle in degrees."""
    return None if angle is None else angle / DEGREE
