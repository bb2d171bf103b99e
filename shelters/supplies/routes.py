"""The supplies of a shelter: over the API, and as a page that asks for what is missing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.queries import name_of, unit_of
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid, NotFound, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web.parsing import check, form_fields
from shelters import queries as shelters
from shelters.models import Shelter
from shelters.routes.blueprint import disaster_for
from shelters.routes.wording import split_words
from shelters.supplies import queries, schemas, services

blueprint = APIBlueprint("supplies", __name__, template_folder="templates")


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/supplies")
def show_supplies(shelter_id: UUID) -> ResponseReturnValue:
    """Show what a shelter's people use up, what is there, on the way, asked for and missing."""
    require("shelter.read")
    with reading() as session:
        found, disaster = _seen(session, shelter_id)
        if disaster is None:
            raise NotFound(_("There is no disaster this shelter could open for."))
        seen = queries.supplies(session, found, disaster, days=web.days_asked())
        return {
            "shelter_id": found.id,
            "disaster_id": disaster.id,
            "people": seen.people.total,
            "groups": seen.people.groups,
            "counted_at": seen.counted_at,
            "days": seen.days,
            "items": [each.shown() for each in seen.lines],
        }


def _seen(session: Session, shelter_id: UUID) -> tuple[Shelter, Disaster | None]:
    found = shelters.shelter(session, shelter_id)
    require("shelter.read", found.area_id)
    return found, disaster_for(session, found.drill_id)


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/supply-orders/<uuid:order_id>")
@web.takes(schemas.PutOrder)
def put_order(shelter_id: UUID, order_id: UUID, order: schemas.PutOrder) -> ResponseReturnValue:
    """Ask for supplies of a shelter: a need for each item, all of them or none."""
    receipt = _ask(web.attempt(order_id), shelter_id, order)
    return receipt.json(), receipt.status


def _ask(attempt: Attempt, shelter_id: UUID, order: schemas.PutOrder) -> Receipt:
    with transaction() as session:
        require("need.open")
        found = shelters.shelter(session, shelter_id)
        actor_id = require("need.open", found.area_id)
        disaster = disasters.disaster(session, order.disaster_id)
        if disaster.drill_id != found.drill_id:
            raise IllegalTransition(_("This shelter does not belong to this disaster."))
        return services.put_order(
            session, attempt, found, order, disaster=disaster, actor_id=actor_id
        )


@blueprint.get("/shelters/<uuid:shelter_id>/supplies")
@blueprint.doc(hide=True)
def page_supplies(shelter_id: UUID) -> ResponseReturnValue:
    """Show the supplies of a shelter, with a form that asks for what is missing."""
    return _page(shelter_id)


def _page(shelter_id: UUID, error: ReliefError | None = None) -> ResponseReturnValue:
    require("shelter.read")
    with reading() as session:
        found, disaster = _seen(session, shelter_id)
        try:
            days = web.days_asked()
        except Invalid as wrong:
            error, days = error or wrong, None
        seen = queries.supplies(session, found, disaster, days=days) if disaster else None
        who = viewer()
        may_ask = who is not None and who.may("need.open", found.area_id, geo.cached_tree())
    shown = web.page(
        "supplies/supplies.html", shelter=found, disaster=disaster, seen=seen, error=error,
        done=request.args.get("done", ""), new_id=str(uuid6.uuid7()), name_of=name_of,
        unit_of=unit_of, split_words=split_words, may_ask=may_ask and disaster is not None,
        typed=request.form if error else {},
    )  # fmt: skip
    return shown, error.status if error else 200


@blueprint.post("/shelters/<uuid:shelter_id>/supplies")
@blueprint.doc(hide=True)
def form_order(shelter_id: UUID) -> ResponseReturnValue:
    """Ask for what the form says; an item left empty or at nought is not asked for."""
    try:
        fields = form_fields()
        order_id = web.form_id(fields)
        fields["items"] = _filled(fields.get("items"))
        _ask(web.attempt(order_id), shelter_id, check(schemas.PutOrder, fields))
    except ReliefError as error:
        if error.status not in (409, 422):
            raise
        return _page(shelter_id, error)
    return web.see_other("supplies.page_supplies", shelter_id=shelter_id, done="asked")


def _filled(given: Any) -> dict[str, Any]:
    """Return the items with a quantity. Raises Invalid when nothing is asked for."""
    asked = given if isinstance(given, dict) else {}
    found = {code: value for code, value in asked.items() if str(value).strip() not in ("", "0")}
    if not found:
        words = _("Nothing is asked for: every quantity is empty or nought.")
        raise Invalid(words, [FieldError("items", "missing", words)])
    return found
