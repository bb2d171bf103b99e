"""Policy periods, their sections with limits, and claims."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base


class InsurancePolicy(DrillScoped, Base):
    """One policy period: its terms are data, so that a new contract needs no new code."""

    __tablename__ = "insurance_policy"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="period"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    premium_fen: Mapped[int]
    tiers: Mapped[list[Any]]
    source: Mapped[str] = mapped_column(String(300))
    revision: Mapped[int] = mapped_column(default=1)


class InsuranceSection(Base):
    """A part of a policy with its own limit. What is used never passes it."""

    __tablename__ = "insurance_section"
    __table_args__ = (
        UniqueConstraint("policy_id", "code"),
        CheckConstraint("used_fen >= 0 AND used_fen <= limit_fen", name="within_limit"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("insurance_policy.id"))
    code: Mapped[str] = mapped_column(String(24))
    limit_fen: Mapped[int]
    per_claim_max_fen: Mapped[int]
    used_fen: Mapped[int] = mapped_column(default=0)


class InsuranceClaim(AreaScoped, DrillScoped, Base):
    """One household's claim in one disaster. Who registered it never approves it.

    Depth in millimetres; `due_fen` is what the tier gives, `amount_fen` what the limit left.
    """

    __tablename__ = "insurance_claim"
    __table_args__ = (
        UniqueConstraint("policy_id", "household_id", "disaster_id"),
        CheckConstraint("depth_mm IS NULL OR depth_mm >= 0", name="depth"),
        CheckConstraint("amount_fen >= 0 AND amount_fen <= due_fen", name="amount"),
        CheckConstraint("approved_by IS NULL OR approved_by <> registered_by", name="two_people"),
        Index("ix_insurance_claim_list", "policy_id", "state", "registered_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("insurance_policy.id"))
    section_id: Mapped[UUID] = mapped_column(ForeignKey("insurance_section.id"))
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"))
    disaster_id: Mapped[UUID]
    occurred_on: Mapped[date]
    depth_mm: Mapped[int | None]
    due_fen: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(16))
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
