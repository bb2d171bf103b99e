"""The desk, its fragments, layers, tiles, totals, queue and search over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from maps import carried, feed, figures, folium_map, layers, search, tiles, wall, words
from relief_ops import geo, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters.attention import queries as attention
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import PanelSection, View, contributed

QUEUE_SHOWN, PHONE = 60, "/phone/map"
GEOJSON, TILE = "application/geo+json", "application/vnd.mapbox-vector-tile"
blueprint = APIBlueprint("maps", __name__, template_folder="templates")


@blueprint.get("/")
@blueprint.doc(hide=True)
def front() -> ResponseReturnValue:
    """Show the desk, or to whoever may not see it the first page of the rail."""
    who, entries = viewer(), web.navigation()
    if who is not None and entries and not who.may("map.read", None, geo.cached_tree()):
        return web.see_other(entries[0].endpoint)
    return desk()


@blueprint.get("/desk")
@blueprint.doc(hide=True)
def desk() -> ResponseReturnValue:
    """Show the map with everything around it."""
    require("map.read")
    with reading() as session:
        seen = look(session)
        tree = seen.tree
        config = {
            "disaster": seen.view.disaster_id,
            "drill": seen.view.drill_id is not None,
            "area": {"code": seen.area.code, "name": seen.area.name, "level": seen.area.level},
            "started_at": seen.disaster.started_at if seen.disaster else None,
            "ended_at": seen.disaster.ended_at if seen.disaster else None,
            "storm": seen.disaster.storm_code if seen.disaster else None,
            "layers": [layers.described(each) for each in layers.all_layers()],
            "indicators": figures.indicators(seen.disaster.form_version if seen.disaster else None),
            "scope": [node.code for node in _scope(tree, seen.area)],
            "expected": len(tree.reporting_townships(seen.area.id)),
            "codes": words.codes(),
        }
    return web.page("maps/desk.html", config=config, sources=_sources())


def _scope(tree: geo.AreaTree, area: geo.AreaNode) -> list[geo.AreaNode]:
    """Return the counties and townships in view."""
    inside = tree.within(area.id)
    return [node for node in tree if node.id in inside and node.level in ("county", "township")]


def _sources() -> list[str]:
    return [
        _("County outlines: Tianditu, GS(2024)0650"),
        _("Land © OpenStreetMap contributors (ODbL)"),
        _("Township points: GeoNames, CC BY 4.0"),
        _("Tracks: IBTrACS v04"),
    ]


@blueprint.get("/desk/totals")
@blueprint.doc(hide=True)
def totals_strip() -> ResponseReturnValue:
    """Show the headline figures as a fragment."""
    require("map.read")
    with reading() as session:
        view = look(session).view
        rows, provisos = figures.totals(session, view), figures.provisos(session, view)
    return render_template(
        "maps/totals.html", totals=rows, provisos=provisos, now=view.at or view.now
    )


@blueprint.get("/desk/queue")
@blueprint.doc(hide=True)
def queue() -> ResponseReturnValue:
    """Show what somebody must deal with as a fragment."""
    require("map.read")
    with reading() as session:
        seen = look(session)
        rows = attention.entries(session, seen.view)
        more = max(0, len(rows) - QUEUE_SHOWN)
        return render_template(
            "maps/queue.html", rows=rows[:QUEUE_SHOWN], more=more, tree=seen.tree, now=seen.view.now
        )


@blueprint.get("/desk/feed")
@blueprint.doc(hide=True)
def changes() -> ResponseReturnValue:
    """Show what changed last as a fragment."""
    require("event.read")
    with reading() as session:
        seen = look(session)
        rows = feed.latest(session, seen.view, drill=seen.view.drill_id)
    return render_template("maps/feed.html", rows=rows)


@blueprint.get("/desk/clock")
@blueprint.doc(hide=True)
def clock_now() -> ResponseReturnValue:
    """Tell the time of the disaster in view, and how fast it runs."""
    require("map.read")
    with reading() as session:
        seen = look(session)
    speed = 1 if seen.drill is None else 0 if seen.drill.paused_at else seen.drill.speed
    return {"now": seen.view.now, "speed": speed}


@blueprint.get("/wall")
@blueprint.doc(hide=True)
def wall_page() -> ResponseReturnValue:
    """Show the wall: a question a page, chosen by keys; it fetches its numbers itself."""
    require("map.read")
    with reading() as session:
        seen = look(session)
        config = {
            "disaster": seen.view.disaster_id,
            "area": seen.area.code,
            "scope": [node.code for node in _scope(seen.tree, seen.area)],
            "page": wall.page_of(request.args.get("page", "")).id,
            "pages": [
                {"id": each.id, "title": str(each.title), "shares": str(each.shares),
                 "legend": wall.legend(each)}
                for each in wall.PAGES
            ],
        }  # fmt: skip
    return web.page("maps/wall.html", config=config, sources=_sources())


@blueprint.get("/wall/figures")
@blueprint.doc(hide=True)
def wall_figures() -> ResponseReturnValue:
    """Tell the numbers of one page of the wall, and the time of the disaster in view."""
    require("map.read")
    with reading() as session:
        seen = look(session)
        told = wall.read(session, seen, wall.page_of(request.args.get("page", "")))
    speed = 1 if seen.drill is None else 0 if seen.drill.paused_at else seen.drill.speed
    return told | {"now": seen.view.now, "speed": speed}


@blueprint.get("/desk/snapshot.html")
@blueprint.doc(hide=True)
def snapshot() -> ResponseReturnValue:
    """Hand out the situation as one HTML file that opens without a network."""
    require("map.read")
    with reading() as session:
        seen = look(session)
        situation = folium_map.collect(session, seen)
    page = folium_map.in_thread(situation)
    name = f"snapshot-{situation.moment:%Y%m%d-%H%M}.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(page, headers=headers, content_type="text/html; charset=utf-8")


@blueprint.get("/areas/<string:code>/panel")
@blueprint.doc(hide=True)
def panel(code: str) -> ResponseReturnValue:
    """Show an area's drawer: a section from each plug-in that has something to say."""
    with reading() as session:
        seen = look(session)
        try:
            node = seen.tree.by_code(code)
        except KeyError:
            raise NotFound(_("There is no area with the code %(code)s.", code=code)) from None
        require("map.read", node.id)
        view = replace(seen.view, area_id=node.id)
        sections = _sections(session, view)
        return render_template(
            "maps/panel.html",
            area=node,
            county=seen.tree.ancestor_at(node.id, "county"),
            township=seen.tree.ancestor_at(node.id, "township")
            if node.level == "village"
            else None,
            below=len([each for each in seen.tree.children(node.id) if not each.pseudo]),
            sections=sections,
            view=seen,
            now=view.at or view.now,
            may_move=node.level == "township" and _may("area.write", node.id, seen.tree),
        )


def _may(permission: str, area_id: UUID, tree: geo.AreaTree) -> bool:
    who = viewer()
    return who is not None and who.may(permission, area_id, tree)


def _sections(session: Session, view: View) -> list[tuple[PanelSection, Markup]]:
    """Draw what each plug-in has to say about an area; its template finds it as `section`."""
    drawn = []
    for each in sorted(contributed("panel"), key=lambda each: each.order):
        found = each.context(session, view)
        if found is not None:
            told = {**found, "section": found, "view": view, "now": view.at or view.now}
            text = Markup(render_template(each.template, **told))  # nosec B704  # noqa: S704
            drawn.append((each, text))
    return drawn


@blueprint.get(PHONE)
@blueprint.doc(hide=True)
def phone_map() -> ResponseReturnValue:
    """Show the map on the phone: an empty page, the same for everybody."""
    web.enter_app("/phone", "map.read")
    return web.offline_page(PHONE)


@blueprint.get(f"{PHONE}/facts")
@blueprint.doc(hide=True)
def phone_map_facts() -> ResponseReturnValue:
    """Give the map of one area and what lies around it, to be kept on the phone."""
    with reading() as session:
        seen = look(session)
        require("map.read", seen.area.id)
        return {"map": carried.carried(session, seen.view, seen.tree, seen.area)}


@blueprint.get("/api/v1/layers")
def list_layers() -> ResponseReturnValue:
    """List the map's layers."""
    require("map.read")
    return {"layers": [layers.described(each) for each in layers.all_layers()]}


@blueprint.get("/api/v1/layers/<string:layer_id>")
@web.gives(GEOJSON)
def show_layer(layer_id: str) -> ResponseReturnValue:
    """Return a layer as GeoJSON, with an ETag."""
    require("map.read")
    with reading() as session:
        view = look(session).view
        found = layers.layer(layer_id)
        made = layers.body(session, view, layer_id, lambda: found.features(session, view))
    return _tagged(made, GEOJSON)


@blueprint.get("/api/v1/tiles/<string:layer_id>/<int:zoom>/<int:column>/<int:row>.pbf")
@web.gives(TILE)
def show_tile(layer_id: str, zoom: int, column: int, row: int) -> ResponseReturnValue:
    """Return a vector tile of a layer's points; clusters below zoom 12."""
    require("map.read")
    if zoom > 22 or not (0 <= column < 2**zoom and 0 <= row < 2**zoom):
        wrong = FieldError("zoom", "range", _("This value cannot be taken."))
        raise Invalid(_("There is no such tile."), [wrong])
    with reading() as session:
        found = layers.layer(layer_id)
        view = replace(look(session).view, box=tiles.tile_box(zoom, column, row))
        features = found.features(session, view)
    data = tiles.encode(layer_id, features, zoom=zoom, column=column, row=row)
    return Response(data, content_type=TILE)


@blueprint.get("/api/v1/totals")
def show_totals() -> ResponseReturnValue:
    """Return the headline figures with age, source and the change since the shift began."""
    require("map.read")
    with reading() as session:
        return {"totals": figures.totals(session, look(session).view)}


@blueprint.get("/api/v1/search")
def find() -> ResponseReturnValue:
    """Find areas, shelters, depots and whatever else by ?q=."""
    require("map.read")
    asked = request.args.get("q", "").strip()[:64]
    with reading() as session:
        rows = search.everything(session, look(session).view, asked) if asked else []
    return {"results": rows}


def _tagged(made: layers.Body, kind: str) -> Response:
    """Answer with a tag, gzipped where the reader takes it; 304 when it has this already."""
    headers: dict[str, Any] = {"ETag": f'"{made.etag}"', "Cache-Control": "private, no-cache"}
    if request.if_none_match.contains(made.etag) or request.if_none_match.contains_weak(made.etag):
        return Response(status=304, headers=headers)
    headers["Vary"] = "Accept-Encoding, Cookie, Authorization"
    if made.gzipped and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(made.gzipped, headers=headers, content_type=kind)
    return Response(made.plain, headers=headers, content_type=kind)
