"""The map a phone carries away: one area and what lies around it, small enough for a bad line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from maps import base
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.plugins import View, contributed

KM_AROUND = 6.0
KM_A_DEGREE = 111.32
DECIMALS = 4  # ten metres
MOST = 300  # of one layer
Box = tuple[float, float, float, float]


def carried(session: Session, view: View, tree: AreaTree, area: AreaNode) -> dict[str, Any] | None:
    """Return the land, the townships and the things in a box around an area, in EPSG:4326.

    The layers are those that say they are `carried`, as the viewer may see them. None where
    nobody knows where the area lies.
    """
    centre, approximate = _centre(tree, area)
    if centre is None:
        return None
    box = _around(centre)
    inside = replace(view, box=box, limit=MOST)
    layers = [
        {"id": each.id, "title": str(each.title), "things": list(_things(found, box))}
        for each in contributed("map_layers")
        if each.carried and (found := each.features(session, inside))
    ]
    return {
        "box": box,
        "centre": _rounded(centre),
        "approximate": approximate,
        "land": _land(box),
        "places": _places(tree, area, box),
        "layers": [each for each in layers if each["things"]],
    }


def _centre(tree: AreaTree, area: AreaNode) -> tuple[tuple[float, float] | None, bool]:
    """Return where an area lies; a village without a place of its own lies in its township."""
    for node in tree.ancestors(area.id):
        if node.point is not None:
            return node.point, node.approximate or node.id != area.id
    return None, True


def _around(centre: tuple[float, float]) -> Box:
    lon, lat = centre
    high = KM_AROUND / KM_A_DEGREE
    wide = high / math.cos(math.radians(lat))
    return (
        round(lon - wide, DECIMALS), round(lat - high, DECIMALS),
        round(lon + wide, DECIMALS), round(lat + high, DECIMALS),
    )  # fmt: skip


def _rounded(value: Any) -> Any:
    if isinstance(value, float | int):
        return round(value, DECIMALS)
    return [_rounded(each) for each in value]


@cache
def _shapes() -> tuple[Any, ...]:
    from shapely.geometry import shape

    found = [base.land_of(each, kind="land", source="") for each in (base.NEAR, base.FAR)]
    return tuple(shape(each["geometry"]) for land in found for each in land["features"])


def _land(box: Box) -> list[list[Any]]:
    """Return the land in a box as rings, thinned to what a phone can show."""
    import shapely

    clipped = shapely.clip_by_rect(list(_shapes()), *box)
    thin = shapely.simplify(clipped, 10**-DECIMALS)
    found = shapely.get_parts(thin)
    kept = found[shapely.get_type_id(found) == shapely.GeometryType.POLYGON]
    rings = shapely.get_rings(kept)
    return [_rounded(shapely.get_coordinates(each).tolist()) for each in rings]


def _places(tree: AreaTree, area: AreaNode, box: Box) -> list[dict[str, Any]]:
    """Return the townships in a box that have a place; one's own is marked."""
    own = {each.id for each in tree.ancestors(area.id)}
    return [
        {
            "name": node.name, "at": _rounded(node.point), "own": node.id in own,
            "approximate": node.approximate,
        }
        for node in tree.at_level("township")
        if node.point is not None and not node.pseudo and _is_within(node.point, box)
    ]  # fmt: skip


def _is_within(point: Any, box: Box) -> bool:
    lon, lat = point[:2]
    return bool(box[0] <= lon <= box[2] and box[1] <= lat <= box[3])


def _things(found: dict[str, Any], box: Box) -> Iterator[dict[str, Any]]:
    """Yield what a phone keeps of the features that touch a box."""
    from shapely.geometry import box as rectangle
    from shapely.geometry import shape

    area, kept = rectangle(*box), 0
    for each in found["features"]:
        geometry = each["geometry"]
        if geometry is None or kept == MOST or not shape(geometry).intersects(area):
            continue
        kept += 1
        told = each["properties"]
        yield {
            "name": told["name"],
            "state": told.get("state") or "",
            "band": told.get("band") or "",
            "geometry": {
                "type": geometry["type"], "coordinates": _rounded(geometry["coordinates"]),
            },
        }  # fmt: skip
