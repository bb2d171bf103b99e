"""What everybody may know of shelters: never a person, never a hidden one, room only in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.hazards.rules import GROUND
from relief_ops.geo.models import Place
from relief_ops.geo.predicates import closest, heading
from shelters import rules
from shelters.models import Shelter, ShelterStatus
from shelters.queries.kept import kept
from shelters.queries.one import area_words
from shelters.queries.phases import phase_of
from shelters.rules import Phase, State

SHOWN = (State.OPEN, State.FULL, State.CLOSING, State.CLOSED)
OVER = frozenset({State.CLOSING, State.CLOSED})
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Site:
    """One shelter as everybody may see it; `as_of` is when it was counted or last changed."""

    name: str
    address: str
    area_id: UUID
    area: str
    state: str
    room: str
    step_free: bool
    toilet: bool
    wheelchair: bool
    infant: bool
    medical: bool
    pets: bool
    phone: str
    point: Point | None
    as_of: datetime
    in_danger: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it takes nobody any more."""
        return self.state in OVER

    @property
    def has_room(self) -> bool:
        """Whether somebody can go there now: it takes people, has room and lies on safe ground."""
        return not self.is_over and self.room != "none" and not self.in_danger


@dataclass(frozen=True, kw_only=True)
class Line:
    """A shelter as one reader finds it: how far, which way, and where to go instead."""

    site: Site
    metres: float | None = None
    towards: str = ""
    instead: Site | None = None
    instead_metres: float | None = None


def public_sites(
    session: Session, disaster_id: UUID, tree: geo.AreaTree, *, at: datetime
) -> list[Site]:
    """Return the shelters of a disaster that are or were open and are not hidden.

    Those on ground that is dangerous at that instant are marked: nobody is sent there.
    """
    ground = frozenset(
        each.id for each in hazards.standing(session, disaster_id, at) if each.kind in GROUND
    )
    phase = phase_of(session, disaster_id, disasters.disaster(session, disaster_id).area_id, at)
    key = ("public_sites", disaster_id, tree.day, ground, phase)
    return kept(session, key, lambda: _marked(session, disaster_id, tree, at, phase))


def _marked(
    session: Session, disaster_id: UUID, tree: geo.AreaTree, at: datetime, phase: Phase
) -> list[Site]:
    sites = _sites(session, disaster_id, tree, phase)
    points = {UUID(int=n): each.point for n, each in enumerate(sites) if each.point is not None}
    wet = {key.int for key in hazards.ground(session, disaster_id, points, at)}
    return [replace(each, in_danger=n in wet) for n, each in enumerate(sites)]


def _sites(session: Session, disaster_id: UUID, tree: geo.AreaTree, phase: Phase) -> list[Site]:
    rated = getattr(Shelter, f"capacity_{phase}")
    people = ShelterStatus.registered + ShelterStatus.unregistered  # whose places are taken
    rows = session.execute(
        select(
            Shelter.name, Shelter.address, Shelter.area_id, ShelterStatus.state,
            (Shelter.capacity_max - people).label("free"), (rated - people).label("rated"),
            Shelter.step_free,
            Shelter.accessible_toilet, Shelter.wheelchair, Shelter.infant, Shelter.medical,
            Shelter.pets, Shelter.public_phone, ShelterStatus.counted_at,
            ShelterStatus.since_at, func.ST_X(Place.point).label("lon"),
            func.ST_Y(Place.point).label("lat"),
        )
        .join(ShelterStatus, ShelterStatus.shelter_id == Shelter.id)
        .join(Place, Place.id == Shelter.id)
        .where(
            ShelterStatus.disaster_id == disaster_id,
            ShelterStatus.state.in_(SHOWN),
            Shelter.hidden.is_(False),
        )
        .order_by(Shelter.area_id, Shelter.name)
        .execution_options(scope="shared", any_drill=True)
    )  # fmt: skip
    names: dict[UUID, str] = {}
    return [_site(tree, names, row) for row in rows]


def _site(tree: geo.AreaTree, names: dict[UUID, str], row: Any) -> Site:
    if row.area_id not in names:
        names[row.area_id] = area_words(tree, row.area_id)[1]
    return Site(
        name=row.name,
        address=row.address,
        area_id=row.area_id,
        area=names[row.area_id],
        state=row.state,
        room=rules.free_words(row.free if row.state == State.OPEN else 0, row.rated),
        step_free=bool(row.step_free),
        toilet=bool(row.accessible_toilet),
        wheelchair=row.wheelchair > 0,
        infant=row.infant > 0,
        medical=row.medical > 0,
        pets=row.pets > 0,
        phone=row.public_phone,
        point=None if row.lon is None else (round(row.lon, 5), round(row.lat, 5)),
        as_of=max(row.counted_at or row.since_at, row.since_at),
    )


def ranked(
    sites: Sequence[Site], *, everything: Sequence[Site], point: Point | None, most: int
) -> list[Line]:
    """Return the first of some shelters: with room before without, then the nearest, by name.

    `point` is where the reader is or asks for; each that has no room names another that has.
    """
    far = _metres(sites, point)
    order = sorted(
        range(len(sites)),
        key=lambda n: (not sites[n].has_room, sites[n].is_over, far.get(n, 1e9), sites[n].name),
    )
    free = {n: each for n, each in enumerate(everything) if each.has_room}
    return [_line(sites[n], far.get(n), point, free) for n in order[:most]]


def near(everything: Sequence[Site], point: Point, *, most: int) -> list[Line]:
    """Return the nearest shelters with room, wherever they are."""
    free = [each for each in everything if each.has_room]
    far = _metres(free, point, most)
    return [_line(free[n], metres, point, {}) for n, metres in far.items()]


def _metres(sites: Sequence[Site], point: Point | None, most: int = 10_000) -> dict[int, float]:
    if point is None:
        return {}
    return dict(closest(point, _points(dict(enumerate(sites))), most=most))


def _points(sites: dict[int, Site]) -> dict[int, Point]:
    return {n: each.point for n, each in sites.items() if each.point is not None}


def _line(site: Site, metres: float | None, point: Point | None, free: dict[int, Site]) -> Line:
    towards = rules.compass(heading(point, site.point)) if point and site.point else ""
    if site.has_room or not free:
        return Line(site=site, metres=metres, towards=towards)
    if site.point and (found := closest(site.point, _points(free))):
        other, apart = free[found[0][0]], found[0][1]
        return Line(site=site, metres=metres, towards=towards, instead=other, instead_metres=apart)
    beside = next((each for each in free.values() if each.area_id == site.area_id), None)
    return Line(site=site, metres=metres, towards=towards, instead=beside)
