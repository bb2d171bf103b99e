"""The pages of areas: the tree as of a day, one area with its codes and point, the zones."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, web
from relief_ops.admin import queries, schemas, services
from relief_ops.admin.routes import asked_day, node_of
from relief_ops.admin.users import may
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid, ReliefError
from relief_ops.i18n import gettext as _

blueprint = APIBlueprint("areas", __name__, enable_openapi=False, url_prefix="/areas")
FOUND = 50


@blueprint.get("")
def top() -> ResponseReturnValue:
    """Show the areas without a parent, or those whose name or code was asked for."""
    require("area.read")
    text = request.args.get("q", "").strip()
    with reading() as session:
        tree = geo.tree(session, asked_day())
        if len(tree.roots) == 1 and not text:
            return _area(session, tree, tree.roots[0])
        found = _search(tree, text) if text else tree.roots
    return web.page(
        "admin/areas.html", tree=tree, node=None, path=[], rows=found, text=text, may=may,
        levels=levels(), day=_day(), versions=[], zones=[], error=None, capped=len(found) == FOUND,
    )  # fmt: skip


def _search(tree: geo.AreaTree, text: str) -> list[geo.AreaNode]:
    found = (node for node in tree if text in node.name or node.code.startswith(text))
    return sorted(found, key=lambda node: node.code)[:FOUND]


def levels() -> dict[str, str]:
    """Return the four levels in the reader's words."""
    return {
        "city": _("city"),
        "county": _("county"),
        "township": _("township"),
        "village": _("village"),
    }


def _day() -> date:
    return asked_day() or clock.local_date(clock.now())


@blueprint.get("/<string:code>")
def one(code: str) -> ResponseReturnValue:
    """Show one area and what lies below it, as of the day ?on=."""
    require("area.read")
    with reading() as session:
        tree = geo.tree(session, asked_day())
        return _area(session, tree, node_of(tree, code))


def _area(
    session: Session, tree: geo.AreaTree, node: geo.AreaNode, error: ReliefError | None = None
) -> ResponseReturnValue:
    zones = [zone for zone, members in queries.zones(session) if node.id in members]
    shown = web.page(
        "admin/areas.html", tree=tree, node=node, path=list(reversed(tree.ancestors(node.id))),
        rows=tree.children(node.id), text="", may=may, levels=levels(), day=_day(), zones=zones,
        versions=queries.versions_of(session, node.id), error=error, capped=False,
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/<string:code>/point")
def put_point(code: str) -> ResponseReturnValue:
    """Put an area's point right."""
    require("area.write")
    try:
        order = web.parse(schemas.PutPoint)
    except Invalid as error:
        with reading() as session:
            tree = geo.tree(session)
            return _area(session, tree, node_of(tree, code), error)
    with transaction() as session:
        node = node_of(geo.tree(session), code)
        actor_id = require("area.write", node.id)
        services.put_point(session, node, order, actor_id=actor_id)
    return web.see_other("areas.one", code=code)


@blueprint.get("/zones")
def zones() -> ResponseReturnValue:
    """List the functional zones."""
    require("area.read")
    with reading() as session:
        tree = geo.tree(session)
        found = queries.zones(session)
    return web.page("admin/zones.html", zones=found, tree=tree, may=may)


@blueprint.get("/zones/new")
def new_zone() -> ResponseReturnValue:
    """Show an empty form."""
    require("area.write")
    return _zone_form(uuid6.uuid7(), "", "")


@blueprint.get("/zones/<uuid:zone_id>")
def zone(zone_id: UUID) -> ResponseReturnValue:
    """Show the form of one zone."""
    require("area.write")
    with reading() as session:
        tree = geo.tree(session)
        found = queries.zone(session, zone_id)
        members = dict((each.id, areas) for each, areas in queries.zones(session))[zone_id]
        codes = sorted(tree.node(each).code for each in members if each in tree)
    return _zone_form(zone_id, found.name, "\n".join(codes))


def _zone_form(
    zone_id: UUID, name: str, codes: str, error: ReliefError | None = None
) -> ResponseReturnValue:
    with reading() as session:
        tree = geo.tree(session)
    known = {node.code: node.name for node in tree}
    shown = web.page(
        "admin/zone_form.html", zone_id=zone_id, name=name, codes=codes, error=error,
        listed=[(code, known.get(code, "")) for code in codes.split()],
        townships=tree.at_level("township"),
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/zones/<uuid:zone_id>")
def put_zone(zone_id: UUID) -> ResponseReturnValue:
    """Make or change a functional zone: a named set of areas, good for filtering."""
    require("area.write")
    name, codes = request.form.get("name", ""), request.form.get("codes", "")
    try:
        with transaction() as session:
            tree = geo.tree(session)
            actor_id = require("area.write", own_root(tree).id)
            services.put_zone(
                session, zone_id, name=name, areas=_ids(tree, codes), actor_id=actor_id
            )
    except Invalid as error:
        return _zone_form(zone_id, name, codes, error)
    return web.see_other("areas.zones")


def _ids(tree: geo.AreaTree, codes: str) -> list[UUID]:
    found: list[UUID] = []
    for code in codes.replace(",", " ").split():
        try:
            found.append(tree.by_code(code).id)
        except KeyError:
            raise Invalid(_("There is no area with the code %(code)s.", code=code)) from None
    return found
