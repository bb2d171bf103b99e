"""Reading plans, their flows, and what villages were promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.errors import NotFound
from relief_ops.geo.models import Place
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from shelters.models import Shelter
from shelters.plans.models import EvacuationLine, EvacuationPlan, EvacuationPromise
from shelters.plans.rules import PlanState

ANY_DRILL = {"any_drill": True}
Point = tuple[float, float]


def plan(session: Session, plan_id: UUID, *, lock: bool = False) -> EvacuationPlan:
    """Return one plan of the viewer's areas. Raises NotFound."""
    statement = select(EvacuationPlan).where(EvacuationPlan.id == plan_id)
    if lock:
        statement = statement.with_for_update()
    found = session.scalar(statement.execution_options(**ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such plan, or not in your areas."))
    return found


def plans(session: Session, disaster_id: UUID) -> list[EvacuationPlan]:
    """Return the plans of a disaster that the viewer sees, the latest first."""
    statement = select(EvacuationPlan).where(EvacuationPlan.disaster_id == disaster_id)
    order = statement.order_by(EvacuationPlan.made_at.desc(), EvacuationPlan.id).limit(100)
    return list(session.scalars(order.execution_options(**ANY_DRILL)))


def lines(session: Session, plan_id: UUID) -> list[EvacuationLine]:
    """Return the lines of a plan, village by village."""
    statement = select(EvacuationLine).where(EvacuationLine.plan_id == plan_id)
    return list(session.scalars(statement.order_by(EvacuationLine.area_id, EvacuationLine.id)))


def promises(
    session: Session, disaster_id: UUID, area_ids: Collection[UUID], *, anywhere: bool = False
) -> list[Any]:
    """Return what these villages were promised; with `anywhere` outside the viewer's areas too."""
    return list(
        session.scalars(
            select(EvacuationPromise)
            .where(
                EvacuationPromise.disaster_id == disaster_id,
                EvacuationPromise.area_id.in_(list(area_ids)),
            )
            .order_by(EvacuationPromise.id)
            .execution_options(**({"scope": "shared"} if anywhere else {}))
        )
    )


def promises_to(session: Session, disaster_id: UUID, shelter_ids: Collection[UUID]) -> set[UUID]:
    """Return the villages that were promised places in these shelters, wherever they lie."""
    rows = session.scalars(
        select(EvacuationPromise.area_id)
        .where(
            EvacuationPromise.disaster_id == disaster_id,
            EvacuationPromise.shelter_id.in_(list(shelter_ids)),
        )
        .execution_options(scope="shared")
    )
    return set(rows)


def where_to(session: Session, disaster_id: UUID, village_id: UUID) -> list[tuple[UUID, str, int]]:
    """Return where a village was told to go: shelter, its name, people; the most first."""
    rows = session.execute(
        select(Shelter.id, Shelter.name, func.sum(EvacuationPromise.people).label("people"))
        .join(Shelter, Shelter.id == EvacuationPromise.shelter_id)
        .where(
            EvacuationPromise.disaster_id == disaster_id, EvacuationPromise.area_id == village_id
        )
        .group_by(Shelter.id, Shelter.name)
        .order_by(func.sum(EvacuationPromise.people).desc(), Shelter.id)
        .execution_options(**ANY_DRILL)
    )
    return [(row[0], row[1], int(row[2])) for row in rows]


def names_of(session: Session, shelter_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of shelters."""
    rows = session.execute(
        select(Shelter.id, Shelter.name)
        .where(Shelter.id.in_(list(shelter_ids)))
        .execution_options(scope="shared", **ANY_DRILL)
    )
    return {row[0]: row[1] for row in rows}


def addresses_of(session: Session, shelter_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the addresses of shelters, of those that have one."""
    rows = session.execute(
        select(Shelter.id, Shelter.address)
        .where(Shelter.id.in_(list(shelter_ids)), Shelter.address != "")
        .execution_options(scope="shared", **ANY_DRILL)
    )
    return {row[0]: row[1] for row in rows}


def number_of(session: Session, found: EvacuationPlan) -> int:
    """Return the number of a plan: its place among those asked for in its disaster."""
    plan = EvacuationPlan
    earlier = (plan.made_at < found.made_at) | (
        (plan.made_at == found.made_at) & (plan.id <= found.id)
    )
    statement = select(func.count()).where(plan.disaster_id == found.disaster_id, earlier)
    return session.scalar(statement.execution_options(scope="shared", **ANY_DRILL)) or 1


@dataclass(frozen=True)
class Going:
    """Where people of a village go: as a plan said that was applied, or would say."""

    village: UUID
    shelter: UUID
    people: int
    plan: EvacuationPlan | None


def going(session: Session, disaster_id: UUID) -> list[Going]:
    """Return who goes where: all that was promised and stands, whichever plan promised it.

    Where nothing was promised yet, what the latest plan that is ready would.
    """
    made = plans(session, disaster_id)
    known = {each.id: each for each in made}
    people: Counter[tuple[UUID, UUID]] = Counter()
    by: dict[tuple[UUID, UUID], EvacuationPlan | None] = {}
    for each in _standing(session, disaster_id):
        people[each.area_id, each.shelter_id] += each.people
        by[each.area_id, each.shelter_id] = known.get(each.plan_id)
    ready = [each for each in made if each.state == PlanState.READY]
    if not people and ready:
        latest = max(ready, key=lambda each: each.made_at)
        for line in lines(session, latest.id):
            if line.shelter_id is not None:
                people[line.area_id, line.shelter_id] += line.people
                by[line.area_id, line.shelter_id] = latest
    return [Going(*key, people[key], by[key]) for key in sorted(people)]


def _standing(session: Session, disaster_id: UUID) -> list[EvacuationPromise]:
    """Return all that was promised to the villages of the viewer, the latest last."""
    statement = select(EvacuationPromise).where(EvacuationPromise.disaster_id == disaster_id)
    return list(session.scalars(statement.order_by(EvacuationPromise.since_at)))


def flows(session: Session, view: View) -> dict[str, Any]:
    """Return who goes where as lines from the villages to the shelters."""
    found = going(session, view.disaster_id) if view.disaster_id else []
    if not found or view.disaster_id is None:
        return {"type": "FeatureCollection", "features": []}
    disaster = disasters.disaster(session, view.disaster_id)
    tree = disasters.division_tree(session, disaster)
    shelters = {each.shelter for each in found}
    points, names = points_of(session, shelters), names_of(session, shelters)
    features = [
        _flow(each, tree.node(each.village).name, names[each.shelter],
              way=(here, points[each.shelter]), drill=disaster.drill_id is not None)
        for each in found
        if (here := tree.point_of(each.village)) and each.shelter in points
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def points_of(session: Session, shelter_ids: Collection[UUID]) -> dict[UUID, tuple[float, float]]:
    """Return where shelters stand, of those whose place is known."""
    place = Place.__table__.c
    rows = session.execute(
        select(Place.id, func.ST_X(place.point), func.ST_Y(place.point)).where(
            Place.id.in_(list(shelter_ids)), place.point.is_not(None)
        )
    )
    return {key: (lon, lat) for key, lon, lat in rows}


def place_of(session: Session, shelter_id: UUID) -> tuple[float, float] | None:
    """Return where a shelter stands, or None where that is not known."""
    return points_of(session, [shelter_id]).get(shelter_id)


def _flow(
    found: Going, village: str, shelter: str, *, way: tuple[Point, Point], drill: bool
) -> dict[str, Any]:
    plan = found.plan
    return {
        "type": "Feature",
        "id": f"{found.village}:{found.shelter}",
        "geometry": {
            "type": "LineString",
            "coordinates": [[round(lon, 5), round(lat, 5)] for lon, lat in way],
        },
        "properties": {
            "kind": "evacuation_flow",
            "name": _("%(village)s → %(shelter)s, %(people)d people", village=village,
                      shelter=shelter, people=found.people),
            "state": "ok",
            "as_of": (plan.applied_at or plan.ready_at) if plan else None,
            "source": "",
            "people": found.people,
            "href": f"/evacuation-plans/{plan.id}" if plan else "/evacuation-plans",
            "drill": drill,
        },
    }  # fmt: skip
