"""Reports with their figures, what is told beside them, and what the level above said."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class Report(AreaScoped, Base):
    """One revision of an area's figures for one round; nothing in it is ever overwritten.

    `counted_*` and `accepted_*` are the spans of recorded time in which it counts on the
    reported and on the accepted basis, so any table can be asked as known at any instant.
    `as_of` is what it says of the time of its figures; it counts from `valid_from`
    (`services.placing`): a correction from where its round counted.
    `carried` are marks on what it did not say itself: `rules.marks_of`.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index(
            "uq_report_current", "disaster_id", "area_id", "round", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
        Index("ix_report_latest", "disaster_id", "area_id", "valid_from"),
        CheckConstraint("revision >= 1", name="revision"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    no_change: Mapped[bool] = mapped_column(default=False)
    as_of: Mapped[datetime]
    valid_from: Mapped[datetime]
    received_at: Mapped[datetime]
    revision: Mapped[int]
    base_id: Mapped[UUID | None]
    current: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16), index=True)
    counted_from: Mapped[datetime | None]
    counted_to: Mapped[datetime | None]
    accepted_from: Mapped[datetime | None]
    accepted_to: Mapped[datetime | None]
    form_version: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[UUID]
    entered_for: Mapped[dict[str, Any] | None]
    reasons: Mapped[dict[str, Any]]
    carried: Mapped[list[Any] | None]


class ReportValue(Base):
    """One figure of one revision, scaled to an integer; null is 尚未掌握, not yet known."""

    __tablename__ = "report_value"
    __table_args__ = {"sqlite_with_rowid": False}

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    value: Mapped[int | None]


class Narrative(AreaScoped, Base):
    """What an area tells of a round in words (文字说明); nothing in it is ever overwritten."""

    __tablename__ = "narrative"
    __table_args__ = (
        Index(
            "uq_narrative_current", "disaster_id", "area_id", "round", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    base_id: Mapped[UUID | None]
    current: Mapped[bool]
    author_id: Mapped[UUID]
    received_at: Mapped[datetime]


class Verdict(Base):
    """What was said of a revision: accepted or returned from above, or withdrawn from below."""

    __tablename__ = "verdict"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), index=True)
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(400))
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class OwnFigure(AreaScoped, Base):
    """本级核定数: the upper level's own figure beside the untouched reported one."""

    __tablename__ = "own_figure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    indicator_id: Mapped[int] = mapped_column(SmallInteger)
    value: Mapped[int]
    reason: Mapped[str] = mapped_column(String(400))
    as_of: Mapped[datetime]
    set_from: Mapped[datetime]
    set_to: Mapped[datetime | None]
    actor_id: Mapped[UUID]


class OwnAnswer(Base):
    """What the area below says to 本级核定数: confirmed, or disputed with a reason."""

    __tablename__ = "own_figure_answer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    own_figure_id: Mapped[UUID] = mapped_column(ForeignKey("own_figure.id"), index=True)
    answer: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(400), default="")
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class FigureVoucher(AreaScoped, Base):
    """A figure that stood out was looked at and is right: this value, in this round."""

    __tablename__ = "figure_voucher"
    __table_args__ = (
        UniqueConstraint(
            "disaster_id", "area_id", "round", "indicator_id", "value",
            name="uq_figure_voucher_figure",
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    indicator_id: Mapped[int] = mapped_column(SmallInteger)
    value: Mapped[int]
    reason: Mapped[str] = mapped_column(String(400))
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class Hold(AreaScoped, Base):
    """Who is looking at an area's report of a round, so that two do not judge it at once."""

    __tablename__ = "report_hold"
    __table_args__ = (UniqueConstraint("disaster_id", "area_id", "round"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    actor_id: Mapped[UUID]
    held_from: Mapped[datetime]
    held_to: Mapped[datetime]
