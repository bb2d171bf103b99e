"""The page that says who has the keys tonight."""

from __future__ import annotations

from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters.routes import look
from relief_ops.errors import ReliefError
from relief_ops.geo import cached_tree
from relief_ops.web.pages import here, id_again, may
from stockpile.keys import queries, schemas
from stockpile.keys.routes import api
from stockpile.routes.pages import may as may_anywhere

blueprint = APIBlueprint(
    "depot_key_pages", __name__, template_folder="../templates", enable_openapi=False,
    url_prefix="/stock",
)  # fmt: skip
CORRECTABLE = (403, 409, 412, 422)


@blueprint.get("/keys")
def page_list() -> ResponseReturnValue:
    """Show depot by depot whether it is open, who has the key, and what waits there."""
    require("stock.read")
    return _shown(None)


def _shown(
    error: ReliefError | None, *, said: dict[str, str] | None = None, of: UUID | None = None
) -> ResponseReturnValue:
    with reading() as session:
        seen = look(session)
        found = queries.board(session, seen.view)
        page = web.page(
            "keys/list.html", seen=seen, found=found, error=error, said=said, of=of,
            masked={each.id: queries.shown(each) for line in found
                    for each in (*line.now, *line.next)},
            gives=may(api.WRITE, seen.area.id, cached_tree()), may=may_anywhere, tab="keys",
            typed=request.form if error else request.args,
            form_id=id_again(request.form.get("id"), error), present=seen.view.now,
        )  # fmt: skip
    return page, error.status if error else 200


@blueprint.post("/keys")
def save() -> ResponseReturnValue:
    """Give a key from the form."""
    require(api.WRITE)
    try:
        fields = web.form_fields()
        key_id = web.form_id(fields)
        for name in ("from_at", "until_at"):
            if name in fields:
                fields[name] = web.local_instant(fields[name])
        attempt = web.attempt(key_id, personal=True)
        api.given(attempt, web.check(schemas.PutKey, fields))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _shown(error)
    return web.see_other("depot_key_pages.page_list", **here())


@blueprint.post("/keys/<uuid:key_id>/end")
def end(key_id: UUID) -> ResponseReturnValue:
    """Say from the page that a key was handed back."""
    require(api.WRITE)
    try:
        api.taken_back(web.attempt(uuid5(key_id, "end"), revised=True), key_id)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _shown(error)
    return web.see_other("depot_key_pages.page_list", **here())


@blueprint.post("/keys/<uuid:key_id>/contact")
def page_contact(key_id: UUID) -> ResponseReturnValue:
    """Show in full who has a key; it is on the record."""
    require(api.CALL)
    return _shown(None, said=api.contact(key_id), of=key_id)
