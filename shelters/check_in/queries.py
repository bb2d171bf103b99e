"""Reading for the door of a shelter: whose turn it is, and who is inside. Always masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session

from relief_ops import geo, vault
from relief_ops.disasters.models import Disaster
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from shelters.check_in import rules
from shelters.check_in.rules import By
from shelters.check_in.schemas import FindHousehold
from shelters.evacuation import queries as lists
from shelters.evacuation.models import ListedHousehold
from shelters.evacuation.queries.listing import within
from shelters.evacuation.queries.lists import HOUSEHOLDS, opened
from shelters.evacuation.rules import GROUPS, PETS, UNITS, pets_of, read_slip, slip_code
from shelters.models import Arrival, ArrivalMember, Shelter, ShelterStatus
from shelters.queries.found import members_of, name_for, opened_of, phone_index
from shelters.rules import ADMITTING, HOLDING, digits_of

ROW = ListedHousehold
MOST_SHELTERS = 200
MOST_ROWS = 2_000  # what a phone carries away: some hundred kilobytes
MOST_NAMED = 5_000  # opened one after the other: some hundredths of a second
MOST_FOUND = 20
EVERYWHERE = {"scope": "shared", "any_drill": True}
ANY_DRILL = {"any_drill": True}


@dataclass(frozen=True)
class Place:
    """Where a row of the list is registered now; `people` are those of all its registrations."""

    shelter_id: UUID
    name: str
    arrival_id: UUID
    stay: str
    people: int = 0


def doors(
    session: Session, disaster: Disaster, area_ids: Iterable[UUID], *, first: UUID
) -> Sequence[tuple[Shelter, ShelterStatus | None]]:
    """Return the shelters of areas with their standing, those that take people in first.

    Among them those of the area looked at lead.
    """
    status = ShelterStatus
    rows = session.execute(
        select(Shelter, status, within(Shelter.area_id, first))
        .outerjoin(status, (status.shelter_id == Shelter.id) & (status.disaster_id == disaster.id))
        .where(
            or_(*(within(Shelter.area_id, each) for each in area_ids)),
            _of_drill(Shelter.drill_id, disaster),
        )
        .order_by(Shelter.name)
        .execution_options(**ANY_DRILL)
    ).all()
    found = [(row[0], row[1], row[2]) for row in rows]
    found.sort(key=lambda row: (row[1] is None or row[1].state not in ADMITTING, not row[2]))
    return [(row[0], row[1]) for row in found[:MOST_SHELTERS]]


def _of_drill(column: Any, disaster: Disaster) -> ColumnElement[bool]:
    drill = disaster.drill_id
    found: ColumnElement[bool] = column.is_(None) if drill is None else column == drill
    return found


def expected(
    session: Session, shelter: Shelter, disaster: Disaster, tree: geo.AreaTree
) -> list[ListedHousehold]:
    """Return the rows a phone at this shelter carries: those sent there, then its township's."""
    sent = _rows(session, disaster, ROW.shelter_id == shelter.id, shared=True)
    township = tree.ancestor_at(shelter.area_id, "township")
    around = township.id if township else shelter.area_id
    near = _rows(session, disaster, within(ROW.area_id, around))
    return list({each.id: each for each in (*sent, *near)}.values())[:MOST_ROWS]


def _rows(
    session: Session, disaster: Disaster, *conditions: ColumnElement[bool], shared: bool = False,
    most: int = MOST_ROWS,
) -> Sequence[ListedHousehold]:  # fmt: skip
    statement = (
        select(ROW)
        .where(~ROW.removed, _of_drill(ROW.drill_id, disaster), *conditions)
        .order_by(ROW.area_id, ROW.written_at, ROW.id)
        .limit(most)
        .execution_options(**(EVERYWHERE if shared else ANY_DRILL))
    )
    return session.scalars(statement).all()


def found(
    session: Session, shelter: Shelter, disaster: Disaster, asked: FindHousehold,
    tree: geo.AreaTree,
) -> list[ListedHousehold]:  # fmt: skip
    """Return the rows that are meant. Raises Invalid for a name among too many rows.

    A slip or a whole number is looked for in the whole city, a name only around the shelter and
    among those sent there, from whatever township.
    """
    if asked.by == By.NAME:
        return _named(session, shelter, disaster, asked.name, tree)
    rows = _rows(session, disaster, _condition(asked), shared=True, most=MOST_FOUND)
    if asked.by == By.PHONE and not rows:
        around = expected(session, shelter, disaster, tree)
        wanted = digits_of(asked.phone)
        rows = [each for each in around if digits_of(opened(HOUSEHOLDS, each, "phone")) == wanted]
    return list(rows)[:MOST_FOUND]


def _condition(asked: FindHousehold) -> ColumnElement[bool]:
    if asked.by == By.SLIP:
        end: ColumnElement[bool] = cast(ROW.id, String).like(f"%{read_slip(asked.slip)}")
        return end
    if asked.by == By.ID_NUMBER:
        return ROW.id_number_blind == vault.blind(asked.id_number)
    return ROW.phone_blind == phone_index(asked.phone)


def _named(
    session: Session, shelter: Shelter, disaster: Disaster, name: str, tree: geo.AreaTree
) -> list[ListedHousehold]:
    township = tree.ancestor_at(shelter.area_id, "township")
    around = within(ROW.area_id, township.id if township else shelter.area_id)
    sent = _rows(session, disaster, ROW.shelter_id == shelter.id, shared=True, most=MOST_NAMED + 1)
    near = _rows(session, disaster, around, most=MOST_NAMED + 1)
    rows = list({each.id: each for each in (*sent, *near)}.values())
    if len(rows) > MOST_NAMED:
        raise Invalid(_("There are too many rows here to look for a name. Give a whole number."))
    return [
        each
        for each in rows
        if rules.is_part_of(opened(HOUSEHOLDS, each, "name"), name)
        or rules.is_part_of(each.unit, name)
    ][:MOST_FOUND]


def places(session: Session, disaster_id: UUID, household_ids: Iterable[UUID]) -> dict[UUID, Place]:
    """Return where some rows of the list are registered now."""
    rows = session.execute(
        select(Arrival.listed_id, Shelter.id, Shelter.name, Shelter.hidden, Shelter.area_id,
               Arrival.id, Arrival.stay, Arrival.people)
        .join(Shelter, Shelter.id == Arrival.shelter_id)
        .where(
            Arrival.disaster_id == disaster_id,
            Arrival.listed_id.in_(set(household_ids)),
            Arrival.stay.in_(HOLDING),
        )
        .order_by(Arrival.arrived_at.desc(), Arrival.id)  # who came apart came after the others
        .execution_options(**EVERYWHERE)
    ).all()  # fmt: skip
    people: Counter[UUID | None] = Counter()
    for row in rows:
        people[row[0]] += row[7]
    return {
        row[0]: Place(row[1], name_for(*row[2:5]), row[5], row[6], people[row[0]])
        for row in rows if row[0]
    }  # fmt: skip


def leaving(
    session: Session, shelter_id: UUID, disaster_id: UUID, arrival_id: UUID | None,
    listed_id: UUID | None,
) -> UUID | None:  # fmt: skip
    """Return the registration by which a household leaves a shelter, or None.

    The one that is named, though it be gone already: that is said to whoever asks again. Of a
    row of the list, the one that stands; else the last that did.
    """
    of = [Arrival.shelter_id == shelter_id, Arrival.disaster_id == disaster_id]
    named = select(Arrival.id).where(*of, Arrival.id == arrival_id)
    if arrival_id and (found := session.scalar(named)):
        return found
    if listed_id is None:
        return None
    row = select(Arrival.id).where(*of, Arrival.listed_id == listed_id)
    order = row.order_by(Arrival.stay.in_(HOLDING).desc(), Arrival.arrived_at.desc(), Arrival.id)
    return session.scalar(order.limit(1))


def shown(
    rows: Sequence[ListedHousehold], held: dict[UUID, Place], shelter: Shelter, tree: geo.AreaTree
) -> list[dict[str, Any]]:
    """Return rows of the list as a phone keeps them: masked, with where they are now.

    A unit comes in several buses, perhaps to several shelters: it is nowhere as a whole, and
    nothing of it moves when more of it come.
    """
    return [_shown(each, held.get(each.id), shelter, tree) for each in rows]


def _shown(
    row: ListedHousehold, place: Place | None, shelter: Shelter, tree: geo.AreaTree
) -> dict[str, Any]:
    masked = lists.masked(row)
    area = tree.node(row.area_id)
    return {
        "id": row.id,
        "code": slip_code(row.id),
        "name": row.unit or masked["name"],
        "phone": masked["phone"],
        "id_number": masked["id_number"],
        "people": row.people,
        "groups": {code: number for code in GROUPS if (number := getattr(row, code))},
        "pets": pets_of(getattr(row, each) for each in PETS),
        "area": area.name,
        "area_code": area.code,
        "sent_here": row.shelter_id == shelter.id,
        "unit": row.kind in UNITS,
        "registered": place.people if place else 0,
        "at": None if row.kind in UNITS else place and {
            "shelter_id": place.shelter_id, "name": place.name, "arrival_id": place.arrival_id,
            "stay": place.stay,
        },
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Inside:
    """A household of a shelter as its list shows it: of a person only the masked name."""

    row: Arrival
    name: str
    origin: str
    members: tuple[str, ...] = ()


def carried_inside(
    session: Session, shelter_id: UUID, disaster_id: UUID, tree: geo.AreaTree
) -> list[dict[str, Any]]:
    """Return who is inside a shelter as a phone carries it, to let them go: masked."""
    return [
        {
            "arrival_id": each.row.id, "listed_id": each.row.listed_id, "name": each.name,
            "origin": each.origin, "people": each.row.people, "room": each.row.room,
            "stay": each.row.stay, "care": each.row.minors_alone + each.row.alone > 0,
            "group": each.row.is_group, "since": each.row.arrived_at,
        }
        for each in inside(session, shelter_id, disaster_id, find="", tree=tree)[:MOST_ROWS]
    ]  # fmt: skip


def inside(
    session: Session, shelter_id: UUID, disaster_id: UUID, *, find: str, tree: geo.AreaTree
) -> list[Inside]:
    """Return who is inside or on the way there, those on the way first, then by when they came."""
    rows = session.scalars(
        select(Arrival)
        .where(
            Arrival.shelter_id == shelter_id,
            Arrival.disaster_id == disaster_id,
            Arrival.stay.in_(HOLDING),
            Arrival.people > 0,  # of a group that was named whole nobody is left
        )
        .order_by(Arrival.stay.desc(), Arrival.arrived_at, Arrival.id)
        .limit(MOST_NAMED)
    ).all()
    listed, named = _listed_of(session, rows), members_of(session, shelter_id, disaster_id)
    return [
        _inside(row, listed, named.get(row.id, []), tree)
        for row in rows
        if _meant(row, listed, named.get(row.id, []), find)
    ]


def _listed_of(session: Session, rows: Sequence[Arrival]) -> dict[UUID, ListedHousehold]:
    wanted = {each.listed_id for each in rows if each.listed_id}
    statement = select(ROW).where(ROW.id.in_(wanted)).execution_options(**EVERYWHERE)
    return {each.id: each for each in session.scalars(statement)} if wanted else {}


def _inside(
    row: Arrival, listed: dict[UUID, ListedHousehold], named: Sequence[ArrivalMember],
    tree: geo.AreaTree,
) -> Inside:  # fmt: skip
    on_list = listed.get(row.listed_id) if row.listed_id else None
    name = lists.masked(on_list)["name"] if on_list else ""
    own = _open(row, "name")
    if own or on_list is None:
        name = f"{own[:1]}*" if own else ""
    area_id = row.origin_id or (on_list.area_id if on_list else None)
    unit = on_list.unit if on_list else ""
    return Inside(
        row=row, name=unit or name, origin=tree.node(area_id).name if area_id else "",
        members=tuple(f"{name[:1]}*" for each in named if (name := opened_of(each, "name"))),
    )  # fmt: skip


def _open(row: Arrival, field: str) -> str:
    sealed: bytes | None = getattr(row, f"{field}_sealed")
    return vault.unseal("arrival", field, row.id, sealed) if sealed else ""


def _meant(
    row: Arrival, listed: dict[UUID, ListedHousehold], named: Sequence[ArrivalMember], find: str
) -> bool:
    """Whether a household is looked for: by name, room, telephone or whole identity number."""
    if not find:
        return True
    on_list = listed.get(row.listed_id) if row.listed_id else None
    names = [_open(row, "name"), row.room, *([on_list.unit] if on_list else [])]
    names += [opened_of(each, "name") for each in named]
    phones = [_open(row, "phone")]
    numbers = [_open(row, "id_number"), *(opened_of(each, "id_number") for each in named)]
    if on_list:
        clear = lists.clear(on_list)
        names.append(clear["name"])
        phones.append(clear["phone"])
        numbers.append(clear["id_number"])
    digits = digits_of(find)
    return (
        any(rules.is_part_of(each, find) for each in names)
        or find.upper() in numbers
        or (len(digits) >= rules.LEAST_DIGITS and digits in map(digits_of, phones))
    )
