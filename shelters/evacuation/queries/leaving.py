"""Who is listed, not safe yet, and has no place of their own to go to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.listing import within
from shelters.evacuation.queries.orders import holds, moved, orders_for
from shelters.evacuation.rules import PETS, Destination, State, Transport, pets_of, places
from shelters.models import Arrival
from shelters.queries.found import Held, part_id, places_held
from shelters.rules import HOLDING

ROW, STANDING = ListedHousehold, EvacuationStanding
ANY_DRILL = {"any_drill": True}


@dataclass(frozen=True)
class Leaving:
    """A row of the list that needs places in a shelter, and where it is told to go."""

    id: UUID
    area_id: UUID
    people: int
    needs: tuple[int, int, int, int]
    shelter_id: UUID | None


def leaving(session: Session, disaster: Disaster, area_id: UUID) -> list[Leaving]:
    """Return who needs a place in a shelter in and below an area, by id.

    Those whom a standing order moves; the whole list where no order stands. Who is safe, goes
    to relatives, or is registered in a shelter already needs none; the others of a household do.
    """
    rows = session.execute(_waiting(session, disaster, area_id).execution_options(**ANY_DRILL))
    return [_leaving(each) for each in rows]


def bound_for(
    session: Session, disaster: Disaster, shelters: Collection[UUID], villages: Collection[UUID],
    *, outside: UUID,
) -> list[Leaving]:  # fmt: skip
    """Return who needs a place, was told one of these shelters, and lives outside an area.

    With them whoever of these villages was told none. No name is in it: whoever cares for a
    shelter may know how many are coming.
    """
    told = ROW.shelter_id.in_(list(shelters))
    untold = ROW.shelter_id.is_(None) & ROW.area_id.in_(list(villages))
    statement = _waiting(session, disaster, disaster.area_id)
    statement = statement.where(told | untold, ~within(ROW.area_id, outside))
    rows = session.execute(statement.execution_options(scope="shared", **ANY_DRILL))
    return [_leaving(each) for each in rows]


def people_to_place(session: Session, disaster: Disaster, area_ids: Collection[UUID]) -> int:
    """Return how many people of some areas need a place in a shelter, ordered or not yet."""
    inside = _inside(disaster)
    people = ROW.people - func.coalesce(inside.c.people, 0)
    found = session.scalar(
        select(func.coalesce(func.sum(people), 0))
        .select_from(ROW)
        .outerjoin(inside, inside.c.listed_id == ROW.id)
        .where(or_(*(_listed(disaster, each) for each in area_ids)), ~_safe(disaster), people > 0)
        .execution_options(scope="shared", **ANY_DRILL)
    )
    return int(found or 0)


def _waiting(session: Session, disaster: Disaster, area_id: UUID) -> Select[Any]:
    inside = _inside(disaster)
    people = ROW.people - func.coalesce(inside.c.people, 0)
    statement: Any = (
        select(ROW.id, ROW.area_id, people.label("people"), ROW.transport, ROW.disabled,
               ROW.children, ROW.medical, ROW.shelter_id, *(getattr(ROW, each) for each in PETS))
        .outerjoin(inside, inside.c.listed_id == ROW.id)
        .where(_listed(disaster, area_id), ~_safe(disaster), people > 0)
        .where(_ordered(session, disaster, area_id))
        .order_by(ROW.id)
    )  # fmt: skip
    return statement  # type: ignore[no-any-return]


def _leaving(row: Any) -> Leaving:
    people = int(row.people)  # a sum is a Decimal on PostgreSQL
    needs = places(people, Transport(row.transport), disabled=row.disabled,
                   children=row.children, medical=row.medical,
                   pets=pets_of(getattr(row, each) for each in PETS) or 0)  # fmt: skip
    return Leaving(row.id, row.area_id, people, needs, row.shelter_id)


def _listed(disaster: Disaster, area_id: UUID) -> ColumnElement[bool]:
    drill = ROW.drill_id
    return and_(
        within(ROW.area_id, area_id),
        ~ROW.removed,
        ROW.destination == Destination.SHELTER,
        drill.is_(None) if disaster.drill_id is None else drill == disaster.drill_id,
    )


def _safe(disaster: Disaster) -> ColumnElement[bool]:
    """Return the condition that a row is safe under an order that holds for it.

    Who is home again is not.
    """
    safe = (
        select(STANDING.household_id)
        .join(EvacuationOrder, EvacuationOrder.id == STANDING.order_id)
        .where(
            holds(disaster.id), STANDING.safe_since_at.is_not(None),
            STANDING.state != State.RETURNED,
        )
    )  # fmt: skip
    found: ColumnElement[bool] = ROW.id.in_(safe)
    return found


def _inside(disaster: Disaster) -> Subquery:
    """Return how many people of each row hold places in shelters, or were announced there."""
    return _held(disaster.id).subquery()


def _held(disaster_id: UUID) -> Select[Any]:
    arrival = Arrival.__table__.c  # places are held in any area, whoever asks
    return (
        select(arrival.listed_id, func.sum(arrival.people).label("people"))
        .where(
            arrival.disaster_id == disaster_id,
            arrival.stay.in_(HOLDING),
            arrival.listed_id.is_not(None),
        )
        .group_by(arrival.listed_id)
    )


def registered(session: Session, disaster_id: UUID, household_id: UUID) -> int:
    """Return how many people of a row hold places in shelters, on their way there or inside."""
    held = _held(disaster_id).subquery()
    found = session.scalar(select(held.c.people).where(held.c.listed_id == household_id))
    return int(found or 0)


def registrations(
    session: Session, disaster_id: UUID, household_ids: Collection[UUID]
) -> list[Arrival]:
    """Return what holds places for rows of the list in shelters of any area, as they came."""
    statement = select(Arrival).where(
        Arrival.disaster_id == disaster_id, Arrival.stay.in_(HOLDING), Arrival.people > 0,
        Arrival.listed_id.in_(household_ids),
    )  # fmt: skip
    ordered = statement.order_by(Arrival.arrived_at, Arrival.id)
    return list(session.scalars(ordered.execution_options(scope="shared")))


def _ordered(session: Session, disaster: Disaster, area_id: UUID) -> ColumnElement[bool]:
    tree = disasters.division_tree(session, disaster)
    found = orders_for(session, disaster.id, area_id, tree)
    standing = [each.id for each in found if each.lifted_at is None]
    return or_(*(moved(each) for each in standing)) if standing else ROW.id.is_not(None)


def held_by(session: Session, disaster_id: UUID, household_id: UUID) -> list[Held]:
    """Return where a row of the list holds places in a disaster, the earliest first."""
    return places_held(session, disaster_id, Arrival.listed_id == household_id)


def not_apart(session: Session, disaster_id: UUID, household_id: UUID) -> set[UUID]:
    """Return the registrations of a row but for who left its household and came elsewhere."""
    statement = select(Arrival.id, Arrival.moved_to).where(
        Arrival.disaster_id == disaster_id, Arrival.listed_id == household_id
    )
    rows = session.execute(statement.execution_options(scope="shared", **ANY_DRILL)).all()
    moved_to = {row[0]: row[1] for row in rows}
    apart = {each for each, to in moved_to.items() if any(
        to and each == part_id(to, of) for of in moved_to
    )}  # fmt: skip
    for _each in rows:  # and wherever they were brought or sent on from there
        apart |= {to for each in apart if (to := moved_to.get(each))}
    return set(moved_to) - apart


def by_number(session: Session, disaster_id: UUID, blind: bytes) -> UUID | None:
    """Return the row of the list of a disaster whose head has this identity number, or None."""
    drill_id = disasters.disaster(session, disaster_id).drill_id
    of_drill = ROW.drill_id.is_(None) if drill_id is None else ROW.drill_id == drill_id
    return session.scalar(
        select(ROW.id)
        .where(ROW.id_number_blind == blind, ~ROW.removed, of_drill)
        .order_by(ROW.written_at, ROW.id)
        .limit(1)
        .execution_options(scope="shared", **ANY_DRILL)
    )
