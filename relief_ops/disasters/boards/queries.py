"""Reading the boards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.disasters.boards.models import FigureProposal, SupplyAtPlace
from relief_ops.geo.models import AreaClosure


def proposals(
    session: Session, disaster_id: UUID, area_ids: Iterable[UUID], *, indicator: str | None = None
) -> list[FigureProposal]:
    """Return what is proposed for these very areas (not for those below)."""
    statement = select(FigureProposal).where(
        FigureProposal.disaster_id == disaster_id, FigureProposal.area_id.in_(list(area_ids))
    )
    if indicator:
        statement = statement.where(FigureProposal.indicator == indicator)
    return list(session.scalars(statement))


def proposed_total(
    session: Session, disaster_id: UUID, area_id: UUID, *, indicator: str, source: str
) -> int | None:
    """Return the sum of one source's figures in and below an area, or None if there is none."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    total: int | None = session.scalar(
        select(func.sum(FigureProposal.value)).where(
            FigureProposal.disaster_id == disaster_id,
            FigureProposal.indicator == indicator,
            FigureProposal.source == source,
            FigureProposal.area_id.in_(below),
        )
    )
    return None if total is None else int(total)


@dataclass(frozen=True, kw_only=True)
class PeopleAt:
    """So many people are at a place and use up what lies there (the slot `people_at`)."""

    place_id: UUID
    area_id: UUID
    name: str
    people: int


@dataclass(frozen=True, kw_only=True)
class SpareAt:
    """What a place keeps for its `people` of what it can spare (the slot `spare_at`), by item.

    `people` are those inside and those expected. An item that is not named is not spared at all.
    """

    place_id: UUID
    area_id: UUID
    name: str
    people: int
    keeps: Mapping[str, int]


@dataclass(frozen=True)
class Proposed:
    """What one source says of a figure in and below an area, and as of when it last said so."""

    indicator: str
    source: str
    value: int
    as_of: datetime


def proposed_below(session: Session, disaster_id: UUID, area_id: UUID) -> list[Proposed]:
    """Return the sum in and below an area of every figure that anybody proposes there."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    rows = session.execute(
        select(
            FigureProposal.indicator,
            FigureProposal.source,
            func.sum(FigureProposal.value),
            func.max(FigureProposal.as_of),
        )
        .where(
            FigureProposal.disaster_id == disaster_id,
            FigureProposal.value.is_not(None),
            FigureProposal.area_id.in_(below),
        )
        .group_by(FigureProposal.indicator, FigureProposal.source)
        .order_by(FigureProposal.indicator, FigureProposal.source)
    )
    return [Proposed(name, source, int(value or 0), as_of) for name, source, value, as_of in rows]


def supply_at(session: Session, place_id: UUID) -> list[SupplyAtPlace]:
    """Return what a place has and awaits, by item."""
    return list(
        session.scalars(
            select(SupplyAtPlace)
            .where(SupplyAtPlace.place_id == place_id)
            .order_by(SupplyAtPlace.item_code)
            .execution_options(any_drill=True)
        )
    )
