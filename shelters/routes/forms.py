"""The forms: everything the API takes, sent by a page without a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import uuid6
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, web
from relief_ops.auth import looking_at, require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.schemas import PutNeed
from relief_ops.errors import ReliefError
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web.parsing import check, form_fields
from shelters import queries, schemas, services
from shelters.models import Shelter
from shelters.queries.one import area_by_code, contacts
from shelters.queries.safety import has_checks
from shelters.routes.blueprint import blueprint, look
from shelters.routes.columns import PERSONAL
from shelters.routes.pages import may, page_of
from shelters.routes.wording import wording
from shelters.rules import Kind
from shelters.rules.register import CHOICES, CONTACTS, DAYS, FEATURES, NUMBERS, Usage
from shelters.rules.steps import Point
from shelters.services.life_cycle import step_id

Act = Callable[[Session, Shelter, dict[str, Any], UUID], Receipt]
PAGES = {"one": "shelters/one.html", "check_in": "shelters/check_in.html"}
PLACES = {"one": "shelters.page_one", "check_in": "shelters.page_check_in"}


def _act(shelter_id: UUID, permission: str, act: Act, *, done: str) -> ResponseReturnValue:
    """Do one thing to a shelter and go back to the page it came from, or say what is wrong."""
    fields = form_fields()
    back = fields.pop("back", "one")
    back = back if back in PAGES else "one"
    require(permission)
    try:
        with transaction() as session:
            found = queries.lock_shelter(session, shelter_id)
            actor_id = require(permission, found.area_id)
            act(session, found, fields, actor_id)
    except ReliefError as error:
        if error.status not in (409, 412, 422):
            raise
        return page_of(shelter_id, PAGES[back], error=error)
    return web.see_other(PLACES[back], shelter_id=shelter_id, done=done)


def _local(fields: dict[str, Any], name: str) -> None:
    """Read a field of local time, as the browser sends it, into an instant."""
    if text := fields.get(name):
        try:
            moment = datetime.fromisoformat(str(text))
        except ValueError:
            return
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL)
        fields[name] = zoned.isoformat()


@blueprint.post("/shelters/<uuid:shelter_id>/state")
@blueprint.doc(hide=True)
def form_state(shelter_id: UUID) -> ResponseReturnValue:
    """Take a shelter one step."""

    def act(session: Session, found: Shelter, fields: dict[str, Any], actor_id: UUID) -> Receipt:
        said = [each for each in Point if fields.pop(f"point_{each}", "")]
        order = check(schemas.PutState, fields | {"done": said})
        attempt = web.attempt(step_id(session, found.id, order), revised=True)
        return services.put_state(session, attempt, found, order, actor_id=actor_id)

    return _act(shelter_id, "shelter.open", act, done="state")


@blueprint.post("/shelters/<uuid:shelter_id>/headcounts")
@blueprint.doc(hide=True)
def form_headcount(shelter_id: UUID) -> ResponseReturnValue:
    """File a headcount."""

    def act(session: Session, found: Shelter, fields: dict[str, Any], actor_id: UUID) -> Receipt:
        headcount_id = web.form_id(fields)
        _local(fields, "as_of")
        order = check(schemas.PutHeadcount, fields)
        attempt = web.attempt(headcount_id, base=order.base, revised=True)
        return services.put_headcount(session, attempt, found, order, actor_id=actor_id)

    return _act(shelter_id, "shelter.count", act, done="headcount")


@blueprint.post("/shelters/<uuid:shelter_id>/headcounts/<uuid:headcount_id>/settlement")
@blueprint.doc(hide=True)
def form_settlement(shelter_id: UUID, headcount_id: UUID) -> ResponseReturnValue:
    """Decide about a rival headcount."""

    def act(session: Session, found: Shelter, fields: dict[str, Any], actor_id: UUID) -> Receipt:
        order = check(schemas.PutSettlement, fields)
        attempt = web.attempt(uuid5(headcount_id, "settlement"), revised=True)
        return services.settle(
            session, attempt, found, headcount_id, accept=order.accept, actor_id=actor_id
        )

    return _act(shelter_id, "shelter.settle", act, done="settled")


@blueprint.post("/shelters/<uuid:shelter_id>/arrivals")
@blueprint.doc(hide=True)
def form_arrival(shelter_id: UUID) -> ResponseReturnValue:
    """Register a household."""

    def act(session: Session, found: Shelter, fields: dict[str, Any], actor_id: UUID) -> Receipt:
        arrival_id = web.form_id(fields)
        _local(fields, "arrived_at")
        order = check(schemas.PutArrival, fields)
        attempt = web.attempt(arrival_id, personal=True)
        return services.put_arrival(session, attempt, found, order, actor_id=actor_id)

    return _act(shelter_id, "shelter.admit", act, done="arrival")


@blueprint.post("/shelters/<uuid:shelter_id>/arrivals/<uuid:arrival_id>/departure")
@blueprint.doc(hide=True)
def form_departure(shelter_id: UUID, arrival_id: UUID) -> ResponseReturnValue:
    """Let a household go."""

    def act(session: Session, found: Shelter, fields: dict[str, Any], actor_id: UUID) -> Receipt:
        order = check(schemas.PutDeparture, fields)
        attempt = web.attempt(uuid5(arrival_id, "departure"), revised=True, personal=True)
        return services.depart(session, attempt, found, arrival_id, order, actor_id=actor_id)

    return _act(shelter_id, "shelter.admit", act, done="departure")


@blueprint.post("/shelters/<uuid:shelter_id>/needs")
@blueprint.doc(hide=True)
def form_need(shelter_id: UUID) -> ResponseReturnValue:
    """Open a need at the shelter; the stock sees it at once."""

    def act(session: Session, found: Shelter, fields: dict[str, Any], actor_id: UUID) -> Receipt:
        need_id = web.form_id(fields)
        tree = geo.tree(session)
        order = check(
            PutNeed,
            fields | {"area_code": tree.node(found.area_id).code, "place": str(found.id)},
        )
        disaster = disasters.disaster(session, order.disaster_id)
        attempt = web.attempt(need_id)
        return needs.put_need(
            session, attempt, order, disaster=disaster, area_id=found.area_id, actor_id=actor_id
        )

    return _act(shelter_id, "need.open", act, done="need")


@blueprint.get("/shelters/new")
@blueprint.doc(hide=True)
def page_new() -> ResponseReturnValue:
    """Show the empty form of the register."""
    require("shelter.write")
    with reading() as session:
        seen = look(session)
        typed = {"area_code": seen.area.code, "drill_id": seen.view.drill_id or ""}
        return _form_page(session, uuid6.uuid7(), typed)


@blueprint.get("/shelters/<uuid:shelter_id>/edit")
@blueprint.doc(hide=True)
def page_edit(shelter_id: UUID) -> ResponseReturnValue:
    """Show a shelter's record to be changed; its contact is entered anew, never shown."""
    require("shelter.write")
    with reading() as session:
        found = queries.shelter(session, shelter_id)
        require("shelter.write", found.area_id)
        shown = queries.shown(session, found, None)
        lon, lat = shown.pop("point") or ("", "")
        typed = shown | {"lon": lon, "lat": lat} | dict.fromkeys(PERSONAL, "")
        return _form_page(session, shelter_id, typed)


def _form_page(
    session: Session, shelter_id: UUID, typed: dict[str, Any], error: ReliefError | None = None
) -> ResponseReturnValue:
    tree = geo.tree(session)
    areas = [
        node
        for node in tree
        if node.level in ("county", "township") and may("shelter.write", node.id)
    ]
    context = {
        "shelter_id": shelter_id,
        "typed": {key: "" if value is None else value for key, value in typed.items()},
        "areas": sorted(areas, key=lambda node: node.code),
        "error": error,
        "kinds": Kind,
        "choices": CHOICES | {"usage": Usage},
        "groups": {"features": FEATURES, "numbers": NUMBERS, "days": DAYS},
        "contacts": CONTACTS,
        "checked": has_checks(session, shelter_id),
    }
    shown = web.page("shelters/form.html", **context, **wording())
    return shown, error.status if error else 200


@blueprint.post("/shelters/<uuid:shelter_id>")
@blueprint.doc(hide=True)
def form_shelter(shelter_id: UUID) -> ResponseReturnValue:
    """Enter a shelter or change it; an empty contact on a change keeps the stored one."""
    require("shelter.write")
    fields = form_fields()
    revision = str(fields.pop("revision", ""))
    try:
        with transaction() as session:
            _write(session, shelter_id, dict(fields), revision)
    except ReliefError as error:
        if error.status not in (409, 412, 422, 428):
            raise
        with reading() as session:
            return _form_page(session, shelter_id, fields | {"revision": revision}, error)
    return web.see_other("shelters.page_one", shelter_id=shelter_id, done="written")


def _write(session: Session, shelter_id: UUID, fields: dict[str, Any], revision: str) -> Receipt:
    known = queries.area_of(session, shelter_id)
    if known is not None:
        require("shelter.write", known)
        found = queries.shelter(session, shelter_id)
        manager, phone = queries.contact(found)
        fields = {"manager": manager, "phone": phone} | contacts(found) | fields
    order = check(schemas.PutShelter, fields)
    looking_at(session, order.drill_id)
    area = area_by_code(session, order.area_code, order.drill_id)
    actor_id = require("shelter.write", area.id)
    attempt = Attempt(
        id=shelter_id, base=revision, digest=web.body_digest(), edit=bool(revision), mutable=True
    )
    return services.put_shelter(session, attempt, order, area_id=area.id, actor_id=actor_id)
