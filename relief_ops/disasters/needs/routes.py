"""Needs over HTTP."""

from __future__ import annotations

from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.needs import queries, schemas, services
from relief_ops.disasters.needs.rules import State
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

DECIDE = "stock.reserve"  # whoever may promise decides what stands in
blueprint = APIBlueprint("needs", __name__, template_folder="templates")


@blueprint.get("/api/v1/needs")
def list_needs() -> ResponseReturnValue:
    """List the needs of a disaster and area, the most urgent first; ?state= and ?item= filter."""
    require("need.read")
    with reading() as session:
        seen = look(session)
        found = queries.needs(session, seen.view, states=_states(), item=request.args.get("item"))
        return {"needs": [queries.shown(each, seen.tree) for each in found]}


def _states() -> list[State]:
    try:
        return [State(each) for each in request.args.getlist("state")]
    except ValueError:
        wrong = FieldError("state", "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="state"), [wrong]) from None


@blueprint.get("/api/v1/needs/<uuid:need_id>")
def show_need(need_id: UUID) -> ResponseReturnValue:
    """Show one need."""
    require("need.read")
    with reading() as session:
        found = queries.line(session, need_id)
        disaster = disasters.disaster(session, found.need.disaster_id)
        return queries.shown(found, disasters.division_tree(session, disaster))


@blueprint.put("/api/v1/needs/<uuid:need_id>")
@web.takes(schemas.PutNeed)
def put_need(need_id: UUID, order: schemas.PutNeed) -> ResponseReturnValue:
    """Open a need or change it."""
    with transaction() as session:
        require("need.open")
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("need.open", area.id)
        receipt = services.put_need(
            session, web.attempt(need_id), order, disaster=disaster, area_id=area.id,
            actor_id=actor_id,
        )  # fmt: skip
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/needs/<uuid:need_id>/withdrawal")
@web.takes(schemas.Withdraw)
def withdraw_need(
    need_id: UUID,
    order: schemas.Withdraw,  # noqa: ARG001  parsed, so that nothing else may stand in it
) -> ResponseReturnValue:
    """Withdraw a need."""
    with transaction() as session:
        require("need.open")
        actor_id = require("need.open", queries.need(session, need_id).area_id)
        attempt = web.attempt(uuid5(need_id, "withdrawal"), revised=True)
        receipt = services.withdraw_need(session, attempt, need_id, actor_id=actor_id)
    return receipt.json(), 200


@blueprint.get("/api/v1/needs/<uuid:need_id>/substitutions")
def list_substitutions(need_id: UUID) -> ResponseReturnValue:
    """List what stands in for a need, the first decided first."""
    require("need.read")
    with reading() as session:
        found = queries.substitutions(session, queries.need(session, need_id).id)
        return {"substitutions": [queries.shown_substitution(*each) for each in found]}


@blueprint.put("/api/v1/needs/<uuid:need_id>/substitutions/<uuid:stand_in_id>")
@web.takes(schemas.PutSubstitution)
def put_substitution(
    need_id: UUID, stand_in_id: UUID, order: schemas.PutSubstitution
) -> ResponseReturnValue:
    """Meet so much of a need by what may stand in for it, which is then asked for under this id."""
    receipt = substituted(web.attempt(stand_in_id, revised=True), need_id, order)
    return receipt.json(), 200 if receipt.replayed else 201


def substituted(attempt: Attempt, need_id: UUID, order: schemas.PutSubstitution) -> Receipt:
    """Decide on a stand-in as whoever is looking."""
    with transaction() as session:
        require(DECIDE)
        actor_id = require(DECIDE, queries.need(session, need_id).area_id)
        return services.substitute(session, attempt, order, need_id, actor_id=actor_id)


@blueprint.put("/api/v1/needs/<uuid:need_id>/substitutions/<uuid:stand_in_id>/withdrawal")
@web.takes(schemas.Withdraw)
def withdraw_substitution(
    need_id: UUID,
    stand_in_id: UUID,
    order: schemas.Withdraw,  # noqa: ARG001  parsed, so that nothing else may stand in it
) -> ResponseReturnValue:
    """Withdraw a stand-in: the need asks again for what it does not bring."""
    return unsubstituted(need_id, stand_in_id).json(), 200


def unsubstituted(need_id: UUID, stand_in_id: UUID) -> Receipt:
    """Withdraw a stand-in as whoever is looking."""
    with transaction() as session:
        require(DECIDE)
        actor_id = require(DECIDE, queries.need(session, need_id).area_id)
        attempt = web.attempt(web.step_id(stand_in_id, "withdrawal"), revised=True)
        return services.withdraw_substitution(
            session, attempt, need_id, stand_in_id, actor_id=actor_id
        )
