"""Tables of agreements with suppliers and of what is called off."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class SupplyAgreement(AreaScoped, DrillScoped, Base):
    """What a supplier promised to hold for an area (its own), from a day to a day."""

    __tablename__ = "supply_agreement"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    supplier: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    document: Mapped[str] = mapped_column(String(80))
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    revision: Mapped[int]


class AgreementLine(Base):
    """How much of an item it is (base units), how soon it comes, and at what price."""

    __tablename__ = "supply_agreement_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("lead_hours >= 0", name="lead_hours"),
        CheckConstraint("price_fen IS NULL OR price_fen >= 0", name="price"),
    )

    agreement_id: Mapped[UUID] = mapped_column(
        ForeignKey("supply_agreement.id", ondelete="CASCADE"), primary_key=True
    )
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"), primary_key=True)
    quantity: Mapped[int]
    lead_hours: Mapped[int]
    price_fen: Mapped[int | None]


class CallOff(AreaScoped, DrillScoped, Base):
    """So much of an item called off from an agreement for a depot, whose area it has.

    The supplier brings it once another person than asked for it has signed.
    """

    __tablename__ = "call_off"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("received >= 0", name="received"),
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("supply_agreement.id"), index=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depot.id"), index=True)
    quantity: Mapped[int]
    received: Mapped[int]
    price_fen: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200), default="")
    called_by: Mapped[UUID]
    called_at: Mapped[datetime]
    means: Mapped[str] = mapped_column(String(8), default="")
    number: Mapped[str] = mapped_column(String(64), default="")
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")
    revision: Mapped[int]


class CallOffDelivery(Base):
    """Goods that came on a call-off; `movement_id` is their entry, written at the commit."""

    __tablename__ = "call_off_delivery"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_off_id: Mapped[UUID] = mapped_column(ForeignKey("call_off.id"), index=True)
    quantity: Mapped[int]
    movement_id: Mapped[UUID]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
