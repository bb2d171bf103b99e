"""The meals of a shelter over the API, and the form that enters one."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web.parsing import check, form_fields
from shelters.daybook import schemas
from shelters.daybook.queries import meals as queries
from shelters.daybook.routes.blueprint import blueprint, form_attempt, held, seen, tried
from shelters.daybook.routes.page import draw
from shelters.daybook.rules import SPECIAL
from shelters.daybook.services import meals as services


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/meals")
def list_meals(shelter_id: UUID) -> ResponseReturnValue:
    """List the meals a shelter gave out, the last one first."""
    require("shelter.read")
    with reading() as session:
        found, disaster = seen(session, shelter_id)
        rows = queries.meals(session, found.id, disaster.id) if disaster else []
        return {"shelter_id": found.id, "meals": [queries.shown(each) for each in rows]}


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/meals/<uuid:meal_id>")
@web.takes(schemas.PutMeal)
def put_meal(shelter_id: UUID, meal_id: UUID, order: schemas.PutMeal) -> ResponseReturnValue:
    """Enter a meal, once for each day and meal, or correct its portions (If-Match)."""
    receipt = _serve(web.attempt(meal_id), shelter_id, order)
    return receipt.json(), receipt.status


def _serve(attempt: Attempt, shelter_id: UUID, order: schemas.PutMeal) -> Receipt:
    with transaction() as session:
        found, actor_id = held(session, shelter_id)
        return services.put_meal(session, attempt, found, order, actor_id=actor_id)


@blueprint.post("/shelters/<uuid:shelter_id>/daybook")
@blueprint.doc(hide=True)
def form_meal(shelter_id: UUID) -> ResponseReturnValue:
    """Enter the meal the form says, or correct it where the form names a revision."""

    def act() -> None:
        fields = form_fields()
        attempt = form_attempt(fields)
        for name in SPECIAL:
            fields[name] = fields.get(name) or "0"
        _serve(attempt, shelter_id, check(schemas.PutMeal, fields))

    if error := tried(act):
        return draw(shelter_id, error=error, part="meal")
    return web.see_other("daybook.page_daybook", shelter_id=shelter_id, done="meal")
