"""The table of entered times."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class TravelTime(AreaScoped, DrillScoped, Base):
    """How long goods take between two ends, each a place or an area; `area_id` is the far end's.

    Without a near end the far one is an island: reached only by what is entered for it.
    """

    __tablename__ = "travel_time"
    __table_args__ = (
        CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes"),
        CheckConstraint("from_place IS NULL OR from_area IS NULL", name="near"),
        CheckConstraint("(to_place IS NULL) <> (to_area IS NULL)", name="far"),
        CheckConstraint(
            "from_place IS NOT NULL OR from_area IS NOT NULL"
            " OR (minutes IS NULL AND to_area IS NOT NULL)",
            name="island",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_place: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    from_area: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    to_place: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    to_area: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    minutes: Mapped[int | None]
    means: Mapped[str] = mapped_column(String(12))
    detour: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")
    written_at: Mapped[datetime]
    actor_id: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int]

    @property
    def near(self) -> UUID | None:
        """Return the near end, None for an island."""
        return self.from_place or self.from_area

    @property
    def far(self) -> UUID:
        """Return the far end."""
        found = self.to_place or self.to_area
        assert found is not None, "a constraint says so"
        return found

    @property
    def island(self) -> bool:
        """Whether it says that its far end is an island."""
        return self.near is None
