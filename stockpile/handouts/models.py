"""Tables of handouts. Who got the goods is sealed; what and how much is not."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base
from stockpile.handouts.rules import MOST_PEOPLE


class Handout(AreaScoped, DrillScoped, Base):
    """Goods one household took at one place, whose area it has; `number` counts those of a place.

    The household is one of the case core, or a number nobody registered yet, or only a name.
    `counts_on` is the local day the limits count it on. `received_at` is the server's time,
    `handed_over_at` what the device said.
    """

    __tablename__ = "handout"
    __table_args__ = (
        CheckConstraint(f"people BETWEEN 1 AND {MOST_PEOPLE}", name="people"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled"),
        CheckConstraint("(state = 'taken_back') = (taken_back_at IS NOT NULL)", name="taken_back"),
        Index("uq_handout_number", "place_id", "number", unique=True),
        Index("ix_handout_of_household", "household_id", "disaster_id"),
        Index("ix_handout_of_number", "id_number_blind", "disaster_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    number: Mapped[int]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    people: Mapped[int]
    offline: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12), index=True)
    signed: Mapped[str] = mapped_column(String(8))
    signature_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    handed_over_at: Mapped[datetime]
    received_at: Mapped[datetime]
    counts_on: Mapped[date]
    actor_id: Mapped[UUID]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    settled_why: Mapped[str] = mapped_column(String(200), default="", server_default="")
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[UUID | None]
    taken_back_why: Mapped[str] = mapped_column(String(200), default="", server_default="")
    revision: Mapped[int]


class HandoutLine(Base):
    """So much of one item. `short` of it the book did not hold: it is booked when it is settled.

    `ruling` is what the limits said to it.
    """

    __tablename__ = "handout_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("short BETWEEN 0 AND quantity", name="short"),
    )

    handout_id: Mapped[UUID] = mapped_column(ForeignKey("handout.id"), primary_key=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True)
    quantity: Mapped[int]
    short: Mapped[int]
    ruling: Mapped[str] = mapped_column(String(12))
