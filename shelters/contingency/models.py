"""The table of emergency plans: one row a version, none of which is ever rewritten."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base

CURRENT = text("state = 'current'")


class ContingencyPlan(AreaScoped, Base):
    """A version of an area's emergency plan of a kind, as it was approved.

    A drill practises the real plans, so they belong to no drill. `base` is the version this one
    replaced; `changes` says what is new, `reason` why it was withdrawn without another.
    """

    __tablename__ = "contingency_plan"
    __table_args__ = (
        UniqueConstraint("area_id", "kind", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("review_on > approved_on", name="review"),
        Index(
            "uq_contingency_plan_current", "area_id", "kind", unique=True,
            sqlite_where=CURRENT, postgresql_where=CURRENT,
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(String(64))
    approved_on: Mapped[date]
    review_on: Mapped[date]
    body: Mapped[str] = mapped_column(Text)
    changes: Mapped[str] = mapped_column(String(400))
    reason: Mapped[str] = mapped_column(String(400), default="")
    base: Mapped[UUID | None] = mapped_column(ForeignKey("contingency_plan.id"))
    actor_id: Mapped[UUID]
    written_at: Mapped[datetime]
