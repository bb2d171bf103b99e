"""Reading what was found at dwellings, and who is away and still waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from relief_ops.db.sessions import standing
from shelters.evacuation.models import (
    DwellingFinding,
    EvacuationOrder,
    EvacuationStanding,
    ListedHousehold,
)
from shelters.evacuation.queries.listing import Wanted, within
from shelters.evacuation.queries.orders import moved
from shelters.evacuation.rules import AWAY, Dwelling, State

ROW, STANDING, FINDING = ListedHousehold, EvacuationStanding, DwellingFinding
ROWS = 50
ANYWHERE = {"scope": "shared", "any_drill": True}


@dataclass(frozen=True)
class Away:
    """A household that is away from home, where it is, and what was found at its dwelling."""

    row: ListedHousehold
    state: State
    finding: DwellingFinding | None


@dataclass(frozen=True)
class Count:
    """How many people are away: not looked at, free to go home, without a home."""

    waiting: int
    habitable: int
    together: int
    apart: int


def finding(
    session: Session, disaster_id: UUID, household_id: UUID, *, lock: bool = False
) -> DwellingFinding | None:
    """Return the finding that stands for a household's dwelling, or None."""
    statement = select(FINDING).where(
        FINDING.disaster_id == disaster_id, FINDING.household_id == household_id, FINDING.current
    )
    statement = statement.execution_options(scope="shared")
    return standing(session, statement.with_for_update()) if lock else session.scalar(statement)


def homeless(session: Session, disaster_id: UUID, household_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these households cannot go home."""
    rows = session.scalars(
        select(FINDING.household_id)
        .where(
            FINDING.disaster_id == disaster_id,
            FINDING.household_id.in_(list(household_ids)),
            FINDING.current,
            FINDING.found != Dwelling.HABITABLE,
        )
        .execution_options(scope="shared")
    )
    return set(rows)


def away(
    session: Session, order: EvacuationOrder, wanted: Wanted, *, show: str = "", most: int = ROWS
) -> tuple[list[Away], int]:
    """Return one page of who is away under an order, those not looked at first, and how many.

    `show`: `waiting`, `homeless` or `habitable` narrows them.
    """
    of = and_(_away(order, wanted), *_narrowed(show))
    rank = case((FINDING.id.is_(None), 0), (FINDING.found != Dwelling.HABITABLE, 1), else_=2)
    rows = session.execute(
        _joined(select(ROW, STANDING.state, FINDING), order)
        .where(of)
        .order_by(rank, ROW.area_id, ROW.written_at, ROW.id)
        .limit(most)
        .offset((wanted.page - 1) * most)
    ).all()
    total = session.scalar(_joined(select(func.count()).select_from(ROW), order).where(of))
    return [Away(row[0], State(row[1]), row[2]) for row in rows], int(total or 0)


def counted(session: Session, order: EvacuationOrder, wanted: Wanted) -> Count:
    """Return what everybody away adds up to, in people."""

    def people(*conditions: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((and_(*conditions), ROW.people), else_=0)), 0)

    lost = and_(FINDING.id.is_not(None), FINDING.found != Dwelling.HABITABLE)
    row = session.execute(
        _joined(
            select(
                people(FINDING.id.is_(None)),
                people(FINDING.found == Dwelling.HABITABLE),
                people(lost, STANDING.state == State.AT_SHELTER),
                people(lost, STANDING.state != State.AT_SHELTER),
            ).select_from(ROW),
            order,
        ).where(_away(order, wanted))
    ).one()
    return Count(*(int(each) for each in row))


def _away(order: EvacuationOrder, wanted: Wanted) -> ColumnElement[bool]:
    return and_(
        moved(order.id), ~ROW.removed, within(ROW.area_id, wanted.area_id), STANDING.state.in_(AWAY)
    )


def _narrowed(show: str) -> list[ColumnElement[bool]]:
    found: dict[str, ColumnElement[bool]] = {
        "waiting": FINDING.id.is_(None),
        "homeless": and_(FINDING.id.is_not(None), FINDING.found != Dwelling.HABITABLE),
        "habitable": FINDING.found == Dwelling.HABITABLE,
    }
    return [found[show]] if show in found else []


def _joined(statement: Any, order: EvacuationOrder) -> Any:
    return statement.join(
        STANDING, and_(STANDING.household_id == ROW.id, STANDING.order_id == order.id)
    ).outerjoin(
        FINDING,
        and_(
            FINDING.household_id == ROW.id, FINDING.disaster_id == order.disaster_id,
            FINDING.current,
        ),
    )  # fmt: skip
