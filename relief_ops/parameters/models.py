"""The table of policy numbers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class PolicyParameter(Base):
    """One version of one number: in force between two days (both included) in an area.

    An empty area code is the whole site. The value is decimal text, so that nothing is lost.
    """

    __tablename__ = "policy_parameter"
    __table_args__ = (
        UniqueConstraint("key", "area_code", "effective_from"),
        CheckConstraint(
            "effective_to IS NULL OR effective_to >= effective_from", name="time_in_force"
        ),
        Index("ix_policy_parameter_key", "key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    area_code: Mapped[str] = mapped_column(String(12), default="")
    value: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(40))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))
    article: Mapped[str] = mapped_column(String(80), default="")
    confidence: Mapped[str] = mapped_column(String(8))
    note: Mapped[str] = mapped_column(String(300), default="")
    revision: Mapped[int] = mapped_column(default=1)
