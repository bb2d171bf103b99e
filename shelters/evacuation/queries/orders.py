"""Reading orders, and whom they move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from relief_ops.errors import NotFound
from relief_ops.geo import AreaTree
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _
from shelters.evacuation.models import (
    EvacuationOrder,
    EvacuationStanding,
    EvacuationStep,
    ListedHousehold,
    OrderArea,
    OrderChange,
)
from shelters.evacuation.rules import Said, fold

ORDER, ROW = EvacuationOrder, ListedHousehold
CHANGED = ("id", "impact_before", "deadline_before", "impact_at", "deadline_at", "reason", "at")


def find(session: Session, order_id: UUID, *, lock: bool = False) -> EvacuationOrder | None:
    """Return an order, or None."""
    return session.get(ORDER, order_id, with_for_update=lock or None)


def order(session: Session, order_id: UUID, *, lock: bool = False) -> EvacuationOrder:
    """Return an order. Raises NotFound."""
    found = find(session, order_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such order."))
    return found


def orders(session: Session, disaster_id: UUID) -> list[EvacuationOrder]:
    """Return the orders of a disaster, the latest given first."""
    statement = select(ORDER).where(ORDER.disaster_id == disaster_id)
    return list(session.scalars(statement.order_by(ORDER.issued_at.desc(), ORDER.id.desc())))


def orders_for(session: Session, disaster_id: UUID, area: UUID, tree: AreaTree) -> list[Any]:
    """Return the orders that move an area, something below it, or something above it."""
    near = {node.id for node in tree.ancestors(area)} | tree.within(area)
    found = orders(session, disaster_id)
    areas = areas_of(session, [each.id for each in found])
    return [each for each in found if near.intersection(areas[each.id])]


def areas_of(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Return the areas each order moves."""
    found: dict[UUID, list[UUID]] = {each: [] for each in order_ids}
    rows = session.execute(
        select(OrderArea.order_id, OrderArea.area_id).where(OrderArea.order_id.in_(list(found)))
    )
    for order_id, area_id in rows:
        found[order_id].append(area_id)
    return found


def moved(order_id: UUID) -> ColumnElement[bool]:
    """Return the condition that an order moves a row of the list."""
    below = (
        select(AreaClosure.area_id)
        .join(OrderArea, OrderArea.area_id == AreaClosure.ancestor_id)
        .where(OrderArea.order_id == order_id)
    )
    found: ColumnElement[bool] = ROW.area_id.in_(below)
    return found


def kept_away(disaster_id: UUID) -> Select[UUID]:
    """Return the areas that an order of a disaster that was not lifted moves."""
    return (
        select(AreaClosure.area_id)
        .join(OrderArea, OrderArea.area_id == AreaClosure.ancestor_id)
        .join(ORDER, ORDER.id == OrderArea.order_id)
        .where(ORDER.disaster_id == disaster_id, ORDER.lifted_at.is_(None))
    )


def holds(disaster_id: UUID) -> ColumnElement[bool]:
    """Return the condition that what stands under an order holds for its household.

    The order runs; or it was lifted, and none that runs moves the household. An order that runs
    elsewhere says nothing of it.
    """
    elsewhere = EvacuationStanding.area_id.not_in(kept_away(disaster_id))
    return and_(ORDER.disaster_id == disaster_id, or_(ORDER.lifted_at.is_(None), elsewhere))


def running(session: Session, disaster_id: UUID) -> list[EvacuationOrder]:
    """Return the orders of a disaster that were not lifted, the latest given first."""
    return [each for each in orders(session, disaster_id) if each.lifted_at is None]


def orders_moving(session: Session, disaster_id: UUID, area_id: UUID) -> list[EvacuationOrder]:
    """Return the orders of a disaster that move an area, lifted or not, the latest given first."""
    above = select(AreaClosure.ancestor_id).where(AreaClosure.area_id == area_id)
    moving = select(OrderArea.order_id).where(OrderArea.area_id.in_(above))
    statement = select(ORDER).where(ORDER.disaster_id == disaster_id, ORDER.id.in_(moving))
    return list(session.scalars(statement.order_by(ORDER.issued_at.desc(), ORDER.id.desc())))


def order_moving(session: Session, disaster_id: UUID, area_id: UUID) -> EvacuationOrder | None:
    """Return the latest order of a disaster that moves an area, lifted or not, or None."""
    return next(iter(orders_moving(session, disaster_id, area_id)), None)


def struck_at(session: Session, disaster_id: UUID, area_id: UUID) -> datetime | None:
    """Return the first impact that an order moving an area, or some of it, names; or None."""
    above = select(AreaClosure.ancestor_id).where(AreaClosure.area_id == area_id)
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    near = or_(OrderArea.area_id.in_(above), OrderArea.area_id.in_(below))
    moving = select(OrderArea.order_id).where(near)
    first = select(ORDER.impact_at).where(ORDER.disaster_id == disaster_id, ORDER.id.in_(moving))
    return session.scalar(first.order_by(ORDER.impact_at).limit(1))


def moved_of(session: Session, order_id: UUID, area_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these areas an order moves."""
    found = session.scalars(
        select(AreaClosure.area_id)
        .join(OrderArea, OrderArea.area_id == AreaClosure.ancestor_id)
        .where(OrderArea.order_id == order_id, AreaClosure.area_id.in_(list(area_ids)))
    )
    return set(found)


def shown(session: Session, found: EvacuationOrder, tree: AreaTree) -> dict[str, Any]:
    """Return an order as the API shows it."""
    areas = areas_of(session, [found.id])[found.id]
    nodes = sorted((tree.node(each) for each in areas if each in tree), key=lambda n: n.code)
    names = ("id", "disaster_id", "number", "trigger", "signed_by", "without_shelter", "impact_at",
             "deadline_at", "issued_at", "lifted_at", "lift_reason", "returned_at", "safety_check",
             "revision")  # fmt: skip
    return {name: getattr(found, name) for name in names} | {
        "issuer_code": tree.node(found.issuer_id).code,
        "issuer_name": tree.node(found.issuer_id).name,
        "areas": [{"code": each.code, "name": each.name} for each in nodes],
        "changes": [
            {name: getattr(each, name) for name in CHANGED} for each in changes(session, found.id)
        ],
    }


def steps(session: Session, order_id: UUID, household_id: UUID) -> list[EvacuationStep]:
    """Return the steps of a household under an order, in the order they happened."""
    return list(
        session.scalars(
            select(EvacuationStep)
            .where(EvacuationStep.order_id == order_id, EvacuationStep.household_id == household_id)
            .order_by(EvacuationStep.at, EvacuationStep.id)
            .execution_options(scope="shared")
        )
    )


def steps_of(
    session: Session, order_id: UUID, household_ids: Iterable[UUID]
) -> dict[UUID, list[EvacuationStep]]:
    """Return the steps of several households under an order."""
    found: dict[UUID, list[EvacuationStep]] = {each: [] for each in household_ids}
    rows = session.scalars(
        select(EvacuationStep)
        .where(EvacuationStep.order_id == order_id, EvacuationStep.household_id.in_(list(found)))
        .execution_options(scope="shared")
    )
    for each in rows:
        found[each.household_id].append(each)
    return found


def said_of(
    session: Session, order_ids: Iterable[UUID], household_ids: Iterable[UUID]
) -> dict[UUID, list[EvacuationStep]]:
    """Return what was said of households under any of these orders, each step once."""
    rows = session.scalars(
        select(EvacuationStep)
        .where(
            EvacuationStep.order_id.in_(list(order_ids)),
            EvacuationStep.household_id.in_(list(household_ids)),
        )
        .order_by(EvacuationStep.at, EvacuationStep.id)
        .execution_options(scope="shared")
    )
    found: dict[UUID, dict[UUID, EvacuationStep]] = {}
    for each in rows:
        found.setdefault(each.household_id, {}).setdefault(each.origin, each)
    return {household_id: list(steps.values()) for household_id, steps in found.items()}


def told_of(session: Session, disaster_id: UUID, household_id: UUID) -> list[EvacuationStep]:
    """Return all that was said of a household in a disaster, each step once, as it happened."""
    of_disaster = select(ORDER.id).where(ORDER.disaster_id == disaster_id)
    return list(
        session.scalars(
            select(EvacuationStep)
            .where(
                EvacuationStep.order_id.in_(of_disaster),
                EvacuationStep.household_id == household_id,
                EvacuationStep.said_id.is_(None),
            )
            .order_by(EvacuationStep.at, EvacuationStep.id)
            .execution_options(scope="shared")
        )
    )


def changes(session: Session, order_id: UUID) -> list[OrderChange]:
    """Return how the hour of an order was changed, the first change first."""
    statement = select(OrderChange).where(OrderChange.order_id == order_id)
    return list(session.scalars(statement.order_by(OrderChange.at, OrderChange.id)))


def standings(
    session: Session, order_id: UUID, household_ids: Iterable[UUID]
) -> dict[UUID, EvacuationStanding]:
    """Return where some households stand; one of whom nothing was said is left out."""
    rows = session.scalars(
        select(EvacuationStanding)
        .where(
            EvacuationStanding.order_id == order_id,
            EvacuationStanding.household_id.in_(list(household_ids)),
        )
        .execution_options(scope="shared")
    )
    return {each.household_id: each for each in rows}


def disagreements(session: Session) -> list[str]:
    """Return the standings that are not what their steps add up to."""
    by_row: dict[tuple[UUID, UUID], list[EvacuationStep]] = {}
    for each in session.scalars(select(EvacuationStep)):
        by_row.setdefault((each.order_id, each.household_id), []).append(each)
    kept = {(row.order_id, row.household_id): row for row in session.scalars(_STANDINGS)}
    wrong = []
    for key in by_row.keys() | kept.keys():
        said, row = fold(by_row.get(key, [])), kept.get(key)
        if row is None or _plain(row) != _plain_said(said):
            wrong.append(f"evacuation standing of {key[1]} under {key[0]}")
    return wrong


_STANDINGS = select(EvacuationStanding)


def _plain(row: EvacuationStanding) -> tuple[Any, ...]:
    times = row.since_at, row.first_tried_at, row.safe_since_at
    return row.state, *times, row.refusals, row.sheltered


def _plain_said(said: Said) -> tuple[Any, ...]:
    times = said.since, said.first_tried, said.safe_since
    return str(said.state), *times, said.refusals, said.sheltered
