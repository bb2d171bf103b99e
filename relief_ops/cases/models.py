"""Households, persons, cases, their papers, and what the programmes said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.cases.rules.states import OPEN
from relief_ops.db import Base

STILL_OPEN = text("state IN ({})".format(", ".join(f"'{each.value}'" for each in sorted(OPEN))))


class Household(AreaScoped, DrillScoped, Base):
    """People living together. The address and the answers of the last intake are sealed."""

    __tablename__ = "household"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    member_count: Mapped[int]
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID]
    revision: Mapped[int] = mapped_column(default=1)


class Person(AreaScoped, DrillScoped, Base):
    """One member of a household; every personal field is sealed, the number found by index."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_id_number", "id_number_blind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"), index=True)
    relation: Mapped[str] = mapped_column(String(16))
    ordinal: Mapped[int]
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    bank_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Case(AreaScoped, DrillScoped, Base):
    """One application to one programme. Who opened it never approves it."""

    __tablename__ = "relief_case"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> opened_by", name="two_people"),
        CheckConstraint("amount_fen >= 0", name="amount"),
        Index("ix_relief_case_worklist", "area_id", "state", "due_on"),
        Index(
            "uq_relief_case_open",
            "household_id",
            "programme",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"), index=True)
    programme: Mapped[str] = mapped_column(String(40))
    disaster_id: Mapped[UUID | None]
    intake_id: Mapped[UUID | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(16))
    answers_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    applied_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    due_on: Mapped[date | None]
    due_kind: Mapped[str] = mapped_column(String(16), default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    amount_fen: Mapped[int] = mapped_column(default=0)
    paid_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class CaseDocument(AreaScoped, Base):
    """A paper a case needs: brought, or still missing and told to the applicant once."""

    __tablename__ = "case_document"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("relief_case.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    brought_at: Mapped[datetime | None]


class CaseAssessment(AreaScoped, Base):
    """What a programme's rule said, and under which versions of which figures.

    `versions` maps each figure to [version id, revision, value], so that the answer can be
    worked out again. The numbers about the family are sealed.
    """

    __tablename__ = "assessment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("relief_case.id"), index=True)
    intake_id: Mapped[UUID | None] = mapped_column(index=True)
    programme: Mapped[str] = mapped_column(String(40))
    on_day: Mapped[date]
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(40))
    article: Mapped[str] = mapped_column(String(200))
    amount_fen: Mapped[int]
    amount_set_locally: Mapped[bool]
    facts_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    missing: Mapped[list[Any]]
    versions: Mapped[dict[str, Any]]
    assessed_at: Mapped[datetime]
    assessed_by: Mapped[UUID]
