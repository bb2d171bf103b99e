"""The next shelters with room: who does not find a place here is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.geo import shapes
from relief_ops.geo.models import Place
from relief_ops.geo.predicates import closest
from relief_ops.plugins import contributed
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.queries import flags
from shelters.queries.flags import Facts
from shelters.queries.kept import kept
from shelters.queries.one import ANY_DRILL, TYPED, point_of
from shelters.rules import ADMITTING, HOLDING, State
from shelters.rules.doors import Party, lacking

MOST_OTHERS, MOST_PARTS = 3, 10
EVERYWHERE = {"scope": "shared", **ANY_DRILL}
Promised = Mapping[UUID, Mapping[str, int]]
Point = tuple[float, float]


@dataclass(frozen=True)
class Other:
    """A shelter somebody may be sent on to.

    `short`: the kinds of places that do not suffice there. `doubts`: what speaks against its
    building; it was opened all the same.
    """

    id: UUID
    name: str
    free: int
    point: Point | None
    short: Sequence[str] = ()
    doubts: Sequence[str] = field(default=())

    def shown(self, metres: float | None) -> dict[str, Any]:
        """Return the shelter as the API names it to whoever was refused elsewhere."""
        far = None if metres is None else round(metres)
        return {
            "id": self.id, "name": self.name, "free": self.free, "metres": far,
            "short": list(self.short), "doubts": list(self.doubts),
        }  # fmt: skip


def others(
    session: Session, full: Shelter, disaster_id: UUID, party: Party, *, at: datetime,
    most: int = MOST_OTHERS,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the next best open shelters with so many free places, the best first.

    Open shelters that are not hidden are public, so every area's are looked at. None lies in
    dangerous ground or behind a closed road; what other villages were promised is not free. The
    nearest lead; after them come those without the kinds of places asked for, and last those
    whose safety check has run out.
    """
    return reachable(session, full, disaster_id, party, at=at, most=most, least=party.people)


def reachable(
    session: Session, full: Shelter, disaster_id: UUID, party: Party, *, at: datetime, most: int,
    least: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the next best open shelters with at least so many free places, the best first."""
    sites = _sites(session, full, disaster_id, party, at=at)
    sites = [each for each in sites if each.free >= least]
    wet = flags.over(session, [each.id for each in sites], disaster_id, at)
    ranks: dict[tuple[bool, bool], list[Other]] = {}
    for each in sites:
        if each.id not in wet:
            ranks.setdefault((bool(each.doubts), bool(each.short)), []).append(each)
    here, roads = point_of(session, full.id), hazards.closed_roads(session, disaster_id, at)
    found: list[dict[str, Any]] = []
    for rank in sorted(ranks):
        found += _nearest(here, ranks[rank], roads, most - len(found))
    return found


def divided(
    session: Session, full: Shelter, status: ShelterStatus, party: Party, *, at: datetime
) -> tuple[list[dict[str, Any]], int]:
    """Return how many of a group go to which shelter, this one first, and who finds no place."""
    here = max(0, status.capacity_max - status.overflow - status.inside)
    here = here if status.state in ADMITTING else 0
    own = {"id": full.id, "name": full.name, "free": here, "metres": 0, "short": [], "doubts": []}
    near = reachable(session, full, status.disaster_id, party, at=at, most=MOST_PARTS, least=1)
    left, parts = party.people, []
    for place in ([own] if here else []) + near:
        people = min(left, place["free"])
        if people:
            parts.append(place | {"people": people, "here": place is own})
        left -= people
    return (parts, left) if len(parts) > 1 else ([], party.people)


def _nearest(
    here: Point | None, sites: list[Other], roads: Collection[str], most: int
) -> list[dict[str, Any]]:
    """Return the nearest sites nobody must cross a closed road for, then those nowhere known."""
    by_id = {each.id: each for each in sites}
    points = {each.id: each.point for each in sites if here is not None and each.point is not None}
    near = _open_ways(here, points, roads, most) if here is not None and points else []
    found = [by_id[key].shown(metres) for key, metres in near]
    rest = [each for each in sites if each.id not in points]
    rest.sort(key=lambda each: (-each.free, each.name))
    return [*found, *(each.shown(None) for each in rest)][: max(most, 0)]


def _open_ways(
    here: Point, points: Mapping[UUID, Point], roads: Collection[str], most: int
) -> list[tuple[UUID, float]]:
    """Return the nearest points whose straight way crosses no closed road, looked at as needed."""
    wanted = most
    while True:
        near = closest(here, points, most=wanted)
        shut = shapes.crossed(roads, {key: (here, points[key]) for key, _metres in near})
        found = [each for each in near if each[0] not in shut]
        if len(found) >= most or wanted >= len(points):
            return found[:most]
        wanted *= 4


def _sites(
    session: Session, full: Shelter, disaster_id: UUID, party: Party, *, at: datetime
) -> list[Other]:
    rows = _standing(session, full, disaster_id)
    promised = promised_there(session, disaster_id, party.home)
    asked = {kind: number for kind, number in party.kinds.items() if number}
    used = _used(session, disaster_id, [row.id for row in rows]) if asked else {}
    today = clock.local_date(at)
    return [_site(row, promised.get(row.id, {}), used.get(row.id, {}), asked, today)
            for row in rows]  # fmt: skip


def _site(
    row: Any, promised: Mapping[str, int], used: Mapping[str, int], asked: Mapping[str, int],
    today: Any,
) -> Other:  # fmt: skip
    facts = Facts(row.safety_checked_until, row.safety_result, row.usage)
    places = {
        kind: getattr(row, kind) - used.get(kind, 0) - promised.get(kind, 0) for kind in asked
    }
    return Other(
        row.id, row.name, row.free - max(0, promised.get("people", 0)),
        None if row.lon is None else (row.lon, row.lat), lacking(asked, places),
        [code for code in flags.codes(facts, today, 0) if code != "safety_due"],
    )  # fmt: skip


def _standing(session: Session, full: Shelter, disaster_id: UUID) -> Sequence[Any]:
    """Return the other open shelters with any room at all, as they stand."""
    table = ShelterStatus
    inside = table.registered + table.unregistered
    free = (table.capacity_max - table.overflow - inside).label("free")
    kinds = [getattr(Shelter, kind) for kind in TYPED]
    return session.execute(
        select(
            Shelter.id, Shelter.name, free, *kinds, Shelter.safety_checked_until,
            Shelter.safety_result, Shelter.usage, func.ST_X(Place.point).label("lon"),
            func.ST_Y(Place.point).label("lat"),
        )
        .join(ShelterStatus, ShelterStatus.shelter_id == Shelter.id)
        .join(Place, Place.id == Shelter.id)
        .where(
            ShelterStatus.disaster_id == disaster_id,
            ShelterStatus.state == State.OPEN,
            Shelter.hidden.is_(False),
            Shelter.id != full.id,
            free > 0,
        )
        .execution_options(**EVERYWHERE)
    ).all()  # fmt: skip


def promised_there(session: Session, disaster_id: UUID, home: UUID | None) -> Promised:
    """Return what others than those of an area were promised in each shelter, and wait for."""

    def ask() -> Promised:
        found: dict[UUID, Counter[str]] = {}
        for tell in contributed("places_promised"):
            for shelter_id, held in tell(session, disaster_id, [home] if home else []).items():
                found.setdefault(shelter_id, Counter()).update(held)
        return found

    return kept(session, ("places_promised", disaster_id, home), ask)


def _used(
    session: Session, disaster_id: UUID, shelter_ids: Iterable[UUID]
) -> dict[UUID, dict[str, int]]:
    rows = session.execute(
        select(Arrival.shelter_id, *(func.sum(getattr(Arrival, kind)) for kind in TYPED))
        .where(
            Arrival.disaster_id == disaster_id, Arrival.stay.in_(HOLDING),
            Arrival.shelter_id.in_(list(shelter_ids)),
        )
        .group_by(Arrival.shelter_id)
        .execution_options(**EVERYWHERE)
    )  # fmt: skip
    return {row[0]: dict(zip(TYPED, map(int, row[1:]), strict=True)) for row in rows}
