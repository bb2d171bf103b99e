"""Reminders, calls and the contact with areas, over the API."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.queries import reminders
from damage_reports.routes.api import disaster_of
from damage_reports.routes.rounds import board_in
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import Invalid
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.messages import queries as messages
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web import security

blueprint = APIBlueprint("report_reminders", __name__)


def _asked(
    session: Session, order: schemas.PutReminder | schemas.PutCall | schemas.PutContact
) -> tuple[Disaster, AreaNode]:
    disaster = disasters.disaster(session, order.disaster_id)
    return disaster, disasters.area_by_code(session, order.area_code, disaster)


def remind(session: Session, attempt: Attempt, order: schemas.PutReminder) -> Receipt:
    """Remind whoever owes the round, if the person may."""
    disaster, area = _asked(session, order)
    actor_id = require("report.remind", area.id)
    found = board_in(
        session, disaster, disasters.division_tree(session, disaster), area, order.round,
        now=disasters.now_of(session, disaster),
    )  # fmt: skip
    if found is None:
        raise Invalid(_("No round has been opened yet."))
    return services.put_reminder(
        session, attempt, order, disaster=disaster, area=area, board=found, actor_id=actor_id,
        channels=security.settings().outgoing.channels,
    )  # fmt: skip


def note_call(session: Session, attempt: Attempt, order: schemas.PutCall) -> Receipt:
    """Note a call, if the person may."""
    disaster, area = _asked(session, order)
    actor_id = require("report.remind", area.id)
    return services.put_call(
        session, attempt, order, disaster=disaster, area=area, actor_id=actor_id
    )


def record_contact(session: Session, attempt: Attempt, order: schemas.PutContact) -> Receipt:
    """Record the contact with an area, if the person may."""
    disaster, area = _asked(session, order)
    actor_id = require("contact.record", area.id)
    return services.put_contact(
        session, attempt, order, disaster=disaster, area=area, actor_id=actor_id
    )


@blueprint.put("/api/v1/reminders/<uuid:reminder_id>")
@web.takes(schemas.PutReminder)
def put_reminder(reminder_id: UUID, order: schemas.PutReminder) -> ResponseReturnValue:
    """Remind one township, or all overdue ones of an area, on every way that reaches them."""
    with transaction() as session:
        receipt = remind(session, web.attempt(reminder_id, revised=True), order)
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/reminders/<uuid:reminder_id>")
def show_reminder(reminder_id: UUID) -> ResponseReturnValue:
    """Show a reminder: how many it went to, and how many of its messages are in which state."""
    require("report.remind")
    with reading() as session:
        found = reminders.reminder(session, reminder_id)
        require("report.remind", found.area_id)
        states = messages.states_of(session, [found.id]).get(found.id)
        return {
            "id": found.id,
            "disaster_id": found.disaster_id,
            "round": found.round,
            "at": found.at,
            "owed": found.owed,
            "townships": found.townships,
            "people": found.people,
            "skipped": found.skipped,
            "states": {state.value: count for state, count in (states or {}).items()},
        }


@blueprint.put("/api/v1/calls/<uuid:call_id>")
@web.takes(schemas.PutCall)
def put_call(call_id: UUID, order: schemas.PutCall) -> ResponseReturnValue:
    """Note what came of a telephone call about an owed report."""
    with transaction() as session:
        receipt = note_call(session, web.attempt(call_id, revised=True), order)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/contacts/<uuid:contact_id>")
@web.takes(schemas.PutContact)
def put_contact(contact_id: UUID, order: schemas.PutContact) -> ResponseReturnValue:
    """Record what still leads to an area and when it was last heard from (If-Match edits)."""
    with transaction() as session:
        receipt = record_contact(session, web.attempt(contact_id), order)
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/contacts")
def list_contacts() -> ResponseReturnValue:
    """List what is recorded of the contact with the areas of a disaster."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        found = queries.contacts(
            session, disaster_of(seen), seen.tree, seen.area, now=seen.view.now
        )
        return {"contacts": [queries.shown_contact(each) for each in found.values()]}
