"""Tables of boxes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import DrillScoped
from relief_ops.db import Base

STANDS = text("replaced_at IS NULL")


class Packing(DrillScoped, Base):
    """What is promised of one lot, put into boxes: so much in each, the rest in the last.

    It belongs to both ends, like the shipment it will go with. Packed anew, the old labels are
    void: `replaced_at`.
    """

    __tablename__ = "packing"
    __table_args__ = (
        CheckConstraint("per_box > 0", name="per_box"),
        Index(
            "uq_packing_stands", "line_id", unique=True,
            sqlite_where=STANDS, postgresql_where=STANDS,
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("reservation_line.id"), index=True)
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    from_area: Mapped[UUID] = mapped_column(ForeignKey("area.id"), index=True)
    to_area: Mapped[UUID] = mapped_column(ForeignKey("area.id"), index=True)
    per_box: Mapped[int]
    packed_by: Mapped[UUID]
    packed_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Box(Base):
    """One box; `number` counts the boxes of its depot and stands on its label."""

    __tablename__ = "box"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("uq_box_number", "depot_id", "number", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    packing_id: Mapped[UUID] = mapped_column(ForeignKey("packing.id"), index=True)
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    number: Mapped[int]
    quantity: Mapped[int]


class BoxScan(DrillScoped, Base):
    """One person's word that a box was loaded, arrived, came damaged or was opened.

    `told_at` is what the device said, on the disaster's clock; `seen_at` the same, held between
    what must have been before (the packing, the departure) and the receipt of the word.
    """

    __tablename__ = "box_scan"
    __table_args__ = (Index("ix_box_scan_box", "box_id", "seen_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    box_id: Mapped[UUID] = mapped_column(ForeignKey("box.id"))
    stage: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[UUID]
    told_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    received_at: Mapped[datetime]
