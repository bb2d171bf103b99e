"""The stockpile's forms: plain posts, so that a phone without JavaScript can send them too.

A form carries the id of its write in a hidden field, so sending it twice books it once.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.needs import queries as needs
from relief_ops.disasters.needs.routes import substituted, unsubstituted
from relief_ops.disasters.needs.schemas import PutNeed, PutSubstitution
from relief_ops.disasters.needs.services import put_need, withdraw_need
from relief_ops.disasters.routes import look
from relief_ops.errors import (
    BodyDiffers,
    FieldError,
    IllegalTransition,
    Invalid,
    ReliefError,
    StaleBase,
)
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from relief_ops.web.pages import may as may_write
from stockpile import schemas, services
from stockpile.queries import balances, counts, register, road
from stockpile.routes.api import asked_id, movement_actor
from stockpile.routes.pages import (
    blueprint,
    new_id,
    shown,
    shown_need,
    viewer_id,
)

WRONG = (Invalid, IllegalTransition, BodyDiffers)


def sent() -> tuple[UUID, dict[str, Any]]:
    """Return the id of the write and the other fields of the form."""
    fields = web.form_fields()
    try:
        return UUID(str(fields.pop("id", ""))), fields
    except ValueError:
        raise Invalid(_("This form is too old. Reload the page; what you typed is kept.")) from None


@blueprint.get("/receive")
def receive_form() -> ResponseReturnValue:
    """Show the form to take goods into a depot."""
    require("stock.receive")
    return _receive_page({}, [])


def _receive_page(filled: dict[str, Any], errors: list[FieldError]) -> str:
    with reading() as session:
        seen = look(session)
        return shown(
            "receive.html", "receive", depots=register.depots(session, seen.view),
            disaster=seen.disaster,
            catalogue=items.items(session), filled=filled, errors=errors,
            form_id=filled.get("id") or new_id(), chosen=filled.get("to") or asked_id("depot"),
        )  # fmt: skip


@blueprint.post("/receive")
def receive() -> ResponseReturnValue:
    """Take goods into a depot."""
    filled = web.form_fields()
    try:
        target = _book()
    except (Invalid, IllegalTransition) as error:
        return _receive_page(filled, _problems(error)), error.status
    return web.see_other("stock.depot_page", depot_id=target)


def _book() -> UUID | None:
    """Book the movement a form describes and return the place it is about."""
    movement_id, fields = sent()
    order = web.check(schemas.PutMovement, fields)
    with transaction() as session:
        actor_id = movement_actor(session, order)
        attempt = web.attempt(movement_id, revised=True)
        services.put_movement(session, attempt, order, actor_id=actor_id)
    return order.to or order.from_


def _problems(error: Invalid | IllegalTransition) -> list[FieldError]:
    """Return every field error, or the one thing that is wrong with the whole."""
    found = list(error.errors) if isinstance(error, Invalid) else []
    return found or [FieldError("content", error.code, str(error))]


@blueprint.get("/count")
def count_form() -> ResponseReturnValue:
    """Show the form to count a depot, lot by lot."""
    require("stock.count")
    return _count_page(asked_id("depot"), {}, [])


def _count_page(depot_id: UUID | None, filled: dict[str, Any], errors: list[FieldError]) -> str:
    with reading() as session:
        seen = look(session)
        places = [
            each
            for each in register.places(session, seen.view)
            if may_write("stock.count", each.area_id)
        ]
        if depot_id is not None:
            require("stock.count", register.place(session, depot_id).area_id)
        chosen = depot_id or (places[0].id if places else None)
        waiting = counts.waiting(session, chosen) if chosen else {}
        short = counts.short(session, chosen) if chosen else {}
        return shown(
            "count.html", "count", places=places, chosen=chosen, filled=filled, errors=errors,
            rows=balances.at_place(session, chosen, also={*waiting, *short}) if chosen else [],
            new_id=new_id, waiting=waiting, short=short, reader=viewer_id(),
            promised=road.to_ship(session, seen.view, depot_id=chosen) if chosen else [],
            latest=counts.latest(session, chosen) if chosen else [],
        )  # fmt: skip


@blueprint.get("/depots/<uuid:depot_id>/count-sheet")
def count_print(depot_id: UUID) -> ResponseReturnValue:
    """Show the sheet to count a place on: every lot there, and nothing of what the book says."""
    require("stock.count")
    with reading() as session:
        place = register.place(session, depot_id)
        require("stock.count", place.area_id)
        rows = balances.at_place(session, depot_id, also={*counts.waiting(session, depot_id)})
        return shown(
            "count_print.html", "count", place=place, rows=rows, drill=place.drill_id is not None,
            printed_at=register.now_in(session, place.drill_id),
        )  # fmt: skip


@blueprint.post("/count")
def count() -> ResponseReturnValue:
    """Book what was counted of one lot."""
    filled, place_id = web.form_fields(), None
    try:
        place_id = _place_counted(filled)
        place = _book()
    except (Invalid, IllegalTransition) as error:
        return _count_page(place_id, filled, _problems(error)), error.status
    return web.see_other("stock.count_form", depot=place)


def _place_counted(filled: dict[str, Any]) -> UUID:
    try:
        return UUID(str(filled.get("from", "")))
    except ValueError:
        words = _("Choose the place that was counted.")
        raise Invalid(words, [FieldError("depot", "missing", words)]) from None


@blueprint.post("/needs/<uuid:need_id>/promise")
def promise(need_id: UUID) -> ResponseReturnValue:
    """Promise the nearest stock to a need, or show its page with what stands against it."""
    filled = web.form_fields()
    try:
        reservation_id, fields = sent()
        fields = {key: value for key, value in fields.items() if value != ""}
        order = web.check(schemas.PutReservation, fields | {"need_id": need_id})
        with transaction() as session:
            require("stock.reserve")
            actor_id = require("stock.reserve", needs.need(session, need_id).area_id)
            attempt = web.attempt(reservation_id, revised=True)
            services.reserve(session, attempt, order, actor_id=actor_id)
    except WRONG as error:
        return _need_again(need_id, error, filled, "promise")
    return web.see_other("stock.need_page", need_id=need_id)


def _need_again(
    need_id: UUID, error: ReliefError, filled: dict[str, Any] | None = None, form: str = "promise"
) -> ResponseReturnValue:
    require("need.read")
    return shown_need(need_id, filled, error, form), error.status


@blueprint.post("/reservations/<uuid:reservation_id>/release")
def release(reservation_id: UUID) -> ResponseReturnValue:
    """Give a promise back, or show its need with what stands against it."""
    require("stock.refuse")
    with reading() as session:
        need_id = road.reservation(session, reservation_id).need_id
        box = f"why-{road.lines_of(session, [reservation_id])[0].id}"
    try:
        why = _why(box)
        with transaction() as session:
            found = road.reservation(session, reservation_id)
            actor_id = require("stock.refuse", found.area_id)
            attempt = web.attempt(uuid5(reservation_id, "release"), revised=True)
            services.release_reservation(
                session, attempt, reservation_id, actor_id=actor_id, reason=why
            )
    except WRONG as error:
        return _need_again(need_id, error)
    return web.see_other("stock.need_page", need_id=need_id)


def _why(box: str) -> str:
    """Return why something is given back. Raises Invalid, naming the box, where nobody says it."""
    try:
        said = web.check(schemas.Release, web.form_fields()).reason.strip()
    except Invalid as error:
        wrong = [FieldError(box, each.code, each.message) for each in error.errors]
        raise Invalid(str(error), wrong) from None
    if not said:
        words = _("Say why it is given back.")
        raise Invalid(words, [FieldError(box, "missing", words)])
    return said


@blueprint.get("/needs/new")
def need_form() -> ResponseReturnValue:
    """Show the form to ask for goods."""
    require("need.open")
    return _need_page({}, [])


def _need_page(filled: dict[str, Any], errors: list[FieldError]) -> str:
    with reading() as session:
        seen = look(session)
        areas = [seen.area, *seen.tree.children(seen.area.id)]
        return shown(
            "need_form.html", "needs", disaster=seen.disaster, areas=areas, filled=filled,
            catalogue=items.items(session), errors=errors, form_id=filled.get("id") or new_id(),
        )  # fmt: skip


@blueprint.post("/needs")
def open_need() -> ResponseReturnValue:
    """Ask for goods."""
    filled = web.form_fields()
    try:
        need_id, fields = sent()
        if "due_at" in fields:
            fields["due_at"] = web.local_instant(fields["due_at"])
        order = web.check(PutNeed, fields)
        with transaction() as session:
            require("need.open")
            disaster = disasters.disaster(session, order.disaster_id)
            area = disasters.area_by_code(session, order.area_code, disaster)
            actor_id = require("need.open", area.id)
            put_need(
                session, web.attempt(need_id), order, disaster=disaster, area_id=area.id,
                actor_id=actor_id,
            )  # fmt: skip
    except (Invalid, IllegalTransition) as error:
        return _need_page(filled, _problems(error)), error.status
    return web.see_other("stock.need_page", need_id=need_id)


@blueprint.post("/needs/<uuid:need_id>/change")
def change_need(need_id: UUID) -> ResponseReturnValue:
    """Change how much is needed, how urgently, by when; or show the form with what is wrong."""
    filled = web.form_fields()
    try:
        fields = {key: value for key, value in filled.items() if value != ""}
        revision = str(fields.pop("revision", ""))
        if "due_at" in fields:
            fields["due_at"] = web.local_instant(fields["due_at"])
        with transaction() as session:
            require("need.open")
            found = needs.need(session, need_id)
            actor_id = require("need.open", found.area_id)
            disaster = disasters.disaster(session, found.disaster_id)
            area = disasters.division_tree(session, disaster).node(found.area_id)
            kept = {"disaster_id": disaster.id, "area_code": area.code, "item": found.item_code}
            attempt = Attempt(
                id=need_id, base=revision, digest=web.body_digest(), edit=True, mutable=True
            )
            put_need(
                session, attempt, web.check(PutNeed, fields | kept), disaster=disaster,
                area_id=area.id, actor_id=actor_id,
            )  # fmt: skip
    except (*WRONG, StaleBase) as error:
        if isinstance(error, StaleBase) and error.current:
            filled["revision"] = error.current["revision"]  # sent again, it replaces what is there
        return _need_again(need_id, error, filled, "change")
    return web.see_other("stock.need_page", need_id=need_id)


@blueprint.post("/needs/<uuid:need_id>/withdrawal")
def withdraw(need_id: UUID) -> ResponseReturnValue:
    """Withdraw a need."""
    with transaction() as session:
        require("need.open")
        actor_id = require("need.open", needs.need(session, need_id).area_id)
        attempt = web.attempt(uuid5(need_id, "withdrawal"), revised=True)
        withdraw_need(session, attempt, need_id, actor_id=actor_id)
    return web.see_other("stock.need_page", need_id=need_id)


@blueprint.post("/needs/<uuid:need_id>/substitutions")
def stand_in(need_id: UUID) -> ResponseReturnValue:
    """Let something stand in for a need, or show the form again with what is wrong."""
    filled = web.form_fields()
    try:
        stand_in_id, fields = sent()
        order = web.check(PutSubstitution, fields)
        substituted(web.attempt(stand_in_id, revised=True), need_id, order)
    except (Invalid, IllegalTransition, BodyDiffers) as error:
        return shown_need(need_id, filled, error), error.status
    return web.see_other("stock.need_page", need_id=need_id)


@blueprint.post("/needs/<uuid:need_id>/substitutions/<uuid:stand_in_id>/withdrawal")
def withdraw_stand_in(need_id: UUID, stand_in_id: UUID) -> ResponseReturnValue:
    """Withdraw what stands in for a need."""
    unsubstituted(need_id, stand_in_id)
    return web.see_other("stock.need_page", need_id=need_id)
