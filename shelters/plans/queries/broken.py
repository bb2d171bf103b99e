"""What no longer holds of an applied plan: people told to go where they cannot go any more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from shelters.plans.models import EvacuationPlan, EvacuationPromise
from shelters.plans.queries.offers import offers, promised_elsewhere
from shelters.plans.rules import PlanState

ANY_DRILL = {"any_drill": True}
SHOWN = 3


@dataclass(frozen=True)
class Broken:
    """A shelter of a plan that cannot keep its promise, why, and to how many people."""

    shelter_id: UUID
    name: str
    why: str
    waiting: int
    places: int


def broken(session: Session, found: EvacuationPlan) -> list[Broken]:
    """Return the shelters people of an applied plan are still told to go to, and cannot.

    One is out of use or in danger, or has fewer places left than people still to come; who came
    already is not among them.
    """
    if found.state != PlanState.APPLIED:
        return []
    disaster = disasters.disaster(session, found.disaster_id)
    used = _used(session, found)
    waiting = promised_elsewhere(session, disaster.id, ())
    root = disasters.division_tree(session, disaster).root_of(found.area_id)
    offered = offers(
        session, disaster, area_id=root.id, phase=found.phase, planned=None, only=used,
        at=disasters.now_of(session, disaster),
    )  # fmt: skip
    rows = []
    for each in offered:
        shelter_id = UUID(each.site.id)
        people = waiting[shelter_id]["people"] if shelter_id in waiting else 0
        why = each.site.excluded or ("full" if each.site.places < people else "")
        if people > 0 and why:
            rows.append(Broken(shelter_id, each.name, why, people, each.site.places))
    return sorted(rows, key=lambda one: (-one.waiting, one.name))


def _used(session: Session, found: EvacuationPlan) -> set[UUID]:
    rows = select(EvacuationPromise.shelter_id).where(EvacuationPromise.plan_id == found.id)
    return set(session.scalars(rows.execution_options(scope="shared")))


def attention(session: Session, view: View) -> list[Attention]:
    """Return an entry for each applied plan of which something does not hold any more."""
    if view.disaster_id is None or view.at is not None:
        return []
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == view.area_id)
    plans = session.scalars(
        select(EvacuationPlan)
        .where(
            EvacuationPlan.disaster_id == view.disaster_id, EvacuationPlan.area_id.in_(below),
            EvacuationPlan.state == PlanState.APPLIED,
        )
        .execution_options(**ANY_DRILL)
    )  # fmt: skip
    return [entry for each in plans if (entry := _entry(each, broken(session, each)))]


def _entry(found: EvacuationPlan, rows: list[Broken]) -> Attention | None:
    if not rows:
        return None
    people = sum(each.waiting for each in rows)
    names = _(", ").join(each.name for each in rows[:SHOWN])
    return Attention(
        key=f"evacuation.plan_broken:{found.id}",
        state="act",
        kind="evacuation.plan_broken",
        title=_("%(people)d people are told to go where they cannot go", people=people),
        detail=_("%(names)s: make the plan again", names=names),
        area_id=found.area_id,
        since=found.applied_at or found.made_at,
        href=f"/evacuation-plans/{found.id}",
    )
