"""The situation: the map layer, the headline, the queue, the drawer, the public list."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, parameters
from relief_ops.auth import viewer
from relief_ops.geo.models import Place
from relief_ops.geo.predicates import within_box
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, FeatureCollection, Figure, View
from shelters import rules
from shelters.models import Shelter, ShelterStatus
from shelters.queries import past
from shelters.queries.one import area_words
from shelters.queries.register import COLUMNS, OCCUPIED, STATE, Wanted, in_area, listed, page_of
from shelters.queries.words import state_words
from shelters.rules import State

SERVING = (State.OPEN, State.FULL)
HOURS = {"shelter.headcount_hours": 2, "shelter.headcount_night_hours": 4}


def features(session: Session, view: View) -> FeatureCollection:
    """Return the shelters as points: bands for everyone signed in, counts in one's own areas."""
    rows = session.execute(
        select(
            Shelter.id, Shelter.name, Shelter.kind, Shelter.area_id, Shelter.hidden,
            Shelter.capacity_max, STATE, func.coalesce(ShelterStatus.registered, 0),
            ShelterStatus.counted, ShelterStatus.counted_at, ShelterStatus.since_at,
            func.ST_X(Place.point), func.ST_Y(Place.point),
        )
        .join(Place, Place.id == Shelter.id)
        .outerjoin(ShelterStatus, _standing(view))
        .where(*in_area(session, view), *_in_box(view))
        .limit(view.limit)
        .execution_options(scope="shared")
    ).all()  # fmt: skip
    then = past.standings(session, view) if view.at else None
    seen = _visible_areas(session, {row.area_id for row in rows})
    found = []
    for row in rows:
        if row[11] is None or (row.hidden and row.area_id not in seen):
            continue
        found.append(_feature(row, own=row.area_id in seen, then=then))
    return {"type": "FeatureCollection", "features": found}


def _standing(view: View) -> Any:
    return and_(
        ShelterStatus.shelter_id == Shelter.id, ShelterStatus.disaster_id == view.disaster_id
    )


def _in_box(view: View) -> list[Any]:
    return [within_box(Place.__table__.c.point, view.box)] if view.box else []


def _visible_areas(session: Session, area_ids: set[UUID]) -> set[UUID]:
    who = viewer()
    if who is None:
        return set()
    if who.everything:
        return area_ids
    tree = geo.tree(session)
    return {each for each in area_ids if who.sees(each, tree)}


def _feature(row: Any, *, own: bool, then: dict[UUID, past.Standing] | None) -> dict[str, Any]:
    (shelter_id, name, kind, _area, _hidden, capacity, state, registered, counted, counted_at,
     since_at, lon, lat) = row  # fmt: skip
    if then is not None:
        stood = then.get(shelter_id, past.NOTHING)
        state, registered, counted, counted_at = stood
        since_at = counted_at
    people = registered if counted is None else counted
    share = people * 100 // capacity if capacity else 100
    properties = {
        "id": str(shelter_id),
        "kind": "shelter",
        "shelter_kind": kind,
        "name": name,
        "state": state,
        "band": "act" if share >= 100 else "watch" if share >= 90 else "ok",
        "as_of": (counted_at or since_at),
        "source": "registered" if counted is None else "headcount",
        "href": f"/shelters/{shelter_id}",
    }
    if own:
        properties["occupied"] = people
        properties["capacity"] = capacity
    return {
        "type": "Feature",
        "id": str(shelter_id),
        "geometry": {"type": "Point", "coordinates": (round(lon, 6), round(lat, 6))},
        "properties": properties,
    }


def in_shelters(session: Session, view: View) -> Figure:
    """Return how many people are in the area's open shelters, of how many places there."""
    who = viewer()
    if view.disaster_id is None or who is None or not _sees(session, view.area_id):
        return Figure(value=None, unit=_("people"), state="blind", source="shelters")
    if view.at is not None:
        return past.in_shelters(session, view)
    people, places, known, sites, oldest = session.execute(
        select(
            func.coalesce(func.sum(OCCUPIED), 0),
            func.coalesce(func.sum(Shelter.capacity_max), 0),
            func.count(ShelterStatus.counted),
            func.count(),
            func.min(ShelterStatus.counted_at),
        )
        .select_from(Shelter)
        .join(ShelterStatus, _standing(view))
        .where(ShelterStatus.state.in_(SERVING), *in_area(session, view))
    ).one()
    return _figure(int(people), int(places), known=known, sites=sites, oldest=oldest)


def _sees(session: Session, area_id: UUID) -> bool:
    return bool(_visible_areas(session, {area_id}))


def _figure(people: int, places: int, *, known: int, sites: int, oldest: Any) -> Figure:
    return Figure(
        value=people,
        of=places,
        unit=_("people"),
        as_of=datetime.fromisoformat(oldest) if isinstance(oldest, str) else oldest,
        source="shelters",
        known=known,
        expected=sites,
        state=str(rules.band(people, places)) if places else "ok",
        href="/shelters?state=open",
        notes=(_("%(n)d shelters are open", n=sites),),
    )


def attention(session: Session, view: View) -> list[Attention]:
    """Return what somebody must see to: over capacity, full with people coming, not counted."""
    if view.disaster_id is None:
        return []
    rows = session.execute(
        select(
            Shelter.id, Shelter.name, Shelter.area_id, Shelter.capacity_max, ShelterStatus.counted,
            ShelterStatus.counted_at, ShelterStatus.registered, ShelterStatus.on_the_way,
            ShelterStatus.since_at,
        )
        .join(ShelterStatus, _standing(view))
        .where(ShelterStatus.state.in_(SERVING), *in_area(session, view))
    ).all()  # fmt: skip
    hours = _hours(session, view)
    return [item for row in rows for item in _items(row, view, hours)]


def _hours(session: Session, view: View) -> int:
    """Return how often people are to be counted at this hour, by the numbers in force."""
    night = rules.is_night(clock.local(view.now).hour)
    key = "shelter.headcount_night_hours" if night else "shelter.headcount_hours"
    found = parameters.values(session, [key], on=view.on, area_id=view.area_id).get(key)
    return int(found.value) if found else HOURS[key]


def _items(row: Any, view: View, hours: int) -> list[Attention]:
    people = rules.occupied(row.counted, row.registered)
    found = []
    if people > row.capacity_max:
        title = _("%(name)s holds more people than it has places", name=row.name)
        detail = _("%(people)d people, %(places)d places", people=people, places=row.capacity_max)
        found.append(_item(row, "over_capacity", "act", (title, detail)))
    elif row.on_the_way and row.registered >= row.capacity_max:
        title = _("%(name)s is full and people are coming", name=row.name)
        detail = _("%(people)d people are on the way", people=row.on_the_way)
        found.append(_item(row, "full_and_coming", "act", (title, detail)))
    if rules.is_overdue(row.counted_at or row.since_at, view.now, hours=hours):
        title = _("%(name)s has not been counted", name=row.name)
        detail = _("due every %(hours)d hours", hours=hours)
        found.append(_item(row, "headcount_overdue", "watch", (title, detail)))
    return found


def _item(row: Any, kind: str, state: str, words: tuple[str, str]) -> Attention:
    title, detail = words
    return Attention(
        key=f"shelter.{kind}:{row.id}",
        state=state,
        kind=f"shelter.{kind}",
        title=title,
        detail=detail,
        area_id=row.area_id,
        since=row.counted_at or row.since_at,
        href=f"/shelters/{row.id}",
    )


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return the area's fullest shelters and its sums for the drawer; None without any."""
    if not _sees(session, view.area_id):
        return None
    total = session.scalar(select(func.count(Shelter.id)).where(*in_area(session, view)))
    if not total:
        return None
    rows = session.execute(
        select(*COLUMNS)
        .outerjoin(ShelterStatus, _standing(view))
        .where(*in_area(session, view))
        .order_by(STATE.in_(SERVING).desc(), OCCUPIED.desc(), Shelter.name)
        .limit(6)
    )
    area = geo.tree(session, view.on).node(view.area_id)
    return {
        "rows": listed(session, view, rows),
        "total": total,
        "figure": in_shelters(session, view),
        "area_code": area.code,
        "state_words": state_words,
    }


def search(session: Session, view: View, words: str) -> list[dict[str, str]]:
    """Return the shelters whose name, spelling or area is like the words."""
    found = page_of(session, view, Wanted(q=words, rows=12))
    return [
        {"title": row["name"], "detail": row["area_name"], "href": f"/shelters/{row['id']}"}
        for row in found.rows
    ]


def public_list(
    session: Session, disaster_id: UUID, *, within: UUID | None = None
) -> list[dict[str, Any]]:
    """Return the open shelters everyone may know of; room only in words, never a person."""
    free = Shelter.capacity_max - OCCUPIED
    where = [
        ShelterStatus.disaster_id == disaster_id,
        ShelterStatus.state.in_(SERVING),
        Shelter.hidden.is_(False),
    ]
    tree = geo.tree(session)
    if within is not None:
        where.append(Shelter.area_id.in_(tree.within(within)))
    rows = session.execute(
        select(
            Shelter.name, Shelter.address, Shelter.area_id, ShelterStatus.state, free,
            Shelter.wheelchair, Shelter.infant, Shelter.pets,
            func.ST_X(Place.point), func.ST_Y(Place.point),
        )
        .join(ShelterStatus, ShelterStatus.shelter_id == Shelter.id)
        .join(Place, Place.id == Shelter.id)
        .where(*where)
        .order_by(Shelter.area_id, Shelter.name)
        .limit(500)
        .execution_options(scope="shared", any_drill=True)
    )  # fmt: skip
    return [_public(tree, row) for row in rows]


def _public(tree: geo.AreaTree, row: Any) -> dict[str, Any]:
    name, address, area_id, state, free, wheelchair, infant, pets, lon, lat = row
    return {
        "name": name,
        "address": address,
        "area": area_words(tree, area_id)[1],
        "room": rules.free_words(0 if state == State.FULL else free),
        "wheelchair": wheelchair > 0,
        "infant": infant > 0,
        "pets": pets > 0,
        "point": None if lon is None else (round(lon, 5), round(lat, 5)),
    }
