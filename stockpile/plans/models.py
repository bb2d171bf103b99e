"""Tables of allocation plans: what was asked, who gets what, from where, fixed by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.auth import AreaScoped, DrillScoped
from relief_ops.db import Base, Json
from stockpile.plans.rules import PlanKind


class AllocationPlan(AreaScoped, DrillScoped, Base):
    """One plan: what was asked, what came out, and whether it was applied.

    `seen` is each need as it stood when the plan was made: [outstanding, class]. `items` is
    empty for every item.
    """

    __tablename__ = "allocation_plan"
    __table_args__ = (Index("ix_allocation_plan_made", "disaster_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"))
    kind: Mapped[str] = mapped_column(String(8), default=PlanKind.NEEDS)
    items: Mapped[Any] = mapped_column(Json)
    keep_minimum: Mapped[bool]
    mind_trucks: Mapped[bool] = mapped_column(default=False)
    least_life_days: Mapped[int]
    minutes_a_day: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(16))
    seen: Mapped[Any] = mapped_column(Json)
    result: Mapped[Any] = mapped_column(Json)
    made_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    actor_id: Mapped[UUID]
    applied_by: Mapped[UUID | None]
    refused_at: Mapped[datetime | None]
    refused_by: Mapped[UUID | None]
    refused_why: Mapped[str] = mapped_column(String(200), default="", server_default="")
    revision: Mapped[int]


class AllocationShare(AreaScoped, Base):
    """What one need (its area) gets, and `greedy`: what first come first served would give it.

    `quantity` is what it lacks, `had` what it has of the whole besides; plans of before did not
    look at that, and have null.
    Where that is not all: the limit, the depot or lot it lies in, and the pieces that would
    raise the need by a pack.
    """

    __tablename__ = "allocation_share"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("got BETWEEN 0 AND quantity", name="got"),
        CheckConstraint("greedy BETWEEN 0 AND quantity", name="greedy"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(
        ForeignKey("allocation_plan.id", ondelete="CASCADE"), index=True
    )
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    priority: Mapped[int]
    quantity: Mapped[int]
    had: Mapped[int | None]
    got: Mapped[int]
    greedy: Mapped[int]
    limit: Mapped[str] = mapped_column(String(12), default="")
    limit_depot: Mapped[UUID | None] = mapped_column(ForeignKey("depot.id"))
    limit_lot: Mapped[UUID | None] = mapped_column(ForeignKey("lot.id"))
    limit_pieces: Mapped[int | None]


class AllocationLine(AreaScoped, Base):
    """So much of one lot in one depot for one need (its area), and the minutes on the road."""

    __tablename__ = "allocation_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(
        ForeignKey("allocation_plan.id", ondelete="CASCADE"), index=True
    )
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
    balance_id: Mapped[UUID] = mapped_column(ForeignKey("balance.id"))
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    item_code: Mapped[str] = mapped_column(ForeignKey("item.code"))
    quantity: Mapped[int]
    minutes: Mapped[int]


class AllocationPin(AreaScoped, Base):
    """What somebody fixed for a need by hand and why; null leaves it to the plan again.

    Every one is kept; the latest of a need counts. With `depot_id` it comes from there alone.
    """

    __tablename__ = "allocation_pin"
    __table_args__ = (CheckConstraint("quantity IS NULL OR quantity >= 0", name="quantity"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(
        ForeignKey("allocation_plan.id", ondelete="CASCADE"), index=True
    )
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
    quantity: Mapped[int | None]
    depot_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    actor_id: Mapped[UUID]
    revision: Mapped[int]


class DispatchOrder(AreaScoped, DrillScoped, Base):
    """The signature under an applied plan (动用指令), by another person than its planner.

    By word of mouth the goods may leave at once; `number` and `written_at` follow on paper.
    """

    __tablename__ = "dispatch_order"
    __table_args__ = (CheckConstraint("(written_at IS NULL) = (number = '')", name="written"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("allocation_plan.id"), unique=True)
    disaster_id: Mapped[UUID] = mapped_column(ForeignKey("disaster.id"), index=True)
    means: Mapped[str] = mapped_column(String(8))
    number: Mapped[str] = mapped_column(String(64), default="")
    signed_at: Mapped[datetime]
    signed_by: Mapped[UUID]
    written_at: Mapped[datetime | None]
    revision: Mapped[int]
