"""Tables of kits put together and taken apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base, Json


class KitAct(AreaScoped, DrillScoped, Base):
    """So many kits of one lot put together in a depot, or taken apart, by the recipe as it was.

    A wrong act is never changed: the opposite act takes it back.
    """

    __tablename__ = "kit_act"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("direction IN ('assemble', 'dismantle')", name="direction"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depot.id"), index=True)
    kit_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    direction: Mapped[str] = mapped_column(String(12))
    number: Mapped[int]
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    recipe: Mapped[Any] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class KitActLine(Base):
    """So much of one lot of a part that went into the kits of an act, or came out of them."""

    __tablename__ = "kit_act_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    act_id: Mapped[UUID] = mapped_column(ForeignKey("kit_act.id"), primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    quantity: Mapped[int]
