"""Whose turn it is to reach a household nobody has reached, and telling the deputies so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import looking_at, require
from relief_ops.db import transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Receipt
from relief_ops.web import security
from shelters.evacuation import queries, rules, schemas, services
from shelters.evacuation.models import EvacuationOrder
from shelters.evacuation.queries import Stand
from shelters.evacuation.routes.blueprint import blueprint, form_id
from shelters.evacuation.rules import Escalation, State

Turn = Callable[[Stand], Escalation | None]


def turns(
    session: Session, found: disasters.Looking, orders: Iterable[EvacuationOrder]
) -> tuple[Turn, Callable[[Stand], datetime | None]]:
    """Return what says whose turn a household is, and since when it is the deputy's."""
    minutes = queries.minutes_to_answer(session, found.view)
    running = {each.id: each for each in orders if each.lifted_at is None}

    def tried(stand: Stand) -> datetime | None:
        order = running.get(stand.order_id)
        if order is None or stand.state != State.TO_TELL:
            return None
        return stand.first_tried or order.issued_at

    def turn(stand: Stand) -> Escalation | None:
        since, now = tried(stand), found.view.now
        apart = int(minutes.total_seconds() // 60)
        return rules.escalation(since, now, minutes=apart) if since else None

    def deputy_at(stand: Stand) -> datetime | None:
        since = tried(stand)
        return since + minutes if since else None

    return turn, deputy_at


@blueprint.put("/api/v1/evacuation/orders/<uuid:order_id>/reminders/<uuid:reminder_id>")
@web.takes(schemas.PutReminder)
def put_reminder(
    order_id: UUID, reminder_id: UUID, order: schemas.PutReminder
) -> ResponseReturnValue:
    """Tell the deputies of an area for whom households wait that do not answer."""
    with transaction() as session:
        receipt = write_reminder(session, order_id, reminder_id, order)
    return receipt.json(), receipt.status


def write_reminder(
    session: Session, order_id: UUID, reminder_id: UUID, said: schemas.PutReminder
) -> Receipt:
    """Ask for the permission in the area, and tell its deputies."""
    require("evacuation.record")
    order = queries.order(session, order_id)
    disaster = disasters.disaster(session, order.disaster_id)
    looking_at(session, disaster.drill_id)
    area = disasters.area_by_code(session, said.area_code, disaster)
    actor_id = require("evacuation.record", area.id)
    return services.tell_deputies(
        session, web.attempt(reminder_id, revised=True), order, area=area, actor_id=actor_id,
        channels=security.settings().outgoing.channels,
    )  # fmt: skip


@blueprint.post("/evacuation/orders/<uuid:order_id>/reminders")
@blueprint.doc(hide=True)
def tell_deputies(order_id: UUID) -> ResponseReturnValue:
    """Tell the deputies from the board."""
    require("evacuation.record")
    given = web.form_fields()
    kept = {key: request.args[key] for key in ("disaster", "area") if request.args.get(key)}
    try:
        said = web.check(schemas.PutReminder, {"area_code": given.get("area_code", "")})
        with transaction() as session:
            write_reminder(session, order_id, form_id(given), said)
    except Invalid as error:
        if error.errors:
            raise
        return web.see_other("evacuation.page_board", **kept, order=order_id, told="nobody")
    return web.see_other("evacuation.page_board", **kept, order=order_id, told="deputies")


TOLD = {
    "deputies": lambda: _("The deputies were told."),
    "nobody": lambda: _(
        "There is no deputy to tell: nobody waits for one, they have no account, or they were "
        "told a short while ago."
    ),
}
