"""The figures the evacuation owes the township's report, over the board of the disaster module.

Who was safe before the impact was moved as a precaution (紧急避险转移). Whose dwelling was found
not fit to return to after it is relocated (紧急转移安置): 集中 in a shelter, 分散 elsewhere. They
are not known before anybody looked. Who sleeps in shelters, the shelters themselves count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select, tuple_
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.services import propose as leave
from relief_ops.disasters.models import Disaster
from relief_ops.geo.models import AreaClosure
from shelters.evacuation import queries
from shelters.evacuation.models import (
    DwellingFinding,
    EvacuationOrder,
    EvacuationStanding,
    EvacuationStep,
    ListedHousehold,
)
from shelters.evacuation.rules import AWAY, SAFE, Dwelling, State, fold

SOURCE = "evacuation"
INDICATORS = (
    *("should_move_rt", "evacuated_precaution"),
    *("relocated_rt", "relocated_central_rt", "relocated_scattered_rt"),
)
NOTHING = (None,) * len(INDICATORS)
ORDER, ROW, STANDING = EvacuationOrder, ListedHousehold, EvacuationStanding
FINDING, STEP = DwellingFinding, EvacuationStep
Sums = tuple[int | None, ...]


def propose(
    session: Session, disaster: Disaster, area_ids: Iterable[UUID], *, as_of: datetime
) -> None:
    """Propose what the townships of some areas moved; an area above townships proposes nothing.

    The rows of the board are taken before the sum is made, so two acts of one township at the
    same moment do not miss each other.
    """
    tree = disasters.division_tree(session, disaster)
    found = {tree.ancestor_at(each, "township") for each in area_ids}
    for township in sorted((each for each in found if each), key=lambda node: node.code):
        _leave(session, disaster, township.id, NOTHING, as_of)
        session.flush()
        _leave(session, disaster, township.id, sums(session, disaster, township.id), as_of)


def _leave(
    session: Session, disaster: Disaster, area_id: UUID, found: Sums, as_of: datetime
) -> None:
    for indicator, value in zip(INDICATORS, found, strict=True):
        leave(
            session, disaster_id=disaster.id, area_id=area_id, indicator=indicator, value=value,
            source=SOURCE, as_of=as_of,
        )  # fmt: skip


def sums(session: Session, disaster: Disaster, area_id: UUID) -> Sums:
    """Return who must move, who was safe before the impact, and who cannot go home.

    The last in three: all of them, together, apart. A household under two orders counts once.
    """
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    of_disaster = ORDER.disaster_id == disaster.id
    of_drill = ROW.drill_id.is_not_distinct_from(disaster.drill_id)
    listed = and_(ROW.area_id.in_(below), ~ROW.removed, of_drill)
    still = ROW.id.in_(_standing(of_disaster, STANDING.safe_since_at < ORDER.impact_at))
    before: ColumnElement[bool] = still
    if _has_struck(session, disaster):  # nobody went back before
        before = still | ROW.id.in_(_went_back(session, and_(listed, ~still), of_disaster))
    return (
        _people(session, listed, ROW.area_id.in_(queries.kept_away(disaster.id))),
        _people(session, listed, before) + _partly(session, listed, of_disaster, ~before),
        *_relocated(session, disaster, listed),
    )


def _has_struck(session: Session, disaster: Disaster) -> bool:
    """Whether the impact some order names has come."""
    first = select(func.min(ORDER.impact_at)).where(ORDER.disaster_id == disaster.id)
    found = session.scalar(first.execution_options(scope="shared", any_drill=True))
    return found is not None and found <= disasters.now_of(session, disaster)


def _went_back(
    session: Session, others: ColumnElement[bool], of_disaster: ColumnElement[bool]
) -> list[UUID]:
    """Return those who are not safe any more, and were at the impact by their steps before it.

    The precaution stays what it was (decision 0029), whoever went back since.
    """
    early = (of_disaster, STEP.at < ORDER.impact_at)
    ever = (
        select(STEP.household_id, STEP.order_id)
        .join(ORDER, ORDER.id == STEP.order_id)
        .join(ROW, ROW.id == STEP.household_id)
        .where(*early, others, STEP.state.in_(SAFE))
    )
    found: dict[tuple[UUID, UUID], list[Any]] = {}
    key = tuple_(STEP.household_id, STEP.order_id)
    statement = (
        select(
            STEP.household_id, STEP.order_id, STEP.id, STEP.at, STEP.state, STEP.people,
            STEP.out_of, func.coalesce(STEP.said_id, STEP.id).label("origin"),
        )
        .join(ORDER, ORDER.id == STEP.order_id)
        .where(*early, key.in_(ever))
    )  # fmt: skip
    for each in session.execute(statement.execution_options(scope="shared", any_drill=True)):
        found.setdefault((each.household_id, each.order_id), []).append(each)
    return [one for (one, _order), steps in found.items() if fold(steps).state in SAFE]


def _partly(
    session: Session, listed: ColumnElement[bool], of_disaster: ColumnElement[bool],
    others: ColumnElement[bool],
) -> int:  # fmt: skip
    """Return who of other households was in a shelter before the impact while the rest was not."""
    under = (
        select(STEP.household_id, func.sum(STEP.people).label("people"))
        .join(ORDER, ORDER.id == STEP.order_id)
        .where(of_disaster, STEP.people.is_not(None), STEP.at < ORDER.impact_at)
        .group_by(STEP.household_id, STEP.order_id)
        .subquery()
    )
    came = (
        select(under.c.household_id, func.max(under.c.people).label("people"))
        .where(under.c.people > 0)
        .group_by(under.c.household_id)
        .subquery()
    )
    there = case((came.c.people < ROW.people, came.c.people), else_=ROW.people)
    statement = (
        select(func.coalesce(func.sum(there), 0))
        .select_from(ROW)
        .join(came, came.c.household_id == ROW.id)
        .where(listed, others)
    )
    found = session.scalar(statement.execution_options(scope="shared", any_drill=True))
    return int(found or 0)


def _relocated(session: Session, disaster: Disaster, listed: ColumnElement[bool]) -> Sums:
    """Return who cannot go home, in shelters and elsewhere; not known before anybody looked."""
    judged = select(FINDING.household_id).where(FINDING.disaster_id == disaster.id, FINDING.current)
    if not _people(session, listed, ROW.id.in_(judged)):
        return None, None, None
    lost = and_(listed, ROW.id.in_(judged.where(FINDING.found != Dwelling.HABITABLE)))
    stood = _stood(disaster.id)
    some = case((stood.c.sheltered < ROW.people, stood.c.sheltered), else_=ROW.people)
    people = case((stood.c.here == 1, ROW.people), else_=some)
    rest = case(((stood.c.here == 0) & (stood.c.away == 1), ROW.people - some), else_=0)
    statement = (
        select(func.coalesce(func.sum(people), 0), func.coalesce(func.sum(rest), 0))
        .select_from(ROW)
        .join(stood, stood.c.household_id == ROW.id)
        .where(lost)
    )
    found = session.execute(statement.execution_options(scope="shared", any_drill=True)).one()
    together, apart = int(found[0]), int(found[1])
    return together + apart, together, apart


def _stood(disaster_id: UUID) -> Subquery:
    """Return how each household stands under the orders that hold for it.

    All of it in a shelter (`here`), or so many of it (`sheltered`) and the others `away`.
    """
    here = case((STANDING.state == State.AT_SHELTER, 1), else_=0)
    away = case((STANDING.state.in_(AWAY - {State.AT_SHELTER}), 1), else_=0)
    return (
        select(
            STANDING.household_id, func.max(STANDING.sheltered).label("sheltered"),
            func.max(here).label("here"), func.max(away).label("away"),
        )
        .join(ORDER, ORDER.id == STANDING.order_id)
        .where(queries.holds(disaster_id))
        .group_by(STANDING.household_id)
        .subquery()
    )  # fmt: skip


def _standing(*conditions: ColumnElement[bool]) -> Select[UUID]:
    return (
        select(STANDING.household_id).join(ORDER, ORDER.id == STANDING.order_id).where(*conditions)
    )


def _people(session: Session, *conditions: ColumnElement[bool]) -> int:
    statement = select(func.coalesce(func.sum(ROW.people), 0)).where(*conditions)
    found = session.scalar(statement.execution_options(scope="shared", any_drill=True))
    return int(found or 0)
