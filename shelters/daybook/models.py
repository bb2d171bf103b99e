"""Tables of the day book. What must always be true is a constraint here."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class ShelterMeal(AreaScoped, Base):
    """Portions given out in a shelter at one meal of a local day.

    `people` is the last headcount up to the end of that day; None where nobody counted.
    """

    __tablename__ = "shelter_meal"
    __table_args__ = (
        CheckConstraint(
            "soft >= 0 AND infant >= 0 AND restricted >= 0 "
            "AND soft + infant + restricted <= portions",
            name="special",
        ),
        Index("uq_shelter_meal_once", "shelter_id", "disaster_id", "day", "meal", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"))
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    day: Mapped[date]
    meal: Mapped[str] = mapped_column(String(16))
    portions: Mapped[int]
    soft: Mapped[int]
    infant: Mapped[int]
    restricted: Mapped[int]
    people: Mapped[int | None]
    actor_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    revision: Mapped[int]
