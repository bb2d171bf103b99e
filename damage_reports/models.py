"""Tables of indicators, reports with their figures, verdicts and own figures."""

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


class Indicator(Base):
    """One figure of the form: a row, never a column, so a new one needs no migration."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    group_code: Mapped[str] = mapped_column(String(24))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    unit_zh: Mapped[str] = mapped_column(String(16))
    unit_en: Mapped[str] = mapped_column(String(24))
    scale: Mapped[int] = mapped_column(SmallInteger)
    pair: Mapped[str] = mapped_column(String(40))
    nature: Mapped[str] = mapped_column(String(8))
    roll_up: Mapped[str] = mapped_column(String(16))
    part_of: Mapped[str] = mapped_column(String(40))
    core: Mapped[bool]
    position: Mapped[int]
    help_zh: Mapped[str] = mapped_column(String(400))
    help_en: Mapped[str] = mapped_column(String(400))
    source: Mapped[str] = mapped_column(String(200))
    confidence: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int] = mapped_column(default=1)


class FormVersion(Base):
    """An edition of the form: which indicators it asks, in which years."""

    __tablename__ = "form_version"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    era: Mapped[str] = mapped_column(String(16))
    document: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[str] = mapped_column(String(10))
    valid_to: Mapped[str] = mapped_column(String(10))


class FormIndicator(Base):
    """One indicator of one edition."""

    __tablename__ = "form_indicator"

    form_version: Mapped[str] = mapped_column(ForeignKey("form_version.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), primary_key=True)


class Report(AreaScoped, Base):
    """One revision of an area's figures for one round; nothing in it is ever overwritten.

    `counted_*` and `accepted_*` are the spans of recorded time in which it counts on the
    reported and on the accepted basis, so any table can be asked as known at any instant.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index(
            "uq_report_current", "disaster_id", "area_id", "round", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
        Index("ix_report_latest", "disaster_id", "area_id", "as_of"),
        CheckConstraint("revision >= 1", name="revision"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    no_change: Mapped[bool] = mapped_column(default=False)
    as_of: Mapped[datetime]
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


class ReportValue(Base):
    """One figure of one revision, scaled to an integer; null is 尚未掌握, not yet known."""

    __tablename__ = "report_value"
    __table_args__ = {"sqlite_with_rowid": False}

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    value: Mapped[int | None]


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


class Reminder(AreaScoped, Base):
    """One act of reminding: whoever owed a round in an area at that moment was told."""

    __tablename__ = "reminder"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    forced: Mapped[bool] = mapped_column(default=False)
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


class ReportPhoto(AreaScoped, Base):
    """A photo of an area and round; withdrawn ones stay, and are no longer current."""

    __tablename__ = "report_photo"
    __table_args__ = (
        Index(
            "uq_report_photo_once", "disaster_id", "area_id", "round", "sha256", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file_upload.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("file_content.sha256"))
    caption: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[datetime | None]
    time_source: Mapped[str | None] = mapped_column(String(8))
    lon_e5: Mapped[int | None]
    lat_e5: Mapped[int | None]
    place_source: Mapped[str | None] = mapped_column(String(8))
    current: Mapped[bool]
    author_id: Mapped[UUID]
    received_at: Mapped[datetime]


class PhotoWithdrawal(Base):
    """Why a photo no longer counts, and who said so."""

    __tablename__ = "photo_withdrawal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("report_photo.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(400))
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class Verdict(Base):
    """What the level above said of a revision: accepted, or returned with a reason."""

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

    `data` is the file, wiped once its rows are filed. `problems` are of the file as a whole.
    """

    __tablename__ = "report_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    round: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    as_of: Mapped[datetime]
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
