"""Reading the boards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards import rules
from relief_ops.disasters.boards.models import FigureProposal, SupplyAtPlace
from relief_ops.disasters.boards.rules import Said
from relief_ops.disasters.models import Disaster
from relief_ops.geo.models import AreaClosure


@dataclass(frozen=True)
class Proposal:
    """What one source says of a figure of one area, scaled like its indicator; None: not known."""

    area_id: UUID
    indicator: str
    source: str
    value: int | None
    as_of: datetime


def proposals(
    session: Session, disaster: Disaster, area_ids: Iterable[UUID], *, indicator: str | None = None
) -> list[Proposal]:
    """Return what is proposed for these very areas (not for those below).

    Whoever says who sleeps there says by that who was moved as a precaution, or is placed
    together: which of them turns at the impact, without anybody's doing.
    """
    found = _of_areas(session, disaster, FigureProposal.area_id.in_(list(area_ids)))
    return [each for each in found if indicator in (None, each.indicator)]


def _of_areas(
    session: Session, disaster: Disaster, where: ColumnElement[bool]
) -> Iterator[Proposal]:
    board = FigureProposal
    rows = session.execute(
        select(board.area_id, board.indicator, board.source, board.value, board.as_of)
        .where(board.disaster_id == disaster.id, where)
        .order_by(board.area_id, board.source, board.indicator)
    )
    now = disasters.now_of(session, disaster)
    for (area_id, source), said in groupby(rows, key=lambda row: (row.area_id, row.source)):
        known = {row.indicator: Said(row.value, row.as_of) for row in said}
        if rules.SLEEPS in known:
            struck = disasters.struck_at(session, disaster.id, area_id)
            known = rules.turned(known, struck_at=struck, now=now)
        for name, each in known.items():
            yield Proposal(area_id, name, source, each.value, each.as_of)


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


def proposed_below(session: Session, disaster: Disaster, area_id: UUID) -> list[Proposed]:
    """Return the sum in and below an area of every figure that anybody proposes there."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    said: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in _of_areas(session, disaster, FigureProposal.area_id.in_(below)):
        if each.value is not None:
            said[each.indicator, each.source].append(Said(each.value, each.as_of))
    return [
        Proposed(name, source, sum(x.value or 0 for x in each), max(x.as_of for x in each))
        for (name, source), each in sorted(said.items())
    ]


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
