"""The list: one page of the register with each shelter's standing, in two statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.geo.models import Place
from relief_ops.plugins import View
from shelters import rules
from shelters.models import Shelter, ShelterStatus
from shelters.queries import scope
from shelters.queries.flags import over
from shelters.queries.kept import kept
from shelters.queries.one import area_words
from shelters.queries.safety import days_and_years
from shelters.queries.scope import CLOSURE, SHELTER, STATUS
from shelters.rules import State
from shelters.rules.register import DETAILS, Result

ROWS = 25
MOST_ROWS = 200
PLACE = Place.__table__.c
OCCUPIED = func.coalesce(STATUS.counted, STATUS.registered - STATUS.on_the_way, 0)
STATE = func.coalesce(STATUS.state, State.STANDBY.value)
SHARE = case((SHELTER.capacity_max > 0, OCCUPIED * 1000 / SHELTER.capacity_max), else_=0)
SERVING = case((STATUS.state.in_((State.OPEN, State.FULL)), 1_000_000), else_=0) + OCCUPIED
SORTS: Mapping[str, Any] = {
    "name": SHELTER.name,
    "kind": SHELTER.kind,
    "capacity": SHELTER.capacity_max,
    "state": STATE,
    "occupied": OCCUPIED,
    "share": SHARE,
    "counted_at": STATUS.counted_at,
    "serving": SERVING,
    "safety": SHELTER.safety_checked_until,
}
OF_THE_REGISTER = frozenset({"name", "kind", "capacity", "safety"})
# What the list may be cut to besides the state: what speaks against a shelter, or is not known.
FLAGS = ("safety_lapsed", "safety_failed", "safety_due", "safety_unknown", "in_danger")
COLUMNS = (
    SHELTER.id, SHELTER.name, SHELTER.kind, SHELTER.area_id, SHELTER.capacity_max, SHELTER.hidden,
    SHELTER.safety_checked_until, SHELTER.safety_result, SHELTER.usage, SHELTER.code, STATE,
    func.coalesce(STATUS.registered, 0), func.coalesce(STATUS.on_the_way, 0), STATUS.counted,
    STATUS.counted_at, func.coalesce(STATUS.unregistered, 0),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows are wanted, in what order, from where on."""

    q: str = ""
    state: str = ""
    kind: str = ""
    usage: str = ""
    flag: str = ""
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
    """Return one page of the shelters in the view's area that the reader may see."""
    connection = session.connection()
    conditions = _conditions(session, view, wanted)
    tables = Shelter.__table__ if not wanted.state else _joined(view)
    counting = select(func.count()).select_from(tables).where(*conditions)
    about = (view.disaster_id, view.drill_id, view.area_id, view.on)
    key = ("total", *about, wanted.q, wanted.state, wanted.kind, wanted.usage)

    def count() -> int:
        return connection.scalar(counting) or 0

    total = count() if wanted.flag else kept(session, key, count)  # flags change with the day
    pages = max(1, -(-total // wanted.rows))
    page = min(wanted.page, pages)
    ids = _ids(view, wanted, conditions, offset=(page - 1) * wanted.rows)
    rows = connection.execute(
        select(*COLUMNS)
        .select_from(_joined(view))
        .where(SHELTER.id.in_(ids))
        .order_by(*_order(wanted))
    ).all()
    return Page(listed(session, view, rows), total, page, pages)


def _ids(view: View, wanted: Wanted, conditions: list[Any], *, offset: int) -> Any:
    """Return the page's ids as a statement; the standings are joined only to sort by them."""
    plain = wanted.sort in OF_THE_REGISTER and not wanted.state
    tables = Shelter.__table__ if plain else _joined(view)
    page = (
        select(SHELTER.id)
        .select_from(tables)
        .where(*conditions)
        .order_by(*_order(wanted))
        .limit(wanted.rows)
        .offset(offset)
    )
    return select(page.subquery().c.id)


def _order(wanted: Wanted) -> tuple[Any, Any]:
    order = SORTS.get(wanted.sort, SHELTER.name)
    return (order.desc() if wanted.descending else order, SHELTER.id)


def _joined(view: View) -> Any:
    return Shelter.__table__.outerjoin(ShelterStatus.__table__, scope.standing(view))


def _conditions(session: Session, view: View, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = scope.register(session, view)
    if wanted.q:
        found.append(_named(session, view, wanted.q))
    if wanted.state:
        found.append(STATE.in_((wanted.state,)))
    if wanted.kind:
        found.append(SHELTER.kind == wanted.kind)
    if wanted.usage:
        found.append(SHELTER.usage == wanted.usage)
    if wanted.flag:
        found.append(_flagged(session, view, wanted.flag))
    return found


def _flagged(session: Session, view: View, flag: str) -> ColumnElement[bool]:
    """Return the condition that a flag stands against a shelter now."""
    at = view.at or view.now
    if flag == "in_danger":
        return SHELTER.id.in_(_in_danger(session, view, at))
    today = clock.local_date(at)
    days, _years = days_and_years(session, today, None)
    until, passed = SHELTER.safety_checked_until, SHELTER.safety_result != Result.FAILED
    return {
        "safety_failed": ~passed,
        "safety_lapsed": and_(passed, until < today),
        "safety_due": and_(passed, until.between(today, today + timedelta(days=days))),
        "safety_unknown": and_(passed, until.is_(None)),
    }[flag]


def _in_danger(session: Session, view: View, at: datetime) -> list[UUID]:
    if view.disaster_id is None:
        return []
    statement = select(SHELTER.id).where(*scope.register(session, view))
    ids = session.connection().scalars(statement).all()
    return list(over(session, ids, view.disaster_id, at))


def _named(session: Session, view: View, words: str) -> ColumnElement[bool]:
    """Whether a name holds the words, its spelling begins so, or its area is called so."""
    text = words.strip().lower()[:60]
    parts = [SHELTER.name.contains(text, autoescape=True), func.lower(SHELTER.code) == text]
    if text.isascii():
        parts.append(SHELTER.spelling.startswith(text.replace(" ", ""), autoescape=True))
        parts.append(SHELTER.spelling.contains(f" {text}", autoescape=True))
    areas = [node.id for node in geo.tree(session, view.on) if text in node.name][:200]
    if areas:
        below = select(CLOSURE.area_id).where(CLOSURE.ancestor_id.in_(areas))
        parts.append(SHELTER.area_id.in_(below))
    return or_(*parts)


def listed(session: Session, view: View, rows: Any) -> list[dict[str, Any]]:
    """Return rows of `COLUMNS` as lists and the API show them."""
    tree = geo.tree(session, view.on)
    names: dict[UUID, tuple[str, str]] = {}
    found = []
    for row in rows:
        (shelter_id, name, kind, area_id, capacity, hidden, checked, result, usage, code, state,
         registered, coming, counted, counted_at, unregistered) = row  # fmt: skip
        if area_id not in names:
            names[area_id] = area_words(tree, area_id)
        people = rules.occupied(counted, registered, coming)
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
                "safety_result": result or None,
                "usage": usage,
                "code": code,
                "state": state,
                "registered": registered,
                "on_the_way": coming,
                "counted": counted,
                "counted_at": counted_at,
                "occupied": people,
                "free": max(capacity - registered - unregistered, 0),
                "percent": rules.percent(people, capacity),
                "band": str(rules.band(people, capacity)),
            }
        )
    return found


TYPED = (
    "address", "capacity_day", "capacity_night", "capacity_after", "wheelchair", "infant",
    "medical", "pets", "grade", "remarks", "public_phone",
    *(each for each in DETAILS if each not in ("usage", "code")),
)  # fmt: skip


def exported(session: Session, view: View, wanted: Wanted) -> list[dict[str, Any]]:
    """Return every wanted row with its point and typed places, for a file."""
    extra = (
        func.ST_X(PLACE.point), func.ST_Y(PLACE.point), *(SHELTER[name] for name in TYPED),
    )  # fmt: skip
    rows = session.connection().execute(
        select(*COLUMNS, *extra)
        .select_from(_joined(view).join(Place.__table__, PLACE.id == SHELTER.id))
        .where(*_conditions(session, view, wanted))
        .order_by(SHELTER.area_id, SHELTER.name)
    ).all()  # fmt: skip
    names = ("lon", "lat", *TYPED)
    plain = listed(session, view, [row[: len(COLUMNS)] for row in rows])
    more = [dict(zip(names, row[len(COLUMNS) :], strict=True)) for row in rows]
    return [one | other for one, other in zip(plain, more, strict=True)]
