"""Tables of rows in every revision, and of what was decided about two that look the same."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped
from relief_ops.db import Base


class RosterRow(AreaScoped, Base):
    """One revision of one row; only which revision stands, and what it counts with, changes.

    `record_id` is the id of the first revision. Every personal field is sealed under the id of
    its own revision; number and address are found by their blind index. `same_as` is the record
    a person settled this one to be the same as: then that one counts, and this one does not.
    """

    __tablename__ = "roster_row"
    __table_args__ = (
        Index(
            "uq_roster_row_current", "record_id", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
        Index("ix_roster_row_list", "disaster_id", "roster", "current", "area_id"),
        Index("ix_roster_row_number", "id_number_blind"),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("same_as IS NULL OR same_as <> record_id", name="same_as"),
        CheckConstraint("id_number_blind IS NOT NULL OR no_number IS NOT NULL", name="number"),
        *(
            CheckConstraint(f"{grade}_dwelling_rooms BETWEEN 0 AND {grade}_rooms", name=grade)
            for grade in ("collapsed", "severe", "minor")
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(index=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    roster: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    base_id: Mapped[UUID | None]
    current: Mapped[bool]
    removed: Mapped[bool] = mapped_column(default=False)
    same_as: Mapped[UUID | None] = mapped_column(index=True)
    author_id: Mapped[UUID]
    received_at: Mapped[datetime]

    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    no_number: Mapped[str | None] = mapped_column(String(16))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    details_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    status: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))
    happened_at: Mapped[datetime | None]
    family_type: Mapped[str | None] = mapped_column(String(24))
    structure: Mapped[str | None] = mapped_column(String(16))
    people: Mapped[int] = mapped_column(default=1)
    collapsed_rooms: Mapped[int] = mapped_column(default=0)
    collapsed_dwelling_rooms: Mapped[int] = mapped_column(default=0)
    severe_rooms: Mapped[int] = mapped_column(default=0)
    severe_dwelling_rooms: Mapped[int] = mapped_column(default=0)
    minor_rooms: Mapped[int] = mapped_column(default=0)
    minor_dwelling_rooms: Mapped[int] = mapped_column(default=0)
    placement: Mapped[str | None] = mapped_column(String(16))
    moved_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]


class RosterMatch(AreaScoped, Base):
    """One decision about two records; a later one about the same two replaces it."""

    __tablename__ = "roster_match"
    __table_args__ = (
        Index(
            "uq_roster_match_current", "left_id", "right_id", unique=True,
            sqlite_where=text("current"), postgresql_where=text("current"),
        ),
        CheckConstraint("left_id <> right_id", name="two"),
        CheckConstraint("same = (kept_id IS NOT NULL)", name="kept"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    left_id: Mapped[UUID]
    right_id: Mapped[UUID] = mapped_column(index=True)
    same: Mapped[bool]
    kept_id: Mapped[UUID | None]
    revision: Mapped[int]
    base_id: Mapped[UUID | None]
    current: Mapped[bool]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
