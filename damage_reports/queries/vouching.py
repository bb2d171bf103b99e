"""Figures somebody has looked at and found right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.models import FigureVoucher
from relief_ops.auth import lookup

Figure = tuple[UUID, int, int]  # area, indicator, stored value


@dataclass(frozen=True)
class Vouched:
    """Who found a figure right, when and why."""

    name: str
    at: datetime
    reason: str


def vouchers(session: Session, disaster_id: UUID, round_: str) -> dict[Figure, Vouched]:
    """Return the figures of a round that were looked at."""
    rows = session.scalars(
        select(FigureVoucher).where(
            FigureVoucher.disaster_id == disaster_id, FigureVoucher.round == round_
        )
    ).all()
    names = lookup.names(session, {row.actor_id for row in rows})
    return {
        (row.area_id, row.indicator_id, row.value): Vouched(
            names.get(row.actor_id, ""), row.at, row.reason
        )
        for row in rows
    }


def voucher_like(session: Session, row: FigureVoucher) -> FigureVoucher | None:
    """Return the voucher that says the same already."""
    return session.scalar(
        select(FigureVoucher).where(
            FigureVoucher.disaster_id == row.disaster_id,
            FigureVoucher.area_id == row.area_id,
            FigureVoucher.round == row.round,
            FigureVoucher.indicator_id == row.indicator_id,
            FigureVoucher.value == row.value,
        )
    )
