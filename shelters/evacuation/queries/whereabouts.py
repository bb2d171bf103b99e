"""One person, found exactly: by the whole name and one whole number, and never a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from relief_ops import vault
from relief_ops.geo.models import AreaClosure
from shelters.evacuation.models import (
    EvacuationOrder,
    EvacuationStanding,
    ListedHousehold,
    OrderArea,
)
from shelters.evacuation.queries.lists import HOUSEHOLDS, opened
from shelters.evacuation.rules import State
from shelters.evacuation.rules.lookups import (
    HOLDING,
    OfRow,
    Whereabouts,
    last_known,
    latest,
    parts,
)
from shelters.models import Arrival, Shelter
from shelters.queries.found import members, numbered, opened_of, phone_index
from shelters.rules import Stay, digits_of, same_name

MOST_UNINDEXED = 5_000  # opened one after the other: some hundredths of a second
LISTED = ListedHousehold
INSIDE = {Stay.ARRIVED: "at_shelter", Stay.ON_THE_WAY: "on_the_way", Stay.CANCELLED: "did_not_come"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who is looked for: the whole name, and the identity number or a telephone number."""

    name: str
    id_number: str = ""
    phone: str = ""


def whereabouts(session: Session, disaster_id: UUID, asked: Asked) -> list[Whereabouts]:
    """Return the last that is known of one person in the reader's areas, or nothing.

    In parts where the people of the household are not in one place. Found is in whose name a
    household was registered, and who was named with them; nobody is found by part of anything.
    """
    listed = _listed(session, asked)
    arrivals = _arrivals(session, disaster_id, asked, listed)
    rows = {each.id: OfRow(listed=_of_row(each)) for each in listed}
    for household_id, stays in _by_row(arrivals).items():
        if household_id in rows:
            rows[household_id] = replace(rows[household_id], stays=stays)
    told = _standings(session, disaster_id, rows)
    own = [_of_arrival(each) for each in arrivals if each.listed_id not in rows]
    return last_known([_of_own(own), *(parts(replace(rows[each], **told[each])) for each in rows)])


def _of_row(row: ListedHousehold) -> Whereabouts:
    return Whereabouts(
        record_id=row.id, area_id=row.area_id, state="listed", since=None, people=row.people
    )


def _by_row(arrivals: Iterable[Arrival]) -> dict[UUID | None, list[Whereabouts]]:
    found: dict[UUID | None, list[Whereabouts]] = {}
    for each in arrivals:
        found.setdefault(each.listed_id, []).append(_of_arrival(each))
    return found


def _of_own(said: list[Whereabouts]) -> list[Whereabouts]:
    """Return where who is on no list found holds places, or the last that was said of them."""
    last = latest(said)
    return [each for each in said if each.state in HOLDING] or ([last] if last else [])


def _listed(session: Session, asked: Asked) -> list[ListedHousehold]:
    """Return the rows of the list under this very name and number."""
    if asked.id_number:
        number: ColumnElement[bool] = LISTED.id_number_blind == vault.blind(asked.id_number)
    else:
        number = LISTED.phone_blind == phone_index(asked.phone)
    rows = list(session.scalars(select(LISTED).where(number, ~LISTED.removed)))
    if asked.phone:
        rows += _listed_before(session, asked)
    return [each for each in rows if same_name(opened(HOUSEHOLDS, each, "name"), asked.name)]


def _listed_before(session: Session, asked: Asked) -> list[ListedHousehold]:
    """Return the rows with this number that were written before numbers had an index."""
    older = select(LISTED).where(
        LISTED.phone_blind.is_(None), LISTED.phone_sealed.is_not(None), ~LISTED.removed
    )
    wanted = digits_of(asked.phone)
    return [
        each
        for each in session.scalars(older.limit(MOST_UNINDEXED))
        if digits_of(opened(HOUSEHOLDS, each, "phone")) == wanted
    ]


def _arrivals(
    session: Session, disaster_id: UUID, asked: Asked, listed: list[ListedHousehold]
) -> list[Arrival]:
    """Return the registrations in shelters under this name and number, or of these rows."""
    rows = {each.id for each in listed}
    found: list[ColumnElement[bool]] = [Arrival.listed_id.in_(rows)]
    if asked.id_number:
        number = vault.blind(asked.id_number)
        found += [Arrival.id_number_blind == number, numbered(session, number)]
    if asked.phone:
        unindexed = Arrival.phone_blind.is_(None) & Arrival.phone_sealed.is_not(None)
        found += [Arrival.phone_blind == phone_index(asked.phone), unindexed]
    statement = select(Arrival).where(Arrival.disaster_id == disaster_id, or_(*found))
    return [
        each
        for each in session.scalars(statement.limit(MOST_UNINDEXED))
        if each.listed_id in rows or _is_theirs(each, asked) or _names(session, each, asked)
    ]


def _names(session: Session, row: Arrival, asked: Asked) -> bool:
    """Whether this very person is named with its head: by their own number, or the head's phone."""
    phone = vault.unseal("arrival", "phone", row.id, row.phone_sealed) if row.phone_sealed else ""
    reached = bool(asked.phone) and digits_of(phone) == digits_of(asked.phone)
    number = vault.blind(asked.id_number) if asked.id_number else None
    if not reached and number is None:
        return False
    return any(
        same_name(opened_of(each, "name"), asked.name)
        for each in members(session, row.id)
        if reached or (number and each.id_number_blind == number)
    )


def _is_theirs(row: Arrival, asked: Asked) -> bool:
    """Whether it is in this very name; of who told no number, the telephone must be theirs too."""
    name, phone = (
        vault.unseal("arrival", column, row.id, sealed) if sealed else ""
        for column, sealed in (("name", row.name_sealed), ("phone", row.phone_sealed))
    )
    if not same_name(name, asked.name):
        return False
    if asked.id_number and row.id_number_blind == vault.blind(asked.id_number):
        return True
    return bool(asked.phone) and digits_of(phone) == digits_of(asked.phone)


def _of_arrival(row: Arrival) -> Whereabouts:
    gone = row.stay == Stay.DEPARTED
    return Whereabouts(
        record_id=row.id,
        area_id=row.area_id,
        state=f"left_{row.left_to}" if gone else INSIDE[Stay(row.stay)],
        since=row.left_at or row.arrived_at,
        people=row.people,
        shelter_id=row.shelter_id,
    )


def _standings(
    session: Session, disaster_id: UUID, rows: Collection[UUID]
) -> dict[UUID, dict[str, Any]]:
    """Return where rows of the list stand: under the orders that run, else what was said before.

    Who is home again under a lifted order is so until an order says to be away.
    """
    found: dict[UUID, dict[str, Any]] = {each: {} for each in rows}
    if not rows:
        return found
    under = session.execute(
        select(EvacuationStanding, EvacuationOrder.lifted_at)
        .join(EvacuationOrder, EvacuationOrder.id == EvacuationStanding.order_id)
        .where(
            EvacuationStanding.household_id.in_(rows), EvacuationOrder.disaster_id == disaster_id
        )
        .order_by(EvacuationStanding.since_at, EvacuationOrder.issued_at)
    ).all()
    away = _away(session, disaster_id, rows)
    for each, lifted_at in under:
        home = each.state == State.RETURNED and each.household_id not in away
        told = found[each.household_id]
        if lifted_at is None or home:
            told["said"], told["sheltered"] = _of_standing(each), each.sheltered
        else:
            told["before"] = replace(_of_standing(each), lifted=True)
            if each.household_id not in away:  # who had gone home left again after that
                told.pop("said", None)
    return found


def _of_standing(row: EvacuationStanding) -> Whereabouts:
    return Whereabouts(
        record_id=row.household_id, area_id=row.area_id, state=row.state, since=row.since_at
    )


def _away(session: Session, disaster_id: UUID, rows: Collection[UUID]) -> set[UUID]:
    """Return which rows an order that runs moves."""
    of_running = (
        select(LISTED.id)
        .join(AreaClosure, AreaClosure.area_id == LISTED.area_id)
        .join(OrderArea, OrderArea.area_id == AreaClosure.ancestor_id)
        .join(EvacuationOrder, EvacuationOrder.id == OrderArea.order_id)
        .where(
            LISTED.id.in_(rows), EvacuationOrder.disaster_id == disaster_id,
            EvacuationOrder.lifted_at.is_(None),
        )
    )  # fmt: skip
    return set(session.scalars(of_running))


def shelter_of(session: Session, shelter_id: UUID | None) -> Shelter | None:
    """Return a shelter the reader may hear of: of their areas, or any that is not hidden."""
    if shelter_id is None:
        return None
    wanted = select(Shelter).where(Shelter.id == shelter_id)
    own = session.scalar(wanted.execution_options(any_drill=True))
    everywhere = wanted.where(~Shelter.hidden)
    return own or session.scalar(everywhere.execution_options(any_drill=True, scope="shared"))
