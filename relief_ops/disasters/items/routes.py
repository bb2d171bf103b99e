"""The catalogue over HTTP."""

from __future__ import annotations

from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from relief_ops import geo, web
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.disasters.items import queries, schemas, services
from relief_ops.errors import FieldError, Invalid
from relief_ops.events.vocabulary import CODE
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

blueprint = APIBlueprint("items", __name__)
CODES = UUID("0192f5c8-0000-7000-8000-0000000017e5")


@blueprint.get("/api/v1/items")
def list_items() -> ResponseReturnValue:
    """List the catalogue of relief items."""
    require("need.read")
    with reading() as session:
        return {"items": queries.catalogue(session)}


@blueprint.put("/api/v1/items/<string:code>")
@web.takes(schemas.PutItem)
def put_item(code: str, order: schemas.PutItem) -> ResponseReturnValue:
    """Add an item to the catalogue or change it."""
    receipt = write_item(web.attempt(write_id(code)), code, order)
    return receipt.json(), receipt.status


def write_id(code: str) -> UUID:
    """Return the id of every write to an item: it follows from its code."""
    return uuid5(CODES, code)


def write_item(attempt: Attempt, code: str, order: schemas.PutItem) -> Receipt:
    """Add or change an item as whoever is looking."""
    with transaction() as session:
        actor_id = require("item.write", own_root(geo.tree(session)).id)
        if not CODE.fullmatch(code) or len(code) > 40:
            wrong = FieldError("code", "pattern", _("Use letters, digits and underscores."))
            raise Invalid(_("Some fields need another look."), [wrong])
        return services.put_item(session, attempt, code, order, actor_id=actor_id)
