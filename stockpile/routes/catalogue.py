"""The pages of the catalogue: every item, and the form that adds or changes one."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.routes import write_id, write_item
from relief_ops.disasters.items.schemas import PutItem
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, NotFound, ReliefError, StaleBase
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from relief_ops.web.pages import here, may
from stockpile.routes.pages import blueprint, shown
from stockpile.routes.pages import may as may_anywhere
from stockpile.routes.wording import CLASSES

WRITE = "item.write"
CORRECTABLE = (403, 409, 412, 422, 428)
SPARE_ROWS = 3
LINKS = {"substitutes": "per_hundred", "parts": "quantity"}


@blueprint.get("/catalogue")
def catalogue_page() -> ResponseReturnValue:
    """Show every item with its pack, what may stand in for it and what it is made of."""
    if not _writes():
        require("need.read")
    with reading() as session:
        look(session)
        return shown(
            "catalogue.html", "stock", listed=items.catalogue(session), classes=CLASSES,
            names=_names(items.items(session)), writes=_writes(),
        )  # fmt: skip


def _names(catalogue: list[Any]) -> dict[str, str]:
    return {each.code: items.name_of(each) for each in catalogue}


def _writes() -> bool:
    """Whether the reader may change the catalogue, which is the whole site's."""
    return may(WRITE, own_root(cached_tree()).id)


@blueprint.get("/catalogue/new")
def item_new() -> ResponseReturnValue:
    """Show the form of a new item."""
    require(WRITE, own_root(cached_tree()).id)
    return _form({})


@blueprint.get("/catalogue/<string:code>/edit")
def item_edit(code: str) -> ResponseReturnValue:
    """Show the form that changes an item."""
    require(WRITE, own_root(cached_tree()).id)
    with reading() as session:
        found = next((each for each in items.catalogue(session) if each["code"] == code), None)
    if found is None:
        raise NotFound(_("There is no item with the code %(code)s.", code=code))
    links = {
        name: {str(n): {"item": each["item"], "amount": each[amount]}
               for n, each in enumerate(found[name])}
        for name, amount in LINKS.items()
    }  # fmt: skip
    return _form(found | links)


def _form(filled: dict[str, Any], error: ReliefError | None = None) -> str:
    with reading() as session:
        look(session)
        return shown(
            "item_form.html", "stock", filled=filled, error=error, classes=CLASSES,
            catalogue=items.items(session), new=not filled.get("revision"),
            rows={name: _rows(filled.get(name)) for name in LINKS},
            here=here(),
        )  # fmt: skip


def _rows(given: Any) -> list[dict[str, Any]]:
    """Return the rows of a list on the form: what stands in it, and some to fill in."""
    known = list(given.values()) if isinstance(given, dict) else []
    return [each if isinstance(each, dict) else {} for each in known] + [{}] * SPARE_ROWS


@blueprint.post("/catalogue")
def item_save() -> ResponseReturnValue:
    """Add or change the item of the form, or show it again with what is wrong."""
    require(WRITE)
    filled = web.form_fields()
    try:
        fields = dict(filled)
        code, revision = str(fields.pop("code", "")), str(fields.pop("revision", ""))
        if not revision:
            _check_new(code)
        fields.setdefault("merged_into", None)
        fields |= {name: _pairs(fields.get(name), name) for name in LINKS}
        order = web.check(PutItem, fields)
        attempt = Attempt(
            id=write_id(code), base=revision, digest=web.body_digest(), edit=bool(revision),
            mutable=True,
        )  # fmt: skip
        write_item(attempt, code, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        if isinstance(error, StaleBase) and error.current:
            filled["revision"] = error.current["revision"]  # sent again, it replaces what is there
        return _form(filled, error), error.status
    read = may_anywhere("stock.read")
    return (
        web.see_other("stock.item_page", code=code)
        if read
        else web.see_other("stock.catalogue_page")
    )


def _check_new(code: str) -> None:
    """Raise Invalid where an item with this code stands in the catalogue already."""
    with reading() as session:
        known = {each.code for each in items.items(session)}
    if code in known:
        words = _("There is an item with this code already. Change that, or choose another code.")
        raise Invalid(words, [FieldError("code", "taken", words)])


def _pairs(given: Any, name: str) -> dict[str, Any]:
    """Return the rows of a list on the form by item. Raises Invalid for one that stands twice."""
    found: dict[str, Any] = {}
    for each in _rows(given):
        item, amount = str(each.get("item", "")), each.get("amount", "")
        if item in found:
            words = _("%(item)s stands there twice.", item=item)
            raise Invalid(words, [FieldError(name, "twice", words)])
        if item or amount:
            found[item] = amount
    return found
