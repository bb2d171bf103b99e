"""The situation as one HTML file: Folium with every script inlined, no tiles, no network."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from maps import base, figures, layers, rules, words
from relief_ops import clock, i18n
from relief_ops.disasters.queries import Looking
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View

LIBRARIES = Path(__file__).resolve().parent.parent / "static" / "vendor" / "folium"
SCRIPTS = ("leaflet.js",)
SHEETS = ("leaflet.css",)
COLOURS = {"ok": "#0b7a75", "watch": "#a15205", "act": "#b3261e", "blind": "#6f8294"}
BLUES = ("#e3ecf7", "#b7cdea", "#7fa5d8", "#4677bd", "#1f4c94")


@dataclass(frozen=True)
class Situation:
    """What a snapshot shows, read before the slow drawing begins."""

    title: str
    moment: datetime
    drill: bool
    language: str
    land: dict[str, Any]
    counties: dict[str, Any]
    townships: dict[str, Any]
    box: tuple[float, float, float, float] | None = None
    layers: dict[str, dict[str, Any]] = field(default_factory=dict)
    totals: list[dict[str, Any]] = field(default_factory=list)


def collect(session: Session, seen: Looking) -> Situation:
    """Read the situation this view shows."""
    view = seen.view
    drawn = {
        str(each.title): each.features(session, view)
        for each in layers.all_layers()
        if each.on and each.drawn_as not in ("base", "indicator")
    }
    return Situation(
        title=f"{seen.disaster.name if seen.disaster else ''} · {seen.area.name}".strip(" ·"),
        moment=clock.local(view.at or view.now),
        drill=view.drill_id is not None,
        language=i18n.language(),
        land=_land(session, view),
        counties=_filled(session, view),
        townships=_townships(session, view),
        box=_box(base.townships(session, view)),
        layers=drawn,
        totals=figures.totals(session, view),
    )


def _land(session: Session, view: View) -> dict[str, Any]:
    """Return the land near and far as one layer."""
    near, far = base.land(session, view), base.far_land(session, view)
    return {"type": "FeatureCollection", "features": [*far["features"], *near["features"]]}


def _box(places: dict[str, Any]) -> tuple[float, float, float, float] | None:
    """Return the box around the townships' points: west, south, east, north."""
    points = [each["geometry"]["coordinates"] for each in places["features"]]
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _filled(session: Session, view: View) -> dict[str, Any]:
    """Return the counties with an outline, each with its class and words of the indicator."""
    code = view.settings.get("indicator", "affected")
    classes = rules.county_classes(code)
    found = {each["id"]: each["properties"] for each in _figures(session, view)}
    drawn = []
    for feature in base.counties(session, view)["features"]:
        if feature["geometry"] is None:
            continue
        people = feature["properties"]["population"]
        value = found.get(feature["id"], {}).get("value")
        rate = float(value) * classes.factor / people if value is not None and people else None
        level = None if rate is None else sum(rate >= border for border in classes.borders)
        words = f"{feature['properties']['name']} {_('not yet known') if value is None else value}"
        drawn.append(feature | {"properties": {"name": words, "level": level}})
    return {"type": "FeatureCollection", "features": drawn}


def _townships(session: Session, view: View) -> dict[str, Any]:
    """Return the townships with their figures: a fill where the outline is known, else a point."""
    classes = rules.township_classes(view.settings.get("indicator", "affected"))
    shapes = {each["id"]: each for each in base.township_shapes(session, view)["features"]}
    drawn = []
    for feature in _figures(session, view):
        if feature["geometry"] is None and feature["id"] not in shapes:
            continue
        worded = _worded(feature)
        if shape := shapes.get(feature["id"]):
            value = feature["properties"]["value"]
            level = None if value is None else sum(value >= border for border in classes.borders)
            worded["geometry"] = shape["geometry"]
            worded["properties"]["level"] = level
        drawn.append(worded)
    return {"type": "FeatureCollection", "features": drawn}


def _figures(session: Session, view: View) -> list[dict[str, Any]]:
    """Return the features of the layer that carries reported figures, if one is installed."""
    carrying = [each for each in layers.all_layers() if each.drawn_as == "indicator"]
    return [feature for each in carrying for feature in each.features(session, view)["features"]]


def in_thread(situation: Situation) -> str:
    """Draw in a worker thread, so that the loop of sockets keeps beating."""
    from gevent import get_hub
    from gevent.monkey import is_module_patched

    if not is_module_patched("threading"):
        return draw(situation)
    page: str = get_hub().threadpool.apply(draw, (situation,))
    return page


def draw(situation: Situation) -> str:
    """Return the snapshot as one HTML document."""
    import folium

    i18n.speak(situation.language)
    chart = folium.Map(tiles=None, max_zoom=18, zoom_start=9, control_scale=True, attr="")
    chart.default_js = []
    chart.default_css = []
    folium.GeoJson(
        situation.land, name=_("Land"), control=False, style_function=lambda _feature: LAND
    ).add_to(chart)
    _add(chart, _("Counties"), situation.counties)
    _add(chart, _("Townships"), situation.townships)
    for title, collection in situation.layers.items():
        _add(chart, title, {"features": [_worded(each) for each in collection["features"]]})
    folium.LayerControl(collapsed=False).add_to(chart)
    if situation.box:
        west, south, east, north = situation.box
        chart.fit_bounds([[south, west], [north, east]])
    return _standing_alone(chart.get_root().render(), situation)


LAND = {"fillColor": "#f8f9f7", "fillOpacity": 1, "color": "#f8f9f7", "weight": 1}
COUNTY = {"fillOpacity": 0.8, "color": "#9fb0bf", "weight": 1}


def _add(chart: Any, title: str, collection: dict[str, Any]) -> None:
    """Add a layer as one element, however many features it has: markers one by one are slow."""
    import folium

    features = [each for each in collection["features"] if each["geometry"]]
    if not features:
        return
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=html.escape(title),
        marker=folium.CircleMarker(radius=5, weight=1, fill=True),
        style_function=_style,
        tooltip=folium.GeoJsonTooltip(["name"], labels=False),
    ).add_to(chart)


def _style(feature: dict[str, Any]) -> dict[str, Any]:
    """Colour a county by its class (blank without a figure), a thing by its state."""
    properties, kind = feature["properties"], feature["geometry"]["type"]
    if "level" in properties:
        level = properties["level"]
        return COUNTY | {"fillColor": "#f8f9f7" if level is None else BLUES[level]}
    if kind == "Point":
        colour = COLOURS.get(str(properties["state"]), "#3d4854")
        return {"color": "#ffffff", "fillColor": colour, "fillOpacity": 0.9}
    return {"color": "#6b4fa0", "weight": 2, "fillOpacity": 0.12}


def _worded(feature: dict[str, Any]) -> dict[str, Any]:
    """Return a feature with only what the snapshot shows: its words, and how it stands."""
    properties = feature["properties"]
    state = properties.get("band") or properties.get("state")
    return {
        "type": "Feature",
        "geometry": feature.get("geometry"),
        "properties": {"name": html.escape(_words(properties)), "state": state},
    }


def _words(properties: dict[str, Any]) -> str:
    value = properties.get("value")
    figure = f" {value:,}" if isinstance(value, int | float | Decimal) else ""
    age = f" · {properties['as_of']}" if properties.get("as_of") else ""
    source = f" · {words.source(properties['source'])}" if properties.get("source") else ""
    return f"{properties.get('name', '')}{figure}{age}{source}"


def _standing_alone(page: str, situation: Situation) -> str:
    """Put the libraries and the headline into the page; nothing is fetched from anywhere."""
    head = "".join(f"<style>{_library(name)}</style>" for name in SHEETS)
    head += "".join(f"<script>{_library(name)}</script>" for name in SCRIPTS)
    head += f"<title>{html.escape(situation.title)}</title><style>{HEADLINE}</style>"
    page = page.replace("<head>", f"<head>{head}", 1)
    return page.replace("<body>", f"<body>{_headline(situation)}", 1)


HEADLINE = (
    "body{background:#dfe7ee}.leaflet-container{background:#dfe7ee}"
    "#headline{position:fixed;z-index:1000;left:60px;top:10px;background:#fff;padding:8px 12px;"
    "border:1px solid #d9e0e7;border-radius:6px;font:14px/20px system-ui,sans-serif;"
    "max-width:60vw}#headline dl{display:flex;flex-wrap:wrap;gap:4px 24px;margin:4px 0 0}"
    "#headline dt{color:#5b6b7b;font-size:12px}#headline dd{margin:0;font-weight:600}"
)


def _headline(situation: Situation) -> str:
    drill = f"<strong>[{_('DRILL')}]</strong> " if situation.drill else ""
    cells = "".join(
        f"<div><dt>{html.escape(each['title'])}</dt><dd>{_shown(each)}</dd></div>"
        for each in situation.totals
    )
    title = html.escape(situation.title)
    moment = f"{situation.moment:%Y-%m-%d %H:%M}"
    credit = html.escape(_("Land © OpenStreetMap contributors (ODbL)"))
    return (
        f'<div id="headline">{drill}<strong>{title}</strong> {moment}'
        f"<dl>{cells}</dl><small>{credit}</small></div>"
    )


def _shown(total: dict[str, Any]) -> str:
    if total["value"] is None:
        return html.escape(_("not yet known"))
    of = f" / {total['of']:,}" if total["of"] is not None else ""
    return html.escape(f"{total['value']:,}{of} {total['unit']}")


@cache
def _library(name: str) -> str:
    text = (LIBRARIES / name).read_text("utf-8")
    return text.replace("</script", "<\\/script")
