"""Incidents over the API; an account is given only where its reading is recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.receipts import Attempt, Receipt
from shelters import queries as shelters
from shelters.daybook import schemas
from shelters.daybook.queries import incidents as queries
from shelters.daybook.queries.outbreaks import outbreaks_at, threshold
from shelters.daybook.routes.blueprint import LOG, blueprint, held, now_of, seen
from shelters.daybook.rules.outbreaks import Outbreak
from shelters.daybook.services import incidents as services

PATH = "/api/v1/shelters/<uuid:shelter_id>/incidents"


@blueprint.get(PATH)
def list_incidents(shelter_id: UUID) -> ResponseReturnValue:
    """List the incidents of a shelter, what is open first, and what looks like an outbreak."""
    require("shelter.read")
    with reading() as session:
        found, disaster = seen(session, shelter_id)
        if disaster is None:
            return {"shelter_id": found.id, "incidents": [], "outbreaks": []}
        rows = queries.here(session, found.id, disaster.id)
        now = now_of(session, disaster)
        numbers = threshold(session, clock.local_date(now), found.area_id)
        suspected = outbreaks_at(session, found.id, disaster.id, numbers, now)
        return {
            "shelter_id": found.id,
            "incidents": [queries.shown(each) for each in rows],
            "outbreaks": [_outbreak(each) for each in suspected],
        }


def _outbreak(found: Outbreak) -> dict[str, Any]:
    return {
        "syndrome": found.syndrome, "people": found.people, "since": found.since,
        "until": found.until,
    }  # fmt: skip


@blueprint.get(f"{PATH}/<uuid:incident_id>")
def show_incident(shelter_id: UUID, incident_id: UUID) -> ResponseReturnValue:
    """Show one incident with every version of it, without the accounts."""
    require("shelter.read")
    with reading() as session:
        found, _disaster = seen(session, shelter_id)
        row = queries.incident(session, found.id, incident_id)
        answer = queries.shown(row) | {
            "shelter_id": found.id,
            "disaster_id": row.disaster_id,
            "history": queries.history(session, row.id),
        }
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


@blueprint.get(f"{PATH}/<uuid:incident_id>/account")
def show_account(shelter_id: UUID, incident_id: UUID) -> ResponseReturnValue:
    """Show the account of an incident and of its versions; it is on the record."""
    require(LOG)
    with transaction() as session:
        found = shelters.shelter(session, shelter_id)
        actor_id = require(LOG, found.area_id)
        row = services.read_account(session, found, incident_id, actor_id=actor_id)
        return {
            "id": row.id,
            "account": queries.account(row),
            "history": queries.history(session, row.id, full=True),
        }


@blueprint.put(f"{PATH}/<uuid:incident_id>")
@web.takes(schemas.PutIncident)
def put_incident(
    shelter_id: UUID, incident_id: UUID, order: schemas.PutIncident
) -> ResponseReturnValue:
    """Enter an incident, correct it, or take it a step (If-Match)."""
    receipt = write_incident(web.attempt(incident_id, personal=True), shelter_id, order)
    return receipt.json(), receipt.status


def write_incident(attempt: Attempt, shelter_id: UUID, order: schemas.PutIncident) -> Receipt:
    """Keep an incident of a shelter of the sender's areas."""
    with transaction() as session:
        found, actor_id = held(session, shelter_id)
        return services.put_incident(session, attempt, found, order, actor_id=actor_id)
