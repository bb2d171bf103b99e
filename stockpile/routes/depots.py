"""The form that sets up a depot or changes it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from relief_ops import geo, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import ReliefError
from relief_ops.geo import cached_tree
from relief_ops.i18n import lazy
from relief_ops.receipts import Attempt
from relief_ops.web.pages import here, id_again
from stockpile import schemas
from stockpile.queries import register
from stockpile.routes.api import write_depot
from stockpile.routes.pages import blueprint, shown
from stockpile.rules import Mode

MODES = {
    Mode.OWNED: lazy("own stock"),
    Mode.AGREEMENT: lazy("stock by agreement"),
    Mode.CAPACITY: lazy("production capacity"),
}
CORRECTABLE = (403, 409, 412, 422, 428)
WRITE = "depot.write"


@blueprint.get("/depots/new")
def depot_new() -> ResponseReturnValue:
    """Show the form of a new depot."""
    require(WRITE)
    return _form({})


@blueprint.get("/depots/<uuid:depot_id>/edit")
def depot_edit(depot_id: UUID) -> ResponseReturnValue:
    """Show the form that changes a depot."""
    require(WRITE)
    with reading() as session:
        found = register.depot(session, depot_id)
        require(WRITE, found.area_id)
        point = register.points(session, [depot_id]).get(depot_id)
        least = register.minimums(session, [depot_id])
        filled = register.shown_depot(found, cached_tree(), point, least)
    lon, lat = point or ("", "")
    return _form(filled | {"lon": lon, "lat": lat, "drill_id": found.drill_id})


def _form(filled: dict[str, Any], error: ReliefError | None = None) -> str:
    with reading() as session:
        seen = look(session)
        return shown(
            "depot_form.html", "stock", seen=seen, filled=filled, error=error, modes=MODES,
            catalogue=items.items(session), areas=_areas(seen, filled.get("area_code")),
            new=not filled.get("revision"), least=_least(filled), here=here(),
            form_id=filled.get("id") or id_again(None, error),
        )  # fmt: skip


def _least(filled: dict[str, Any]) -> dict[str, Any]:
    """Return the minimums of a form, none where it says something else."""
    found = filled.get("minimums")
    return found if isinstance(found, dict) else {}


def _areas(seen: disasters.Looking, own: Any) -> list[tuple[str, str]]:
    """Return the areas a depot may belong to, its own among them, each named with its county."""
    tree = cached_tree()
    found = [*tree.ancestors(seen.area.id)[:1], *(each for each in tree if each.code == own)]
    for level in (geo.Level.COUNTY, geo.Level.TOWNSHIP):
        found += [each for each in tree.at_level(level, seen.area.id) if not each.pseudo]
    return [(each.code, _named(tree, each)) for each in dict.fromkeys(found)]


def _named(tree: geo.AreaTree, node: geo.AreaNode) -> str:
    county = tree.ancestor_at(node.id, geo.Level.COUNTY)
    return node.name if county is None or county.id == node.id else f"{county.name} {node.name}"


@blueprint.post("/depots")
def depot_save() -> ResponseReturnValue:
    """Set up or change the depot of the form, or show it again with what is wrong."""
    require(WRITE)
    filled = web.form_fields()
    try:
        fields = dict(filled)
        depot_id, revision = web.form_id(fields), str(fields.pop("revision", ""))
        order = web.check(schemas.PutDepot, fields)
        attempt = Attempt(
            id=depot_id, base=revision, digest=web.body_digest(), edit=bool(revision), mutable=True
        )
        write_depot(attempt, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _form(filled, error), error.status
    return web.see_other("stock.depot_page", depot_id=depot_id, **here())
