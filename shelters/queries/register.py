"""The list: one page of the register with each shelter's standing, in two statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.geo.models import AreaClosure, Place
from relief_ops.plugins import View
from shelters import rules
from shelters.models import Shelter, ShelterStatus
from shelters.queries.one import area_words
from shelters.rules import State

ROWS = 25
MOST_ROWS = 200
OCCUPIED = func.coalesce(ShelterStatus.counted, ShelterStatus.registered, 0)
STATE = func.coalesce(ShelterStatus.state, State.STANDBY.value)
SHARE = case((Shelter.capacity_max > 0, OCCUPIED * 1000 / Shelter.capacity_max), else_=0)
SORTS: Mapping[str, Any] = {
    "name": Shelter.name,
    "kind": Shelter.kind,
    "state": STATE,
    "capacity": Shelter.capacity_max,
    "occupied": OCCUPIED,
    "share": SHARE,
    "counted_at": ShelterStatus.counted_at,
}
COLUMNS = (
    Shelter.id, Shelter.name, Shelter.kind, Shelter.area_id, Shelter.capacity_max, Shelter.hidden,
    Shelter.safety_checked_until, STATE, func.coalesce(ShelterStatus.registered, 0),
    func.coalesce(ShelterStatus.on_the_way, 0), ShelterStatus.counted, ShelterStatus.counted_at,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows are wanted, in what order, from where on."""

    q: str = ""
    state: str = ""
    kind: str = ""
    sort: str = "name"
    descending: bool = False
    page: int = 1
    rows: int = ROWS


@dataclass(frozen=True)
class Page:
    """One page of the list and how many rows there are in all."""

    rows: list[dict[str, Any]]
    total: int
    page: int
    pages: int


def page_of(session: Session, view: View, wanted: Wanted) -> Page:
    """Return one page of the shelters in the view's area."""
    conditions = _conditions(session, view, wanted)
    total = session.scalar(_joined(select(func.count(Shelter.id)), view, wanted).where(*conditions))
    pages = max(1, -(-(total or 0) // wanted.rows))
    page = min(wanted.page, pages)
    order = SORTS.get(wanted.sort, Shelter.name)
    rows = session.execute(
        _joined(select(*COLUMNS), view, wanted, whole=True)
        .where(*conditions)
        .order_by(order.desc() if wanted.descending else order, Shelter.id)
        .limit(wanted.rows)
        .offset((page - 1) * wanted.rows)
    )
    return Page(listed(session, view, rows), total or 0, page, pages)


def _joined(statement: Any, view: View, wanted: Wanted, *, whole: bool = False) -> Any:
    """Join the standing in the view's disaster where a row or a condition needs it."""
    if not whole and not wanted.state:
        return statement
    matching = and_(
        ShelterStatus.shelter_id == Shelter.id, ShelterStatus.disaster_id == view.disaster_id
    )
    return statement.select_from(Shelter).outerjoin(ShelterStatus, matching)


def _conditions(session: Session, view: View, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = list(in_area(session, view))
    if wanted.q:
        found.append(_named(session, view, wanted.q))
    if wanted.state:
        found.append(STATE.in_((wanted.state,)))
    if wanted.kind:
        found.append(Shelter.kind == wanted.kind)
    return found


def in_area(session: Session, view: View) -> list[ColumnElement[bool]]:
    """Return the condition that a shelter lies in the view's area (nothing for the root)."""
    tree = geo.tree(session, view.on)
    if view.area_id in tree and tree.node(view.area_id).parent_id is None and len(tree.roots) == 1:
        return []
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == view.area_id)
    return [Shelter.area_id.in_(below)]


def _named(session: Session, view: View, words: str) -> ColumnElement[bool]:
    """Whether a name holds the words, its spelling begins so, or its area is called so."""
    text = words.strip().lower()[:60]
    parts = [Shelter.name.contains(text, autoescape=True)]
    if text.isascii():
        parts.append(Shelter.spelling.startswith(text.replace(" ", ""), autoescape=True))
        parts.append(Shelter.spelling.contains(f" {text}", autoescape=True))
    areas = [node.id for node in geo.tree(session, view.on) if text in node.name][:200]
    if areas:
        below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id.in_(areas))
        parts.append(Shelter.area_id.in_(below))
    return or_(*parts)


def listed(session: Session, view: View, rows: Any) -> list[dict[str, Any]]:
    """Return rows of `COLUMNS` as lists and the API show them."""
    tree = geo.tree(session, view.on)
    names = {}
    found = []
    for row in rows:
        (shelter_id, name, kind, area_id, capacity, hidden, checked, state, registered, coming,
         counted, counted_at) = row  # fmt: skip
        if area_id not in names:
            names[area_id] = area_words(tree, area_id)
        people = rules.occupied(counted, registered)
        found.append(
            {
                "id": shelter_id,
                "name": name,
                "kind": kind,
                "area_code": names[area_id][0],
                "area_name": names[area_id][1],
                "capacity_max": capacity,
                "hidden": hidden,
                "safety_checked_until": checked,
                "state": state,
                "registered": registered,
                "on_the_way": coming,
                "counted": counted,
                "counted_at": counted_at,
                "occupied": people,
                "free": max(capacity - max(people, registered), 0),
                "percent": rules.percent(people, capacity),
                "band": str(rules.band(people, capacity)),
            }
        )
    return found


def exported(session: Session, view: View, wanted: Wanted) -> list[dict[str, Any]]:
    """Return every wanted row with its point and typed places, for a file."""
    extra = (
        func.ST_X(Place.point), func.ST_Y(Place.point), Shelter.address, Shelter.capacity_day,
        Shelter.capacity_night, Shelter.capacity_after, Shelter.wheelchair, Shelter.infant,
        Shelter.medical, Shelter.pets, Shelter.grade, Shelter.remarks,
    )  # fmt: skip
    names = (
        "lon", "lat", "address", "capacity_day", "capacity_night", "capacity_after", "wheelchair",
        "infant", "medical", "pets", "grade", "remarks",
    )  # fmt: skip
    rows = session.execute(
        _joined(select(*COLUMNS, *extra), view, wanted, whole=True)
        .join(Place, Place.id == Shelter.id)
        .where(*_conditions(session, view, wanted))
        .order_by(Shelter.area_id, Shelter.name)
    ).all()
    plain = listed(session, view, [row[: len(COLUMNS)] for row in rows])
    more = [dict(zip(names, row[len(COLUMNS) :], strict=True)) for row in rows]
    return [one | other for one, other in zip(plain, more, strict=True)]
