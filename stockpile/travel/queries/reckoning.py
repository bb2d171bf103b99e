"""What a way takes now: as entered, or as estimated until it is; closed roads and hours count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, parameters
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.models import Disaster
from relief_ops.geo import sea, shapes
from relief_ops.geo.tree import AreaNode
from stockpile.keys import queries as keys
from stockpile.keys.rules import wait_with_key
from stockpile.models import Depot
from stockpile.queries import register
from stockpile.rules import wait_hours
from stockpile.travel import rules
from stockpile.travel.models import TravelTime
from stockpile.travel.queries.reading import standing
from stockpile.travel.rules import Basis, Entry, Speed, Spot, Table

FACTOR, KMH = "stock.road_factor", "stock.road_kmh"
KEY = "stock.key_minutes"
SEA_KM, SEA_FACTOR = "stock.sea_km", "stock.sea_factor"
Point = tuple[float, float]
NOWHERE = (float("nan"), float("nan"))
FAR = float("inf")


@dataclass(frozen=True, slots=True)
class Way:
    """How long goods take from a depot to a place, from now; infinite where nobody can go.

    `waits` are the hours of these until the depot opens; `km` is always reckoned, not entered, and
    no number where nobody knows how it lies.
    """

    hours: float
    basis: Basis
    entry: UUID | None = None
    waits: float = 0.0
    km: float = float("nan")


@dataclass(frozen=True)
class _Here:
    """What is known of both ends, and what is reckoned with."""

    tree: geo.AreaTree
    points: Mapping[UUID, Point]
    spots: Mapping[UUID, Spot]
    table: Table
    detours: frozenset[UUID]
    speed: Speed


def between(
    session: Session, disaster: Disaster, depots: Collection[UUID],
    places: Mapping[UUID, UUID], now: datetime,
) -> dict[tuple[UUID, UUID], Way]:  # fmt: skip
    """Return the way from every depot to every place; `places` says in which area each lies.

    An entered time goes before an estimate. A closed road on the straight line closes the way,
    unless what was entered is a detour.
    """
    here = _known(session, disaster, depots, places, now)
    found = _estimated(here, list(depots), list(places))
    return _opening(session, _as_entered(session, disaster, here, found, now), now)


def closed(
    session: Session, disaster: Disaster, pairs: Collection[tuple[UUID, UUID]],
    places: Mapping[UUID, UUID], now: datetime,
) -> set[tuple[UUID, UUID]]:  # fmt: skip
    """Return those pairs of a depot and a place between which nobody can go now."""
    here = _known(session, disaster, {key[0] for key in pairs}, places, now)
    found = {key: Way(0.0, Basis.STRAIGHT) for key in pairs}
    ways = _as_entered(session, disaster, here, found, now)
    return {key for key, way in ways.items() if way.basis not in rules.OPEN}


def _as_entered(
    session: Session, disaster: Disaster, here: _Here, found: dict[tuple[UUID, UUID], Way],
    now: datetime,
) -> dict[tuple[UUID, UUID], Way]:  # fmt: skip
    """Return estimates with what was entered in their place, and closed where a road is."""
    if here.table:
        for key in found:
            entered = _entered(here, key)
            found[key] = replace(entered, km=found[key].km) if entered else found[key]
    for key in _crossed(session, disaster, here, found, now):
        found[key] = Way(FAR, Basis.ROAD_CLOSED, found[key].entry)
    return found


def _entered(here: _Here, key: tuple[UUID, UUID]) -> Way | None:
    depot, place = here.spots[key[0]], here.spots[key[1]]
    entry = here.table.between(depot, place)
    if entry is None:
        return Way(FAR, Basis.ISLAND) if here.table.apart(depot, place) else None
    if entry.minutes is None:
        return Way(FAR, Basis.SHUT, _id(entry))
    return Way(entry.minutes / 60, Basis.ENTERED, _id(entry))


def _id(entry: Entry) -> UUID:
    assert isinstance(entry.id, UUID)
    return entry.id


def _known(
    session: Session, disaster: Disaster, depots: Collection[UUID],
    places: Mapping[UUID, UUID], now: datetime,
) -> _Here:  # fmt: skip
    tree = disasters.division_tree(session, disaster)
    areas = _areas(session, depots) | dict(places)
    points = register.points(session, areas)
    for key, area_id in areas.items():
        if key not in points and (point := tree.point_of(area_id)):
            points[key] = point
    entered = standing(session, disaster.drill_id)
    above = {area: tuple(node.id for node in tree.ancestors(area)) for area in set(areas.values())}
    return _Here(
        tree=tree, points=points,
        spots={key: _spot(key, above[area] or (area,)) for key, area in areas.items()},
        table=_table(entered), detours=frozenset(each.id for each in entered if each.detour),
        speed=speed(session, disaster, now),
    )  # fmt: skip


def _spot(key: UUID, areas: tuple[UUID, ...]) -> Spot:
    """Return a place among its areas; a township looked at for itself is no place in it."""
    return Spot(None if key in areas else key, areas)


def _areas(session: Session, place_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    rows = select(geo.Place.id, geo.Place.area_id).where(geo.Place.id.in_(list(place_ids)))
    return {row[0]: row[1] for row in session.execute(rows)}


def _table(rows: Iterable[TravelTime]) -> Table:
    found = list(rows)
    return Table.of(
        (Entry(each.id, (each.near, each.far), each.minutes) for each in found
         if each.near is not None),
        islands=[each.far for each in found if each.island],
    )  # fmt: skip


def speed(session: Session, disaster: Disaster, now: datetime) -> Speed:
    """Return what is reckoned with where nothing was entered."""
    on, area_id = clock.local_date(now), disaster.area_id
    factor, kmh, sea_km, sea_factor = (
        float(parameters.value(session, key, on=on, area_id=area_id).value)
        for key in (FACTOR, KMH, SEA_KM, SEA_FACTOR)
    )
    return Speed(factor, kmh, 1000 * sea_km, sea_factor)


def _estimated(here: _Here, depots: list[UUID], places: list[UUID]) -> dict[tuple[UUID, UUID], Way]:
    """Return the straight ways times a factor, and round the sea where they would go over it."""
    ends = [[here.points.get(each, NOWHERE) for each in keys] for keys in (depots, places)]
    metres, wet = sea.straight(*ends)
    by_sea = (wet > here.speed.sea_metres).max(axis=0, initial=False).tolist()
    over_sea = [place for place, wet_way in zip(places, by_sea, strict=True) if wet_way]
    around = _around(here, depots, over_sea)
    found = {}
    for row, depot in enumerate(depots):
        straight, over = metres[row].tolist(), wet[row].tolist()
        for column, place in enumerate(places):
            if straight[column] != straight[column]:  # not a number: nobody knows where it lies
                found[depot, place] = Way(FAR, Basis.UNKNOWN)
                continue
            hours, basis = here.speed.hours(
                straight[column], over[column], around.get((depot, place), FAR)
            )
            found[depot, place] = Way(hours, basis, km=hours * here.speed.kmh)
    return found


def _around(here: _Here, depots: list[UUID], places: list[UUID]) -> dict[tuple[UUID, UUID], float]:
    """Return the metres over land from depots to places, by the townships between."""
    stops = [each.point for each in here.tree.at_level(geo.Level.TOWNSHIP) if each.point]
    if not places or not stops:
        return {}
    starts, ends = ([here.points.get(each, NOWHERE) for each in keys] for keys in (depots, places))
    found = sea.over_land(starts, stops, ends, most_wet=here.speed.sea_metres).tolist()
    return {
        (depot, place): metres
        for depot, row in zip(depots, found, strict=True)
        for place, metres in zip(places, row, strict=True)
    }


def _crossed(
    session: Session, disaster: Disaster, here: _Here, found: Mapping[tuple[UUID, UUID], Way],
    now: datetime,
) -> set[tuple[UUID, UUID]]:  # fmt: skip
    """Return the open ways a closed road lies across."""
    roads = hazards.closed_roads(session, disaster.id, now)
    if not roads:
        return set()
    ways = {
        key: (here.points[key[0]], here.points[key[1]])
        for key, way in found.items()
        if way.basis in rules.OPEN and way.entry not in here.detours
        and key[0] in here.points and key[1] in here.points
    }  # fmt: skip
    return shapes.crossed(roads, ways)


def _opening(
    session: Session, found: dict[tuple[UUID, UUID], Way], now: datetime
) -> dict[tuple[UUID, UUID], Way]:
    """Return the ways with the hours until their depots open, or somebody opens them."""
    row, there = Depot, clock.local(now)
    rows = select(row.id, row.opens_at, row.closes_at).where(
        row.id.in_({key[0] for key in found}), row.opens_at.is_not(None)
    )
    hours = session.execute(rows.execution_options(scope="shared", any_drill=True))
    waits = {each[0]: wait_hours(each[1], each[2], there) for each in hours}
    shut = {depot for depot, hours in waits.items() if hours}
    if shut:
        minutes = int(parameters.value(session, KEY, on=clock.local_date(now)).value)
        for depot in keys.held(session, shut, now):
            waits[depot] = wait_with_key(waits[depot], minutes)
    return {
        key: replace(way, hours=way.hours + waits[key[0]], waits=waits[key[0]])
        if waits.get(key[0])
        else way
        for key, way in found.items()
    }


def from_depot(
    session: Session, disaster: Disaster, depot: Depot, area_id: UUID, now: datetime
) -> list[tuple[AreaNode, Way]]:
    """Return the way from a depot to each township of an area, the farthest first."""
    tree = disasters.division_tree(session, disaster)
    towns = [each for each in tree.at_level(geo.Level.TOWNSHIP, area_id) if not each.pseudo]
    found = between(session, disaster, [depot.id], {each.id: each.id for each in towns}, now)
    ways = [(town, found[depot.id, town.id]) for town in towns]

    def far(each: tuple[AreaNode, Way]) -> tuple[bool, float, str]:
        return each[1].basis not in rules.OPEN, each[1].hours, each[0].code

    return sorted(ways, key=far, reverse=True)
