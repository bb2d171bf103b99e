"""Reading disasters, their clocks, responses and storms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, plugins
from relief_ops.auth import looking_at, own_drill, viewer
from relief_ops.auth.home import own_city, own_root
from relief_ops.disasters.models import Disaster, Drill, ResponseChange, Storm, StormFix
from relief_ops.disasters.rules import State, wind_class
from relief_ops.errors import FieldError, Invalid, NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View


@dataclass(frozen=True)
class Looking:
    """A view with what the shell shows of it."""

    view: View
    disaster: Disaster | None
    drill: Drill | None
    area: geo.AreaNode
    tree: geo.AreaTree


def disasters(session: Session) -> list[Disaster]:
    """Return every disaster of the reader's city, real and drilled, the latest begun first."""
    found = session.scalars(select(Disaster).order_by(Disaster.started_at.desc()))
    return [each for each in found if _is_mine(session, each)]


def _is_mine(session: Session, found: Disaster) -> bool:
    """Whether the reader has a part in it: of their city, and of their drill if they have one."""
    return own_drill() in (None, found.drill_id) and _in_my_city(session, found)


def _in_my_city(session: Session, found: Disaster) -> bool:
    """Whether a disaster is of the reader's city, where several stand side by side."""
    if len(geo.tree(session).roots) < 2:
        return True
    return own_city(division_tree(session, found), found.area_id)


def disaster(session: Session, disaster_id: UUID, *, lock: bool = False) -> Disaster:
    """Return one disaster, held if asked for. Raises NotFound.

    Its key stays what it is: who only points at it does not wait, and so never waits in a ring.
    """
    held = {"key_share": True} if lock else None
    found = session.get(Disaster, disaster_id, with_for_update=held)
    if found is None or not _is_mine(session, found):
        raise NotFound(_("There is no such disaster."))
    return found


def under_way(session: Session) -> bool:
    """Whether a disaster, real or drilled, has begun and has not yet settled."""
    at_work = Disaster.state.in_((State.ACTIVE, State.STABLE))
    return session.scalar(select(Disaster.id).where(at_work).limit(1)) is not None


def name_of(session: Session, disaster_id: UUID) -> str:
    """Return what a disaster is called."""
    found = session.get(Disaster, disaster_id)
    return found.name if found else ""


def drill_of(session: Session, found: Disaster) -> Drill | None:
    """Return the drill a disaster belongs to, if it is one."""
    return session.get(Drill, found.drill_id) if found.drill_id else None


def now_of(session: Session, found: Disaster) -> datetime:
    """Return the present instant of a disaster: drill time in a drill."""
    return clock.now(drill_of(session, found))


def struck_at(session: Session, disaster_id: UUID, area_id: UUID) -> datetime | None:
    """Return when a disaster strikes an area first, as far as anybody said; or None."""
    said = (ask(session, disaster_id, area_id) for ask in plugins.contributed("struck_at"))
    return min((each for each in said if each), default=None)


def division_tree(session: Session, found: Disaster | None) -> geo.AreaTree:
    """Return the areas as of the disaster's division date (today's without one)."""
    return geo.tree(session, found.division_date if found else None)


def outside(session: Session, found: Disaster, area: geo.AreaNode) -> list[FieldError]:
    """Return why nothing is reported of an area under a disaster: it lies outside it."""
    tree = division_tree(session, found)
    if found.area_id in {each.id for each in tree.ancestors(area.id)}:
        return []
    message = _(
        "%(area)s is outside this disaster, which is of %(place)s. Choose the right one.",
        area=area.name, place=tree.node(found.area_id).name,
    )  # fmt: skip
    return [FieldError("area_code", "outside", message)]


def area_by_code(session: Session, code: str, found: Disaster | None = None) -> geo.AreaNode:
    """Return the area with this code as of the disaster. Raises Invalid when nowhere."""
    try:
        return division_tree(session, found).by_code(code)
    except KeyError:
        message = _("There is no area with the code %(code)s.", code=code)
        raise Invalid(message, [FieldError("area_code", "unknown", message)]) from None


def current(session: Session) -> Disaster | None:
    """Return the disaster to open with: a live one first, else the latest begun.

    A real one that runs comes before any drill: nobody's figures go astray, and the public
    is shown where it can really go, because somebody began an exercise in the meantime.
    """
    found = disasters(session)
    running = [each for each in found if each.state != "closed"]
    real = [each for each in running if each.drill_id is None]
    return next(iter(real or running or found), None)


def running_in(session: Session, area: geo.AreaNode) -> list[Disaster]:
    """Return the disasters that run and take in an area, the latest begun first.

    Real ones where there are any, else the drills.
    """
    found = [each for each in disasters(session) if each.state != "closed"]
    running = [each for each in found if not outside(session, each, area)]
    return [each for each in running if each.drill_id is None] or running


def looking(
    session: Session,
    *,
    disaster_id: UUID | None = None,
    area_code: str | None = None,
    at: datetime | None = None,
    known_at: datetime | None = None,
    box: tuple[float, float, float, float] | None = None,
    limit: int = 5000,
    settings: Mapping[str, str] | None = None,
) -> Looking:
    """Return what somebody looks at: by default the current disaster and their own area.

    Also tells the session which register rows to show: real ones, or the drill's.
    """
    found = disaster(session, disaster_id) if disaster_id else current(session)
    tree = division_tree(session, found)
    area = _area(session, found, tree, area_code)
    drill = drill_of(session, found) if found else None
    drill_id = found.drill_id if found else own_drill()
    looking_at(session, drill_id)
    now = clock.now(drill)
    view = View(
        disaster_id=found.id if found else None,
        drill_id=drill_id,
        area_id=area.id,
        on=found.division_date if found else clock.local_date(now),
        now=now,
        at=at,
        known_at=known_at,
        box=box,
        limit=limit,
        settings=settings or {},
    )
    return Looking(view, found, drill, area, tree)


def _area(
    session: Session, found: Disaster | None, tree: geo.AreaTree, code: str | None
) -> geo.AreaNode:
    if code:
        return area_by_code(session, code, found)
    who = viewer()
    held = [tree.node(each) for each in (who.area_ids if who else ()) if each in tree]
    order = {"city": 0, "county": 1, "township": 2, "village": 3}
    return min(held, key=lambda node: (order[node.level], node.code), default=own_root(tree))


def responses(
    session: Session, disaster_id: UUID, *, area_ids: set[UUID] | None = None
) -> list[ResponseChange]:
    """Return the history of response levels, latest first."""
    statement = select(ResponseChange).where(ResponseChange.disaster_id == disaster_id)
    if area_ids is not None:
        statement = statement.where(ResponseChange.area_id.in_(area_ids))
    return list(session.scalars(statement.order_by(ResponseChange.from_at.desc())))


def levels_now(
    session: Session, found: Disaster, area_id: UUID, at: datetime
) -> dict[str, ResponseChange]:
    """Return the level in force on each ladder for an area (its own, else one above)."""
    tree = division_tree(session, found)
    chain = [node.id for node in tree.ancestors(area_id)]
    rows = [
        each for each in responses(session, found.id, area_ids=set(chain)) if each.from_at <= at
    ]
    levels: dict[str, ResponseChange] = {}
    for area in chain:
        for row in rows:
            if row.area_id == area and not row.sector:
                levels.setdefault(row.ladder, row)
    return {ladder: row for ladder, row in levels.items() if row.level > 0}


def under_response(
    session: Session, found: Disaster, area_ids: set[UUID], *, ladder: str, at: datetime
) -> set[UUID]:
    """Return which of some areas have a level in force on a ladder (their own, else one above)."""
    tree = division_tree(session, found)
    set_last: dict[UUID, int] = {}
    for row in responses(session, found.id):
        if row.ladder == ladder and not row.sector and row.from_at <= at:
            set_last.setdefault(row.area_id, row.level)
    if not any(set_last.values()):
        return set()
    return {area_id for area_id in area_ids if _level(tree, set_last, area_id) > 0}


def _level(tree: geo.AreaTree, set_last: Mapping[UUID, int], area_id: UUID) -> int:
    chain = (node.id for node in tree.ancestors(area_id))
    return next((set_last[each] for each in chain if each in set_last), 0)


def editions(session: Session) -> list[str]:
    """Return the editions of the form a disaster may be reported on."""
    return [code for each in plugins.contributed("editions") for code in each(session)]


def running_drills(session: Session) -> list[Drill]:
    """Return the drills of the reader that are not over, the latest begun first."""
    found = session.scalars(
        select(Drill).where(Drill.ended_at.is_(None)).order_by(Drill.real_start.desc())
    )
    return [each for each in found if own_drill() in (None, each.id)]


def storms(session: Session, *, season: int | None = None) -> list[Storm]:
    """Return the storms of the archive, latest season first."""
    statement = select(Storm).order_by(Storm.season.desc(), Storm.code.desc())
    if season:
        statement = statement.where(Storm.season == season)
    return list(session.scalars(statement))


def fixes(session: Session, storm_code: str, agency: str | None = None) -> list[StormFix]:
    """Return a storm's positions in order of time, of one agency or of all."""
    statement = select(StormFix).where(StormFix.storm_code == storm_code)
    if agency:
        statement = statement.where(StormFix.agency == agency)
    return list(session.scalars(statement.order_by(StormFix.agency, StormFix.at)))


def view_date(found: Disaster | None, today: date) -> date:
    """Return the day whose divisions count."""
    return found.division_date if found else today


def shown(session: Session, found: Disaster) -> dict[str, Any]:
    """Return a disaster as the API shows it."""
    return {
        "id": found.id,
        "name": found.name,
        "kind": found.kind,
        "sub_kind": found.sub_kind,
        "grade": found.grade or None,
        "drill": found.drill_id is not None,
        "drill_id": found.drill_id,
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "state": found.state,
        "storm": found.storm_code,
        "magnitude": found.magnitude,
        "epicentre_lon": found.epicentre_lon,
        "epicentre_lat": found.epicentre_lat,
        "form_version": found.form_version,
        "division_date": found.division_date,
        "now": now_of(session, found),
        "revision": found.revision,
    }


def shown_drill(session: Session, drill_id: UUID) -> dict[str, Any]:
    """Return a drill with its clock. Raises NotFound."""
    drill = session.get(Drill, drill_id)
    if drill is None:
        raise NotFound(_("There is no such drill."))
    return {
        "id": drill.id,
        "name": drill.name,
        "about": drill.about,
        "about_en": drill.about_en,
        "storm": drill.storm_code,
        "seed": drill.seed,
        "now": clock.now(drill),
        "speed": drill.speed,
        "paused": drill.paused_at is not None,
        "ended": drill.ended_at is not None,
        "revision": drill.revision,
    }


def shown_storm(storm: Storm) -> dict[str, Any]:
    """Return a storm as the API lists it."""
    return {
        "code": storm.code,
        "season": storm.season,
        "name_zh": storm.name_zh,
        "name_en": storm.name_en,
        "source": storm.source,
    }


def track(session: Session, code: str) -> dict[str, Any]:
    """Return a storm's fixes by agency. Raises NotFound."""
    storm = session.get(Storm, code)
    if storm is None:
        raise NotFound(_("There is no such storm."))
    agencies: dict[str, list[dict[str, Any]]] = {}
    for fix in fixes(session, code):
        agencies.setdefault(fix.agency, []).append(shown_fix(fix))
    return shown_storm(storm) | {"agencies": agencies}


def shown_fix(fix: StormFix) -> dict[str, Any]:
    """Return one position: degrees, knots with the averaging time, hectopascals."""
    return {
        "at": fix.at,
        "lon": fix.lon_e5 / 1e5,
        "lat": fix.lat_e5 / 1e5,
        "wind_kt": fix.wind_kt,
        "averaging_minutes": fix.averaging_minutes,
        "pressure_hpa": fix.pressure_hpa,
        "intensity": wind_class(fix.wind_kt),
    }
