"""Tables of what another source says over the API: sent in, looked at, kept, stopped."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from damage_reports import queries, schemas
from damage_reports.routes.imports import apply, shown, stop, uploaded
from damage_reports.services import claim_tables
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.receipts import Receipt

blueprint = APIBlueprint("claim_imports", __name__)


@blueprint.put("/api/v1/claim-imports/<uuid:import_id>")
def put_import(import_id: UUID) -> ResponseReturnValue:
    """Take in a file (multipart `file`, or the body itself) to be checked in the background.

    `disaster_id`, `source` and `as_of` come with it, in the address or the form.
    """
    require("figure_claim.file")
    receipt = take(import_id, check_order(request.values.to_dict()))
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/claim-imports/<uuid:import_id>")
def show_import(import_id: UUID) -> ResponseReturnValue:
    """Show how far a table is, every cell that is wrong, and what became of its rows."""
    actor_id = require("figure_claim.file")
    with reading() as session:
        return shown(session, queries.import_of(session, import_id, actor_id=actor_id, claims=True))


@blueprint.put("/api/v1/claim-imports/<uuid:import_id>/application")
@web.takes(schemas.PutImportApplication)
def put_application(import_id: UUID, order: schemas.PutImportApplication) -> ResponseReturnValue:
    """Have the figures of a checked table kept."""
    receipt = apply(import_id, order, claims=True)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/claim-imports/<uuid:import_id>/cancellation")
def put_cancellation(import_id: UUID) -> ResponseReturnValue:
    """Stop the check or the keeping; what was kept stays."""
    receipt = stop(import_id, claims=True)
    return receipt.json(), receipt.status


def check_order(given: dict[str, Any]) -> schemas.PutClaimImport:
    """Return what was said beside the file. Raises Invalid naming each bad field."""
    known = schemas.PutClaimImport.model_fields
    return web.check(
        schemas.PutClaimImport, {key: each for key, each in given.items() if each and key in known}
    )


def take(import_id: UUID, order: schemas.PutClaimImport) -> Receipt:
    """Keep the file of this request and have it checked."""
    data, source, attempt = uploaded(import_id, order)
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        actor_id = require("figure_claim.file")
        return claim_tables.check_in(
            session, attempt, order, data, source=source, disaster=disaster, actor_id=actor_id
        )
