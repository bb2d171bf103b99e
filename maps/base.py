"""The base map: land and sea, county outlines, township points. No tiles, no internet."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.geo.models import Area, AreaShape
from relief_ops.plugins import FeatureCollection, MapLayer, View

DATA = Path(geo.__file__).resolve().parent.parent / "data"
NEAR = "*_land_osm.geojson"
FAR = "*_land_coarse.geojson"
THIN = 0.0002  # degrees, about 20 m: what a township's outline may be off on the screen
Outlines = dict[Any, tuple[dict[str, Any], list[float]]]
_known: WeakKeyDictionary[geo.AreaTree, dict[str, Outlines]] = WeakKeyDictionary()


def land(_session: Session, _view: View) -> FeatureCollection:
    """Return the land around the city, in detail."""
    return land_of(NEAR, kind="land", source="OpenStreetMap contributors (ODbL)")


def far_land(_session: Session, _view: View) -> FeatureCollection:
    """Return the land of the whole sea basin, coarse, cut out where the detailed land is."""
    return land_of(FAR, kind="far_land", source="Natural Earth")


@cache
def land_of(pattern: str, *, kind: str, source: str) -> FeatureCollection:
    """Return the land of the files of a name, read once."""
    features = [
        feature
        for path in sorted(DATA.glob(pattern))
        for feature in orjson.loads(path.read_bytes())["features"]
    ]
    return _collection(
        {
            "type": "Feature",
            "id": number,
            "geometry": _rounded(each["geometry"]),
            "properties": {"kind": kind, "name": "", "as_of": None, "source": source},
        }
        for number, each in enumerate(features)
    )


def counties(session: Session, view: View) -> FeatureCollection:
    """Return the counties, each with its outline (null while none was imported) and a label."""
    tree = geo.tree(session, view.on)
    outlines = _outlines(session, tree, "county")
    features = []
    for node in tree.at_level("county", tree.root_of(view.area_id).id):
        outline, label = outlines.get(node.id, (None, node.point))
        features.append(
            {
                "type": "Feature",
                "id": node.code,
                "geometry": outline,
                "properties": _area_properties(node, "county")
                | {"label": label, "population": node.population},
            }
        )
    return _collection(features)


def township_shapes(session: Session, view: View) -> FeatureCollection:
    """Return the townships whose outline was imported; the others stay points."""
    tree = geo.tree(session, view.on)
    outlines = _outlines(session, tree, "township")
    return _collection(
        {
            "type": "Feature",
            "id": node.code,
            "geometry": outlines[node.id][0],
            "properties": _area_properties(node, "township") | {"label": outlines[node.id][1]},
        }
        for node in tree.at_level("township", tree.root_of(view.area_id).id)
        if node.id in outlines and not node.pseudo
    )


def _outlines(session: Session, tree: geo.AreaTree, level: str) -> Outlines:
    """Return area → its outline and a point inside it for its name, read once for each tree."""
    known = _known.setdefault(tree, {})
    if level not in known:
        known[level] = _read_outlines(session, level)
    return known[level]


def _read_outlines(session: Session, level: str) -> Outlines:
    inside = func.ST_PointOnSurface(AreaShape.outline)
    drawn: Any = AreaShape.outline
    if level == "township":
        drawn = func.ST_SimplifyPreserveTopology(drawn, THIN)
    rows = session.execute(
        select(AreaShape.area_id, func.ST_AsGeoJSON(drawn), func.ST_X(inside), func.ST_Y(inside))
        .join(Area, Area.id == AreaShape.area_id)
        .where(AreaShape.outline.is_not(None), Area.level == level)
    )
    return {
        area_id: (_rounded(orjson.loads(text)), [round(lon, 5), round(lat, 5)])
        for area_id, text, lon, lat in rows
        if text
    }


def townships(session: Session, view: View) -> FeatureCollection:
    """Return the townships' points; one whose place is only guessed says so."""
    tree = geo.tree(session, view.on)
    features = []
    for node in tree.at_level("township", tree.root_of(view.area_id).id):
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
        events=("area.moved", "areas.imported"),
    ),
    MapLayer(
        id="township_shapes",
        title="Townships",
        audience="shared",
        features=township_shapes,
        drawn_as="base",
        events=("areas.imported",),
    ),
)
