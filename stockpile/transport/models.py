"""Tables of the road."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import DrillScoped
from relief_ops.db import Base


class Trip(DrillScoped, Base):
    """A driver with a shipment; it has the id of the errand whose link he opened.

    A shipment whose driver changes has several, one after the other. `loaders` is how many go along
    to load and unload. Name and telephone are
    encrypted, and forgotten with the disaster's people.
    """

    __tablename__ = "trip"

    id: Mapped[UUID] = mapped_column(ForeignKey("errand.id"), primary_key=True)
    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipment.id"), index=True)
    driver_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    vehicle: Mapped[str] = mapped_column(String(40), default="")
    loaders: Mapped[int | None]
    assigned_by: Mapped[UUID]
    assigned_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Sighting(DrillScoped, Base):
    """One thing a driver said: a position, an obstacle, the load taken over, the arrival.

    `told_at` is the phone's own time; `seen_at` the same on the disaster's clock, held between the
    departure and the receipt. Longitude and latitude in EPSG:4326, accuracy in metres.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="place"),
        Index("ix_sighting_shipment", "shipment_id", "seen_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipment.id"))
    trip_id: Mapped[UUID] = mapped_column(ForeignKey("trip.id"))
    kind: Mapped[str] = mapped_column(String(16))
    cause: Mapped[str] = mapped_column(String(16), default="")
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[int | None]
    told_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    received_at: Mapped[datetime]


class TripPhoto(DrillScoped, Base):
    """A picture a driver took: of the road, of the goods, of their handing over.

    When and where is what the camera or the phone tells, if it does: evidence. `seen_at` is the
    time on the disaster's clock, held between the departure and the receipt. The picture itself
    is destroyed with the disaster's people, for it may show some: that there was one stays.
    """

    __tablename__ = "trip_photo"
    __table_args__ = (
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="place"),
        Index("ix_trip_photo_shipment", "shipment_id", "received_at"),
        Index("uq_trip_photo_once", "trip_id", "sha256", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipment.id"))
    trip_id: Mapped[UUID] = mapped_column(ForeignKey("trip.id"))
    kind: Mapped[str] = mapped_column(String(16))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("file_upload.id"))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("file_content.sha256"))
    told_at: Mapped[datetime | None]
    time_source: Mapped[str | None] = mapped_column(String(8))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    place_source: Mapped[str | None] = mapped_column(String(8))
    seen_at: Mapped[datetime]
    received_at: Mapped[datetime]
