"""The base map: land and sea, county outlines, township points. No tiles, no internet."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from shapely.geometry import Polygon, box, mapping, shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.geo.models import AreaShape
from relief_ops.plugins import FeatureCollection, MapLayer, View

DATA = Path(geo.__file__).resolve().parent.parent / "data"
NEAR = "*_land_osm.geojson"
FAR_DEGREES = 0.04


def land(_session: Session, _view: View) -> FeatureCollection:
    """Return the land around the city, in detail."""
    return _land(NEAR, degrees=0.0005, kind="land")


def far_land(_session: Session, _view: View) -> FeatureCollection:
    """Return the land of the whole sea basin, coarse, for the storm's track."""
    return _land("*_land_ne10m.geojson", degrees=FAR_DEGREES, kind="far_land")


@cache
def _near_box() -> Any:
    """Return the box the detailed land covers: the coarse coast must not show through it."""
    bounds = [
        shape(each["geometry"]).bounds
        for each in _land(NEAR, degrees=0.0005, kind="land")["features"]
    ]
    if not bounds:
        return Polygon()
    west, south, east, north = zip(*bounds, strict=True)
    return box(min(west), min(south), max(east), max(north))


@cache
def _land(pattern: str, *, degrees: float, kind: str) -> FeatureCollection:
    shapes = []
    for path in sorted(DATA.glob(pattern)):
        for feature in orjson.loads(path.read_bytes())["features"]:
            outline = shape(feature["geometry"]).simplify(degrees)
            if kind == "far_land":
                outline = outline.difference(_near_box())
            if not outline.is_empty and outline.area > degrees * degrees:
                shapes.append(outline)
    source = "Natural Earth" if kind == "far_land" else "OpenStreetMap contributors (ODbL)"
    return _collection(
        {
            "type": "Feature",
            "id": number,
            "geometry": _rounded(mapping(each)),
            "properties": {"kind": kind, "name": "", "as_of": None, "source": source},
        }
        for number, each in enumerate(shapes)
    )


def counties(session: Session, view: View) -> FeatureCollection:
    """Return the counties, each with its outline (null while none was imported) and a label."""
    tree = geo.tree(session, view.on)
    outlines = _outlines(session)
    features = []
    for node in tree.at_level("county"):
        outline = outlines.get(node.id)
        label = outline.representative_point() if outline else None
        features.append(
            {
                "type": "Feature",
                "id": node.code,
                "geometry": _rounded(mapping(outline)) if outline else None,
                "properties": _area_properties(node, "county")
                | {
                    "label": [round(label.x, 5), round(label.y, 5)] if label else node.point,
                    "population": node.population,
                },
            }
        )
    return _collection(features)


def _outlines(session: Session) -> dict[Any, Any]:
    rows = session.execute(
        select(AreaShape.area_id, func.ST_AsGeoJSON(AreaShape.outline)).where(
            AreaShape.outline.is_not(None)
        )
    )
    return {area_id: shape(json.loads(text)) for area_id, text in rows if text}


def townships(session: Session, view: View) -> FeatureCollection:
    """Return the townships' points; one whose place is only guessed says so."""
    tree = geo.tree(session, view.on)
    features = []
    for node in tree.at_level("township"):
        if node.point is None:
            continue
        county = tree.ancestor_at(node.id, "county")
        features.append(
            {
                "type": "Feature",
                "id": node.code,
                "geometry": {"type": "Point", "coordinates": [round(x, 5) for x in node.point]},
                "properties": _area_properties(node, "township")
                | {
                    "county_code": county.code if county else "",
                    "county": county.name if county else "",
                    "pseudo": node.pseudo,
                    "approximate": node.approximate,
                    "villages": len(tree.children(node.id)),
                },
            }
        )
    return _collection(features)


def _area_properties(node: geo.AreaNode, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "code": node.code,
        "name": node.name,
        "as_of": None,
        "source": "",
    }


def _collection(features: Any) -> FeatureCollection:
    return {"type": "FeatureCollection", "features": list(features)}


def _rounded(geometry: Any) -> dict[str, Any]:
    """Return a GeoJSON geometry with five decimals (a metre) and plain lists."""
    return {"type": geometry["type"], "coordinates": _round(geometry["coordinates"])}


def _round(value: Any) -> Any:
    if isinstance(value, float | int):
        return round(value, 5)
    return [_round(each) for each in value]


LAYERS = (
    MapLayer(id="land", title="Land", audience="public", features=land, drawn_as="base"),
    MapLayer(id="far_land", title="Land", audience="public", features=far_land, drawn_as="base"),
    MapLayer(
        id="counties", title="Counties", audience="shared", features=counties, drawn_as="base"
    ),
    MapLayer(
        id="townships",
        title="Townships",
        audience="shared",
        features=townships,
        drawn_as="base",
        events=("area.moved",),
    ),
)
