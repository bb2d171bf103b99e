"""Tables of requests to the level above."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class SupplyRequest(AreaScoped, DrillScoped, Base):
    """Goods asked for a depot (its area) of the area above, which answers.

    What is granted stands as needs at the depot, one for each item, with ids that follow from it.
    """

    __tablename__ = "supply_request"
    __table_args__ = (
        CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depot.id"), index=True)
    asked_of: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    state: Mapped[str] = mapped_column(String(12))
    priority: Mapped[int]
    due_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(200), default="")
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="")
    revision: Mapped[int]


class SupplyRequestLine(Base):
    """How much of an item was asked, in whole packs of base units, and how much of it granted."""

    __tablename__ = "supply_request_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("granted IS NULL OR granted BETWEEN 0 AND quantity", name="granted"),
    )

    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("supply_request.id", ondelete="CASCADE"), primary_key=True
    )
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True)
    quantity: Mapped[int]
    granted: Mapped[int | None]
