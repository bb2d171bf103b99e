"""One shelter: its record, and its standing in a disaster."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, Uuid, bindparam, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import geo, vault
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.errors import Invalid, NotFound
from relief_ops.geo.models import Place
from relief_ops.i18n import gettext as _
from shelters import rules
from shelters.models import Arrival, Headcount, Shelter, ShelterStatus, ShelterStep
from shelters.rules import EMPTY, NOT_THERE, Standing, State, Stay
from shelters.rules.register import CONTACTS, DETAILS, PHONES

ANY_DRILL = {"any_drill": True}
MOST_HISTORY = 50


# Built once: every look at a shelter asks these, and building costs more than asking.
_BY_ID = select(Shelter).where(Shelter.id == bindparam("of")).execution_options(**ANY_DRILL)
_LOCKED = _BY_ID.with_for_update(of=Shelter)
_STATUS = (
    select(ShelterStatus)
    .where(
        ShelterStatus.shelter_id == bindparam("of", type_=Uuid()),
        ShelterStatus.disaster_id == bindparam("disaster", type_=Uuid()),
    )
    .execution_options(scope="shared")
)
_PLACE = Place.__table__.c
_POINT = select(func.ST_X(_PLACE.point), func.ST_Y(_PLACE.point)).where(
    _PLACE.id == bindparam("of")
)


def shelter(session: Session, shelter_id: UUID) -> Shelter:
    """Return one shelter of the viewer's areas. Raises NotFound."""
    return _found(session, _BY_ID, shelter_id)


def lock_shelter(session: Session, shelter_id: UUID) -> Shelter:
    """Return one shelter and hold it until the transaction ends. Raises NotFound."""
    return _found(session, _LOCKED, shelter_id)


def _found(session: Session, statement: Select[Any], shelter_id: UUID) -> Shelter:
    found: Shelter | None = session.scalar(statement, {"of": shelter_id})
    if found is None:
        raise NotFound(_("There is no such shelter, or not in your areas."))
    return found


def area_of(session: Session, shelter_id: UUID) -> UUID | None:
    """Return the area of a shelter the viewer sees, or None if there is none."""
    wanted = select(Shelter.area_id).where(Shelter.id == shelter_id)
    return session.scalar(wanted.execution_options(**ANY_DRILL))


def area_by_code(session: Session, code: str, drill_id: UUID | None) -> geo.AreaNode:
    """Return the area with this code, as of the drill's disaster if it has one.

    Raises Invalid when there is none.
    """
    wanted = select(Disaster).where(Disaster.drill_id == drill_id).limit(1)
    disaster = session.scalar(wanted) if drill_id else None
    return disasters.area_by_code(session, code, disaster)


def same_drill(found: Shelter, disaster: Disaster) -> None:
    """Raise Invalid when a shelter and a disaster do not belong to the same drill, or none."""
    if found.drill_id != disaster.drill_id:
        raise Invalid(_("This shelter does not belong to this disaster's drill."))


def status(session: Session, shelter_id: UUID, disaster_id: UUID) -> ShelterStatus | None:
    """Return how a shelter the viewer found stands in a disaster, or None: nothing was said."""
    return session.scalar(_STATUS, {"of": shelter_id, "disaster": disaster_id})


def current_headcount(session: Session, shelter_id: UUID, as_of: Any) -> Headcount | None:
    """Return the headcount that counts for a moment, or None."""
    return session.scalar(
        select(Headcount).where(
            Headcount.shelter_id == shelter_id,
            Headcount.as_of == as_of,
            Headcount.standing == Standing.CURRENT,
        )
    )


def arrival(session: Session, shelter_id: UUID, arrival_id: UUID) -> Arrival | None:
    """Return one household of a shelter, or None."""
    return session.scalar(
        select(Arrival).where(Arrival.id == arrival_id, Arrival.shelter_id == shelter_id)
    )


def household(session: Session, shelter_id: UUID, arrival_id: UUID) -> Arrival:
    """Return one household of a shelter. Raises NotFound."""
    found = arrival(session, shelter_id, arrival_id)
    if found is None:
        raise NotFound(_("There is no such household in this shelter."))
    return found


def state_at(
    session: Session, shelter_id: UUID, disaster_id: UUID, moment: datetime
) -> State | None:  # fmt: skip
    """Return the state a shelter was in at a moment by its steps; None before the first."""
    found = session.scalar(
        select(ShelterStep.state)
        .where(
            ShelterStep.shelter_id == shelter_id, ShelterStep.disaster_id == disaster_id,
            ShelterStep.at <= moment,
        )
        .order_by(ShelterStep.at.desc(), ShelterStep.revision.desc())
        .limit(1)
    )  # fmt: skip
    return State(found) if found else None


def emptied_after(
    session: Session, shelter_id: UUID, disaster_id: UUID, moment: datetime
) -> datetime | None:  # fmt: skip
    """Return when everybody had left a shelter for the first time after a moment, or None."""
    return session.scalar(
        select(ShelterStep.at)
        .where(
            ShelterStep.shelter_id == shelter_id, ShelterStep.disaster_id == disaster_id,
            ShelterStep.at > moment, ShelterStep.state.in_(EMPTY),
        )
        .order_by(ShelterStep.at, ShelterStep.revision)
        .limit(1)
    )  # fmt: skip


def point_of(session: Session, place_id: UUID) -> tuple[float, float] | None:
    """Return the (longitude, latitude) of a place, or None where none is known."""
    row = session.connection().execute(_POINT, {"of": place_id}).one_or_none()
    return None if row is None or row[0] is None else (row[0], row[1])


def arrival_anywhere(session: Session, arrival_id: UUID) -> Arrival | None:
    """Return one household wherever it is, to let it go from there; its id is known to few."""
    wanted = select(Arrival).where(Arrival.id == arrival_id)
    return session.scalar(wanted.execution_options(scope="shared"))


def announced(
    session: Session, shelter_id: UUID, disaster_id: UUID, listed_id: UUID | None
) -> Arrival | None:
    """Return the announcement of a row of the list that a shelter still waits for, or None."""
    if listed_id is None:
        return None
    return session.scalar(
        select(Arrival).where(
            Arrival.shelter_id == shelter_id,
            Arrival.disaster_id == disaster_id,
            Arrival.listed_id == listed_id,
            Arrival.stay == Stay.ON_THE_WAY,
        )
    )


def shelter_to_send_to(session: Session, shelter_id: UUID) -> Shelter:
    """Return a shelter people may be sent on to: one of the viewer's, or any that is not hidden.

    Raises NotFound.
    """
    own: Shelter | None = session.scalar(_BY_ID, {"of": shelter_id})
    if own is not None:
        return own
    known = _BY_ID.where(~Shelter.hidden).execution_options(scope="shared")
    return _found(session, known, shelter_id)


def shelter_to_leave(session: Session, shelter_id: UUID) -> Shelter:
    """Return the shelter a household standing elsewhere is registered in, whosever it is."""
    return _found(session, _BY_ID.execution_options(scope="shared"), shelter_id)


def hold_places(session: Session, *shelter_ids: UUID | None) -> None:
    """Hold some shelters until the transaction ends, always in one order, so nobody waits twice."""
    wanted = {each for each in shelter_ids if each is not None}
    session.execute(
        select(Shelter.id)
        .where(Shelter.id.in_(wanted))
        .order_by(Shelter.id)
        .with_for_update(of=Shelter)
        .execution_options(scope="shared", **ANY_DRILL)
    ).all()


def registered_at(session: Session, status: ShelterStatus, moment: datetime) -> int:
    """Return how many people were registered and there at a moment, by what is known now.

    Whoever moves people counts them, in a shelter of another area too.
    """
    found = session.scalar(
        select(func.sum(Arrival.people))
        .where(
            Arrival.shelter_id == status.shelter_id,
            Arrival.disaster_id == status.disaster_id,
            Arrival.stay.not_in(NOT_THERE),
            Arrival.arrived_at <= moment,
            or_(Arrival.left_at.is_(None), Arrival.left_at > moment),
        )
        .execution_options(scope="shared")
    )
    return int(found or 0)


def contact(found: Shelter) -> tuple[str, str]:
    """Return the manager's name and phone in full; whoever shows them records it."""
    return (
        _opened("shelter", "manager", found.id, found.manager_sealed),
        _opened("shelter", "phone", found.id, found.phone_sealed),
    )


def contacts(found: Shelter) -> dict[str, str]:
    """Return the further contacts in full, empty where none is known."""
    text = _opened("shelter", "contacts", found.id, found.contacts_sealed)
    said = orjson.loads(text) if text else {}
    return {name: said.get(name, "") for name in CONTACTS}


def masked_contacts(found: Shelter) -> dict[str, str]:
    """Return the further contacts as everybody who reads the record may see them."""
    return {
        name: rules.mask_phone(text) if name in PHONES else rules.mask_name(text)
        for name, text in contacts(found).items()
    }


def _opened(table: str, column: str, row_id: UUID, sealed: bytes | None) -> str:
    return "" if sealed is None else vault.unseal(table, column, row_id, sealed)


def area_words(tree: geo.AreaTree, area_id: UUID) -> tuple[str, str]:
    """Return an area's code and its name with those above it, below the city."""
    chain = tree.ancestors(area_id)
    if not chain:
        return "", ""
    return chain[0].code, " ".join(each.name for each in reversed(chain) if each.parent_id)


def shown(session: Session, found: Shelter, disaster: Disaster | None) -> dict[str, Any]:
    """Return a shelter as the API shows it, with its standing in a disaster if given."""
    tree = disasters.division_tree(session, disaster)
    code, area_name = area_words(tree, found.area_id)
    point = point_of(session, found.id)
    manager, phone = contact(found)
    record = {
        "id": found.id,
        "name": found.name,
        "kind": found.kind,
        "area_code": code,
        "area_name": area_name,
        "address": found.address,
        "point": point,
        **{name: getattr(found, name) for name in CAPACITIES},
        "manager": rules.mask_name(manager),
        "phone": rules.mask_phone(phone),
        "public_phone": found.public_phone,
        "safety_checked_until": found.safety_checked_until,
        "hidden": found.hidden,
        "grade": found.grade,
        "remarks": found.remarks,
        **{name: getattr(found, name) for name in DETAILS},
        **masked_contacts(found),
        "safety_result": found.safety_result or None,
        "drill_id": found.drill_id,
        "revision": found.revision,
    }
    return record | {"status": shown_status(session, found, disaster) if disaster else None}


CAPACITIES = (
    "capacity_max", "capacity_day", "capacity_night", "capacity_after",
    "wheelchair", "infant", "medical", "pets",
)  # fmt: skip


def shown_status(session: Session, found: Shelter, disaster: Disaster) -> dict[str, Any]:
    """Return how a shelter stands in a disaster as the API shows it."""
    row = status(session, found.id, disaster.id)
    if row is None:
        row = ShelterStatus(
            state=State.STANDBY, registered=0, on_the_way=0, counted=None, counted_at=None,
            since_at=None, overflow=0, unregistered=0, revision=0,
        )  # fmt: skip
    people = rules.occupied(row.counted, row.registered, row.on_the_way)
    return {
        "disaster_id": disaster.id,
        "state": row.state,
        "since": row.since_at,
        "registered": row.registered,
        "on_the_way": row.on_the_way,
        "counted": row.counted,
        "counted_at": row.counted_at,
        "occupied": people,
        "above": row.overflow,
        "unregistered": row.unregistered,
        "free": max(found.capacity_max - row.inside, 0),
        "band": rules.band(people, found.capacity_max),
        "revision": row.revision,
    }


def history(session: Session, shelter_id: UUID, disaster_id: UUID) -> dict[str, list[Any]]:
    """Return a shelter's steps, headcounts and households in a disaster, latest first."""
    tables: dict[str, tuple[Any, Any]] = {
        "steps": (ShelterStep, ShelterStep.at),
        "headcounts": (Headcount, Headcount.as_of),
        "arrivals": (Arrival, Arrival.arrived_at),
    }
    return {
        name: list(
            session.scalars(
                select(table)
                .where(table.shelter_id == shelter_id, table.disaster_id == disaster_id)
                .order_by(column.desc(), table.revision.desc())
                .limit(MOST_HISTORY)
            )
        )
        for name, (table, column) in tables.items()
    }


def typed_used(session: Session, shelter_id: UUID, disaster_id: UUID) -> dict[str, int]:
    """Return how many of each typed kind of place the households inside use."""
    row = session.execute(_TYPED_USED, {"of": shelter_id, "disaster": disaster_id}).one()
    return dict(zip(TYPED, (int(each) for each in row), strict=True))


TYPED = ("wheelchair", "infant", "medical", "pets")
_TYPED_USED = (
    select(*(func.coalesce(func.sum(getattr(Arrival, name)), 0) for name in TYPED))
    .where(
        Arrival.shelter_id == bindparam("of", type_=Uuid()),
        Arrival.disaster_id == bindparam("disaster", type_=Uuid()),
        Arrival.stay.in_((Stay.ON_THE_WAY, Stay.ARRIVED)),
    )
    .execution_options(scope="shared")
)


def names_inside(arrivals: list[Arrival]) -> dict[UUID, str]:
    """Return the masked name of each household that gave one."""
    return {
        each.id: rules.mask_name(_opened("arrival", "name", each.id, each.name_sealed))
        for each in arrivals
        if each.name_sealed
    }


def needs_here(session: Session, shelter_id: UUID, disaster_id: UUID) -> list[tuple[Need, Item]]:
    """Return the needs that stand at a shelter with their items, the most urgent first."""
    rows = session.execute(
        select(Need, Item)
        .join(Item, Item.code == Need.item_code)
        .where(Need.place_id == shelter_id, Need.disaster_id == disaster_id)
        .order_by(Need.priority, Need.opened_at)
        .limit(MOST_HISTORY)
        .execution_options(**ANY_DRILL)
    )
    return [(need, item) for need, item in rows]
