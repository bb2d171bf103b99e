"""Volunteers over the API, and the forms of the day book's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import uuid6
from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries as shelters
from shelters.daybook import schemas
from shelters.daybook.models import Volunteer
from shelters.daybook.queries import volunteers as queries
from shelters.daybook.routes.blueprint import (
    LOG,
    blueprint,
    form_attempt,
    held,
    now_of,
    read_local,
    seen,
    tried,
)
from shelters.daybook.routes.page import draw
from shelters.daybook.services import volunteers as services

API = "/api/v1/shelters/<uuid:shelter_id>/volunteers"
PAGE = "/shelters/<uuid:shelter_id>/volunteers"
DUTY = "<uuid:volunteer_id>/duties/<uuid:duty_id>"
TIMES = ("duty_from", "duty_to")


@blueprint.get(API)
def list_volunteers(shelter_id: UUID) -> ResponseReturnValue:
    """List the volunteers of a shelter, masked, and how many on duty have which skill."""
    require("shelter.read")
    with reading() as session:
        found, disaster = seen(session, shelter_id)
        people: list[queries.Helper] = []
        if disaster:
            now = now_of(session, disaster)
            people = queries.helpers(session, found.id, disaster.id, now)
        counted = queries.skills_on_duty(people)
        return {
            "shelter_id": found.id,
            "volunteers": [
                queries.shown(each) | {"history": queries.history(session, each.row.id)}
                for each in people
            ],
            "on_duty": sum(each.duty is not None for each in people),
            "skills_on_duty": {str(skill): n for skill, n in counted.items()},
            "hours": round(sum(each.seconds for each in people) / 3600, 1),
        }


@blueprint.get(f"{API}/<uuid:volunteer_id>/full")
def show_volunteer(shelter_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
    """Show a volunteer's name and telephone in full; it is on the record."""
    row = _read(shelter_id, volunteer_id)
    return {"id": row.id} | queries.clear(row)


def _read(shelter_id: UUID, volunteer_id: UUID) -> Volunteer:
    require(LOG)
    with transaction() as session:
        found = shelters.shelter(session, shelter_id)
        actor_id = require(LOG, found.area_id)
        return services.read_volunteer(session, found, volunteer_id, actor_id=actor_id)


@blueprint.put(f"{API}/<uuid:volunteer_id>")
@web.takes(schemas.PutVolunteer)
def put_volunteer(
    shelter_id: UUID, volunteer_id: UUID, order: schemas.PutVolunteer
) -> ResponseReturnValue:
    """Register a volunteer, or correct what is known of them (If-Match)."""
    receipt = _register(web.attempt(volunteer_id, personal=True), shelter_id, order)
    return receipt.json(), receipt.status


def _register(attempt: Attempt, shelter_id: UUID, order: schemas.PutVolunteer) -> Receipt:
    with transaction() as session:
        found, actor_id = held(session, shelter_id)
        return services.put_volunteer(session, attempt, found, order, actor_id=actor_id)


@blueprint.put(f"{API}/{DUTY}")
@web.takes(schemas.PutDuty)
def put_duty(
    shelter_id: UUID, volunteer_id: UUID, duty_id: UUID, order: schemas.PutDuty
) -> ResponseReturnValue:
    """Sign a volunteer in; nobody is on duty at two shelters at once."""
    receipt = _sign_in(web.attempt(duty_id, revised=True), shelter_id, volunteer_id, order)
    return receipt.json(), receipt.status


def _sign_in(
    attempt: Attempt, shelter_id: UUID, volunteer_id: UUID, order: schemas.PutDuty
) -> Receipt:
    with transaction() as session:
        found, actor_id = held(session, shelter_id)
        return services.sign_in(session, attempt, found, volunteer_id, order, actor_id=actor_id)


@blueprint.put(f"{API}/{DUTY}/end")
@web.takes(schemas.PutDutyEnd)
def put_duty_end(
    shelter_id: UUID, volunteer_id: UUID, duty_id: UUID, order: schemas.PutDutyEnd
) -> ResponseReturnValue:
    """Sign a volunteer out."""
    receipt = _sign_out(shelter_id, volunteer_id, duty_id, order)
    return receipt.json(), receipt.status


def _sign_out(
    shelter_id: UUID, volunteer_id: UUID, duty_id: UUID, order: schemas.PutDutyEnd
) -> Receipt:
    attempt = web.attempt(uuid5(duty_id, "end"), revised=True)
    with transaction() as session:
        found, actor_id = held(session, shelter_id)
        return services.sign_out(
            session, attempt, found, volunteer_id, order, duty_id=duty_id, actor_id=actor_id
        )


@blueprint.post(PAGE)
@blueprint.doc(hide=True)
def form_volunteer(shelter_id: UUID) -> ResponseReturnValue:
    """Register a volunteer; a correction keeps the name and telephone left empty."""

    def act() -> None:
        fields = web.form_fields()
        fields["skills"] = fields.pop("skills[]", [])
        correcting, row_id = bool(fields.get("revision")), str(fields.get("id", ""))
        attempt = form_attempt(fields, personal=True)
        kept: dict[str, Any] = {}
        if correcting:
            kept = _kept(shelter_id, UUID(row_id))
            fields = {name: kept[name] for name in queries.PERSONAL} | fields
        read_local(fields, *TIMES, kept=kept)
        _register(attempt, shelter_id, web.check(schemas.PutVolunteer, fields))

    if error := tried(act):
        return draw(shelter_id, error=error, part="volunteer")
    return web.see_other("daybook.page_daybook", shelter_id=shelter_id, done="volunteer")


def _kept(shelter_id: UUID, volunteer_id: UUID) -> dict[str, Any]:
    require(LOG)
    with reading() as session:
        found = shelters.shelter(session, shelter_id)
        row = queries.volunteer(session, found.id, volunteer_id)
        return queries.clear(row) | {name: getattr(row, name) for name in TIMES}


def _done(
    shelter_id: UUID, volunteer_id: UUID, act: Callable[[], None], done: str
) -> ResponseReturnValue:
    """Sign somebody in or out and go back to the list, or say beside them what is wrong."""
    error = tried(act)
    if error is None:
        return web.see_other("daybook.page_daybook", shelter_id=shelter_id, done=done)
    if isinstance(error, Invalid):
        error.errors = tuple(
            replace(each, field=f"{each.field}-{volunteer_id}") for each in error.errors
        )
    return draw(shelter_id, error=error, part="duty", acted=volunteer_id)


@blueprint.post(f"{PAGE}/<uuid:volunteer_id>/duties")
@blueprint.doc(hide=True)
def form_duty(shelter_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
    """Sign a volunteer in, now or at the moment the form says."""

    def act() -> None:
        fields = web.form_fields()
        attempt = web.attempt(_id(fields), revised=True)
        read_local(fields, "arrived_at", kept={})
        _sign_in(attempt, shelter_id, volunteer_id, web.check(schemas.PutDuty, fields))

    return _done(shelter_id, volunteer_id, act, "on_duty")


def _id(fields: dict[str, Any]) -> UUID:
    try:
        return UUID(str(fields.pop("id", uuid6.uuid7())))
    except ValueError:
        raise Invalid(_("The form lost its id. Reload the page.")) from None


@blueprint.post(f"{PAGE}/{DUTY}/end")
@blueprint.doc(hide=True)
def form_duty_end(shelter_id: UUID, volunteer_id: UUID, duty_id: UUID) -> ResponseReturnValue:
    """Sign a volunteer out, now or at the moment the form says."""

    def act() -> None:
        fields = web.form_fields()
        read_local(fields, "left_at", kept={})
        _sign_out(shelter_id, volunteer_id, duty_id, web.check(schemas.PutDutyEnd, fields))

    return _done(shelter_id, volunteer_id, act, "off_duty")


@blueprint.post(f"{PAGE}/<uuid:volunteer_id>/full")
@blueprint.doc(hide=True)
def page_volunteer(shelter_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
    """Show the day book with one volunteer in full; the reading goes on record first."""
    _read(shelter_id, volunteer_id)
    return draw(shelter_id, opened=volunteer_id)
