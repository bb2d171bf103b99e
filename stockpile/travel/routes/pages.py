"""The page of travel times: what was entered, what a depot's ways take now, the workbook."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import Invalid, ReliefError
from relief_ops.geo import AreaNode, cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from relief_ops.web.pages import here, id_again, may
from stockpile.queries import register
from stockpile.routes.pages import may as may_anywhere
from stockpile.travel import queries, schemas
from stockpile.travel.queries import Listed, Way
from stockpile.travel.routes import api
from stockpile.travel.routes.wording import BASES, MEANS, SHAPES
from stockpile.travel.rules import Means

blueprint = APIBlueprint(
    "travel_pages", __name__, template_folder="../templates", enable_openapi=False,
    url_prefix="/stock",
)  # fmt: skip
CORRECTABLE = (403, 409, 412, 422)
END = {"place": "place", "area": "area_code"}  # how a choice of the form names an end
ISLAND = "island"


@blueprint.get("/travel")
def page_list() -> ResponseReturnValue:
    """Show the travel times of an area, and what the ways of one depot take now."""
    require("stock.read")
    return shown(None)


def shown(error: ReliefError | None, **more: Any) -> ResponseReturnValue:
    """Show the page, with what was wrong with a form of it."""
    with reading() as session:
        seen = look(session)
        tree = cached_tree()
        depots = register.depots(session, seen.view)
        chosen = next((each for each in depots if each.id == api.asked_depot()), None)
        found = queries.listed(session, seen.view, tree)
        edited = next((each for each in found if str(each.row.id) == _edited()), None)
        page = web.page(
            "travel/list.html", seen=seen, found=found, depots=depots, chosen=chosen,
            ways=_ways(session, seen, chosen), names=queries.actors(session, found),
            ends=_choices(session, seen, tree), edited=edited, error=error,
            errors={each.field: each.message for each in error.errors}
            if isinstance(error, Invalid) else {},
            typed=_typed(edited, error), form_id=id_again(request.form.get("id"), error),
            may=may_anywhere, writes=may(api.WRITE, seen.area.id, tree), tab="travel",
            today=tree, means=MEANS, bases=BASES, shapes=SHAPES, minutes=api.minutes,
            done=request.args.get("done", ""), **more,
        )  # fmt: skip
    return page, error.status if error else 200


def _edited() -> str:
    return request.args.get("edit", "") or request.form.get("edit", "")


def _ways(session: Session, seen: disasters.Looking, depot: Any) -> list[tuple[AreaNode, Way]]:
    if depot is None or seen.disaster is None:
        return []
    return queries.from_depot(session, seen.disaster, depot, seen.area.id, seen.view.now)


def _choices(
    session: Session, seen: disasters.Looking, tree: geo.AreaTree
) -> dict[str, list[tuple[str, str]]]:
    """Return what a way may start or end at: depots, and the counties and townships in view."""
    areas = [
        node
        for level in (geo.Level.COUNTY, geo.Level.TOWNSHIP)
        for node in tree.at_level(level, seen.area.id)
        if not node.pseudo
    ]
    return {
        "places": [(f"place:{each.id}", each.name) for each in register.depots(session, seen.view)],
        "areas": [(f"area:{each.code}", _in(tree, each)) for each in areas],
    }


def _in(tree: geo.AreaTree, node: AreaNode) -> str:
    """Return an area's name with that of its county, which tells namesakes apart."""
    county = tree.ancestor_at(node.id, geo.Level.COUNTY)
    return node.name if county is None or county.id == node.id else f"{county.name} {node.name}"


def _typed(edited: Listed | None, error: ReliefError | None) -> dict[str, Any]:
    """Return what the form shows: what was typed, what is to be changed, or nothing."""
    if error is not None:
        return dict(request.form)
    if edited is None:
        return {"from": request.args.get("from", ""), "to": request.args.get("to", "")}
    row = edited.row
    return {
        "from": _choice(edited.near), "to": _choice(edited.far), "minutes": row.minutes,
        "means": row.means, "detour": row.detour, "note": row.note,
    }  # fmt: skip


def _choice(end: dict[str, Any] | None) -> str:
    if end is None:
        return ISLAND
    return f"place:{end['place']}" if end["place"] else f"area:{end['code']}"


@blueprint.post("/travel")
def save() -> ResponseReturnValue:
    """Enter or change a travel time from the form."""
    require(api.WRITE)
    try:
        fields = web.form_fields()
        form_id = web.form_id(fields)
        edit, revision = fields.pop("edit", None), str(fields.pop("revision", ""))
        order = web.check(schemas.PutTravelTime, _asked(fields))
        attempt = Attempt(
            id=web.form_id({"id": edit}) if edit else form_id, base=revision if edit else "",
            digest=web.body_digest(), edit=bool(edit), mutable=True,
        )  # fmt: skip
        api.put(attempt, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return shown(error)
    return web.see_other("travel_pages.page_list", done="saved", **here())


def _asked(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a form's fields as the shape has them: the two choices name their ends."""
    asked = {key: value for key, value in fields.items() if key not in ("from", "to")}
    for side in ("from", "to"):
        kind, _colon, key = str(fields.get(side, "")).partition(":")
        if kind in END:
            asked[f"{side}_{END[kind]}"] = key
    if not fields.get("from"):
        asked["from_area_code"] = ""  # nothing was chosen, which is not an island
    return asked


@blueprint.post("/travel/<uuid:travel_id>/end")
def end(travel_id: UUID) -> ResponseReturnValue:
    """Take a travel time back from the page."""
    require(api.WRITE)
    try:
        api.ended(web.attempt(uuid5(travel_id, "end"), revised=True), travel_id)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return shown(error)
    return web.see_other("travel_pages.page_list", done="ended", **here())


@blueprint.get("/travel/export")
def export() -> ResponseReturnValue:
    """Hand out what was entered as a workbook that can be sent in again."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        rows = [_cells(each) for each in queries.listed(session, seen.view, cached_tree())]
        drill = _("DRILL") if seen.drill else ""
        title = f"{drill} {seen.area.name} {_('Travel times')}".strip()
    sheet = sheets.Sheet(name=_("Travel times"), headings=headings(), rows=rows, note=title)
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")


def headings() -> list[str]:
    """Return the columns of the workbook, in the reader's language."""
    return [
        _("From (code or name; empty: an island)"), _("To (code or name)"), _("Minutes"),
        _("Carried by"), _("Detour"), _("Note"), _("Name of the start"), _("Name of the end"),
    ]  # fmt: skip


def _cells(found: Listed) -> list[Any]:
    row = found.row
    return [
        _named(found.near), _named(found.far), row.minutes, str(MEANS[Means(row.means)]),
        _("yes") if row.detour else "", row.note, found.near["name"] if found.near else "",
        found.far["name"],
    ]  # fmt: skip


def _named(end: dict[str, Any] | None) -> str:
    """Return how an end is named in a workbook: a place by its id, an area by its code."""
    return "" if end is None else str(end["place"] or end["code"])
