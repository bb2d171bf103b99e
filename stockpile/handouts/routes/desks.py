"""The desk's forms: plain posts, so that a phone without JavaScript can hand goods out too.

What the household may still get is shown before anything is booked. An identity number stands
in no address: it is asked for by a post and carried by the form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.queries import Looking
from relief_ops.disasters.routes import look
from relief_ops.errors import Malformed, ReliefError
from relief_ops.i18n import gettext as _
from stockpile.handouts import schemas, services
from stockpile.handouts.queries import listing, stock
from stockpile.handouts.queries import reading as handouts
from stockpile.handouts.routes import api
from stockpile.handouts.routes.api import MAY, blueprint
from stockpile.handouts.routes.pages import place_of, shown
from stockpile.handouts.services.judging import in_words
from stockpile.queries import register
from stockpile.routes.api import asked_id
from stockpile.routes.pages import may, new_id

CORRECTABLE = (403, 409, 422)
WHOSE = ("household_id", "id_number", "people")


@blueprint.get("/stock/handouts/new")
@blueprint.doc(hide=True)
def page_new() -> ResponseReturnValue:
    """Show the form that asks who is there."""
    require(MAY)
    return _form({})


@blueprint.post("/stock/handouts/new")
@blueprint.doc(hide=True)
def ask() -> ResponseReturnValue:
    """Show what the household may still get, with the form to hand it out."""
    require(MAY)
    filled = web.form_fields()
    try:
        return _form(filled, found=_entitled(filled))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _form(filled, error=error), error.status


def _entitled(filled: dict[str, Any]) -> services.Entitled:
    said = {key: filled[key] for key in (*WHOSE, "disaster_id", "place") if key in filled}
    order = web.check(schemas.AskEntitlement, said)
    with transaction() as session:
        return api.entitled(session, order)


def _form(
    filled: dict[str, Any], *, found: services.Entitled | None = None,
    error: ReliefError | None = None,
) -> str:  # fmt: skip
    with reading() as session:
        seen = _seen(session, filled)
        desks = stock.desks(session, seen.view)
        place = place_of(session, seen, _place(filled))
        return shown(
            "form.html", seen=seen, desks=desks, place=place, filled=filled, found=found,
            error=error, in_words=in_words, form_id=filled.get("id") or new_id(),
            quantities=filled.get("quantity", {}),
        )  # fmt: skip


def _seen(session: Session, filled: dict[str, Any]) -> Looking:
    """Return the view of the form's own disaster, whatever the address says."""
    seen = look(session)
    if not filled.get("disaster_id"):
        return seen
    code = request.args.get("area")
    return disasters.looking(session, disaster_id=_id(filled, "disaster_id"), area_code=code)


def _place(filled: dict[str, Any]) -> UUID | None:
    return _id(filled, "place") if filled.get("place") else asked_id("place")


def _id(filled: dict[str, Any], field: str) -> UUID:
    try:
        return UUID(str(filled[field]))
    except ValueError:
        raise _too_old() from None


def _too_old() -> Malformed:
    return Malformed(_("This form is too old. Reload the page; what you typed is kept."))


@blueprint.post("/stock/handouts")
@blueprint.doc(hide=True)
def hand_out() -> ResponseReturnValue:
    """Hand out what the form says, or show it again with what is wrong and what is allowed."""
    require(MAY)
    filled = web.form_fields()
    said = dict(filled)
    handout_id = web.form_id(said)
    wanted = said.pop("quantity", {})
    if not isinstance(wanted, dict):
        raise _too_old()
    said["lines"] = [{"item": code, "quantity": each} for code, each in wanted.items()]
    try:
        api.hand_out(handout_id, web.check(schemas.PutHandout, said))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _again(filled, error), error.status
    return web.see_other("handouts.page_one", handout_id=handout_id)


def _again(filled: dict[str, Any], error: ReliefError) -> str:
    try:
        return _form(filled, found=_entitled(filled), error=error)
    except ReliefError:
        return _form(filled, error=error)


@blueprint.get("/stock/handouts/<uuid:handout_id>")
@blueprint.doc(hide=True)
def page_one(handout_id: UUID) -> ResponseReturnValue:
    """Show one handout and what may be done about it."""
    require(MAY)
    return _one(handout_id)


def _one(handout_id: UUID, error: ReliefError | None = None) -> str:
    with reading() as session:
        found = handouts.handout(session, handout_id)
        actor_id = require(MAY, found.area_id)
        (row,) = listing.rows_of(session, [found])
        return shown(
            "one.html", row=row, place=register.place(session, found.place_id), error=error,
            disaster=disasters.disaster(session, found.disaster_id),
            own=found.actor_id == actor_id, typed=request.form, may_settle=may(MAY),
        )  # fmt: skip


@blueprint.post("/stock/handouts/<uuid:handout_id>/settlement")
@blueprint.doc(hide=True)
def form_settlement(handout_id: UUID) -> ResponseReturnValue:
    """Settle an exception with a reason."""
    return _act(handout_id, api.settle, schemas.WithReason)


@blueprint.post("/stock/handouts/<uuid:handout_id>/taking-back")
@blueprint.doc(hide=True)
def form_taking_back(handout_id: UUID) -> ResponseReturnValue:
    """Take a handout back whole, with a reason."""
    return _act(handout_id, api.take_back, schemas.WithReason)


@blueprint.post("/stock/handouts/<uuid:handout_id>/identity")
@blueprint.doc(hide=True)
def form_identity(handout_id: UUID) -> ResponseReturnValue:
    """Complete whose handout it was."""
    return _act(handout_id, api.identify, schemas.PutWhose)


def _act(handout_id: UUID, act: Callable[[UUID, Any], Any], shape: Any) -> ResponseReturnValue:
    """Do one thing to a handout and show it again, or say on its page what is wrong."""
    require(MAY)
    with reading() as session:
        require(MAY, handouts.handout(session, handout_id).area_id)
    try:
        act(handout_id, web.check(shape, web.form_fields()))
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _one(handout_id, error), error.status
    return web.see_other("handouts.page_one", handout_id=handout_id)
