"""What can happen to an allocation plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class PlanAsked(Event):
    """An allocation plan was asked for; it is being worked out."""

    name: ClassVar[str] = "allocation.plan_asked"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID
    items: int


@dataclass(frozen=True)
class PlanMade(Event):
    """An allocation plan is ready to be looked at, or could not be worked out."""

    name: ClassVar[str] = "allocation.plan_made"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID
    needs: int
    short: int


@dataclass(frozen=True)
class PlanPinned(Event):
    """What a need gets in an allocation plan was fixed by hand, or left to the plan again."""

    name: ClassVar[str] = "allocation.plan_pinned"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID
    need_id: UUID
    quantity: int | None


@dataclass(frozen=True)
class PlanApplied(Event):
    """Everything in an allocation plan was promised to its needs."""

    name: ClassVar[str] = "allocation.plan_applied"
    permission: ClassVar[str] = "stock.reserve"

    disaster_id: UUID
    needs: int
    lines: int


@dataclass(frozen=True)
class PlanRefused(Event):
    """A signer, or a planner while it was unsigned, gave back what had not left of a plan."""

    name: ClassVar[str] = "allocation.plan_refused"
    permission: ClassVar[str] = "stock.refuse"

    disaster_id: UUID
    pieces: int


@dataclass(frozen=True)
class OrderSigned(Event):
    """What a plan promised was ordered to leave its depots, on paper or by word of mouth."""

    name: ClassVar[str] = "allocation.order_signed"
    permission: ClassVar[str] = "stock.sign"

    disaster_id: UUID
    plan_id: UUID
    by_word: bool


@dataclass(frozen=True)
class OrderWritten(Event):
    """An order given by word of mouth was put on paper."""

    name: ClassVar[str] = "allocation.order_written"
    permission: ClassVar[str] = "stock.sign"

    disaster_id: UUID
    plan_id: UUID
