"""The page of a depot's kits: what could be put together, the form, what was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import lookup, require
from relief_ops.db import reading
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.web.pages import here, id_again, may
from stockpile.kits import queries, schemas
from stockpile.kits.routes import api
from stockpile.kits.rules import Direction
from stockpile.queries import register
from stockpile.routes.pages import may as may_anywhere

blueprint = APIBlueprint(
    "kit_pages", __name__, template_folder="../templates", enable_openapi=False,
    url_prefix="/stock",
)  # fmt: skip
CORRECTABLE = (403, 409, 422)
DIRECTIONS = {
    Direction.ASSEMBLE: lazy("kits put together"),
    Direction.DISMANTLE: lazy("kits taken apart"),
}


@blueprint.get("/depots/<uuid:depot_id>/kits")
def page_kits(depot_id: UUID) -> ResponseReturnValue:
    """Show the kits of a depot."""
    require("stock.read")
    return _page(depot_id, {})


def _page(depot_id: UUID, filled: dict[str, Any], error: ReliefError | None = None) -> str:
    with reading() as session:
        look(session)
        depot = register.depot(session, depot_id)
        done = queries.acts(session, depot)
        return web.page(
            "kits/depot.html", tab="stock", may=may_anywhere, name_of=items.name_of,
            unit_of=items.unit_of, depot=depot, place=cached_tree().node(depot.area_id).name,
            possible=queries.possible(session, depot), whole=queries.whole(session, depot),
            done=done, names=lookup.names(session, {each.act.actor_id for each in done}),
            directions=DIRECTIONS, makes=may(api.MAKE, depot.area_id), filled=filled, error=error,
            form_id=id_again(filled.get("id"), error), other_id=id_again(None, None), here=here(),
        )  # fmt: skip


@blueprint.post("/depots/<uuid:depot_id>/kits")
def make(depot_id: UUID) -> ResponseReturnValue:
    """Put together or take apart what the form says, or show it again with what is wrong."""
    require(api.MAKE)
    filled = web.form_fields()
    fields = dict(filled)
    try:
        act_id = web.form_id(fields)
        chosen = str(fields.pop("what", ""))
        fields |= {"depot": str(depot_id)} | _chosen(chosen, str(fields.get("direction", "")))
        api.acted(web.attempt(act_id, revised=True), web.check(schemas.PutKitAct, fields))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _page(depot_id, filled, error), error.status
    return web.see_other("kit_pages.page_kits", depot_id=depot_id, **here())


def _chosen(text: str, direction: str) -> dict[str, Any]:
    """Return what one choice of the form names: a kit, and a lot, or what its goods are for."""
    kit, _colon, rest = text.partition(":")
    if not kit:
        words = _("Choose what to put together or take apart.")
        raise Invalid(words, [FieldError("what", "missing", words)])
    if direction == Direction.DISMANTLE:
        return {"kit": kit, "lots": [rest]}
    disaster, _colon, purpose = rest.partition(":")
    found: dict[str, Any] = {"kit": kit, "purpose": purpose}
    return found | ({"disaster_id": disaster} if disaster else {})
