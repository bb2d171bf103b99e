"""One person, found exactly: by the whole name and one whole number, and never a list."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from relief_ops import vault
from shelters.evacuation.models import EvacuationOrder, EvacuationStanding, ListedHousehold
from shelters.evacuation.queries.lists import HOUSEHOLDS, opened
from shelters.evacuation.rules import Whereabouts, latest
from shelters.models import Arrival, Shelter
from shelters.queries.found import phone_index
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


def whereabouts(session: Session, disaster_id: UUID, asked: Asked) -> Whereabouts | None:
    """Return the last that is known of one person in the reader's areas, or None.

    Found is in whose name a household was registered; nobody is found by part of anything.
    """
    listed = _listed(session, asked)
    said = [
        *(_of_arrival(each) for each in _arrivals(session, disaster_id, asked, listed)),
        *_standings(session, disaster_id, listed),
        *(
            Whereabouts(record_id=each.id, area_id=each.area_id, state="listed", since=None)
            for each in listed
        ),
    ]
    return latest(said)


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
        found += [Arrival.id_number_blind == vault.blind(asked.id_number)]
    if asked.phone:
        unindexed = Arrival.phone_blind.is_(None) & Arrival.phone_sealed.is_not(None)
        found += [Arrival.phone_blind == phone_index(asked.phone), unindexed]
    statement = select(Arrival).where(Arrival.disaster_id == disaster_id, or_(*found))
    return [
        each
        for each in session.scalars(statement.limit(MOST_UNINDEXED))
        if each.listed_id in rows or _is_theirs(each, asked)
    ]


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
        shelter_id=row.shelter_id,
    )


def _standings(
    session: Session, disaster_id: UUID, listed: list[ListedHousehold]
) -> list[Whereabouts]:
    """Return where rows of the list stand under the orders of the disaster."""
    rows = {each.id: each for each in listed}
    if not rows:
        return []
    found = session.scalars(
        select(EvacuationStanding)
        .join(EvacuationOrder, EvacuationOrder.id == EvacuationStanding.order_id)
        .where(
            EvacuationStanding.household_id.in_(rows),
            EvacuationOrder.disaster_id == disaster_id,
        )
    )
    return [
        Whereabouts(
            record_id=each.household_id, area_id=each.area_id, state=each.state,
            since=each.since_at,
        )
        for each in found
    ]  # fmt: skip


def shelter_of(session: Session, shelter_id: UUID | None) -> Shelter | None:
    """Return a shelter the reader may hear of: of their areas, or any that is not hidden."""
    if shelter_id is None:
        return None
    wanted = select(Shelter).where(Shelter.id == shelter_id)
    own = session.scalar(wanted.execution_options(any_drill=True))
    everywhere = wanted.where(~Shelter.hidden)
    return own or session.scalar(everywhere.execution_options(any_drill=True, scope="shared"))
