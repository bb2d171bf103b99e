"""Risk points on the map and in the drawer: their outline as it was drawn, else their point."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.auth import viewer
from relief_ops.geo.models import Place
from relief_ops.i18n import gettext as _
from relief_ops.plugins import FeatureCollection, View
from shelters.evacuation.models import RiskPoint
from shelters.evacuation.queries.listing import within
from shelters.evacuation.queries.words import LEVELS, RISKS
from shelters.evacuation.rules import RiskKind, RiskLevel

PLACE = Place.__table__.c
SHOWN = 6
Box = tuple[float, float, float, float]
GRAVEST = case({each: n for n, each in enumerate(RiskLevel)}, value=RiskPoint.level)


def features(session: Session, view: View) -> FeatureCollection:
    """Return the risk points of the area looked at, for who may read the lists of evacuation."""
    if not _reads():
        return {"type": "FeatureCollection", "features": []}
    rows = session.execute(
        select(RiskPoint, func.ST_X(PLACE.point), func.ST_Y(PLACE.point))
        .join(Place, PLACE.id == RiskPoint.id)
        .where(_of_drill(view), within(RiskPoint.area_id, view.area_id))
        .order_by(GRAVEST, RiskPoint.id)
        .limit(view.limit)
    )
    found = ((each, _geometry(each, lon, lat)) for each, lon, lat in rows)
    drawn = [(each, shape) for each, shape in found if shape and _in_box(shape, view.box)]
    return {"type": "FeatureCollection", "features": [_feature(*each) for each in drawn]}


def _reads() -> bool:
    who = viewer()
    return who is not None and who.may("evacuation.read", None, geo.cached_tree())


def _of_drill(view: View) -> Any:
    return RiskPoint.drill_id.is_not_distinct_from(view.drill_id)


def _geometry(found: RiskPoint, lon: float | None, lat: float | None) -> dict[str, Any] | None:
    if found.outline:
        return {"type": "Polygon", "coordinates": [found.outline]}
    if lon is None or lat is None:
        return None
    return {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]}


def _in_box(shape: dict[str, Any], box: Box | None) -> bool:
    """Whether the bounds of a shape touch a box; outlines are small and few."""
    if box is None:
        return True
    corners = shape["coordinates"][0] if shape["type"] == "Polygon" else [shape["coordinates"]]
    lons, lats = [each[0] for each in corners], [each[1] for each in corners]
    west, south, east, north = box
    across = max(lons) >= west and min(lons) <= east
    return bool(across and max(lats) >= south and min(lats) <= north)


def _feature(found: RiskPoint, shape: dict[str, Any]) -> dict[str, Any]:
    kind, level = RISKS[RiskKind(found.kind)], LEVELS[RiskLevel(found.level)]
    houses = _("%(n)s households", n=found.households)
    people = _("%(n)s people", n=found.people)
    return {
        "type": "Feature",
        "id": str(found.id),
        "geometry": shape,
        "properties": {
            "kind": "risk_point",
            "name": found.name,
            "detail": " · ".join((str(kind), str(level), houses, people)),
            "as_of": found.written_at,
            "source": "",
            "risk": found.kind,
            "risk_level": found.level,
            "households": found.households,
            "href": "/evacuation/places",
            "drill": found.drill_id is not None,
        },
    }


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return the gravest risk points of an area for the drawer; None without any."""
    who = viewer()
    tree = geo.cached_tree()
    if who is None or not who.may("evacuation.read", view.area_id, tree):
        return None
    here = (_of_drill(view), within(RiskPoint.area_id, view.area_id))
    total, households, people = session.execute(
        select(func.count(), func.sum(RiskPoint.households), func.sum(RiskPoint.people)).where(
            *here
        )
    ).one()
    if not total:
        return None
    rows = select(RiskPoint).where(*here).order_by(GRAVEST, RiskPoint.people.desc(), RiskPoint.id)
    return {
        "points": list(session.scalars(rows.limit(SHOWN))),
        "total": total,
        "households": int(households or 0),
        "people": int(people or 0),
        "area_code": geo.tree(session, view.on).node(view.area_id).code,
        "risks": RISKS,
        "levels": LEVELS,
    }
