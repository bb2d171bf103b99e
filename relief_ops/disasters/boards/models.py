"""The tables of the two boards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class FigureProposal(AreaScoped, Base):
    """A figure one feature knows and a report may take over; scaled like its indicator."""

    __tablename__ = "figure_proposal"

    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)
    indicator: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int | None]
    as_of: Mapped[datetime]


class SupplyAtPlace(AreaScoped, DrillScoped, Base):
    """What a place has of an item and what is on its way there, in base units."""

    __tablename__ = "supply_at_place"
    __table_args__ = (CheckConstraint("on_hand >= 0 AND on_the_way >= 0", name="amounts"),)

    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"), primary_key=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True)
    on_hand: Mapped[int]
    on_the_way: Mapped[int]
    as_of: Mapped[datetime]
