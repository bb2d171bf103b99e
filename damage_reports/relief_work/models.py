"""Tables of the relief-work form: its revisions, their figures, and what was proposed for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class ReliefWorkForm(AreaScoped, Base):
    """One revision of a county's form for one round; nothing in it is ever overwritten."""

    __tablename__ = "relief_work_form"
    __table_args__ = (
        Index(
            "uq_relief_work_form_current", "disaster_id", "area_id", "round", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
        CheckConstraint("revision >= 1", name="revision"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    as_of: Mapped[datetime]
    received_at: Mapped[datetime]
    revision: Mapped[int]
    base_id: Mapped[UUID | None]
    current: Mapped[bool]
    form_version: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[UUID]
    reasons: Mapped[dict[str, Any]]


class ReliefWorkValue(Base):
    """One figure of one revision, scaled to an integer; null is 尚未掌握, not yet known."""

    __tablename__ = "relief_work_value"
    __table_args__ = {"sqlite_with_rowid": False}

    form_id: Mapped[UUID] = mapped_column(ForeignKey("relief_work_form.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    value: Mapped[int | None]


class ReliefWorkProposal(Base):
    """What a source knew of a figure when the form was filed, scaled like it: kept beside it."""

    __tablename__ = "relief_work_proposal"
    __table_args__ = {"sqlite_with_rowid": False}

    form_id: Mapped[UUID] = mapped_column(ForeignKey("relief_work_form.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
    as_of: Mapped[datetime]


class ReliefWorkSignature(Base):
    """One signature on a revision: in person, or told by telephone and signed later."""

    __tablename__ = "relief_work_signature"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    form_id: Mapped[UUID] = mapped_column(ForeignKey("relief_work_form.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    by_telephone: Mapped[bool]
    told_by: Mapped[str] = mapped_column(String(64), default="")
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
