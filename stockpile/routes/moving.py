"""Booking what goods already in stock do: issued, moved, written off, lent, brought back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.routes import look
from relief_ops.errors import BodyDiffers, FieldError, IllegalTransition, Invalid, NotFound
from relief_ops.geo import Place
from relief_ops.i18n import gettext as _
from relief_ops.web.pages import here, id_again
from relief_ops.web.pages import may as may_write
from stockpile import schemas, services
from stockpile.queries import balances, counts, loans, proposals, register, taking_back
from stockpile.queries.figures import today
from stockpile.routes import api
from stockpile.routes.api import asked_id, movement_actor
from stockpile.routes.forms import sent
from stockpile.routes.pages import blueprint, may, shown, viewer_id
from stockpile.routes.wording import ACTS, REASON_REQUIRED, REASONS
from stockpile.rules import MOVES, Move, is_pickable

Wrong = Invalid | IllegalTransition | BodyDiffers
WRONG = (Invalid, IllegalTransition, BodyDiffers)
# Where the form has what an order calls otherwise; what is wrong with the whole is the quantity's.
FIELDS = {"from": "place", "item": "goods", "lot": "goods", "content": "quantity", "": "quantity"}


@blueprint.get("/move")
def move_form() -> ResponseReturnValue:
    """Show the form of one kind of movement, at one place."""
    kind = _kind(request.args.get("kind", ""))
    asked = {key: request.args[key] for key in ("goods", "reason", "quantity")
             if key in request.args}  # fmt: skip
    return _page(kind, asked_id("place"), asked)


def _kind(text: str) -> Move:
    """Return the kind of movement asked for, or the first the reader may book."""
    wanted = Move(text) if text in set(ACTS) else None
    kind = wanted or next((each for each in ACTS if may(MOVES[each].permission)), Move.ISSUE)
    require(MOVES[kind].permission)
    return kind


def _page(
    kind: Move, place_id: UUID | None, filled: dict[str, Any], error: Wrong | None = None
) -> str:
    with reading() as session:
        seen = look(session)
        permission = MOVES[kind].permission
        places = [
            each
            for each in register.places(session, seen.view)
            if may_write(permission, each.area_id)
        ]
        chosen = _chosen(session, kind, place_id, places)
        back = kind == Move.LOAN_BACK
        lent = loans.open_loans(session, seen.view) if back else []
        day = today(seen.view)
        return shown(
            "move.html", "move", kind=kind, acts=ACTS, allowed=_allowed(), places=places,
            chosen=chosen, filled=filled, reason_words=REASONS[kind], lent=lent, here=here(),
            reason_required=kind in REASON_REQUIRED, to_place=kind == Move.TRANSFER,
            rows=balances.at_place(session, chosen.id) if chosen and not back else [],
            good=lambda lot: is_pickable(lot.expires_on, day), reader=viewer_id(),
            waiting=counts.waiting(session, chosen.id, Move.WRITE_OFF) if chosen else {},
            done=_done(session, chosen), errors=_at_fields(kind, error), error=error,
            form_id=id_again(filled.get("id"), error),
        )  # fmt: skip


def _allowed() -> list[Move]:
    return [each for each in ACTS if may(MOVES[each].permission)]


def _chosen(
    session: Session, kind: Move, place_id: UUID | None, places: list[Place]
) -> Place | None:
    """Return the place asked for, or the first. Raises NotFound, or Forbidden for another's."""
    if place_id is None:
        return places[0] if places else None
    found = register.place(session, place_id)
    require(MOVES[kind].permission, found.area_id)
    return found


def _done(session: Session, place: Place | None) -> dict[str, Any] | None:
    """Return what was booked last at this place, as the address says; or that it waits."""
    booked = asked_id("booked")
    if booked is None or place is None:
        return None
    if counts.waits(session, booked):
        return {"waits": True}
    try:
        found = register.movement(session, booked)
    except NotFound:
        return None
    if place.id not in (found.from_account, found.to_account):
        return None
    names = proposals.account_names(session, [found])
    return {"entry": found, "item": items.item(session, found.item_code), "names": names}


def _at_fields(kind: Move, error: Wrong | None) -> dict[str, str]:
    """Return what is wrong by the field of the form it stands at."""
    if error is None:
        return {}
    fields = FIELDS | ({"to": "place"} if kind == Move.LOAN_BACK else {})
    found = list(error.errors) if isinstance(error, Invalid) else []
    found = found or [FieldError("quantity", error.code, str(error))]
    return {fields.get(each.field, each.field): each.message for each in reversed(found)}


@blueprint.post("/move")
def move() -> ResponseReturnValue:
    """Book the movement of the form, or show it again with what is wrong."""
    filled = web.form_fields()
    kind = _kind(str(filled.get("kind", "")))
    try:
        movement_id, fields = sent()
        order = web.check(schemas.PutMovement, _asked(kind, fields))
        with transaction() as session:
            actor_id = movement_actor(session, order)
            attempt = web.attempt(movement_id, revised=True)
            services.put_movement(session, attempt, order, actor_id=actor_id)
    except WRONG as error:
        return _page(kind, _place_of(filled), filled, error), error.status
    place = order.to if kind == Move.LOAN_BACK else order.from_
    return web.see_other(
        "stock.move_form", kind=kind, place=place, booked=movement_id, **here()
    )  # fmt: skip


def _place_of(filled: dict[str, Any]) -> UUID | None:
    try:
        return UUID(str(filled.get("place", "")))
    except ValueError:
        return None


def _asked(kind: Move, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form as an order has them. Raises Invalid with what is missing."""
    asked: dict[str, Any] = {
        key: fields[key] for key in ("quantity", "reason", "document") if key in fields
    }
    item, _bar, lot = str(fields.get("goods", "")).partition("|")
    asked |= {"kind": kind, "item": item} | ({"lot": lot} if lot else {})
    asked["to" if kind == Move.LOAN_BACK else "from"] = fields.get("place", "")
    if kind == Move.TRANSFER:
        asked["to"] = fields.get("to", "")
    if "at" in fields:
        asked["at"] = web.local_instant(fields["at"])
    needed = {"goods": item, "quantity": fields.get("quantity"), "place": fields.get("place")}
    needed |= {"to": asked["to"]} if kind == Move.TRANSFER else {}
    needed |= {"reason": str(fields.get("reason", "")).strip()} if kind in REASON_REQUIRED else {}
    if missing := [name for name, value in needed.items() if not value]:
        words = _("This is required.")
        wrong = [FieldError(each, "missing", words) for each in missing]
        raise Invalid(_("Some fields need another look."), wrong)
    return asked


@blueprint.get("/movements/<uuid:movement_id>/correction")
def correction_form(movement_id: UUID) -> ResponseReturnValue:
    """Show the form that takes a movement back."""
    require(taking_back.PERMISSION)
    return _correction_page(movement_id, {})


def _correction_page(
    movement_id: UUID, filled: dict[str, Any], error: Wrong | None = None
) -> str:  # fmt: skip
    with reading() as session:
        look(session)
        movement_actor(session, _correction(movement_id))
        found = register.movement(session, movement_id)
        if error is None and found.id not in taking_back.takeable(session, [found]):
            raise IllegalTransition(_("This movement cannot be taken back, or was already."))
        return shown(
            "correction.html", "stock", entry=found, item=items.item(session, found.item_code),
            lot=register.lot(session, found.lot_id), filled=filled, error=error,
            errors=_at_fields(Move.CORRECTION, error) if isinstance(error, Invalid) else {},
            names=proposals.account_names(session, [found]), here=here(),
            form_id=id_again(filled.get("id"), error), reader=viewer_id(),
            once=counts.taken_back_once(session, movement_id),
        )  # fmt: skip


def _correction(movement_id: UUID, **more: str) -> schemas.PutMovement:
    order = {"kind": Move.CORRECTION, "corrects": str(movement_id)} | more
    return web.check(schemas.PutMovement, order)


@blueprint.post("/claims/<uuid:claim_id>/withdrawal")
def withdraw_claim(claim_id: UUID) -> ResponseReturnValue:
    """Withdraw what waits for a second person, from the page that says so."""
    attempt = web.attempt(uuid5(claim_id, "withdrawal"), revised=True)
    _receipt, lot_id = api.withdraw_claim(attempt, claim_id)
    return web.see_other("stock.lot_page", lot_id=lot_id, **here())


@blueprint.post("/movements/<uuid:movement_id>/correction")
def correct(movement_id: UUID) -> ResponseReturnValue:
    """Take a movement back, or show the form again with what is wrong."""
    require(taking_back.PERMISSION)
    filled = web.form_fields()
    try:
        order = _correction(
            movement_id, **{key: str(filled.get(key, "")) for key in ("reason", "document")}
        )
        with transaction() as session:
            actor_id = movement_actor(session, order)
            new_id, _fields = sent()
            if not order.reason.strip():
                words = _("Say why it is taken back.")
                raise Invalid(words, [FieldError("reason", "missing", words)])
            attempt = web.attempt(new_id, revised=True)
            services.put_movement(session, attempt, order, actor_id=actor_id)
            session.flush()
            lot_id = register.movement(session, movement_id).lot_id
            waits = counts.waits(session, new_id)
    except WRONG as error:
        return _correction_page(movement_id, filled, error), error.status
    if waits:
        return web.see_other("stock.correction_form", movement_id=movement_id, **here())
    return web.see_other("stock.lot_page", lot_id=lot_id, **here())
