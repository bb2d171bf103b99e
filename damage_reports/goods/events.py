"""What can happen when a report asks for goods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Event


@dataclass(frozen=True)
class GoodsAsked(Event):
    """Goods were asked for by the figures of a report; each item is a need of its own."""

    name: ClassVar[str] = "report.goods_asked"
    permission: ClassVar[str] = "need.open"

    disaster_id: UUID
    report_id: UUID
    people: int
    days: int
    needs: int
