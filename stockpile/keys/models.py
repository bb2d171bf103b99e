"""The table of keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class DepotKey(AreaScoped, DrillScoped, Base):
    """Somebody has the key of a depot (its area), from an instant to an instant, or on.

    Name and telephone are encrypted, and forgotten with the people of the disasters of the time.
    A key handed back early ends then.
    """

    __tablename__ = "depot_key"
    __table_args__ = (CheckConstraint("until_at IS NULL OR until_at > from_at", name="time"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depot.id"), index=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    back: Mapped[bool]
    actor_id: Mapped[UUID]
    revision: Mapped[int]
