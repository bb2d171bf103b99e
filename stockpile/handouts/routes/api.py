"""Handouts over the API."""

from __future__ import annotations

from uuid import UUID, uuid5

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.handouts import schemas, services
from stockpile.handouts.queries import listing
from stockpile.handouts.queries import reading as handouts
from stockpile.handouts.queries.listing import Wanted
from stockpile.handouts.rules import HandoutState
from stockpile.queries import register
from stockpile.routes.api import asked_id

# Handing out is its own right: the keeper of a depot and the manager of a shelter do it, who
# receives or ships stock does not thereby. Whole names ask for `person.read_full` besides.
MAY = "stock.issue"
PAGE_MOST = 200
blueprint = APIBlueprint("handouts", __name__, template_folder="../templates")


@blueprint.put("/api/v1/handouts/<uuid:handout_id>")
@web.takes(schemas.PutHandout)
def put_handout(handout_id: UUID, order: schemas.PutHandout) -> ResponseReturnValue:
    """Hand goods to a household, or note what was handed out without a network (offline)."""
    receipt = hand_out(handout_id, order)
    return receipt.json(), receipt.status


def hand_out(handout_id: UUID, order: schemas.PutHandout) -> Receipt:
    """Hand goods out as whoever is looking."""
    with transaction() as session:
        place, actor_id = desk(session, order.place)
        return services.put_handout(
            session, web.attempt(handout_id, revised=True, personal=True), order, place=place,
            disaster=disasters.disaster(session, order.disaster_id), actor_id=actor_id,
        )  # fmt: skip


def desk(session: Session, place_id: UUID) -> tuple[geo.Place, UUID]:
    """Return a place and the actor, if he may hand goods out there."""
    require(MAY)
    place = register.place(session, place_id)
    return place, require(MAY, place.area_id)


@blueprint.post("/api/v1/handouts/entitlement")
@web.takes(schemas.AskEntitlement)
def ask_entitlement(order: schemas.AskEntitlement) -> ResponseReturnValue:
    """Say what a household may still get at a place, and what it got where; the asking is kept."""
    with transaction() as session:
        return services.shown(entitled(session, order))


def entitled(session: Session, order: schemas.AskEntitlement) -> services.Entitled:
    """Return what a household may still get, asked for by whoever is looking."""
    place, actor_id = desk(session, order.place)
    disaster = disasters.disaster(session, order.disaster_id)
    return services.entitlement(session, order, place=place, disaster=disaster, actor_id=actor_id)


@blueprint.get("/api/v1/handouts")
def list_handouts() -> ResponseReturnValue:
    """List the handouts of ?place=, the latest first, names masked; ?state=, ?number=, ?offset=."""
    require(MAY)
    with reading() as session:
        wanted = asked(session)
        if wanted is None:
            return {"count": 0, "handouts": []}
        most = min(web.view_args().limit, PAGE_MOST)
        first = max(0, request.args.get("offset", 0, type=int))
        rows = listing.listed(session, wanted, first=first, most=most)
        return {
            "count": listing.counted(session, wanted),
            "handouts": [listing.shown(each) for each in rows],
        }


def asked(session: Session) -> Wanted | None:
    """Return which handouts the address asks for; None without a disaster."""
    place_id = asked_id("place")
    if place_id is None:
        wrong = FieldError("place", "missing", _("Say which place (?place=)."))
        raise Invalid(wrong.message, [wrong])
    seen = look(session)
    desk(session, place_id)
    state = request.args.get("state", "")
    if state and state not in list(HandoutState):
        wrong = FieldError("state", "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="state"), [wrong])
    if seen.disaster is None:
        return None
    number = request.args.get("number", 0, type=int)  # a name would stand in logs of addresses
    return Wanted(
        disaster_id=seen.disaster.id, place_id=place_id, state=state,
        find=str(number) if number > 0 else "",
    )  # fmt: skip


@blueprint.get("/api/v1/handouts/<uuid:handout_id>")
def show_handout(handout_id: UUID) -> ResponseReturnValue:
    """Show one handout, its name masked."""
    require(MAY)
    with reading() as session:
        found = handouts.handout(session, handout_id)
        require(MAY, found.area_id)
        (row,) = listing.rows_of(session, [found])
        return listing.shown(row), 200, {"ETag": f'"{found.revision}"'}


@blueprint.put("/api/v1/handouts/<uuid:handout_id>/settlement")
@web.takes(schemas.WithReason)
def put_settlement(handout_id: UUID, order: schemas.WithReason) -> ResponseReturnValue:
    """Settle an exception with a reason, as another person than recorded it."""
    return _answer(settle(handout_id, order))


def settle(handout_id: UUID, order: schemas.WithReason) -> Receipt:
    """Settle an exception as whoever is looking."""
    with transaction() as session:
        actor_id = _actor(session, handout_id)
        return services.settle(
            session, _act(handout_id, "settlement"), handout_id, order, actor_id=actor_id
        )


@blueprint.put("/api/v1/handouts/<uuid:handout_id>/taking-back")
@web.takes(schemas.WithReason)
def put_taking_back(handout_id: UUID, order: schemas.WithReason) -> ResponseReturnValue:
    """Take a handout back whole, with a reason; its goods return to the place."""
    return _answer(take_back(handout_id, order))


def take_back(handout_id: UUID, order: schemas.WithReason) -> Receipt:
    """Take a handout back as whoever is looking."""
    with transaction() as session:
        actor_id = _actor(session, handout_id)
        return services.take_back(
            session, _act(handout_id, "taking-back"), handout_id, order, actor_id=actor_id
        )


@blueprint.put("/api/v1/handouts/<uuid:handout_id>/identity")
@web.takes(schemas.PutWhose)
def put_identity(handout_id: UUID, order: schemas.PutWhose) -> ResponseReturnValue:
    """Complete whose handout it was that came without papers."""
    return _answer(identify(handout_id, order))


def identify(handout_id: UUID, order: schemas.PutWhose) -> Receipt:
    """Complete whose handout it was as whoever is looking."""
    with transaction() as session:
        actor_id = _actor(session, handout_id)
        return services.identify(
            session, _act(handout_id, "identity"), handout_id, order, actor_id=actor_id
        )


def _actor(session: Session, handout_id: UUID) -> UUID:
    require(MAY)
    return require(MAY, handouts.handout(session, handout_id).area_id)


def _act(handout_id: UUID, name: str) -> Attempt:
    return web.attempt(uuid5(handout_id, name), revised=True, personal=True)


def _answer(receipt: Receipt) -> ResponseReturnValue:
    return receipt.json(), 200 if receipt.replayed else 201
