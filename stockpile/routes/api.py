"""The stockpile's API."""

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
from relief_ops.disasters.needs import queries as needs
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, NotFound
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile import schemas, services
from stockpile.queries import balances, counts, listing, register, road
from stockpile.rules import MOVES, Move, ShipmentState

blueprint = APIBlueprint("stock_api", __name__)


@blueprint.get("/api/v1/depots")
def list_depots() -> ResponseReturnValue:
    """List the depots of the view's area."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        found = register.depots(session, seen.view)
        ids = [each.id for each in found]
        points, least = register.points(session, ids), register.minimums(session, ids)
        return {
            "depots": [
                register.shown_depot(each, seen.tree, points.get(each.id), least) for each in found
            ]
        }


@blueprint.get("/api/v1/depots/<uuid:depot_id>")
def show_depot(depot_id: UUID) -> ResponseReturnValue:
    """Show one depot."""
    require("stock.read")
    with reading() as session:
        found = register.depot(session, depot_id)
        point = register.points(session, [depot_id]).get(depot_id)
        least = register.minimums(session, [depot_id])
        return register.shown_depot(found, geo.tree(session), point, least)


@blueprint.put("/api/v1/depots/<uuid:depot_id>")
@web.takes(schemas.PutDepot)
def put_depot(depot_id: UUID, order: schemas.PutDepot) -> ResponseReturnValue:
    """Set up a depot or change it."""
    receipt = write_depot(web.attempt(depot_id), order)
    return receipt.json(), receipt.status


def write_depot(attempt: Attempt, order: schemas.PutDepot) -> Receipt:
    """Set up or change a depot as whoever is looking."""
    with transaction() as session:
        require("depot.write")
        area = disasters.area_by_code(session, order.area_code)
        actor_id = require("depot.write", area.id)
        held = register.depot_area(session, attempt.id)
        if held is not None:  # nobody takes a depot out of an area he does not write in
            require("depot.write", held)
        return services.put_depot(session, attempt, order, area_id=area.id, actor_id=actor_id)


@blueprint.get("/api/v1/stock/balances")
def list_balances() -> ResponseReturnValue:
    """List what lies in depots by lot; ?depot= and ?item= filter, ?at= asks for the past."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        rows = listing.balances(
            session, seen.view, depot_id=asked_id("depot"), item=request.args.get("item")
        )
        held = balances.held_at(session, rows, seen.view.at) if seen.view.at else None
        there = [row for row in rows if held is None or held[row.balance.id]]
        return {"balances": [balances.shown(row, held) for row in there]}


def asked_id(name: str) -> UUID | None:
    """Return an id from the query string. Raises Invalid for what is none."""
    text = request.args.get(name)
    try:
        return UUID(text) if text else None
    except ValueError:
        wrong = FieldError(name, "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name=name), [wrong]) from None


@blueprint.get("/api/v1/stock/movements")
def list_movements() -> ResponseReturnValue:
    """List the entries of one place's account, the latest first: ?place=, ?item=."""
    require("stock.read")
    place_id = asked_id("place") or asked_id("depot")
    if place_id is None:
        raise Invalid(_("Say which place (?place=)."))
    with reading() as session:
        require("stock.read", register.place(session, place_id).area_id)
        found = register.movements(session, place_id, item=request.args.get("item"))
        return {"movements": [register.shown_movement(each) for each in found]}


@blueprint.get("/api/v1/stock/movements/<uuid:movement_id>")
def show_movement(movement_id: UUID) -> ResponseReturnValue:
    """Show one entry of the ledger with what it corrects and what corrects it."""
    require("stock.read")
    with reading() as session:
        found = register.movement(session, movement_id)
        _see_either_end(session, (found.from_account, found.to_account))
        return register.shown_movement(found, register.corrected_by(session, movement_id))


def _see_either_end(session: Session, account_ids: tuple[UUID, UUID]) -> None:
    """Pass if the viewer may read at one physical end. Raises NotFound."""
    for account_id in account_ids:
        account = register.account(session, account_id)
        if account is None or account.place_id is None:
            continue
        try:
            require("stock.read", account.area_id)
        except NotFound:
            continue
        return
    raise NotFound(_("There is no such movement."))


@blueprint.put("/api/v1/stock/movements/<uuid:movement_id>")
@web.takes(schemas.PutMovement)
def put_movement(movement_id: UUID, order: schemas.PutMovement) -> ResponseReturnValue:
    """Book a movement of stock."""
    with transaction() as session:
        actor_id = movement_actor(session, order)
        attempt = web.attempt(movement_id, revised=True)
        receipt = services.put_movement(session, attempt, order, actor_id=actor_id)
        session.flush()
        waits = {
            "waits_for_second_count": counts.waits(session, movement_id),
            "waits_for_promises": counts.waits_for_promises(session, movement_id),
        }
    return receipt.json() | waits, receipt.status


def movement_actor(session: Session, order: schemas.PutMovement) -> UUID:
    """Return the actor if he may book this at every place it touches."""
    if order.kind != Move.CORRECTION:
        permission = MOVES[order.kind].permission
        return register.may_touch(session, (order.from_, order.to), permission)
    require("stock.count")
    assert order.corrects is not None
    wrong = register.movement(session, order.corrects)
    ends = [register.account(session, each) for each in (wrong.from_account, wrong.to_account)]
    places = [each.place_id for each in ends if each is not None]
    return register.may_touch(session, places, "stock.count")


@blueprint.get("/api/v1/stock/counts")
def list_counts() -> ResponseReturnValue:
    """List the lots at a place (?depot=) that wait for a second count; what was found is hidden."""
    require("stock.count")
    depot_id = asked_id("depot")
    if depot_id is None:
        raise Invalid(_("Say which depot (?depot=)."))
    with reading() as session:
        reader = require("stock.count", register.place(session, depot_id).area_id)
        found = counts.waiting(session, depot_id).values()
        return {"waiting": [counts.shown(each, reader=reader) for each in found]}


@blueprint.get("/api/v1/stock/reservations")
def list_reservations() -> ResponseReturnValue:
    """List what is promised and still lies in depots: ?depot= filters."""
    require("stock.read")
    with reading() as session:
        seen = look(session)
        found = road.to_ship(session, seen.view, depot_id=asked_id("depot"))
        return {
            "lines": [
                road.shown_line(each.line)
                | {"reservation_id": each.line.reservation_id, "need_id": each.need.id}
                for each in found
            ]
        }


@blueprint.get("/api/v1/stock/reservations/<uuid:reservation_id>")
def show_reservation(reservation_id: UUID) -> ResponseReturnValue:
    """Show a promise and what became of its lines."""
    require("stock.read")
    with reading() as session:
        found = road.reservation(session, reservation_id)
        return road.shown_reservation(found, road.lines_of(session, [reservation_id]))


@blueprint.put("/api/v1/stock/reservations/<uuid:reservation_id>")
@web.takes(schemas.PutReservation)
def put_reservation(reservation_id: UUID, order: schemas.PutReservation) -> ResponseReturnValue:
    """Promise stock to a need: the nearest first."""
    with transaction() as session:
        require("stock.reserve")
        need = needs.need(session, order.need_id)
        actor_id = require("stock.reserve", need.area_id)
        attempt = web.attempt(reservation_id, revised=True)
        receipt = services.reserve(session, attempt, order, actor_id=actor_id)
        session.flush()
        found = road.reservation(session, reservation_id)
        shown = road.shown_reservation(found, road.lines_of(session, [reservation_id]))
    return receipt.json() | {"quantity": shown["quantity"], "lines": shown["lines"]}, receipt.status


@blueprint.put("/api/v1/stock/reservations/<uuid:reservation_id>/release")
@web.takes(schemas.Release)
def put_release(
    reservation_id: UUID, order: schemas.Release
) -> ResponseReturnValue:  # fmt: skip
    """Give back what a promise holds and has not shipped."""
    with transaction() as session:
        require("stock.refuse")
        found = road.reservation(session, reservation_id)
        actor_id = require("stock.refuse", found.area_id)
        attempt = web.attempt(uuid5(reservation_id, "release"), revised=True)
        receipt = services.release_reservation(
            session, attempt, reservation_id, actor_id=actor_id, reason=order.reason
        )
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/stock/claims/<uuid:claim_id>/withdrawal")
@web.takes(schemas.WithdrawClaim)
def put_claim_withdrawal(
    claim_id: UUID,
    order: schemas.WithdrawClaim,  # noqa: ARG001  parsed, so that nothing else may stand in it
) -> ResponseReturnValue:
    """Withdraw a write-off or a taking-back that waits for a second person."""
    attempt = web.attempt(uuid5(claim_id, "withdrawal"), revised=True)
    receipt, _claim = withdraw_claim(attempt, claim_id)
    return receipt.json(), 200


def withdraw_claim(attempt: Attempt, claim_id: UUID) -> tuple[Receipt, UUID]:
    """Withdraw what waits as whoever is looking; return the lot it is of too."""
    with transaction() as session:
        require("stock.count")
        found = counts.claim(session, claim_id)
        actor_id = require("stock.count", found.area_id)
        receipt = services.withdraw_claim(session, attempt, claim_id, actor_id=actor_id)
        return receipt, found.lot_id


@blueprint.get("/api/v1/shipments")
def list_shipments() -> ResponseReturnValue:
    """List the shipments of the view; ?state=on_the_way and the like filter."""
    require("stock.read")
    state = request.args.get("state")
    if state is not None and state not in list(ShipmentState):
        wrong = FieldError("state", "query", _("This value cannot be taken."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="state"), [wrong])
    with reading() as session:
        seen = look(session)
        found = road.shipments(session, seen.view, state=ShipmentState(state) if state else None)
        loads = road.loads(session, [each.shipment.id for each in found])
        return {
            "shipments": [
                road.shown_shipment(each, loads.get(each.shipment.id, [])) for each in found
            ]
        }


@blueprint.get("/api/v1/shipments/<uuid:shipment_id>")
def show_shipment(shipment_id: UUID) -> ResponseReturnValue:
    """Show one shipment with its load."""
    require("stock.read")
    with reading() as session:
        found = road.on_the_road(session, shipment_id)
        load = road.loads(session, [shipment_id]).get(shipment_id, [])
        return road.shown_shipment(found, load)


@blueprint.put("/api/v1/shipments/<uuid:shipment_id>")
@web.takes(schemas.PutShipment)
def put_shipment(shipment_id: UUID, order: schemas.PutShipment) -> ResponseReturnValue:
    """Send what was promised from one depot to one place."""
    with transaction() as session:
        require("stock.ship")
        depot = origin(session, order)
        actor_id = require("stock.ship", depot.area_id)
        attempt = web.attempt(shipment_id, revised=True)
        receipt = services.dispatch(session, attempt, order, depot=depot, actor_id=actor_id)
    return receipt.json(), receipt.status


def origin(session: Session, order: schemas.PutShipment) -> geo.Place:
    """Return the place a shipment leaves from: the one named, or the only one promised from."""
    if order.depot is not None:
        return register.giver(session, order.depot)
    lines = road.lines_of(session, order.reservation_ids)
    depots = {line.depot_id for line in lines}
    if not depots:
        raise NotFound(_("There is no such promise, or not in your areas."))
    if len(depots) > 1:
        wrong = FieldError("depot", "missing", _("Say which depot: this is promised from several."))
        raise Invalid(_("Some fields need another look."), [wrong])
    return register.giver(session, depots.pop())


@blueprint.put("/api/v1/shipments/<uuid:shipment_id>/receipt")
@web.takes(schemas.PutReceipt)
def put_receipt(shipment_id: UUID, order: schemas.PutReceipt) -> ResponseReturnValue:
    """Count a shipment at its place."""
    with transaction() as session:
        require("stock.receive")
        actor_id = require("stock.receive", road.shipment(session, shipment_id).to_area)
        attempt = web.attempt(uuid5(shipment_id, "receipt"), revised=True)
        receipt = services.receive(session, attempt, order, shipment_id, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/shipments/<uuid:shipment_id>/turn-back")
@web.takes(schemas.TurnBack)
def put_turn_back(shipment_id: UUID, order: schemas.TurnBack) -> ResponseReturnValue:
    """Turn a shipment back to its depot."""
    with transaction() as session:
        require("stock.ship")
        actor_id = require("stock.ship", road.shipment(session, shipment_id).from_area)
        attempt = web.attempt(uuid5(shipment_id, "turn-back"), revised=True)
        receipt = services.turn_back(session, attempt, order, shipment_id, actor_id=actor_id)
    return receipt.json(), receipt.status
