"""Tables that go up, and tables that come in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class Summary(AreaScoped, Base):
    """The table of one area for one round as it was prepared for the level above.

    `content` is canonical JSON and never changes; `known_at` is the recorded time it stands on.
    """

    __tablename__ = "summary"
    __table_args__ = (
        Index(
            "uq_summary_current", "disaster_id", "area_id", "round", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    basis: Mapped[str] = mapped_column(String(16))
    known_at: Mapped[datetime]
    revision: Mapped[int]
    base_id: Mapped[UUID | None]
    current: Mapped[bool]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    prepared_by: Mapped[UUID]


class SummarySignature(Base):
    """One signature on a summary: in person, or told by telephone and signed later."""

    __tablename__ = "summary_signature"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    summary_id: Mapped[UUID] = mapped_column(ForeignKey("summary.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    by_telephone: Mapped[bool]
    told_by: Mapped[str] = mapped_column(String(64), default="")
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class ReportImport(Base):
    """A table of many areas' figures that was sent in: first checked, then filed row by row.

    `data` is the file, wiped once its rows are filed. `problems` are of the file as a whole. With
    a `figure_source` it is what that source says (部门数), of no round; else they are reports.
    """

    __tablename__ = "report_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    as_of: Mapped[datetime]
    figure_source: Mapped[str] = mapped_column(String(24), default="")
    source: Mapped[str] = mapped_column(String(120))
    data: Mapped[bytes | None] = mapped_column(deferred=True)
    total: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    blank: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]]
    made_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]


class ReportImportRow(Base):
    """What a table says of one area, what is wrong with it, and what became of it."""

    __tablename__ = "report_import_row"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("report_import.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[str] = mapped_column(String(64))
    row: Mapped[int]
    place: Mapped[str] = mapped_column(String(100))
    area_id: Mapped[UUID | None]
    area: Mapped[str] = mapped_column(String(100))
    figures: Mapped[dict[str, Any]]
    reasons: Mapped[dict[str, Any]]
    troubles: Mapped[list[Any]]
    notes: Mapped[list[Any]]
    wrong: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(String(16), default="")
    said: Mapped[str] = mapped_column(String(400), default="")
    report_id: Mapped[UUID | None] = mapped_column(index=True)
