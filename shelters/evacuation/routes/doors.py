"""Door to door: the cadre's own households on a phone, one big button for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import ReliefError
from shelters.evacuation import queries, rules, schemas, services
from shelters.evacuation.queries import Stand
from shelters.evacuation.routes.blueprint import (
    blueprint,
    form_id,
    may,
    order_of,
    orders_of,
    read_purpose,
    seen,
    wanted,
)
from shelters.evacuation.routes.orders_api import write_act
from shelters.evacuation.routes.turns import turns
from shelters.evacuation.routes.words import PART_OF, WORDS
from shelters.evacuation.rules import State

MOST = 200
CORRECTABLE = (400, 409, 412, 422)
# The steps in the order they are taken, as the buttons stand.
BUTTONS = (
    *(State.TOLD, State.TO_TELL, State.READY, State.ON_THE_WAY, State.AT_SHELTER),
    *(State.WITH_RELATIVES, State.REFUSED, State.NOT_FOUND, State.RETURNED),
)


@blueprint.get("/evacuation/doors")
@blueprint.doc(hide=True)
def page_doors() -> ResponseReturnValue:
    """Show the households to go to: mine if I answer for any, else those of my area."""
    return _doors()


@blueprint.post("/evacuation/doors/full")
@blueprint.doc(hide=True)
def doors_in_full() -> ResponseReturnValue:
    """Show the same households with their names and numbers; the reading is recorded first."""
    require("evacuation.read_full")
    try:
        purpose = read_purpose(request.form.get("purpose", ""))
        with transaction() as session:
            found = seen(session, "evacuation.record")
            actor_id = require("evacuation.read_full", found.area.id)
            stands, _total, _own = stands_here(session, found)
            rows = services.read_rows(
                session, [each.row for each in stands], found.area, found.tree, purpose=purpose,
                actor_id=actor_id,
            )  # fmt: skip
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _doors(error=error)
    return _doors(opened={row["id"]: row for row in rows})


@blueprint.post("/evacuation/doors")
@blueprint.doc(hide=True)
def take_step() -> ResponseReturnValue:
    """Take one step for one household, or for several at once."""
    require("evacuation.record")
    given = web.form_fields()
    given["households"] = request.form.getlist("households")
    try:
        act_id = form_id(given)
        act = web.check(schemas.PutAct, {key: given[key] for key in given if key != "id"})
        with transaction() as session:
            write_act(session, act_id, act)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _doors(error=error, typed=given)
    kept = {key: request.args[key] for key in ("disaster", "area", "order", "all")
            if request.args.get(key)}  # fmt: skip
    return web.see_other("evacuation.page_doors", **kept, done=given["state"])


def _doors(
    *, opened: dict[UUID, dict[str, Any]] | None = None, error: ReliefError | None = None,
    typed: dict[str, Any] | None = None,
) -> ResponseReturnValue:  # fmt: skip
    require("evacuation.record")
    with reading() as session:
        found = seen(session, "evacuation.record")
        order = order_of(session, found)
        stands, total, own = stands_here(session, found)
        rows = [each.row for each in stands]
        turn, _since = turns(session, found, orders_of(session, found))
        done = request.args.get("done", "")
        shown = web.page(
            "evacuation/doors.html", seen=found, order=order, stands=stands, total=total, own=own,
            error=error, typed=typed or {}, opened=opened or {}, masked=queries.masked,
            done=done if done in set(State) else "",
            next_steps=lambda stand: _next(stand, lifted=bool(order and order.returned_at)),
            deputy=deputises(session) if own else lambda _stand: False, turn=turn,
            new_id=uuid6.uuid7, part_for=PART_OF,
            may_read=may("evacuation.read_full", found.area.id),
            shelters=queries.shelter_names(session, (row.shelter_id for row in rows)),
            cadres=queries.named(session, (row.cadre_id for row in rows)),
            risk_of=queries.risk_kinds(session, (row.risk_id for row in rows)), **WORDS,
        )  # fmt: skip
    return shown, error.status if error else 200


def stands_here(session: Session, found: disasters.Looking) -> tuple[list[Stand], int, bool]:
    """Return the households to go to, how many there are, and whether they are one's own.

    Those of every order that runs here, unless one is asked for.
    """
    who = viewer()
    mine = queries.answered_for(session, who.id if who else None)
    own = [] if request.args.get("all") else mine
    stands, total = queries.stands_under(
        session, orders_of(session, found), wanted(found), most=MOST, cadres=own
    )
    return stands, total, bool(own)


def deputises(session: Session) -> Callable[[Stand], bool]:
    """Return what says of a household of one's list that one is only the deputy of its cadre."""
    who = viewer()
    mine = queries.own_cadres(session, who.id if who else None)
    return lambda stand: stand.row.cadre_id not in mine


def _next(stand: Stand, *, lifted: bool) -> list[State]:
    """Return the steps a household may take from where it stands."""
    open_ones = rules.NEXT[stand.state] - (frozenset() if lifted else {State.RETURNED})
    return [each for each in BUTTONS if each in open_ones]
