"""Tables of areas and places. Geometry tables hold identity and place only."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class Level(StrEnum):
    """The four levels of the reporting ladder."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Area(Base):
    """A division of the country; its id never changes, its code and name may."""

    __tablename__ = "area"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(32), default="")
    pseudo: Mapped[bool] = mapped_column(default=False)
    point_approximate: Mapped[bool] = mapped_column(default=True)
    point_source: Mapped[str] = mapped_column(String(120), default="")


class AreaVersion(Base):
    """What an area was called, coded and part of, between two days (valid_to exclusive)."""

    __tablename__ = "area_version"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), index=True)
    name: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class AreaPopulation(Base):
    """How many people live in an area by one source; never mixed between sources."""

    __tablename__ = "area_population"

    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    population: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    confidence: Mapped[str] = mapped_column(String(8))


class AreaClosure(Base):
    """Every area under every ancestor it ever had, itself included: the lock of scope."""

    __tablename__ = "area_closure"

    ancestor_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)


class AreaRevision(Base):
    """One row that changes whenever any area does, so that cached trees know."""

    __tablename__ = "area_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]


class AreaShape(Base):
    """Where an area lies: a settlement point, and an outline when the user imports one."""

    __tablename__ = "area_shape"

    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    point: Mapped[Any] = mapped_column(Geometry("POINT", srid=4326), nullable=True)
    outline: Mapped[Any] = mapped_column(Geometry("MULTIPOLYGON", srid=4326), nullable=True)


class Zone(Base):
    """A functional zone: a named set of areas, good for filtering only."""

    __tablename__ = "zone"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str | None] = mapped_column(String(12))


class ZoneArea(Base):
    """One area of a zone."""

    __tablename__ = "zone_area"

    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zone.id"), primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)


class Place(Base):
    """A point that others refer to: a shelter or depot has the id of its place."""

    __tablename__ = "place"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    name: Mapped[str] = mapped_column(String(120))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), index=True)
    drill_id: Mapped[UUID | None] = mapped_column(index=True)
    point: Mapped[Any] = mapped_column(Geometry("POINT", srid=4326), nullable=True)
