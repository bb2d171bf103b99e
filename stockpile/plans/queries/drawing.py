"""A plan as its own map draws it: depots, needs by their cover, the ways, and the hazards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.geo import shapes
from relief_ops.plugins import FeatureCollection
from stockpile.queries import register

Point = tuple[float, float]


def drawn_plan(
    session: Session, answer: dict[str, Any], tree: geo.AreaTree, *, at: datetime
) -> FeatureCollection:
    """Return a plan of which one item is `shown` as features.

    A place nobody has placed stands where its area does, and says so.
    """
    wanted = answer["needs"]
    there = register.points(session, {each["place"] for each in wanted})
    depots = {line["depot"]: line["depot_name"] for each in wanted for line in each["lines"]}
    here = register.points(session, depots)
    given: Counter[UUID] = Counter()
    for each in wanted:
        for line in each["lines"]:
            given[line["depot"]] += line["quantity"]
    ends = {
        each["need"]: there.get(each["place"]) or tree.point_of(tree.by_code(each["area_code"]).id)
        for each in wanted
    }
    return {
        "type": "FeatureCollection",
        "features": [
            *(_hazard(each) for each in hazards.standing(session, answer["disaster_id"], at)),
            *(_flow(each, line, here[line["depot"]], end) for each in wanted
              if (end := ends[each["need"]])
              for line in _by_depot(each["lines"]) if line["depot"] in here),
            *(_need(each, end, approximate=each["place"] not in there) for each in wanted
              if (end := ends[each["need"]])),
            *(_point(str(key), here[key], {"kind": "depot", "name": name, "quantity": given[key]})
              for key, name in depots.items() if key in here),
        ],
    }  # fmt: skip


def _by_depot(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines with the lots of one depot taken together."""
    found: dict[UUID, dict[str, Any]] = {}
    for line in lines:
        before = found.get(line["depot"])
        quantity = line["quantity"] + (before["quantity"] if before else 0)
        found[line["depot"]] = line | {"quantity": quantity}
    return list(found.values())


def _flow(each: dict[str, Any], line: dict[str, Any], start: Point, end: Point) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{each['need']}-{line['depot']}",
        "geometry": {"type": "LineString", "coordinates": [_rounded(start), _rounded(end)]},
        "properties": {
            "kind": "flow", "need": str(each["need"]), "place": each["place_name"],
            "depot": line["depot_name"], "quantity": line["quantity"], "unit": each["unit"],
        },
    }  # fmt: skip


def _need(each: dict[str, Any], point: Point, *, approximate: bool) -> dict[str, Any]:
    properties = {
        "kind": "need", "name": each["place_name"], "quantity": each["whole"],
        "got": each["had"] + each["got"], "cover": each["cover"], "unit": each["unit"],
        "approximate": approximate,
    }  # fmt: skip
    return _point(str(each["need"]), point, properties)


def _point(key: str, point: Point, properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": _rounded(point)}
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def _hazard(found: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(found.id),
        "geometry": shapes.shown(found.shape),
        "properties": {"kind": "hazard", "hazard": found.kind, "name": found.name},
    }


def _rounded(point: Point) -> list[float]:
    return [round(each, 5) for each in point]
