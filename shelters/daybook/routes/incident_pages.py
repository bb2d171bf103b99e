"""The pages of an incident: its facts, its steps, its history, and its account to who may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.errors import ReliefError
from shelters import queries as shelters
from shelters.daybook import schemas
from shelters.daybook.models import Incident
from shelters.daybook.queries import incidents as queries
from shelters.daybook.routes.blueprint import (
    LOG,
    blueprint,
    form_attempt,
    local_text,
    may_log,
    now_of,
    read_local,
    seen,
    tried,
)
from shelters.daybook.routes.incidents import write_incident
from shelters.daybook.routes.page import draw
from shelters.daybook.routes.wording import in_words, incident_wording
from shelters.daybook.services import incidents as services

PATH = "/shelters/<uuid:shelter_id>/incidents"
FACTS = ("kind", "syndrome", "people", "severity")


@blueprint.post(PATH)
@blueprint.doc(hide=True)
def form_incident(shelter_id: UUID) -> ResponseReturnValue:
    """Enter the incident the form says."""

    def act() -> None:
        fields = web.form_fields()
        attempt = form_attempt(fields, personal=True)
        read_local(fields, "happened_at", kept={})
        write_incident(attempt, shelter_id, web.check(schemas.PutIncident, fields))

    if error := tried(act):
        return draw(shelter_id, error=error, part="incident")
    return web.see_other("daybook.page_daybook", shelter_id=shelter_id, done="incident")


@blueprint.get(f"{PATH}/<uuid:incident_id>")
@blueprint.doc(hide=True)
def page_incident(shelter_id: UUID, incident_id: UUID) -> ResponseReturnValue:
    """Show one incident; its account stays sealed until somebody asks for it."""
    return _page(shelter_id, incident_id)


def _page(
    shelter_id: UUID, incident_id: UUID, *, error: ReliefError | None = None, full: bool = False,
    typed: Any = None,
) -> ResponseReturnValue:  # fmt: skip
    require("shelter.read")
    with reading() as session:
        found, disaster = seen(session, shelter_id)
        row = queries.incident(session, found.id, incident_id)
        done = request.args.get("done", "")
        shown = web.page(
            "daybook/incident.html", shelter=found, row=queries.shown(row), full=full,
            disaster_id=row.disaster_id, error=in_words(error) if error else None,
            typed=typed or _typed(row, full=full),
            history=queries.history(session, row.id, full=full), may_log=may_log(found),
            account=queries.account(row) if full else "",
            now_local=local_text(now_of(session, disaster)),
            done=done if done in ("step", "corrected") else "", **incident_wording(),
        )  # fmt: skip
    return shown, error.status if error else 200


def _typed(row: Incident, *, full: bool) -> dict[str, Any]:
    """Return what the form of a correction begins with; the account only where it was opened."""
    values = {name: getattr(row, name) for name in FACTS}
    return values | {
        "happened_at": local_text(row.happened_at),
        "revision": row.revision,
        "account": queries.account(row) if full else "",
    }


@blueprint.post(f"{PATH}/<uuid:incident_id>")
@blueprint.doc(hide=True)
def form_correction(shelter_id: UUID, incident_id: UUID) -> ResponseReturnValue:
    """Correct an incident; an account left empty stays as it is kept."""

    def act() -> None:
        fields = web.form_fields() | {"id": str(incident_id)}
        attempt = form_attempt(fields, personal=True)
        kept = _stored(shelter_id, incident_id)
        read_local(fields, "happened_at", kept={"happened_at": kept.happened_at})
        fields["disaster_id"] = str(kept.disaster_id)
        write_incident(attempt, shelter_id, web.check(schemas.PutIncident, fields))

    if error := tried(act):
        return _page(shelter_id, incident_id, error=error, typed=request.form)
    return _back(shelter_id, incident_id, "corrected")


def _stored(shelter_id: UUID, incident_id: UUID) -> Incident:
    require(LOG)
    with reading() as session:
        found = shelters.shelter(session, shelter_id)
        return queries.incident(session, found.id, incident_id)


@blueprint.post(f"{PATH}/<uuid:incident_id>/state")
@blueprint.doc(hide=True)
def form_step(shelter_id: UUID, incident_id: UUID) -> ResponseReturnValue:
    """Take an incident a step; everything else of it stays."""

    def act() -> None:
        fields = web.form_fields() | {"id": str(incident_id)}
        attempt = form_attempt(fields, personal=True)
        kept = _stored(shelter_id, incident_id)
        facts = {name: getattr(kept, name) for name in FACTS}
        body = facts | {"disaster_id": kept.disaster_id, "happened_at": kept.happened_at}
        order = web.check(schemas.PutIncident, body | {"state": fields.get("state")})
        write_incident(attempt, shelter_id, order)

    if error := tried(act):
        return _page(shelter_id, incident_id, error=error)
    return _back(shelter_id, incident_id, "step")


def _back(shelter_id: UUID, incident_id: UUID, done: str) -> ResponseReturnValue:
    if request.form.get("back") == "book":
        return web.see_other("daybook.page_daybook", shelter_id=shelter_id, done=done)
    return web.see_other(
        "daybook.page_incident", shelter_id=shelter_id, incident_id=incident_id, done=done
    )


@blueprint.post(f"{PATH}/<uuid:incident_id>/account")
@blueprint.doc(hide=True)
def page_account(shelter_id: UUID, incident_id: UUID) -> ResponseReturnValue:
    """Show an incident with its accounts; that they were read goes on record first."""
    require(LOG)
    with transaction() as session:
        found = shelters.shelter(session, shelter_id)
        actor_id = require(LOG, found.area_id)
        services.read_account(session, found, incident_id, actor_id=actor_id)
    return _page(shelter_id, incident_id, full=True)
