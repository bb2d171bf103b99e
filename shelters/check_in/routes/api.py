"""Looking for a household over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import transaction
from relief_ops.disasters import queries as disasters
from relief_ops.receipts import Attempt, Receipt
from shelters import queries as shelters
from shelters.check_in import queries, schemas, services
from shelters.check_in.routes.blueprint import MAY, blueprint, door
from shelters.evacuation.routes.blueprint import read_purpose
from shelters.services import put_presence


@blueprint.post("/api/v1/shelters/<uuid:shelter_id>/search")
@web.takes(schemas.FindHousehold)
def find(shelter_id: UUID, order: schemas.FindHousehold) -> ResponseReturnValue:
    """Find who stands at the door: by slip, identity number, telephone or name; masked."""
    with transaction() as session:
        shelter, disaster, actor_id = door(session, shelter_id, order.disaster_id)
        tree = disasters.division_tree(session, disaster)
        rows = services.find(session, shelter, disaster, order, tree, actor_id=actor_id)
        held = queries.places(session, disaster.id, (each.id for each in rows))
        return {"households": queries.shown(rows, held, shelter, tree)}


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/arrivals/<uuid:arrival_id>/full")
def read_stay(shelter_id: UUID, arrival_id: UUID) -> ResponseReturnValue:
    """Show in full what was asked at the door; the reading and its ?purpose= are recorded."""
    with transaction() as session:
        return stay_in_full(session, shelter_id, arrival_id, request.args.get("purpose", ""))


def stay_in_full(
    session: Session, shelter_id: UUID, arrival_id: UUID, purpose: str
) -> dict[str, Any]:
    """Return what was asked at the door of one's own shelter. Raises Invalid without a purpose."""
    require(MAY)
    found = shelters.shelter(session, shelter_id)
    actor_id = require(MAY, found.area_id)
    why = read_purpose(purpose)
    return services.read_stay(session, found, arrival_id, purpose=why, actor_id=actor_id)


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/departures/<uuid:departure_id>")
@web.takes(schemas.PutCheckOut)
def put_check_out(
    shelter_id: UUID, departure_id: UUID, order: schemas.PutCheckOut
) -> ResponseReturnValue:
    """Let a household go under an id of its own, as a phone does that was without a network."""
    with transaction() as session:
        require(MAY)
        shelters.hold_places(session, shelter_id, order.shelter_id)
        shelter, disaster, actor_id = door(session, shelter_id, order.disaster_id)
        attempt = web.attempt(departure_id, revised=True, personal=True)
        receipt = services.check_out(session, attempt, shelter, disaster, order, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/comings/<uuid:coming_id>")
@web.takes(schemas.PutComing)
def put_coming(shelter_id: UUID, coming_id: UUID, order: schemas.PutComing) -> ResponseReturnValue:
    """Say that an announced household is here under an id of its own, as a phone does."""
    with transaction() as session:
        require(MAY)
        shelters.hold_places(session, shelter_id)
        shelter, _disaster, actor_id = door(session, shelter_id, order.disaster_id)
        attempt = web.attempt(coming_id, revised=True, personal=True)
        receipt = put_presence(
            session, attempt, shelter, order.arrival_id, order, actor_id=actor_id
        )
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/divisions/<uuid:division_id>")
@web.takes(schemas.PutDivision)
def put_division(
    shelter_id: UUID, division_id: UUID, order: schemas.PutDivision
) -> ResponseReturnValue:
    """Divide a group too large for one shelter over several, all of it or nothing."""
    with transaction() as session:
        attempt = web.attempt(division_id, revised=True, personal=True)
        receipt = write_division(session, attempt, shelter_id, order)
    return receipt.json(), receipt.status


def write_division(
    session: Session, attempt: Attempt, shelter_id: UUID, order: schemas.PutDivision
) -> Receipt:
    """Divide a group that stands at a shelter of the sender's areas."""
    require(MAY)
    shelters.hold_places(session, shelter_id, *order.parts)
    shelter, _disaster, actor_id = door(session, shelter_id, order.disaster_id)
    return services.put_division(session, attempt, shelter, order, actor_id=actor_id)


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/past-stays/<uuid:arrival_id>")
@web.takes(schemas.PutPastStay)
def put_past_stay(
    shelter_id: UUID, arrival_id: UUID, order: schemas.PutPastStay
) -> ResponseReturnValue:
    """Record a stay that is over: it came while the shelter was open, and left."""
    with transaction() as session:
        require(MAY)
        shelters.hold_places(session, shelter_id)
        shelter, _disaster, actor_id = door(session, shelter_id, order.disaster_id)
        attempt = web.attempt(arrival_id, personal=True)
        receipt = services.put_past_stay(session, attempt, shelter, order, actor_id=actor_id)
    return receipt.json(), receipt.status
