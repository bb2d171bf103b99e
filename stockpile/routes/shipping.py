"""The forms of the road: what a truck takes, what arrived, what came back.

A number that was cleared says nothing: it comes back, and is never read as none or as all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import transaction
from relief_ops.errors import FieldError, Invalid, NotFound, ReliefError
from relief_ops.i18n import gettext as _
from stockpile import schemas, services
from stockpile.queries import road
from stockpile.routes.api import origin
from stockpile.routes.forms import WRONG, sent
from stockpile.routes.pages import blueprint, shown_shipment, shown_shipments

TICKED = "reservation_ids"
Pair = tuple[str, str]


@blueprint.post("/dispatch")
def dispatch() -> ResponseReturnValue:
    """Send a promise on the road, or show what waits again with what was typed."""
    require("stock.ship")
    try:
        shipment_id, fields = sent()
        order = web.check(schemas.PutShipment, _asked(fields))
        with transaction() as session:
            depot = origin(session, order)
            actor_id = require("stock.ship", depot.area_id)
            attempt = web.attempt(shipment_id, revised=True)
            services.dispatch(session, attempt, order, depot=depot, actor_id=actor_id)
    except WRONG as error:
        require("stock.read")
        return shown_shipments(request.form, error), error.status
    return web.see_other("stock.shipment_page", shipment_id=shipment_id)


def _asked(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the shipment a form describes. Raises Invalid where nothing is chosen."""
    loading = _Loading(request.form.getlist(TICKED), fields.pop("parts", {}))
    fields.pop("place", None)
    fields[TICKED] = loading.promises
    fields["lines"] = loading.lines()
    if not loading.promises or fields["lines"] == []:
        words = _("Choose what goes, and say how much.")
        raise Invalid(words, [FieldError(TICKED, "missing", words)])
    if "eta" in fields:
        fields["eta"] = web.local_instant(fields["eta"])
    return fields


@dataclass
class _Loading:
    """What is ticked, `<promise>:<lot>` or the promise whole, and what stands beside the ticks."""

    ticked: list[str]
    told: Any
    errors: list[FieldError] = field(default_factory=list)

    @property
    def promises(self) -> list[str]:
        """Return each promise of which something is ticked, once."""
        return list(dict.fromkeys(each.partition(":")[0] for each in self.ticked))

    def lines(self) -> list[dict[str, Any]] | None:
        """Return so much of each lot that is ticked; None where no amount stands beside it.

        Raises Invalid naming the amounts that were cleared.
        """
        pairs = self._pairs()
        if not pairs and not any(key.startswith("parts.") for key in request.form):
            return None
        found = [(pair, _typed(self.told, *pair)) for pair in pairs]
        missing = [".".join(("parts", *pair)) for pair, quantity in found if quantity is None]
        _refuse_blank(missing)
        return [
            {"reservation_id": promise, "lot": lot, "quantity": quantity}
            for (promise, lot), quantity in found if quantity != "0"
        ]  # fmt: skip

    def _pairs(self) -> list[Pair]:
        """Return the promise and the lot of each tick; a promise ticked whole has all its own."""
        pairs: dict[Pair, None] = {}
        for each in self.ticked:
            promise, _colon, lot = each.partition(":")
            start = f"parts.{promise}."
            whole = [key.removeprefix(start) for key in request.form if key.startswith(start)]
            pairs |= dict.fromkeys((promise, one) for one in ([lot] if lot else whole))
        return list(pairs)


def _typed(told: Any, *path: str) -> str | None:
    """Return what stands in one field of a form, or None where nothing does."""
    for step in path:
        told = told.get(step) if isinstance(told, dict) else None
    return told if isinstance(told, str) else None


def _refuse_blank(names: list[str]) -> None:
    """Raise Invalid naming the fields that must say how much and say nothing."""
    if names:
        words = _("Say how much.")
        wrong = [FieldError(each, "missing", words) for each in names]
        raise Invalid(_("Some fields need another look."), wrong)


@blueprint.post("/shipments/<uuid:shipment_id>/receipt")
def receipt(shipment_id: UUID) -> ResponseReturnValue:
    """Count a shipment at its place, or show the form again with what is wrong."""
    try:
        with transaction() as session:
            require("stock.receive")
            actor_id = require("stock.receive", road.shipment(session, shipment_id).to_area)
            order = web.check(schemas.PutReceipt, _counted(session, shipment_id))
            attempt = web.attempt(uuid5(shipment_id, "receipt"), revised=True)
            services.receive(session, attempt, order, shipment_id, actor_id=actor_id)
    except WRONG as error:
        return _shipment_again(shipment_id, error)
    return web.see_other("stock.shipment_page", shipment_id=shipment_id)


@blueprint.post("/shipments/<uuid:shipment_id>/turn-back")
def turn_back(shipment_id: UUID) -> ResponseReturnValue:
    """Turn a shipment back to its depot, or show the form again with what is wrong."""
    try:
        with transaction() as session:
            require("stock.ship")
            actor_id = require("stock.ship", road.shipment(session, shipment_id).from_area)
            said = _counted(session, shipment_id)
            order = web.check(schemas.TurnBack, said)
            attempt = web.attempt(uuid5(shipment_id, "turn-back"), revised=True)
            services.turn_back(session, attempt, order, shipment_id, actor_id=actor_id)
    except WRONG as error:
        return _shipment_again(shipment_id, error)
    return web.see_other("stock.shipment_page", shipment_id=shipment_id)


def _shipment_again(shipment_id: UUID, error: ReliefError) -> ResponseReturnValue:
    require("stock.read")
    return shown_shipment(shipment_id, request.form, error), error.status


def _counted(session: Session, shipment_id: UUID) -> dict[str, Any]:
    """Return what a form counted: `received.<lot>` and `damaged.<lot>`; without any, all of it.

    Raises Invalid naming what was left blank.
    """
    fields = web.form_fields()
    load = road.loads(session, [shipment_id]).get(shipment_id)
    if load is None:
        raise NotFound(_("There is no such shipment, or not in your areas."))
    said = {"lines": None, "note": fields.get("note", "")}
    if not any(key.partition(".")[0] in ("received", "damaged") for key in request.form):
        return said
    lots = list(dict.fromkeys(str(lot.id) for _line, _item, lot in load))
    lines = [
        {
            "lot": lot,
            "received": _typed(fields, "received", lot),
            "damaged": _typed(fields, "damaged", lot) if f"damaged.{lot}" in request.form else 0,
        }
        for lot in lots
    ]
    _refuse_blank(
        [f"{name}.{each['lot']}" for each in lines for name in ("received", "damaged")
         if each[name] is None]
    )  # fmt: skip
    return said | {"lines": lines}
