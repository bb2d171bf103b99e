"""Shelters over the API."""

from __future__ import annotations

from uuid import UUID, uuid5

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, web
from relief_ops.auth import looking_at, require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, schemas, services
from shelters.models import Headcount
from shelters.queries.doubts import doubts
from shelters.queries.flags import facts_of, flags
from shelters.queries.one import area_by_code, typed_used
from shelters.routes.blueprint import blueprint, disaster_for, look, wanted
from shelters.rules import SPLITS
from shelters.services.life_cycle import step_id


@blueprint.get("/api/v1/shelters")
def list_shelters() -> ResponseReturnValue:
    """List the shelters of an area: ?q=&state=&kind=&usage=&flag=&sort=&page=&rows=."""
    require("shelter.read")
    with reading() as session:
        found = queries.page_of(session, look(session).view, wanted())
    return {
        "shelters": found.rows,
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
    }


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>")
def show_shelter(shelter_id: UUID) -> ResponseReturnValue:
    """Show one shelter with its standing in the disaster (?disaster=, or its own)."""
    with reading() as session:
        require("shelter.read")
        found = queries.shelter(session, shelter_id)
        require("shelter.read", found.area_id)
        disaster = disaster_for(session, found.drill_id)
        answer = queries.shown(session, found, disaster)
        if disaster:
            answer["typed_used"] = typed_used(session, found.id, disaster.id)
            at = disasters.now_of(session, disaster)
            said = flags(session, {found.id: facts_of(found)}, disaster.id, at)
            answer["flags"] = [each.shown() for each in said.get(found.id, [])]
        answer["warnings"] = doubts(session, found, clock.local_date(clock.now()))
    return answer, 200, {"ETag": f'"{answer["revision"]}"'}


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/contact")
def show_contact(shelter_id: UUID) -> ResponseReturnValue:
    """Show a shelter's contact person in full; it is on the record."""
    with transaction() as session:
        require("person.read_full")
        found = queries.shelter(session, shelter_id)
        actor_id = require("person.read_full", found.area_id)
        return services.read_contact(session, shelter_id, actor_id=actor_id)


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/headcounts")
def list_headcounts(shelter_id: UUID) -> ResponseReturnValue:
    """List a shelter's headcounts, latest first, with what each is worth."""
    with reading() as session:
        require("shelter.read")
        found = queries.shelter(session, shelter_id)
        disaster = disaster_for(session, found.drill_id)
        rows = queries.history(session, found.id, disaster.id)["headcounts"] if disaster else []
        return {"headcounts": [_shown_headcount(each) for each in rows]}


def _shown_headcount(row: Headcount) -> dict[str, object]:
    names = (
        "id", "disaster_id", "as_of", "total", *SPLITS, "standing", "base_id", "rival_of",
        "revision", "received_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>")
@web.takes(schemas.PutShelter)
def put_shelter(shelter_id: UUID, order: schemas.PutShelter) -> ResponseReturnValue:
    """Enter a shelter in the register, or change it."""
    with transaction() as session:
        require("shelter.write")
        looking_at(session, order.drill_id)
        area = area_by_code(session, order.area_code, order.drill_id)
        actor_id = require("shelter.write", area.id)
        known = queries.area_of(session, shelter_id)
        if known is not None:
            require("shelter.write", known)
        receipt = services.put_shelter(
            session, web.attempt(shelter_id), order, area_id=area.id, actor_id=actor_id
        )
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/state")
@web.takes(schemas.PutState)
def put_state(shelter_id: UUID, order: schemas.PutState) -> ResponseReturnValue:
    """Take a shelter one step of its life."""
    with transaction() as session:
        require("shelter.open")
        found = queries.lock_shelter(session, shelter_id)
        actor_id = require("shelter.open", found.area_id)
        revised = "If-Match" not in request.headers
        attempt = web.attempt(step_id(session, shelter_id, order), revised=revised)
        receipt = services.put_state(session, attempt, found, order, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/headcounts/<uuid:headcount_id>")
@web.takes(schemas.PutHeadcount)
def put_headcount(
    shelter_id: UUID, headcount_id: UUID, order: schemas.PutHeadcount
) -> ResponseReturnValue:
    """File a headcount, a new id for each revision."""
    with transaction() as session:
        require("shelter.count")
        found = queries.lock_shelter(session, shelter_id)
        actor_id = require("shelter.count", found.area_id)
        attempt = web.attempt(headcount_id, base=order.base, revised=True)
        receipt = services.put_headcount(session, attempt, found, order, actor_id=actor_id)
    return receipt.json(), 200 if receipt.replayed else 201


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/headcounts/<uuid:headcount_id>/settlement")
@web.takes(schemas.PutSettlement)
def put_settlement(
    shelter_id: UUID, headcount_id: UUID, order: schemas.PutSettlement
) -> ResponseReturnValue:
    """Decide about a rival headcount; nobody decides about their own."""
    with transaction() as session:
        require("shelter.settle")
        found = queries.lock_shelter(session, shelter_id)
        actor_id = require("shelter.settle", found.area_id)
        attempt = web.attempt(uuid5(headcount_id, "settlement"), revised=True)
        receipt = services.settle(
            session, attempt, found, headcount_id, accept=order.accept, actor_id=actor_id
        )
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/arrivals/<uuid:arrival_id>")
@web.takes(schemas.PutArrival)
def put_arrival(
    shelter_id: UUID, arrival_id: UUID, order: schemas.PutArrival
) -> ResponseReturnValue:
    """Register a household, or change what is known of it (If-Match)."""
    with transaction() as session:
        receipt = write_arrival(session, shelter_id, arrival_id, order)
    return receipt.json(), receipt.status


def write_arrival(
    session: Session, shelter_id: UUID, arrival_id: UUID, order: schemas.PutArrival
) -> Receipt:
    """Register a household in a shelter of the sender's areas, or send it on from there."""
    require("shelter.admit")
    queries.hold_places(session, shelter_id, left_for(session, order.moved_from), order.sent_from)
    if order.sent_from:
        own = queries.shelter(session, order.sent_from)
        found = queries.shelter_to_send_to(session, shelter_id)
    else:
        found = own = queries.shelter(session, shelter_id)
    actor_id = require("shelter.admit", own.area_id)
    attempt = web.attempt(arrival_id, personal=True)
    return services.put_arrival(session, attempt, found, order, actor_id=actor_id)


def left_for(session: Session, arrival_id: UUID | None) -> UUID | None:
    """Return the shelter a registration is in, that is left for another; None without one."""
    found = queries.arrival_anywhere(session, arrival_id) if arrival_id else None
    return found.shelter_id if found else None


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/arrivals/<uuid:arrival_id>/identity")
@web.takes(schemas.PutIdentity)
def put_identity(
    shelter_id: UUID, arrival_id: UUID, order: schemas.PutIdentity
) -> ResponseReturnValue:
    """Complete whose household it is; If-Match is the revision of its registration."""
    with transaction() as session:
        attempt = web.attempt(uuid5(arrival_id, "identity"), personal=True)
        receipt = write_identity(session, attempt, shelter_id, arrival_id, order)
    return receipt.json(), receipt.status


def write_identity(
    session: Session, attempt: Attempt, shelter_id: UUID, arrival_id: UUID,
    order: schemas.PutIdentity,
) -> Receipt:  # fmt: skip
    """Complete whose household it is, in a shelter of the sender's areas."""
    require("shelter.admit")
    found = queries.lock_shelter(session, shelter_id)
    actor_id = require("shelter.admit", found.area_id)
    return services.put_identity(session, attempt, found, arrival_id, order, actor_id=actor_id)


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/arrivals/<uuid:arrival_id>/members")
@web.takes(schemas.PutMembers)
def put_members(
    shelter_id: UUID, arrival_id: UUID, order: schemas.PutMembers
) -> ResponseReturnValue:
    """Say who is named with the head of a household; If-Match is its registration's revision."""
    with transaction() as session:
        attempt = web.attempt(uuid5(arrival_id, "members"), personal=True)
        receipt = write_members(session, attempt, shelter_id, arrival_id, order)
    return receipt.json(), receipt.status


def write_members(
    session: Session, attempt: Attempt, shelter_id: UUID, arrival_id: UUID,
    order: schemas.PutMembers,
) -> Receipt:  # fmt: skip
    """Say who is named with the head of a household, in a shelter of the sender's areas."""
    require("shelter.admit")
    found = queries.lock_shelter(session, shelter_id)
    actor_id = require("shelter.admit", found.area_id)
    return services.put_members(session, attempt, found, arrival_id, order, actor_id=actor_id)


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/arrivals/<uuid:arrival_id>/presence")
@web.takes(schemas.PutPresence)
def put_presence(
    shelter_id: UUID, arrival_id: UUID, order: schemas.PutPresence
) -> ResponseReturnValue:
    """Say that a household that was announced is here."""
    with transaction() as session:
        receipt = write_presence(session, shelter_id, arrival_id, order)
    return receipt.json(), receipt.status


def write_presence(
    session: Session, shelter_id: UUID, arrival_id: UUID, order: schemas.PutPresence
) -> Receipt:
    """Say that an announced household is here, in a shelter of the sender's areas."""
    require("shelter.admit")
    found = queries.lock_shelter(session, shelter_id)
    actor_id = require("shelter.admit", found.area_id)
    attempt = web.attempt(uuid5(arrival_id, "presence"), revised=True)
    return services.put_presence(session, attempt, found, arrival_id, order, actor_id=actor_id)


@blueprint.put("/api/v1/shelters/<uuid:shelter_id>/arrivals/<uuid:arrival_id>/departure")
@web.takes(schemas.PutDeparture)
def put_departure(
    shelter_id: UUID, arrival_id: UUID, order: schemas.PutDeparture
) -> ResponseReturnValue:
    """Let a household go, take its announcement back, or send it on to another shelter."""
    with transaction() as session:
        receipt = write_departure(session, shelter_id, arrival_id, order)
    return receipt.json(), receipt.status


def write_departure(
    session: Session, shelter_id: UUID, arrival_id: UUID, order: schemas.PutDeparture
) -> Receipt:
    """Let a household go from a shelter of the sender's areas."""
    require("shelter.admit")
    queries.hold_places(session, shelter_id, order.shelter_id)
    found = queries.shelter(session, shelter_id)
    actor_id = require("shelter.admit", found.area_id)
    attempt = web.attempt(uuid5(arrival_id, "departure"), revised=True, personal=True)
    return services.depart(session, attempt, found, arrival_id, order, actor_id=actor_id)
