"""Reading hazards: what stands at an instant, and what lies in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.hazards.models import Hazard, HazardRevision
from relief_ops.disasters.hazards.rules import GROUND, Kind, in_force
from relief_ops.errors import NotFound
from relief_ops.geo import shapes
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View

# The state of roads and floods is known to everybody who is signed in.
SHARED = {"scope": "shared", "any_drill": True}
Point = tuple[float, float]


def hazard(session: Session, hazard_id: UUID, *, lock: bool = False) -> Hazard:
    """Return one hazard. Raises NotFound."""
    found = session.get(Hazard, hazard_id, with_for_update=lock or None, execution_options=SHARED)
    if found is None:
        raise NotFound(_("There is no such hazard."))
    return found


def area_of(session: Session, hazard_id: UUID) -> UUID | None:
    """Return the area a hazard was entered for, or None if there is no such hazard."""
    wanted = select(Hazard.area_id).where(Hazard.id == hazard_id)
    return session.scalar(wanted.execution_options(**SHARED))


def hazards(session: Session, disaster_id: UUID) -> list[Hazard]:
    """Return every hazard of a disaster, the latest begun first."""
    statement = select(Hazard).where(Hazard.disaster_id == disaster_id)
    order = statement.order_by(Hazard.from_at.desc(), Hazard.id)
    return list(session.scalars(order.execution_options(**SHARED)))


def standing(session: Session, disaster_id: UUID, at: datetime) -> list[Hazard]:
    """Return the hazards of a disaster that stand at an instant."""
    return [each for each in hazards(session, disaster_id) if stands(each, at)]


def stands(found: Hazard, at: datetime) -> bool:
    """Whether a hazard stands at an instant."""
    return in_force(found.from_at, found.until_at, found.lifted_at, at)


def closed_roads(session: Session, disaster_id: UUID, at: datetime) -> list[str]:
    """Return the shapes of the roads nobody can take at an instant."""
    return [
        each.shape for each in standing(session, disaster_id, at) if each.kind == Kind.CLOSED_ROAD
    ]


def ground_stands(session: Session, disaster_id: UUID, at: datetime) -> bool:
    """Whether any ground is dangerous at an instant."""
    return any(each.kind in GROUND for each in standing(session, disaster_id, at))


def ground(
    session: Session, disaster_id: UUID, points: Mapping[UUID, Point], at: datetime
) -> dict[UUID, Hazard]:
    """Return for each point that lies in dangerous ground at an instant the hazard over it."""
    found: dict[UUID, Hazard] = {}
    if not points:
        return found
    for each in standing(session, disaster_id, at):
        if each.kind in GROUND:
            for key in shapes.inside(each.shape, points):
                found.setdefault(key, each)
    return found


def revisions(session: Session, hazard_id: UUID) -> list[HazardRevision]:
    """Return what a hazard has said, the latest first."""
    statement = select(HazardRevision).where(HazardRevision.hazard_id == hazard_id)
    order = statement.order_by(HazardRevision.revision.desc())
    return list(session.scalars(order.execution_options(**SHARED)))


def shown(found: Hazard, tree: geo.AreaTree) -> dict[str, Any]:
    """Return a hazard as the API shows it."""
    return {
        "id": found.id,
        "disaster_id": found.disaster_id,
        "area_code": tree.node(found.area_id).code,
        "kind": found.kind,
        "name": found.name,
        "reason": found.reason,
        "shape": shapes.shown(found.shape),
        "from_at": found.from_at,
        "until_at": found.until_at,
        "lifted_at": found.lifted_at,
        "lifted_reason": found.lifted_reason,
        "written_at": found.written_at,
        "revision": found.revision,
    }


def kind_words() -> dict[str, str]:
    """Return what the kinds are called."""
    return {
        Kind.CLOSED_ROAD: _("Closed road"),
        Kind.FLOOD: _("Flooded"),
        Kind.DANGER: _("Dangerous ground"),
    }


def features(session: Session, view: View) -> dict[str, Any]:
    """Return the hazards that stand at the instant looked at, as they are drawn."""
    if view.disaster_id is None:
        return {"type": "FeatureCollection", "features": []}
    words = kind_words()
    found = standing(session, view.disaster_id, view.at or view.now)
    return {"type": "FeatureCollection", "features": [_feature(each, words) for each in found]}


def _feature(found: Hazard, words: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(found.id),
        "geometry": shapes.shown(found.shape),
        "properties": {
            "kind": "hazard",
            "name": f"{words[found.kind]} · {found.name}",
            "state": "act",
            "as_of": found.written_at,
            "source": "",
            "until": found.until_at,
            "href": f"/hazards/{found.id}",
            "drill": found.drill_id is not None,
        },
    }
