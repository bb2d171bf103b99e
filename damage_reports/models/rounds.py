"""Rounds, when they end, and how whoever owes a report is reached."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class ReportRound(Base):
    """One round of a disaster that was opened: everybody owes a report for it.

    `code` is what reports name as their `round`; when it is due follows from the parameters.
    """

    __tablename__ = "report_round"
    __table_args__ = (UniqueConstraint("disaster_id", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    code: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    daily: Mapped[bool] = mapped_column(default=False)
    as_of: Mapped[datetime]
    opened_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)


class Stability(AreaScoped, Base):
    """A county's word that its situation is stable (灾情稳定), and what the level above said.

    Accepted, it ends the daily report there; when every county's is, the final one begins.
    """

    __tablename__ = "stability"
    __table_args__ = (
        Index(
            "uq_stability_standing", "disaster_id", "area_id", unique=True,
            sqlite_where=text("state IN ('declared', 'accepted')"),
            postgresql_where=text("state IN ('declared', 'accepted')"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    stable_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(16))
    declared_at: Mapped[datetime]
    declared_by: Mapped[UUID]
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(400), default="")


class Reminder(AreaScoped, Base):
    """One act of reminding: whoever owed a round in an area at that moment was told.

    `owed` is what: the reports of townships, or the tables of counties and the city; `townships`
    is how many areas owed it.
    """

    __tablename__ = "reminder"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    forced: Mapped[bool] = mapped_column(default=False)
    owed: Mapped[str] = mapped_column(String(8), default="reports", server_default="reports")
    townships: Mapped[int]
    people: Mapped[int]
    skipped: Mapped[int]
    actor_id: Mapped[UUID]


class ReportCall(AreaScoped, Base):
    """A telephone call about an owed report: reached, not reached, or promised for a time."""

    __tablename__ = "report_call"
    __table_args__ = (
        CheckConstraint("(outcome = 'promised') = (promised_at IS NOT NULL)", name="promised"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    promised_at: Mapped[datetime | None]
    actor_id: Mapped[UUID]


class BypassReport(AreaScoped, Base):
    """That a county told the province or the ministry of its dead and missing past the city.

    `at` is when it was told, `recorded_at` when that was entered; never changed, a later word
    stands beside it.
    """

    __tablename__ = "bypass_report"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    above: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    means: Mapped[str] = mapped_column(String(16))
    told_to: Mapped[str] = mapped_column(String(64))
    deaths: Mapped[int]
    missing: Mapped[int]
    actor_id: Mapped[UUID]


class AreaContact(AreaScoped, Base):
    """What still leads to an area in a disaster, and when anybody last heard from it.

    `declared_at` is when somebody declared it out of contact; whether it is, is worked out.
    """

    __tablename__ = "area_contact"
    __table_args__ = (UniqueConstraint("disaster_id", "area_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    road: Mapped[str] = mapped_column(String(8))
    power: Mapped[str] = mapped_column(String(8))
    network: Mapped[str] = mapped_column(String(8))
    water: Mapped[str] = mapped_column(String(8))
    last_contact_at: Mapped[datetime | None]
    last_means: Mapped[str] = mapped_column(String(16), default="")
    messenger_sent_at: Mapped[datetime | None]
    messenger_route: Mapped[str] = mapped_column(String(120), default="")
    declared_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    actor_id: Mapped[UUID]
    revision: Mapped[int] = mapped_column(default=1)
