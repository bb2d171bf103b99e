"""What the shelters in an area have to offer a plan, and what stands against them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters.models import Disaster
from relief_ops.geo.models import AreaClosure, Place
from shelters.assignment.shapes import NEEDS, Site
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.plans.models import EvacuationPlan, EvacuationPromise
from shelters.plans.rules import free_places, is_listed
from shelters.queries.flags import over
from shelters.rules import HOLDING, SERVING, State, Stay, is_lapsed
from shelters.rules.register import Usage

ANY_DRILL = {"any_drill": True}
OUT_OF_USE = (State.CLOSING, State.CLOSED)


@dataclass(frozen=True)
class Offer:
    """What one shelter has for a plan, and what it is called."""

    site: Site
    name: str

    def seen(self) -> list[Any]:
        """Return what must still be so when the plan is applied."""
        return [self.site.places, list(self.site.typed), self.site.excluded]


def offers(
    session: Session, disaster: Disaster, *, area_id: UUID, phase: str, at: datetime,
    planned: Collection[UUID] | None, only: Collection[UUID] | None = None, listed: bool = False,
) -> list[Offer]:  # fmt: skip
    """Return what the shelters in an area offer a plan for these villages, by id.

    What those villages were promised before does not count against it, nor do people inside
    who came from there, unless the plan is for those `listed` who have no place yet. Everybody
    else inside counts, and whoever else was promised a place; with None no promise counts.
    """
    rows = _shelters(session, disaster, area_id, only)
    wet = over(session, [row[0].id for row in rows], disaster.id, at)
    inside = _inside(session, disaster.id, () if listed or planned is None else planned)
    promised = {} if planned is None else promised_elsewhere(session, disaster.id, planned)
    found = []
    for shelter, status, lon, lat in rows:
        used, used_typed = inside.get(shelter.id, (0, (0, 0, 0, 0)))
        others = promised.get(shelter.id, Counter())
        # A headcount may know of more people than were registered.
        strangers = used + (status.unregistered if status else 0)
        places = free_places(
            min(getattr(shelter, f"capacity_{phase}"), shelter.capacity_max),
            inside=strangers, promised_elsewhere=others["people"],
        )  # fmt: skip
        typed = tuple(
            free_places(getattr(shelter, kind), inside=used_typed[n],
                        promised_elsewhere=others[kind])
            for n, kind in enumerate(NEEDS)
        )  # fmt: skip
        why = _excluded(shelter, status, at, wet)
        site = Site(str(shelter.id), (lon, lat), places, typed, why)  # type: ignore[arg-type]
        found.append(Offer(site, shelter.name))
    return found


def _shelters(
    session: Session, disaster: Disaster, area_id: UUID, only: Collection[UUID] | None
) -> list[Any]:
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    place = Place.__table__.c
    drill = Shelter.drill_id
    statement = (
        select(Shelter, ShelterStatus, func.ST_X(place.point), func.ST_Y(place.point))
        .join(Place, Place.id == Shelter.id)
        .outerjoin(
            ShelterStatus,
            (ShelterStatus.shelter_id == Shelter.id) & (ShelterStatus.disaster_id == disaster.id),
        )
        .where(
            Shelter.area_id.in_(below), place.point.is_not(None),
            drill.is_(None) if disaster.drill_id is None else drill == disaster.drill_id,
        )
        .order_by(Shelter.id)
    )  # fmt: skip
    if only is not None:
        statement = statement.where(Shelter.id.in_(list(only)))
    return list(session.execute(statement.execution_options(**ANY_DRILL)))


def _excluded(
    shelter: Shelter, status: ShelterStatus | None, at: datetime, wet: Mapping[UUID, Any]
) -> str:
    """Return why nobody is sent to a shelter, or nothing."""
    state = status.state if status else State.STANDBY
    if shelter.id in wet:
        return "in_danger"
    if state in OUT_OF_USE or (shelter.usage != Usage.IN_USE and state not in SERVING):
        return "closed"
    lapsed = is_lapsed(shelter.safety_checked_until, clock.local_date(at))
    return "safety_lapsed" if lapsed and state not in SERVING else ""


def _inside(
    session: Session, disaster_id: UUID, planned: Collection[UUID]
) -> dict[UUID, tuple[int, tuple[int, ...]]]:
    """Return who is registered in each shelter and comes from elsewhere: people, and by kind."""
    columns = [func.sum(Arrival.people), *(func.sum(getattr(Arrival, kind)) for kind in NEEDS)]
    rows = session.execute(
        select(Arrival.shelter_id, *columns)
        .where(
            Arrival.disaster_id == disaster_id, Arrival.stay.in_(HOLDING),
            Arrival.origin_id.is_(None) | Arrival.origin_id.not_in(list(planned)),
        )
        .group_by(Arrival.shelter_id)
        .execution_options(scope="shared", **ANY_DRILL)
    )  # fmt: skip
    return {row[0]: (int(row[1]), tuple(int(each) for each in row[2:])) for row in rows}


def promised(
    session: Session, disaster_id: UUID, home: Collection[UUID]
) -> dict[UUID, Counter[str]]:  # fmt: skip
    """Return what other villages than these were promised in each shelter and never came for.

    Whoever came and left again has had the place, which is not kept for them any more.
    """
    return promised_elsewhere(session, disaster_id, home, stays=(*HOLDING, Stay.DEPARTED))


def promised_elsewhere(
    session: Session, disaster_id: UUID, planned: Collection[UUID], *,
    stays: Collection[Stay] = HOLDING,
) -> dict[UUID, Counter[str]]:  # fmt: skip
    """Return what other villages were promised in each shelter and have not come for yet."""
    rows = session.execute(
        select(
            EvacuationPromise.shelter_id, EvacuationPromise.area_id, EvacuationPromise.plan_id,
            EvacuationPromise.since_at, EvacuationPromise.people, EvacuationPromise.households,
            *(getattr(EvacuationPromise, kind) for kind in NEEDS),
        )
        .where(
            EvacuationPromise.disaster_id == disaster_id,
            EvacuationPromise.area_id.not_in(list(planned)),
        )
        .execution_options(scope="shared", **ANY_DRILL)
    ).all()  # fmt: skip
    waiting: dict[tuple[UUID, UUID], Counter[str]] = defaultdict(Counter)
    for each in rows:
        held = waiting[each.shelter_id, each.area_id]
        held["people"] += each.people
        for kind in NEEDS:
            held[kind] += getattr(each, kind) * each.households
    came = _came(session, disaster_id, _since(session, rows), stays) if rows else {}
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    for key, held in waiting.items():
        found[key[0]] += held - came.get(key, Counter())
    return found


def _since(session: Session, rows: Collection[Any]) -> dict[datetime, set[UUID]]:
    """Return the villages of which those were promised a place who had none: since when."""
    plans = session.execute(
        select(EvacuationPlan.id, EvacuationPlan.given)
        .where(EvacuationPlan.id.in_({each.plan_id for each in rows}))
        .execution_options(scope="shared", **ANY_DRILL)
    )
    listed = {plan_id for plan_id, given in plans if is_listed(given)}
    found: dict[datetime, set[UUID]] = defaultdict(set)
    for each in rows:
        if each.plan_id in listed:
            found[each.since_at].add(each.area_id)
    return found


def _came(
    session: Session,
    disaster_id: UUID,
    since: Mapping[datetime, set[UUID]],
    stays: Collection[Stay],
) -> dict[tuple[UUID, UUID], Counter[str]]:
    """Return who is registered in each shelter from each village, of some since a moment only."""
    names = ("people", *NEEDS)
    later = [
        Arrival.origin_id.not_in(villages) | (Arrival.arrived_at >= moment)
        for moment, villages in since.items()
    ]
    rows = session.execute(
        select(
            Arrival.shelter_id, Arrival.origin_id,
            *(func.sum(getattr(Arrival, name)) for name in names),
        )
        .where(Arrival.disaster_id == disaster_id, Arrival.stay.in_(stays),
               Arrival.origin_id.is_not(None), *later)
        .group_by(Arrival.shelter_id, Arrival.origin_id)
        .execution_options(scope="shared", **ANY_DRILL)
    )  # fmt: skip
    return {
        (row[0], row[1]): Counter(dict(zip(names, map(int, row[2:]), strict=True))) for row in rows
    }
