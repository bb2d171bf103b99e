"""Reading plans, their flows, and what villages were promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
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


def drawn(session: Session, disaster_id: UUID) -> EvacuationPlan | None:
    """Return the plan whose flows the map draws: the one applied last, else the latest made."""
    made = plans(session, disaster_id)
    for state in (PlanState.APPLIED, PlanState.READY):
        fitting = [each for each in made if each.state == state]
        if fitting:
            return max(fitting, key=lambda each: each.applied_at or each.made_at)
    return None


def flows(session: Session, view: View) -> dict[str, Any]:
    """Return who goes where as lines from the villages to the shelters."""
    found = drawn(session, view.disaster_id) if view.disaster_id else None
    if found is None:
        return {"type": "FeatureCollection", "features": []}
    disaster = disasters.disaster(session, found.disaster_id)
    tree = disasters.division_tree(session, disaster)
    going: Counter[tuple[UUID, UUID]] = Counter()
    for line in lines(session, found.id):
        if line.shelter_id is not None:
            going[line.area_id, line.shelter_id] += line.people
    shelters = {shelter for _village, shelter in going}
    points, names = points_of(session, shelters), names_of(session, shelters)
    features = [
        _flow(found, tree.node(village).name, names[shelter], people, way=(here, points[shelter]),
              key=f"{village}:{shelter}")
        for (village, shelter), people in sorted(going.items())
        if (here := tree.point_of(village)) and shelter in points
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
    found: EvacuationPlan, village: str, shelter: str, people: int,
    *, way: tuple[tuple[float, float], tuple[float, float]], key: str,
) -> dict[str, Any]:  # fmt: skip
    return {
        "type": "Feature",
        "id": key,
        "geometry": {
            "type": "LineString",
            "coordinates": [[round(lon, 5), round(lat, 5)] for lon, lat in way],
        },
        "properties": {
            "kind": "evacuation_flow",
            "name": _("%(village)s → %(shelter)s, %(people)d people", village=village,
                      shelter=shelter, people=people),
            "state": "ok",
            "as_of": found.applied_at or found.ready_at,
            "source": "",
            "people": people,
            "href": f"/evacuation-plans/{found.id}",
            "drill": found.drill_id is not None,
        },
    }  # fmt: skip
