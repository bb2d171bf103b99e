"""Orders, steps and the board over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import looking_at, require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import NotFound
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Receipt
from shelters.evacuation import queries, schemas, services
from shelters.evacuation.models import EvacuationOrder
from shelters.evacuation.routes.blueprint import blueprint, disaster_of, order_of, seen, wanted
from shelters.evacuation.routes.units import shown_units
from shelters.evacuation.rules import Hold


@blueprint.get("/api/v1/evacuation/orders")
def list_orders() -> ResponseReturnValue:
    """List the evacuation orders of a disaster that concern an area, the latest first."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        disaster = disaster_of(found)
        rows = queries.orders_for(session, disaster.id, found.area.id, found.tree)
        return {"orders": [queries.shown_order(session, each, found.tree) for each in rows]}


@blueprint.get("/api/v1/evacuation/orders/<uuid:order_id>")
def show_order(order_id: UUID) -> ResponseReturnValue:
    """Show one evacuation order."""
    require("evacuation.read")
    with reading() as session:
        found = queries.order(session, order_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        return queries.shown_order(session, found, tree) | {
            "places": [
                {
                    "area_code": each.area.code, "people": each.people, "free": each.free,
                    "lacking": each.lacking,
                }
                for each in rooms_for(session, found, tree)
            ]
        }  # fmt: skip


def rooms_for(session: Session, found: EvacuationOrder, tree: AreaTree) -> list[queries.Room]:
    """Return the room in shelters for whom an order moves; none once it was lifted."""
    if found.lifted_at is not None:
        return []
    ids = queries.areas_of(session, [found.id])[found.id]
    areas = sorted((tree.node(each) for each in ids if each in tree), key=lambda node: node.code)
    return services.room_for(session, disasters.disaster(session, found.disaster_id), areas)


@blueprint.put("/api/v1/evacuation/orders/<uuid:order_id>")
@web.takes(schemas.PutOrder)
def put_order(order_id: UUID, order: schemas.PutOrder) -> ResponseReturnValue:
    """Give an evacuation order. Where no shelter stands ready it says where people are to go."""
    with transaction() as session:
        receipt = write_order(session, order_id, order)
    return receipt.json(), receipt.status


def write_order(session: Session, order_id: UUID, order: schemas.PutOrder) -> Receipt:
    """Ask for the permission where the order is given, and keep it."""
    require("evacuation.order")
    disaster = disasters.disaster(session, order.disaster_id)
    looking_at(session, disaster.drill_id)
    issuer = disasters.area_by_code(session, order.issuer_code, disaster)
    actor_id = require("evacuation.order", issuer.id)
    codes = dict.fromkeys(order.area_codes)
    areas = [disasters.area_by_code(session, code, disaster) for code in codes]
    attempt = web.attempt(order_id, revised=True)
    return services.put_order(
        session, attempt, order, disaster=disaster, issuer=issuer, areas=areas, actor_id=actor_id
    )


@blueprint.put("/api/v1/evacuation/orders/<uuid:order_id>/revisions/<uuid:revision_id>")
@web.takes(schemas.PutRevision)
def put_revision(
    order_id: UUID, revision_id: UUID, order: schemas.PutRevision
) -> ResponseReturnValue:
    """Say that the impact of a running order comes at another hour, and why."""
    with transaction() as session:
        receipt = write_revision(session, order_id, revision_id, order)
    return receipt.json(), 200 if receipt.replayed else 201


def write_revision(
    session: Session, order_id: UUID, revision_id: UUID, order: schemas.PutRevision
) -> Receipt:
    """Ask for the permission where the order was given, and move its hour."""
    found, actor_id = _held(session, order_id)
    attempt = web.attempt(revision_id, revised=True)
    return services.revise(session, attempt, found, order, actor_id=actor_id)


@blueprint.put("/api/v1/evacuation/orders/<uuid:order_id>/lift")
@web.takes(schemas.PutLift)
def put_lift(order_id: UUID, order: schemas.PutLift) -> ResponseReturnValue:
    """Lift an order; going home is another step."""
    with transaction() as session:
        receipt = write_lift(session, order_id, order)
    return receipt.json(), 200 if receipt.replayed else 201


def write_lift(session: Session, order_id: UUID, order: schemas.PutLift) -> Receipt:
    """Ask for the permission where the order was given, and lift it."""
    found, actor_id = _held(session, order_id)
    attempt = web.attempt(uuid5(order_id, "lift"), revised=True)
    return services.lift(session, attempt, found, order, actor_id=actor_id)


def _held(session: Session, order_id: UUID) -> tuple[EvacuationOrder, UUID]:
    require("evacuation.order")
    found = queries.order(session, order_id, lock=True)
    disasters.disaster(session, found.disaster_id)
    return found, require("evacuation.order", found.issuer_id)


@blueprint.put("/api/v1/evacuation/orders/<uuid:order_id>/return")
@web.takes(schemas.PutReturn)
def put_return(order_id: UUID, order: schemas.PutReturn) -> ResponseReturnValue:
    """Open the way home: houses and slopes were checked."""
    with transaction() as session:
        receipt = write_return(session, order_id, order)
    return receipt.json(), 200 if receipt.replayed else 201


def write_return(session: Session, order_id: UUID, order: schemas.PutReturn) -> Receipt:
    """Ask for the permission where the order was given, and open the way home."""
    found, actor_id = _held(session, order_id)
    attempt = web.attempt(uuid5(order_id, "return"), revised=True)
    return services.allow_return(session, attempt, found, order, actor_id=actor_id)


@blueprint.put("/api/v1/evacuation/acts/<uuid:act_id>")
@web.takes(schemas.PutAct, limit=64 * 1024)
def put_act(act_id: UUID, order: schemas.PutAct) -> ResponseReturnValue:
    """Say of one or more households where they stand now: all of them, or none."""
    with transaction() as session:
        receipt = write_act(session, act_id, order)
    return receipt.json(), receipt.status


def write_act(session: Session, act_id: UUID, act: schemas.PutAct) -> Receipt:
    """Ask for the permission in each household's village, and keep the steps."""
    actor_id = require("evacuation.record")
    order = queries.order(session, act.order_id)
    disaster = disasters.disaster(session, order.disaster_id)
    looking_at(session, disaster.drill_id)
    rows = services.held(session, order, act.households)
    for area_id in {row.area_id for row in rows}:
        require("evacuation.record", area_id)
    attempt = web.attempt(act_id, revised=True, personal=True)
    return services.put_act(session, attempt, act, order=order, rows=rows, actor_id=actor_id)


@blueprint.get("/api/v1/evacuation/orders/<uuid:order_id>/households/<uuid:household_id>/steps")
def list_steps(order_id: UUID, household_id: UUID) -> ResponseReturnValue:
    """List the steps of a household under an order, in the order they happened."""
    require("evacuation.read")
    with reading() as session:
        row = queries.household(session, household_id)
        require("evacuation.read", row.area_id)
        order = queries.order(session, order_id)
        found = queries.steps(session, order.id, row.id)
        return {"steps": services.shown_steps(session, found, full=False)}


@blueprint.get("/api/v1/evacuation/board")
def show_board() -> ResponseReturnValue:
    """Show the board of an order (?order=, or the latest): counts by state, area by area."""
    require("evacuation.read")
    with reading() as session:
        found = seen(session, "evacuation.read")
        order = order_of(session, found)
        if order is None:
            raise NotFound(_("No evacuation order concerns this area."))
        shown = shown_board(read_board(session, found, order), session, found)
        return shown | shown_units(session, found, order)


def read_board(
    session: Session, found: disasters.Looking, order: EvacuationOrder, *,
    opened: UUID | None = None,
) -> queries.Board:  # fmt: skip
    """Return the board as the address asks for it."""
    minutes = queries.minutes_to_answer(session, found.view).total_seconds() // 60
    return queries.board(
        session, order, wanted(found), found.tree, now=found.view.now, opened=opened,
        minutes=int(minutes), alarm=queries.alarm(session, found.view.on, found.area.id),
    )  # fmt: skip


def shown_board(board: queries.Board, session: Session, found: disasters.Looking) -> dict[str, Any]:
    """Return the board as the API gives it."""
    return {
        "order": queries.shown_order(session, board.order, found.tree),
        "now": board.now,
        "whole": _line(board.whole),
        "areas": [_line(each) for each in board.lines],
        "curve": [{"at": at, "not_safe": left} for at, left in board.curve],
        "waiting_for": board.stuck,
        "held_up_by": _hold(board.hold),
    }


def _hold(hold: Hold | None) -> dict[str, Any] | None:
    if hold is None:
        return None
    return {"by": hold.holdup, "minutes": hold.gained, "times_faster": hold.faster}


def _line(line: queries.Line) -> dict[str, Any]:
    tally, ahead = line.tally, line.ahead
    return {
        "area_code": line.area.code,
        "area_name": line.area.name,
        "should_move": tally.total,
        "households": tally.households,
        "safe": tally.safe,
        "not_safe": tally.left,
        "states": {str(each): number for each, number in tally.states.items()},
        "not_heard_of": tally.unheard,
        "done_at": {"earliest": ahead.low, "likely": ahead.middle, "latest": ahead.high},
        "late": ahead.late,
        "chance_late": ahead.chance,
        "beyond_four_days": ahead.beyond,
    }
