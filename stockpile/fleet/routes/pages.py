"""The page that says what trucks stand where and whether what waits fits on them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters.routes import look
from relief_ops.errors import ReliefError
from relief_ops.geo import cached_tree
from relief_ops.receipts import Attempt
from relief_ops.web.pages import here, id_again, may
from stockpile.fleet import queries, schemas
from stockpile.fleet.routes import api
from stockpile.routes.api import asked_id
from stockpile.routes.pages import may as may_anywhere

blueprint = APIBlueprint(
    "depot_truck_pages", __name__, template_folder="../templates", enable_openapi=False,
    url_prefix="/stock",
)  # fmt: skip
CORRECTABLE = (403, 409, 412, 422, 428)


@blueprint.get("/trucks")
def page_list() -> ResponseReturnValue:
    """Show depot by depot what its trucks carry and what waits for them."""
    require("stock.read")
    return _shown({}, depot_id=asked_id("depot"))


@blueprint.get("/trucks/<uuid:trucks_id>")
def page_edit(trucks_id: UUID) -> ResponseReturnValue:
    """Show the same with the form filled in to change these trucks."""
    require("stock.read")
    with reading() as session:
        found = queries.shown(queries.trucks(session, trucks_id))
    return _shown(found, depot_id=found["depot"])


def _shown(
    filled: dict[str, Any], error: ReliefError | None = None, *, depot_id: UUID | None = None
) -> ResponseReturnValue:
    tree = cached_tree()
    with reading() as session:
        seen = look(session)
        found = queries.board(session, seen.view, depot_id)
        page = web.page(
            "fleet/list.html", seen=seen, found=found, totals=queries.totals(found), error=error,
            filled=filled, may=may_anywhere,
            mine=[each.depot for each in found if may(api.WRITE, each.depot.area_id, tree)],
            tab="trucks", form_id=filled.get("id") or id_again(None, error), here=here(),
        )  # fmt: skip
    return page, error.status if error else 200


def _being_changed(filled: dict[str, Any]) -> UUID | None:
    """Return the depot of trucks that are being changed: the form stays with it."""
    try:
        return UUID(str(filled.get("depot"))) if filled.get("revision") else None
    except ValueError:
        return None


@blueprint.post("/trucks")
def save() -> ResponseReturnValue:
    """Enter the trucks of the form, or show it again with what is wrong."""
    require(api.WRITE)
    filled = web.form_fields()
    try:
        fields = dict(filled)
        trucks_id, revision = web.form_id(fields), str(fields.pop("revision", ""))
        order = web.check(schemas.PutTrucks, fields)
        attempt = Attempt(
            id=trucks_id, base=revision, digest=web.body_digest(), edit=bool(revision),
            mutable=True,
        )  # fmt: skip
        api.entered(attempt, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _shown(filled, error, depot_id=_being_changed(filled))
    return web.see_other("depot_truck_pages.page_list", **here())
