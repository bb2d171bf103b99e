"""The pages of following up: reminders, the call list, and who can be heard from."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import NaiveDatetime
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.queries import reminders
from damage_reports.queries.overdue import overdue
from damage_reports.routes.api import disaster_of
from damage_reports.routes.pages import blueprint
from damage_reports.routes.reminders import note_call, record_contact, remind
from damage_reports.routes.rounds import board_of
from damage_reports.rules import LINKS, CallOutcome, Heard, Link, Owed, Standing
from relief_ops import clock, receipts, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import Level
from relief_ops.i18n import gettext as _
from relief_ops.messages import State
from relief_ops.shapes import Strict

SHAPES = {Link.OK: "ok", Link.CUT: "act", Link.UNKNOWN: "blind"}


class _Remind(Strict):
    """The form of a reminder: one id a page, one reminder for each area it names."""

    id: UUID
    disaster_id: UUID
    round: schemas.Round
    area_code: schemas.AreaCode
    back: schemas.AreaCode
    forced: bool = False
    owed: Owed = Owed.REPORTS


class _Call(Strict):
    """The form of a call; its time is local."""

    id: UUID
    disaster_id: UUID
    round: schemas.Round
    area_code: schemas.AreaCode
    back: schemas.AreaCode
    outcome: CallOutcome
    promised_at: NaiveDatetime | None = None


class _Contact(Strict):
    """The form of an area's contact; its times are local."""

    disaster_id: UUID
    area_code: schemas.AreaCode
    revision: int | None = None
    road: Link
    power: Link
    network: Link
    water: Link
    last_contact_at: NaiveDatetime | None = None
    last_means: Heard | None = None
    messenger_sent_at: NaiveDatetime | None = None
    messenger_route: str = ""
    out_of_contact: bool = False


def _there(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=clock.LOCAL) if moment else None


def _may(permission: str, seen: disasters.Looking) -> bool:
    who = viewer()
    return who is not None and who.may(permission, seen.area.id, seen.tree)


def owed(session: Session, seen: disasters.Looking, found: queries.Board) -> dict[str, Any]:
    """Return what the board shows of who owes: debtors, reminders, the text for a chat group."""
    disaster = disaster_of(seen)
    mine = _may("report.remind", seen)
    late = overdue(session, disaster, seen.tree, seen.area, now=seen.view.now)
    elsewhere = late.round and late.townships and late.round.code != found.round.code
    return {
        "before": late if elsewhere else None,
        "debtors": reminders.debtors(session, found, seen.tree, disaster) if mine else [],
        "table_debtors": reminders.table_debtors(session, found, disaster) if mine else [],
        "reminded": _reminded(session, seen, found) if mine else [],
        "just": request.args.get("reminded", ""),
        "chat": reminders.for_the_chat(found, drill=disaster.drill_id is not None) if mine else "",
        "may_remind": mine,
        "remind_id": str(uuid6.uuid7()),
        "message_states": state_words(),
        "call_words": reminders.call_words,
    }


def _reminded(
    session: Session, seen: disasters.Looking, found: queries.Board
) -> list[reminders.Reminded]:
    disaster = disaster_of(seen)
    return reminders.reminders(session, disaster.id, found.round.code, seen.tree, seen.area)


def state_words() -> dict[State, str]:
    """Return what is known of a message, in words."""
    return {
        State.QUEUED: _("on its way"),
        State.SENT: _("sent"),
        State.DELIVERED: _("delivered"),
        State.REFUSED: _("refused"),
        State.FAILED: _("failed, tried again"),
        State.GIVEN_UP: _("given up"),
    }


@blueprint.post("/reports/remind")
def remind_form() -> ResponseReturnValue:
    """Remind one township, or all overdue ones of an area, from the board."""
    given = web.check(_Remind, web.form_fields())
    order = schemas.PutReminder(
        disaster_id=given.disaster_id, area_code=given.area_code, round=given.round,
        forced=given.forced, owed=given.owed,
    )  # fmt: skip
    own = uuid5(given.id, f"{given.area_code}:{given.forced}:{given.owed}")
    with transaction() as session:
        remind(session, web.attempt(own, revised=True), order)
    return web.see_other(
        "report_pages.board", disaster=given.disaster_id, area=given.back, round=given.round,
        reminded=own,
    )  # fmt: skip


@blueprint.get("/reports/calls")
def calls() -> ResponseReturnValue:
    """Show whom to telephone: what is owed, since when, and what earlier calls came to."""
    with reading() as session:
        seen = look(session)
        require("report.remind", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        context = _calls(session, seen)
    return web.page("reports/calls.html", **context)


@blueprint.post("/reports/calls/numbers")
def call_numbers() -> ResponseReturnValue:
    """Show the call list with the telephones in full; that is on the record."""
    with transaction() as session:
        seen = look(session)
        require("report.remind", seen.area.id)
        reader_id = require("duty_phone.read_full", seen.area.id)
        context = _calls(session, seen, clear=True)
        services.note_numbers_read(
            session, reader_id, disaster=disaster_of(seen), area=seen.area,
            count=sum(map(len, context["phones"].values())),
        )  # fmt: skip
    return web.page("reports/calls.html", **context)


def _calls(session: Session, seen: disasters.Looking, *, clear: bool = False) -> dict[str, Any]:
    found = board_of(session, seen, request.args.get("round") or _late_round(session, seen))
    rows = reminders.debtors(session, found, seen.tree, disaster_of(seen)) if found else []
    return {
        "seen": seen,
        "board": found,
        "debtors": rows,
        "phones": {each.node.id: reminders.phones(each.people, clear=clear) for each in rows},
        "clear": clear,
        "may_read": _may("duty_phone.read_full", seen),
        "call_words": reminders.call_words,
        "new_id": uuid6.uuid7,
        "out": Standing.OUT_OF_CONTACT,
    }


def _late_round(session: Session, seen: disasters.Looking) -> str | None:
    """Return the last round whose time is up, if any."""
    late = overdue(session, disaster_of(seen), seen.tree, seen.area, now=seen.view.now)
    return late.round.code if late.round else None


@blueprint.post("/reports/calls")
def call_form() -> ResponseReturnValue:
    """Note what came of a call, from the list."""
    given = web.check(_Call, web.form_fields())
    order = schemas.PutCall(
        disaster_id=given.disaster_id, area_code=given.area_code, round=given.round,
        outcome=given.outcome, promised_at=_there(given.promised_at),
    )  # fmt: skip
    with transaction() as session:
        note_call(session, web.attempt(given.id, revised=True), order)
    return web.see_other(
        "report_pages.calls", disaster=given.disaster_id, area=given.back, round=given.round,
        _anchor=f"c-{given.area_code}",
    )  # fmt: skip


@blueprint.get("/reports/contacts")
def contacts_page() -> ResponseReturnValue:
    """Show which areas can be heard from, those out of contact first."""
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        found = queries.contacts(session, seen.disaster, seen.tree, seen.area, now=seen.view.now)
    rows = sorted(found.values(), key=lambda each: (not each.out, each.node.code))
    level = Level.VILLAGE if seen.area.level == Level.TOWNSHIP else Level.TOWNSHIP
    return web.page(
        "reports/contacts.html", seen=seen, rows=rows, may_record=_may("contact.record", seen),
        choices=seen.tree.at_level(level, seen.area.id), **contact_words(),
    )  # fmt: skip


def contact_words() -> dict[str, Any]:
    """Return the names of what leads to an area, its states, and the ways of hearing from it."""
    return {
        "links": dict(zip(LINKS, (_("Road"), _("Power"), _("Network"), _("Water")), strict=True)),
        "link_states": {
            Link.OK: _("works"), Link.CUT: _("cut"), Link.UNKNOWN: _("not known"),
        },
        "link_shapes": SHAPES,
        "means": {
            Heard.PHONE: _("telephone"), Heard.MESSENGER: _("messenger"), Heard.RADIO: _("radio"),
            Heard.SATELLITE: _("satellite telephone"), Heard.REPORT: _("report"),
        },
    }  # fmt: skip


@blueprint.get("/reports/contacts/edit")
def contact_form() -> ResponseReturnValue:
    """Show the form of an area's contact."""
    with reading() as session:
        seen = look(session)
        require("contact.record", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        if seen.area.level not in (Level.TOWNSHIP, Level.VILLAGE):
            words = _("Contact is recorded for a township or a village.")
            raise Invalid(words, [FieldError("area", "level", words)])
        found = queries.contacts(session, seen.disaster, seen.tree, seen.area, now=seen.view.now)
    own = found.get(seen.area.id)
    return web.page(
        "reports/contact_form.html", seen=seen, own=own, contact_id=own.row.id if own else
        uuid6.uuid7(), **contact_words(),
    )  # fmt: skip


@blueprint.post("/reports/contacts/<uuid:contact_id>")
def save_contact(contact_id: UUID) -> ResponseReturnValue:
    """Record an area's contact from its form."""
    given = web.check(_Contact, web.form_fields())
    order = web.check(
        schemas.PutContact,
        {
            **given.model_dump(exclude={"revision"}, mode="json"),
            "last_contact_at": _there(given.last_contact_at),
            "messenger_sent_at": _there(given.messenger_sent_at),
        },
    )
    base = "" if given.revision is None else str(given.revision)
    attempt = receipts.Attempt(
        id=contact_id, base=base, digest=web.body_digest(), edit=bool(base), mutable=True
    )
    with transaction() as session:
        record_contact(session, attempt, order)
    return web.see_other("report_pages.contacts_page", disaster=order.disaster_id)
