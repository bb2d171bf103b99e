"""The situation: the headline, the queue, the drawer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, parameters
from relief_ops.db import Instant
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.hazards.models import Hazard
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, Figure, View
from shelters import rules
from shelters.models import Shelter, ShelterStatus
from shelters.queries import flags, past, scope
from shelters.queries.kept import kept
from shelters.queries.one import area_words
from shelters.queries.register import Wanted, page_of
from shelters.queries.scope import SHELTER, STATUS, id_text
from shelters.queries.steps import unreported
from shelters.queries.words import state_words
from shelters.rules import State

SERVING = (State.OPEN, State.FULL)
MANY, NAMED = 6, 3  # shelters of a county: so many have a line each, so many are named in one
ARRIVED = STATUS.registered - STATUS.on_the_way
TAKEN = STATUS.registered + STATUS.unregistered
SINCE = func.coalesce(STATUS.counted_at, STATUS.since_at, type_=Instant)
HOURS = {"shelter.headcount_hours": 2, "shelter.headcount_night_hours": 4}


def in_shelters(session: Session, view: View) -> Figure:
    """Return how many people are in the area's shelters, of how many places in the open ones.

    Whoever is inside counts whatever the shelter's state: one that is being prepared or closed
    offers no places any more, but nobody in it is lost from the figure.
    """
    if view.disaster_id is None or not scope.sees(session, view.area_id):
        return Figure(value=None, unit=_("people"), state="blind", source="shelters")
    if view.at is not None:
        return past.in_shelters(session, view)
    key = ("in_shelters", view.disaster_id, view.drill_id, view.area_id, view.on)
    return kept(session, key, lambda: _in_shelters(session, view))


def _in_shelters(session: Session, view: View) -> Figure:
    serving = STATUS.state.in_(SERVING)
    emptied = (STATUS.state == State.CLOSED) & (STATUS.counted_at <= STATUS.since_at)
    inside = case((emptied, 0), else_=func.coalesce(STATUS.counted, ARRIVED))
    row = session.connection().execute(
        select(
            func.coalesce(func.sum(inside), 0),
            func.coalesce(func.sum(case((serving, SHELTER.capacity_max), else_=0)), 0),
            func.count(case((serving, STATUS.counted))),
            func.count(case((serving, 1))),
            func.min(case((or_(serving, inside > 0), STATUS.counted_at)), type_=Instant),
        )
        .select_from(Shelter.__table__.join(ShelterStatus.__table__, scope.standing(view)))
        .where(*scope.register(session, view))
    ).one()  # fmt: skip
    people, places, known, sites, oldest = row
    return _figure(int(people), int(places), known=known, sites=sites, oldest=oldest)


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
    """Return what somebody must see to: people in danger, too many, more coming, not counted.

    Many shelters of one area that wait for their count make one entry, not a flood.
    """
    if view.disaster_id is None:
        return []
    hours = _hours(session, view)
    full = _gathered(session, view, _full_ones(session, view))
    return (
        _flooded(session, view)
        + full
        + [_unreported(session, view, row) for row in unreported(session, view)]
        + [_overdue(session, view, row, hours) for row in _late(session, view, hours)]
    )


def _flooded(session: Session, view: View) -> list[Attention]:
    """Return a line for each shelter with people in it, or coming, on ground that is dangerous."""
    if view.disaster_id is None or not hazards.ground_stands(session, view.disaster_id, view.now):
        return []
    rows = session.connection().execute(
        select(
            SHELTER.id, SHELTER.name, SHELTER.area_id, STATUS.counted, STATUS.registered,
            STATUS.on_the_way, SINCE.label("since"),
        )
        .select_from(Shelter.__table__.join(ShelterStatus.__table__, scope.standing(view)))
        .where((STATUS.registered > 0) | (STATUS.counted > 0), STATUS.state != State.CLOSED,
               *scope.register(session, view))
        .order_by(SHELTER.name, SHELTER.id)
    ).all()  # fmt: skip
    wet = flags.over(session, [row.id for row in rows], view.disaster_id, view.now)
    return [_in_danger(row, wet[row.id]) for row in rows if row.id in wet]


def _in_danger(row: Any, hazard: Hazard) -> Attention:
    there = rules.occupied(row.counted, row.registered, row.on_the_way)
    title = _("%(name)s lies in dangerous ground and is not empty", name=row.name)
    detail = _("%(hazard)s: %(people)d people inside, %(coming)d on the way",
               hazard=hazard.name, people=there, coming=row.on_the_way)  # fmt: skip
    return replace(_item(row, "in_danger", "act", (title, detail)), since=hazard.from_at)


def _full_ones(session: Session, view: View) -> Any:
    over = func.coalesce(STATUS.counted, ARRIVED) > SHELTER.capacity_max
    coming = (STATUS.on_the_way > 0) & (SHELTER.capacity_max <= TAKEN)
    return session.connection().execute(
        select(
            SHELTER.id, SHELTER.name, SHELTER.area_id, SHELTER.capacity_max, STATUS.counted,
            STATUS.registered, STATUS.on_the_way, SINCE.label("since"),
        )
        .select_from(Shelter.__table__.join(ShelterStatus.__table__, scope.standing(view)))
        .where(STATUS.state.in_(SERVING), or_(over, coming), *scope.register(session, view))
    )  # fmt: skip


def _late(session: Session, view: View, hours: int) -> Any:
    """Return each area with shelters that wait for their count: how many, since when."""
    return session.connection().execute(
        select(
            SHELTER.area_id, func.count().label("n"), func.min(SINCE, type_=Instant).label("since"),
            func.min(SHELTER.name).label("name"), func.min(cast(SHELTER.id, String)).label("id"),
        )
        .select_from(Shelter.__table__.join(ShelterStatus.__table__, scope.standing(view)))
        .where(
            STATUS.state.in_(SERVING),
            view.now - timedelta(hours=hours) > SINCE,
            *scope.register(session, view),
        )
        .group_by(SHELTER.area_id)
        .order_by(SHELTER.area_id)
    )  # fmt: skip


def _hours(session: Session, view: View) -> int:
    """Return how often people are to be counted at this hour, by the numbers in force."""
    night = rules.is_night(clock.local(view.now).hour)
    key = "shelter.headcount_night_hours" if night else "shelter.headcount_hours"
    found = parameters.values(session, [key], on=view.on, area_id=view.area_id).get(key)
    return int(found.value) if found else HOURS[key]


def _gathered(session: Session, view: View, rows: Iterable[Any]) -> list[Attention]:
    """Return a line for each full shelter, but one for a county that has many above their places.

    That line begins anew with each that joins, so whoever settled it hears of the next. Whoever
    looks at less than a county has it for what they look at.
    """
    tree, found = geo.tree(session, view.on), []
    looked_at = tree.within(view.area_id)
    over: dict[UUID, list[Any]] = {}
    for row in rows:
        county = tree.ancestor_at(row.area_id, Level.COUNTY)
        place = county.id if county and county.id in looked_at else view.area_id
        if _beyond(row) > 0:
            over.setdefault(place, []).append(row)
        else:
            found.append(_full(row))
    for place, mine in over.items():
        if len(mine) <= MANY:
            found += [_full(row) for row in mine]
        else:
            found.append(_many_full(tree.node(place), mine))
    return found


def _many_full(area: AreaNode, rows: list[Any]) -> Attention:
    worst = sorted(rows, key=_beyond, reverse=True)[:NAMED]
    return Attention(
        key=f"shelter.over_capacity:{area.id}",
        state="act",
        kind="shelter.over_capacity",
        title=_("%(n)d shelters of %(area)s hold more people than they have places",
                n=len(rows), area=area.name),
        detail="、".join(f"{row.name} +{_beyond(row)}" for row in worst) + "…",
        area_id=area.id,
        since=max(row.since for row in rows),
        href=f"/shelters?area={area.code}&sort=share&order=desc",
    )  # fmt: skip


def _beyond(row: Any) -> int:
    people: int = rules.occupied(row.counted, row.registered, row.on_the_way) - row.capacity_max
    return people


def _full(row: Any) -> Attention:
    people = rules.occupied(row.counted, row.registered, row.on_the_way)
    if people > row.capacity_max:
        title = _("%(name)s holds more people than it has places", name=row.name)
        detail = _("%(people)d people, %(places)d places", people=people, places=row.capacity_max)
        return _item(row, "over_capacity", "act", (title, detail))
    title = _("%(name)s is full and people are coming", name=row.name)
    detail = _("%(people)d people are on the way", people=row.on_the_way)
    return _item(row, "full_and_coming", "act", (title, detail))


def _overdue(session: Session, view: View, row: Any, hours: int) -> Attention:
    detail = _("due every %(hours)d hours", hours=hours)
    if row.n == 1:
        title = _("%(name)s has not been counted", name=row.name)
        return _item(row, "headcount_overdue", "watch", (title, detail))
    code, area = area_words(geo.tree(session, view.on), row.area_id)
    title = _("%(n)d shelters of %(area)s have not been counted", n=row.n, area=area)
    item = _item(row, "headcount_overdue", "watch", (title, detail))
    key, href = f"shelter.headcount_overdue:{row.area_id}", f"/shelters?area={code}&sort=counted_at"
    return replace(item, key=key, href=href)


def _unreported(session: Session, view: View, row: Any) -> Attention:
    detail = _("say why, with the next step or by confirming the state")
    if row.n == 1:
        title = _("%(name)s was opened at once; nobody said why yet", name=row.name)
        return _item(row, "opened_unreported", "watch", (title, detail))
    code, area = area_words(geo.tree(session, view.on), row.area_id)
    title = _("%(n)d shelters of %(area)s were opened at once; nobody said why yet",
              n=row.n, area=area)  # fmt: skip
    item = _item(row, "opened_unreported", "watch", (title, detail))
    key = f"shelter.opened_unreported:{row.area_id}"
    return replace(item, key=key, href=f"/shelters?area={code}")


def _item(row: Any, kind: str, state: str, words: tuple[str, str]) -> Attention:
    title, detail = words
    return Attention(
        key=f"shelter.{kind}:{id_text(row.id)}",
        state=state,
        kind=f"shelter.{kind}",
        title=title,
        detail=detail,
        area_id=row.area_id,
        since=row.since,
        href=f"/shelters/{id_text(row.id)}",
    )


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return the area's fullest shelters and its sums for the drawer; None without any."""
    if not scope.sees(session, view.area_id):
        return None
    found = page_of(session, view, Wanted(sort="serving", descending=True, rows=6))
    if not found.total:
        return None
    return {
        "rows": found.rows,
        "total": found.total,
        "figure": in_shelters(session, view),
        "area_code": geo.tree(session, view.on).node(view.area_id).code,
        "state_words": state_words,
    }


def search(session: Session, view: View, words: str) -> list[dict[str, str]]:
    """Return the shelters whose name, spelling or area is like the words."""
    found = page_of(session, view, Wanted(q=words, rows=12))
    return [
        {"title": row["name"], "detail": row["area_name"], "href": f"/shelters/{row['id']}"}
        for row in found.rows
    ]
