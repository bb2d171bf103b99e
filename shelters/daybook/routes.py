"""The day book of a shelter: its meals over the API, and as a page that takes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web.parsing import check, form_fields
from shelters import queries as shelters
from shelters.daybook import queries, schemas, services
from shelters.daybook.rules import SPECIAL, Meal
from shelters.models import Shelter
from shelters.routes.blueprint import disaster_for

blueprint = APIBlueprint("daybook", __name__, template_folder="templates")


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/meals")
def list_meals(shelter_id: UUID) -> ResponseReturnValue:
    """List the meals a shelter gave out, the last one first."""
    require("shelter.read")
    with reading() as session:
        found, disaster = _seen(session, shelter_id)
        rows = queries.meals(session, found.id, disaster.id) if disaster else []
        return {"shelter_id": found.id, "meals": [queries.shown(each) for each in rows]}


def _seen(session: Session, shelter_id: UUID) -> tuple[Shelter, Disaster | None]:
    found = shelters.shelter(session, shelter_id)
    require("shelter.read", found.area_id)
    return found, disaster_for(session, found.drill_id)


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/meals/<uuid:meal_id>")
@web.takes(schemas.PutMeal)
def put_meal(shelter_id: UUID, meal_id: UUID, order: schemas.PutMeal) -> ResponseReturnValue:
    """Enter a meal, once for each day and meal, or correct its portions (If-Match)."""
    receipt = _serve(web.attempt(meal_id), shelter_id, order)
    return receipt.json(), receipt.status


def _serve(attempt: Attempt, shelter_id: UUID, order: schemas.PutMeal) -> Receipt:
    with transaction() as session:
        require("shelter.log")
        found = shelters.lock_shelter(session, shelter_id)
        actor_id = require("shelter.log", found.area_id)
        return services.put_meal(session, attempt, found, order, actor_id=actor_id)


@blueprint.get("/shelters/<uuid:shelter_id>/daybook")
@blueprint.doc(hide=True)
def page_daybook(shelter_id: UUID) -> ResponseReturnValue:
    """Show the meals of a shelter, with a form that enters one or corrects ?correct=."""
    return _page(shelter_id)


def _page(shelter_id: UUID, error: ReliefError | None = None) -> ResponseReturnValue:
    require("shelter.read")
    with reading() as session:
        found, disaster = _seen(session, shelter_id)
        rows = queries.meals(session, found.id, disaster.id) if disaster else []
        today = clock.local_date(disasters.now_of(session, disaster)) if disaster else None
        who = viewer()
        may_log = who is not None and who.may("shelter.log", found.area_id, geo.cached_tree())
        lines = [queries.shown(each) for each in rows]
    asked = request.args.get("correct", "")
    chosen = next((each for each in lines if str(each["id"]) == asked), {})
    fresh = {"id": str(uuid6.uuid7()), "day": today.isoformat() if today else ""}
    shown = web.page(
        "daybook/daybook.html", shelter=found, disaster=disaster, lines=lines, error=error,
        done=request.args.get("done", ""), may_log=may_log and disaster is not None,
        typed=request.form if error else (chosen or fresh), meal_words=meal_words(),
        special_words=special_words(), correcting=chosen,
    )  # fmt: skip
    return shown, error.status if error else 200


def meal_words() -> dict[str, str]:
    """Return the meals in the reader's language."""
    words = (_("Breakfast"), _("Lunch"), _("Supper"), _("Night meal"))
    return {meal.value: each for meal, each in zip(Meal, words, strict=True)}


def special_words() -> dict[str, str]:
    """Return the special diets in the reader's language."""
    words = (_("Soft food"), _("For infants"), _("Halal or vegetarian"))
    return dict(zip(SPECIAL, words, strict=True))


@blueprint.post("/shelters/<uuid:shelter_id>/daybook")
@blueprint.doc(hide=True)
def form_meal(shelter_id: UUID) -> ResponseReturnValue:
    """Enter the meal the form says, or correct it where the form names a revision."""
    try:
        fields = form_fields()
        attempt = _attempt(fields)
        for name in SPECIAL:
            fields[name] = fields.get(name) or "0"
        _serve(attempt, shelter_id, check(schemas.PutMeal, fields))
    except ReliefError as error:
        if error.status not in (409, 412, 422, 428):
            raise
        return _page(shelter_id, error)
    return web.see_other("daybook.page_daybook", shelter_id=shelter_id, done="meal")


def _attempt(fields: dict[str, Any]) -> Attempt:
    revision = str(fields.pop("revision", "") or "")
    try:
        attempt = web.attempt(UUID(str(fields.pop("id", ""))))
    except ValueError:
        raise Invalid(_("The form lost its id. Reload the page.")) from None
    return replace(attempt, base=revision, edit=True) if revision else attempt
