"""Rounds and the board over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.routes.api import disaster_of
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.i18n import gettext as _

blueprint = APIBlueprint("report_rounds", __name__)


@blueprint.get("/api/v1/rounds")
def list_rounds() -> ResponseReturnValue:
    """List the rounds of a disaster with what is due when at each level."""
    require("report.read")
    with reading() as session:
        found = queries.rounds(session, disaster_of(look(session)))
        return {"rounds": [queries.shown_round(each) for each in found]}


@blueprint.get("/api/v1/rounds/board")
def show_board() -> ResponseReturnValue:
    """Show how every township of an area stands in ?round=, or in the present one."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        require("report.read", seen.area.id)
        found = board_of(session, seen, request.args.get("round"))
        return queries.shown_board(found) if found else {"round": None, "counties": []}


@blueprint.put("/api/v1/rounds/<uuid:round_id>")
@web.takes(schemas.PutRound)
def put_round(round_id: UUID, order: schemas.PutRound) -> ResponseReturnValue:
    """Open a round, or put it right (If-Match)."""
    with transaction() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        actor_id = require("round.open", disaster.area_id)
        receipt = services.put_round(
            session, web.attempt(round_id), order, disaster=disaster, actor_id=actor_id
        )
    return receipt.json(), receipt.status


def board_of(session: Session, seen: disasters.Looking, code: str | None) -> queries.Board | None:
    """Return the board of a round by its code, or of the present one; None before any was opened.

    Raises Invalid for a code this disaster does not have.
    """
    return board_in(session, disaster_of(seen), seen.tree, seen.area, code, now=seen.view.now)


def board_in(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, code: str | None, *,
    now: datetime,
) -> queries.Board | None:  # fmt: skip
    """Return the board of a round in an area, as `board_of` does."""
    found = queries.rounds(session, disaster)
    chosen = round_asked(found, code, now=now)
    if chosen is None:
        return None
    return queries.board(
        session, found, chosen, disaster_id=disaster.id, area=area, tree=tree, now=now,
        out=queries.out_of_contact(session, disaster, tree, area, now=now),
    )  # fmt: skip


def round_asked(
    found: list[queries.Round], code: str | None, *, now: datetime
) -> queries.Round | None:
    """Return the round of this code, or the present one. Raises Invalid for a strange code."""
    if not code:
        return queries.current_round(found, now)
    chosen = next((each for each in found if each.code == code), None)
    if chosen is None:
        wrong = FieldError("round", "query", _("This disaster has no such round."))
        raise Invalid(_("The address has a bad value: %(name)s.", name="round"), [wrong])
    return chosen
