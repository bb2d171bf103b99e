"""The map layer: thousands of points in one statement, without an object for each row."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.auth import viewer
from relief_ops.geo.models import Place
from relief_ops.geo.predicates import within_box
from relief_ops.plugins import FeatureCollection, View
from shelters.models import Shelter, ShelterStatus
from shelters.queries import past, scope
from shelters.queries.scope import SHELTER, STATUS, id_text, text_of
from shelters.rules import FULL_PERCENT, NEARLY_FULL_PERCENT, OLD_HOURS, State, grows_old

PLACE = Place.__table__.c
READ_AT_ONCE = 500  # rows; 5,000 of them at once weigh more than the answer


def features(session: Session, view: View) -> FeatureCollection:
    """Return the shelters as points: bands for everyone signed in, counts in one's own areas."""
    then = past.standings(session, view) if view.at else None
    held = _held(session, view)
    found = []
    for rows in _rows(session, view).partitions(READ_AT_ONCE):
        for row in rows:
            mine = held(row[2])
            if mine or not row[3]:
                found.append(_feature(row, mine, then))
    return {"type": "FeatureCollection", "features": found}


def _rows(session: Session, view: View) -> Any:
    tables = (
        Shelter.__table__.join(Place.__table__, PLACE.id == SHELTER.id)
        .outerjoin(ShelterStatus.__table__, scope.standing(view))
    )  # fmt: skip
    statement = (
        select(
            text_of(SHELTER.id), SHELTER.name, text_of(SHELTER.area_id), SHELTER.hidden,
            SHELTER.capacity_max, SHELTER.kind, STATUS.state,
            STATUS.registered - STATUS.on_the_way, STATUS.counted,
            text_of(func.coalesce(text_of(STATUS.counted_at), text_of(STATUS.since_at))),
            func.ST_X(PLACE.point), func.ST_Y(PLACE.point),
        )
        .select_from(tables)
        .where(*scope.register(session, view, shared=True), PLACE.point.is_not(None))
        .limit(view.limit)
    )  # fmt: skip
    if view.box:
        statement = statement.where(within_box(PLACE.point, view.box))
    return session.connection().execute(statement)


def _held(session: Session, view: View) -> Callable[[Any], bool]:
    """Return whether the reader holds an area, named as the database has it."""
    who = viewer()
    if who is None:
        return lambda _area: False
    if scope.sees(session, view.area_id):
        return lambda _area: True
    tree = geo.tree(session)
    held = frozenset().union(*(tree.within(each) for each in who.area_ids))
    return cache(lambda area: UUID(str(area)) in held)


def _band(share: int) -> str:
    return "act" if share >= FULL_PERCENT else "watch" if share >= NEARLY_FULL_PERCENT else "ok"


def _feature(row: Any, own: bool, then: dict[UUID, past.Standing] | None) -> dict[str, Any]:
    key, name, _area, _hidden, capacity, kind, state, registered, counted, as_of, lon, lat = row
    shelter_id = id_text(key)
    if then is not None:
        state, registered, counted, as_of, _since = then.get(UUID(shelter_id), past.NOTHING)
    people = counted if counted is not None else registered or 0
    share = people * 100 // capacity if capacity else FULL_PERCENT
    properties = {
        "kind": "shelter",
        "shelter_kind": kind,
        "name": name,
        "state": state or State.STANDBY,
        "band": _band(share),
        "as_of": as_of,
        "source": "registered" if counted is None else "headcount",
        "href": f"/shelters/{shelter_id}",
        "old_after_hours": OLD_HOURS if grows_old(state or State.STANDBY) else None,
    }
    if own:
        properties["occupied"], properties["capacity"] = people, capacity
    return {
        "type": "Feature",
        "id": shelter_id,
        "geometry": {"type": "Point", "coordinates": (round(lon, 5), round(lat, 5))},
        "properties": properties,
    }
