"""Several sources of one figure: what they are, what each says, which one counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class FigureSource(Base):
    """Who may say a figure: a row, so that another bureau needs no migration.

    One that is no longer `active` says nothing new; what it said stays.
    """

    __tablename__ = "figure_source"

    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    active: Mapped[bool]
    source: Mapped[str] = mapped_column(String(200))
    confidence: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int] = mapped_column(default=1)


class FigureClaim(AreaScoped, Base):
    """One revision of what a source says of one figure of an area (部门数); null is not known.

    It counts from `received_at` to `counted_to`. A later one with later figures leaves it be:
    it is still what the source said of that earlier time.
    """

    __tablename__ = "figure_claim"
    __table_args__ = (
        Index(
            "uq_figure_claim_current", "disaster_id", "area_id", "indicator_id", "source",
            unique=True, sqlite_where=text("current"), postgresql_where=text("current"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    indicator_id: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[str] = mapped_column(ForeignKey("figure_source.code"))
    value: Mapped[int | None]
    as_of: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(400), default="")
    received_at: Mapped[datetime]
    counted_to: Mapped[datetime | None]
    revision: Mapped[int]
    base_id: Mapped[UUID | None]
    current: Mapped[bool]
    author_id: Mapped[UUID]


class SourceRule(AreaScoped, Base):
    """One revision of a rule of choice (取数规则): an order of sources, who set it and why.

    For one figure, one group of them or all; `only_here` leaves the areas below alone. Without
    sources it says that the area has no rule of its own any more.
    """

    __tablename__ = "source_rule"
    __table_args__ = (
        Index(
            "uq_source_rule_current", "disaster_id", "area_id", "indicator", "group_code",
            "only_here", unique=True, sqlite_where=text("set_to IS NULL"),
            postgresql_where=text("set_to IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    indicator: Mapped[str] = mapped_column(String(40), default="")
    group_code: Mapped[str] = mapped_column(String(24), default="")
    only_here: Mapped[bool] = mapped_column(default=False)
    sources: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(String(400))
    set_from: Mapped[datetime]
    set_to: Mapped[datetime | None]
    revision: Mapped[int]
    base_id: Mapped[UUID | None]
    actor_id: Mapped[UUID]


class GapSettlement(AreaScoped, Base):
    """Somebody looked at figures that differ (会商): at which ones, what counts, and why.

    It holds for these very figures; as soon as one of them changes it is history.
    """

    __tablename__ = "gap_settlement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    indicator_id: Mapped[int] = mapped_column(SmallInteger)
    figures: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(String(24))
    kept: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(400))
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
