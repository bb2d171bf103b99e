"""Who is inside: the list at the desk, the way out, and the number that was missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.cases.routes.words import PURPOSES
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.queries import items, name_of
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from shelters import queries as shelters
from shelters import rules, schemas
from shelters.check_in import queries, services
from shelters.check_in.routes.api import stay_in_full, write_division
from shelters.check_in.routes.blueprint import CARE_WORDS, MAY, blueprint
from shelters.check_in.rules import read_members
from shelters.check_in.schemas import PutDivision
from shelters.models import Shelter
from shelters.routes.api import write_departure, write_identity, write_members, write_presence
from shelters.routes.blueprint import disaster_for
from shelters.routes.wording import wording
from shelters.rules import Band, LeftTo
from shelters.rules.doors import Party
from shelters.services import members

CORRECTABLE = (404, 409, 412, 422)
AWAY = [each for each in LeftTo if each not in (LeftTo.CANCELLED, LeftTo.OTHER_SHELTER)]
PAGE = 50
FIRST = {"departure": "signed_by", "identity": "id_number"}
DONE = ("departure", "identity", "presence", "division", "members")


@blueprint.get("/shelters/<uuid:shelter_id>/people")
@blueprint.doc(hide=True)
def page_inside(shelter_id: UUID) -> ResponseReturnValue:
    """Show who is inside a shelter and on the way there: masked, since when, what they need."""
    return _page(shelter_id)


@blueprint.post("/shelters/<uuid:shelter_id>/people")
@blueprint.doc(hide=True)
def search_inside(shelter_id: UUID) -> ResponseReturnValue:
    """Show those who are meant; whom one looks for never stands in an address."""
    return _page(shelter_id, find=request.form.get("find", "").strip()[:60])


def _page(
    shelter_id: UUID, *, find: str = "", error: ReliefError | None = None,
    typed: dict[str, Any] | None = None, arrival_id: UUID | None = None,
    opened: dict[str, Any] | None = None,
) -> ResponseReturnValue:  # fmt: skip
    require(MAY)
    with reading() as session:
        found = shelters.shelter(session, shelter_id)
        actor_id = require(MAY, found.area_id)
        disaster = disaster_for(session, found.drill_id)
        context = _context(session, found, disaster, find)
        context |= _cut(context["rows"], arrival_id)
        context["item_names"] = {e.code: name_of(e) for e in items(session)} if opened else {}
    if find and disaster:  # nobody is shown before it is on record
        with transaction() as session:
            count = context["total"]
            services.record_sought(session, found, disaster, find, count, actor_id=actor_id)
    done = request.args.get("done", "")
    shown = web.page(
        "check_in/inside.html", find=find, error=error, typed=typed or {}, open_id=arrival_id,
        new_id=str(uuid6.uuid7()),
        done=done if done in DONE and not error else "", care_words=CARE_WORDS, ways=AWAY,
        needs_handover=rules.needs_handover, opened=opened, purposes=PURPOSES,
        **context, **wording(),
    )  # fmt: skip
    return shown, error.status if error else 200


def _cut(rows: list[queries.Inside], arrival_id: UUID | None) -> dict[str, Any]:
    """Return one page of the list: the one with the household in question, else the one asked."""
    asked = request.args.get("page", 1, int)
    if arrival_id:
        meant = [place for place, each in enumerate(rows) if each.row.id == arrival_id]
        asked = 1 + meant[0] // PAGE if meant else asked
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, asked), pages)
    return {
        "rows": rows[(page - 1) * PAGE : page * PAGE], "total": len(rows), "page": page,
        "pages": pages, "unnumbered": sum(each.row.id_missing for each in rows),
    }  # fmt: skip


def _context(
    session: Session, found: Shelter, disaster: Disaster | None, find: str
) -> dict[str, Any]:
    shown = shelters.shown(session, found, disaster)
    context: dict[str, Any] = {
        "shelter": shown, "status": shown["status"], "disaster": disaster, "rows": [],
        "others": [], "nearly": False,
    }  # fmt: skip
    if disaster is None:
        return context
    tree = disasters.division_tree(session, disaster)
    rows = queries.inside(session, found.id, disaster.id, find=find, tree=tree)
    at = disasters.now_of(session, disaster)
    others = shelters.others(session, found, disaster.id, Party(people=1), at=at, most=8)
    taken = found.capacity_max - shown["status"]["free"]
    nearly = rules.band(taken, found.capacity_max) != Band.OK
    return context | {"rows": rows, "others": others, "nearly": nearly}


@blueprint.post("/shelters/<uuid:shelter_id>/division")
@blueprint.doc(hide=True)
def form_division(shelter_id: UUID) -> ResponseReturnValue:
    """Divide a group as it was proposed; where that is no longer so, say how it would be now."""
    require(MAY)
    fields = web.form_fields()
    division_id = web.form_id(fields)
    try:
        with transaction() as session:
            order = web.check(PutDivision, fields)
            attempt = web.attempt(division_id, revised=True, personal=True)
            write_division(session, attempt, shelter_id, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _page(shelter_id, error=error)
    return web.see_other("check_in.page_inside", shelter_id=shelter_id, done="division")


@blueprint.post("/shelters/<uuid:shelter_id>/people/<uuid:arrival_id>/full")
@blueprint.doc(hide=True)
def form_full(shelter_id: UUID, arrival_id: UUID) -> ResponseReturnValue:
    """Show in full what was asked of one household; the reading is recorded first."""
    require(MAY)
    try:
        with transaction() as session:
            purpose = request.form.get("purpose", "")
            opened = stay_in_full(session, shelter_id, arrival_id, purpose)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _page(shelter_id, error=error, arrival_id=arrival_id)
    return _page(shelter_id, opened=opened, arrival_id=arrival_id)


@blueprint.post("/shelters/<uuid:shelter_id>/people/<uuid:arrival_id>/departure")
@blueprint.doc(hide=True)
def form_departure(shelter_id: UUID, arrival_id: UUID) -> ResponseReturnValue:
    """Let a household go, or send it on to another shelter."""

    def act(session: Session, fields: dict[str, Any]) -> None:
        order = web.check(schemas.PutDeparture, fields)
        write_departure(session, shelter_id, arrival_id, order)

    return _act(shelter_id, arrival_id, "departure", act)


@blueprint.post("/shelters/<uuid:shelter_id>/people/<uuid:arrival_id>/identity")
@blueprint.doc(hide=True)
def form_identity(shelter_id: UUID, arrival_id: UUID) -> ResponseReturnValue:
    """Complete the number of a household that came without."""

    def act(session: Session, fields: dict[str, Any]) -> None:
        revision = str(fields.pop("revision", ""))
        order = web.check(schemas.PutIdentity, fields)
        attempt = Attempt(
            id=uuid5(arrival_id, "identity"), base=revision,
            digest=web.body_digest(personal=True), edit=True, mutable=True,
        )  # fmt: skip
        write_identity(session, attempt, shelter_id, arrival_id, order)

    return _act(shelter_id, arrival_id, "identity", act)


@blueprint.post("/shelters/<uuid:shelter_id>/people/<uuid:arrival_id>/members")
@blueprint.doc(hide=True)
def form_members(shelter_id: UUID, arrival_id: UUID) -> ResponseReturnValue:
    """Name who is of a household besides its head, beside those named so far or in their place."""

    def act(session: Session, fields: dict[str, Any]) -> None:
        said: list[Any] = read_members(str(fields.get("names", "")))
        if not said and not fields.get("instead"):
            words = _("Write at least one name.")
            raise Invalid(words, [FieldError("names", "missing", words)])
        if not fields.get("instead"):
            said = [vars(each) for each in members.told(session, arrival_id)] + said
        order = web.check(schemas.PutMembers, {"members": said})
        attempt = Attempt(
            id=uuid5(arrival_id, "members"), base=str(fields.get("revision", "")),
            digest=web.body_digest(personal=True), edit=True, mutable=True,
        )  # fmt: skip
        write_members(session, attempt, shelter_id, arrival_id, order)

    return _act(shelter_id, arrival_id, "members", act)


@blueprint.post("/shelters/<uuid:shelter_id>/people/<uuid:arrival_id>/presence")
@blueprint.doc(hide=True)
def form_presence(shelter_id: UUID, arrival_id: UUID) -> ResponseReturnValue:
    """Say that a household that was expected is here."""

    def act(session: Session, fields: dict[str, Any]) -> None:
        order = web.check(schemas.PutPresence, fields)
        write_presence(session, shelter_id, arrival_id, order)

    return _act(shelter_id, arrival_id, "presence", act)


def _beside(error: FieldError, arrival_id: UUID, done: str) -> FieldError:
    """Return what is wrong, leading to its field in the forms of this household."""
    name = {"shelter_id": "shelter", "": FIRST.get(done, "names")}.get(error.field, error.field)
    name = "names" if name.startswith("members") else name
    return replace(error, field=f"{name}-{arrival_id}")


def _act(shelter_id: UUID, arrival_id: UUID, done: str, act: Any) -> ResponseReturnValue:
    """Do one thing to a household and go back to the list, or say beside it what is wrong."""
    require(MAY)
    fields = web.form_fields()
    try:
        with transaction() as session:
            act(session, dict(fields))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        if isinstance(error, Invalid):
            error.errors = tuple(_beside(each, arrival_id, done) for each in error.errors)
        return _page(shelter_id, error=error, typed=fields, arrival_id=arrival_id)
    return web.see_other("check_in.page_inside", shelter_id=shelter_id, done=done)
