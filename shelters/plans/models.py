"""Tables of evacuation plans, and of what was promised to each village."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base, Json


class EvacuationPlan(AreaScoped, DrillScoped, Base):
    """One plan: what was given, what came out, and whether it was applied.

    `seen` is what each shelter had to offer when the plan was made; a plan is stale when that
    is no longer so of a shelter it uses. Distances are person-metres.
    """

    __tablename__ = "evacuation_plan"
    __table_args__ = (Index("ix_evacuation_plan_made", "disaster_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    phase: Mapped[str] = mapped_column(String(8))
    walk_m: Mapped[int]
    ride_m: Mapped[int]
    given: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(16))
    seen: Mapped[Any] = mapped_column(Json)
    result: Mapped[Any] = mapped_column(Json)
    base_id: Mapped[UUID | None]
    made_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    actor_id: Mapped[UUID]
    applied_by: Mapped[UUID | None]
    revision: Mapped[int]


class EvacuationLine(AreaScoped, Base):
    """Households of one kind of one village (its area) that go to one shelter, or nowhere.

    The parts of a household that could not be kept together share a number in `split`.
    """

    __tablename__ = "evacuation_line"
    __table_args__ = (
        CheckConstraint("households >= 1 AND people >= 1", name="amounts"),
        CheckConstraint("unmet BETWEEN 0 AND people", name="unmet"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(
        ForeignKey("evacuation_plan.id", ondelete="CASCADE"), index=True
    )
    shelter_id: Mapped[UUID | None] = mapped_column(ForeignKey("shelter.id"))
    size: Mapped[int]
    wheelchair: Mapped[int]
    infant: Mapped[int]
    medical: Mapped[int]
    pets: Mapped[int]
    households: Mapped[int]
    people: Mapped[int]
    unmet: Mapped[int]
    split: Mapped[int | None]
    metres: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(200), default="")


class EvacuationPromise(AreaScoped, Base):
    """What a village (its area) was promised: households of one kind, in one shelter."""

    __tablename__ = "evacuation_promise"
    __table_args__ = (
        CheckConstraint("households >= 1 AND people >= 1", name="amounts"),
        Index("ix_evacuation_promise_village", "disaster_id", "area_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("evacuation_plan.id"))
    shelter_id: Mapped[UUID] = mapped_column(ForeignKey("shelter.id"), index=True)
    size: Mapped[int]
    wheelchair: Mapped[int]
    infant: Mapped[int]
    medical: Mapped[int]
    pets: Mapped[int]
    households: Mapped[int]
    people: Mapped[int]
    split: Mapped[bool]
    since_at: Mapped[datetime]
