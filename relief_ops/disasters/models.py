"""Tables of disasters, drills, response levels and storm tracks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops import i18n
from relief_ops.db import Base


class Drill(Base):
    """A drill and its own clock: drill time runs `speed` times as fast as real time."""

    __tablename__ = "drill"
    __table_args__ = (CheckConstraint("speed >= 0 AND speed <= 100000", name="speed"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    storm_code: Mapped[str] = mapped_column(String(16), default="", server_default="")
    about: Mapped[str] = mapped_column(String(500), default="", server_default="")
    about_en: Mapped[str] = mapped_column(String(500), default="", server_default="")
    seed: Mapped[int]
    drill_start: Mapped[datetime]
    real_start: Mapped[datetime]
    speed: Mapped[int]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int]

    @property
    def said_of_itself(self) -> str:
        """Return what is invented in it, in the reader's language where that was given."""
        return i18n.told(self.about, self.about_en)


class Disaster(Base):
    """A disaster with a beginning; many areas under it, each with its own levels.

    An earthquake has its magnitude (in tenths) and its epicentre (WGS-84).
    """

    __tablename__ = "disaster"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(32))
    sub_kind: Mapped[str] = mapped_column(String(32), default="")
    grade: Mapped[str] = mapped_column(String(16), default="")
    storm_code: Mapped[str] = mapped_column(String(16), default="")
    magnitude_tenths: Mapped[int | None] = mapped_column(SmallInteger)
    epicentre_lon: Mapped[float | None]
    epicentre_lat: Mapped[float | None]
    drill_id: Mapped[UUID | None] = mapped_column(ForeignKey("drill.id"), index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    division_date: Mapped[date]
    form_version: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]

    @property
    def magnitude(self) -> float | None:
        """Return the magnitude as it is said, to a tenth."""
        return None if self.magnitude_tenths is None else self.magnitude_tenths / 10


class ResponseChange(Base):
    """One step on one response ladder: who set which level where, when, by what document."""

    __tablename__ = "response_change"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        Index("ix_response_change_place", "disaster_id", "area_id", "ladder", "from_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    ladder: Mapped[str] = mapped_column(String(16))
    sector: Mapped[str] = mapped_column(String(32), default="")
    level: Mapped[int]
    from_at: Mapped[datetime]
    document: Mapped[str] = mapped_column(String(200), default="")
    signed_by: Mapped[str] = mapped_column(String(64), default="")
    actor_id: Mapped[UUID | None]


class Storm(Base):
    """A tropical cyclone of the archive."""

    __tablename__ = "storm"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    season: Mapped[int] = mapped_column(index=True)
    name_zh: Mapped[str] = mapped_column(String(32), default="")
    name_en: Mapped[str] = mapped_column(String(32), default="")
    source: Mapped[str] = mapped_column(String(120))


class StormFix(Base):
    """Where a storm was: longitude and latitude in degrees, wind in knots by one agency.

    Winds averaged over 1, 2 or 10 minutes are never mixed: each row names its own.
    """

    __tablename__ = "storm_fix"

    storm_code: Mapped[str] = mapped_column(ForeignKey("storm.code"), primary_key=True)
    agency: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    lon_e5: Mapped[int]
    lat_e5: Mapped[int]
    wind_kt: Mapped[int | None]
    averaging_minutes: Mapped[int]
    pressure_hpa: Mapped[int | None]
