"""The table of trucks."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class DepotTrucks(AreaScoped, DrillScoped, Base):
    """So many trucks alike that stand at a depot (its area); none of them: no such truck tonight.

    Those taken `off` count as if nobody had entered them.

    `litres` and `kilograms` are what one of them holds; `trips` how often each can go before what
    is planned must be there.
    """

    __tablename__ = "depot_trucks"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("trips > 0", name="trips"),
        CheckConstraint("litres > 0 AND kilograms > 0", name="holds"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depot.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    trips: Mapped[int]
    litres: Mapped[int]
    kilograms: Mapped[int]
    off: Mapped[bool] = mapped_column(default=False)
    actor_id: Mapped[UUID]
    revision: Mapped[int]
