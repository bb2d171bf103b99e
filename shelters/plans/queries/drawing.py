"""A plan as its own map draws it: flows, villages, shelters, and the hazards around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.hazards.models import Hazard
from relief_ops.geo import shapes
from relief_ops.plugins import FeatureCollection
from shelters.plans.queries.reading import points_of

Point = tuple[float, float]


def drawn_plan(
    session: Session, answer: dict[str, Any], tree: geo.AreaTree, *,
    broken: Iterable[UUID], at: datetime,
) -> FeatureCollection:  # fmt: skip
    """Return a plan that is `shown` as features; `broken` shelters cannot keep their promise.

    A village whose place nobody knows stands where its township does, and says so.
    """
    villages = {each["area_code"]: tree.by_code(each["area_code"]) for each in answer["villages"]}
    here = {code: tree.point_of(node.id) for code, node in villages.items()}
    going = _going(answer)
    there = points_of(session, {UUID(str(key)) for key in going})
    return {
        "type": "FeatureCollection",
        "features": [
            *(_hazard(each) for each in hazards.standing(session, answer["disaster_id"], at)),
            *_flows(answer, here, there),
            *(_village(each, villages[each["area_code"]], here) for each in answer["villages"]
              if here[each["area_code"]]),
            *(_shelter(answer, key, people, there[key], bad=key in set(broken))
              for key, people in going.items() if key in there),
        ],
    }  # fmt: skip


def _going(answer: dict[str, Any]) -> Counter[UUID]:
    """Return how many people go to each shelter."""
    going: Counter[UUID] = Counter()
    for village in answer["villages"]:
        for line in village["lines"]:
            if line["shelter"]:
                going[line["shelter"]] += line["people"]
    return going


def _flows(
    answer: dict[str, Any], here: dict[str, Point | None], there: dict[UUID, Point]
) -> list[dict[str, Any]]:
    found = []
    for village in answer["villages"]:
        start = here[village["area_code"]]
        for line in village["lines"]:
            if start and line["shelter"] in there:
                found.append(_flow(village, line, start, there[line["shelter"]]))
    return found


def _flow(
    village: dict[str, Any], line: dict[str, Any], start: Point, end: Point
) -> dict[str, Any]:
    coordinates = [_rounded(start), _rounded(end)]
    return {
        "type": "Feature",
        "id": f"{village['area_code']}-{line['shelter']}",
        "geometry": {"type": "LineString", "coordinates": coordinates},
        "properties": {
            "kind": "flow", "village": village["name"], "shelter": line["shelter_name"],
            "people": line["people"], "how": "walk" if line["on_foot"] else "bus",
        },
    }  # fmt: skip


def _village(
    each: dict[str, Any], node: geo.AreaNode, here: dict[str, Point | None]
) -> dict[str, Any]:
    left = sum(line["people"] for line in each["lines"] if not line["shelter"])
    return _point(each["area_code"], here[each["area_code"]]) | {
        "properties": {
            "kind": "village", "name": each["name"], "people": each["people"], "left": left,
            "approximate": node.point is None or node.approximate,
        },
    }  # fmt: skip


def _shelter(
    answer: dict[str, Any], key: UUID, people: int, point: Point, *, bad: bool
) -> dict[str, Any]:
    name = next(
        line["shelter_name"] for village in answer["villages"] for line in village["lines"]
        if line["shelter"] == key
    )  # fmt: skip
    properties = {"kind": "shelter", "name": name, "people": people, "broken": bad}
    return _point(str(key), point) | {"properties": properties}


def _point(key: str, point: Point | None) -> dict[str, Any]:
    coordinates = _rounded(point) if point else None
    geometry = {"type": "Point", "coordinates": coordinates}
    return {"type": "Feature", "id": key, "geometry": geometry}


def _hazard(found: Hazard) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(found.id),
        "geometry": shapes.shown(found.shape),
        "properties": {"kind": "hazard", "hazard": found.kind, "name": found.name},
    }


def _rounded(point: Point) -> list[float]:
    return [round(each, 5) for each in point]
