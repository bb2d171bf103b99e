"""Asking the level above, answering, withdrawing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.rules import whole_packs
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.rules import Basis
from relief_ops.disasters.rules import State
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Event, record
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.receipts import Attempt, Receipt
from stockpile.models import Depot
from stockpile.queries import register
from stockpile.requests import events, queries, rules, schemas
from stockpile.requests.models import SupplyRequest, SupplyRequestLine
from stockpile.requests.rules import Problem, RequestState

SAID = {
    Problem.NOT_ASKED: lazy("%(item)s was not asked for."),
    Problem.TOO_MUCH: lazy("%(item)s: no more than was asked for can be granted."),
    Problem.PACKS: lazy("%(item)s: only whole packs go."),
    Problem.NOTHING: lazy("This grants nothing. Refuse it, with a reason."),
}


def ask(
    session: Session, attempt: Attempt, order: schemas.PutRequest, *, disaster: Disaster,
    depot: Depot, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Ask the area above a depot's own for goods. Raises Invalid where there is none."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if disaster.state == State.CLOSED:
        raise IllegalTransition(_("This disaster is closed. Nothing more is asked for."))
    node = geo.tree(session).node(depot.area_id)
    if wrong := disasters.outside(session, disaster, node):
        raise Invalid(wrong[0].message, wrong)
    if disaster.drill_id != depot.drill_id:
        raise Invalid(_("Depot and disaster must be of the same drill, or both real."))
    now = disasters.now_of(session, disaster)
    needs.check_due(order.due_at, disaster, now=now)
    made = SupplyRequest(
        id=attempt.id, disaster_id=disaster.id, depot_id=depot.id, area_id=depot.area_id,
        drill_id=depot.drill_id, asked_of=_above(session, depot).id, state=RequestState.ASKED,
        priority=order.priority, due_at=order.due_at, reason=order.reason, asked_by=actor_id,
        asked_at=now, revision=1,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for each in order.lines:
        item = items.item(session, each.item)
        items.check_goes_on(item)
        pack = item.pack_size
        session.add(
            SupplyRequestLine(
                request_id=made.id, item_code=each.item, quantity=whole_packs(each.quantity, pack)
            )
        )
    event = events.SupplyAsked(disaster.id, depot.id, len(order.lines), order.priority)
    _say(session, event, made, actor_id)
    return receipts.keep(session, attempt, revision=1)


def _above(session: Session, depot: Depot) -> geo.AreaNode:
    above = geo.tree(session).ancestors(depot.area_id)[1:2]
    if not above:
        words = _("There is no level above here. Print what is lacking and send it on paper.")
        raise Invalid(words, [FieldError("depot", "no_level_above", words)])
    return above[0]


def grant(
    session: Session, attempt: Attempt, order: schemas.PutGrant, request_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Grant a request in whole or in part: each granted item becomes a need at the depot."""
    if receipt := receipts.replay(session, attempt):
        return receipt.of(request_id)
    found = _to_answer(session, request_id, actor_id)
    lines = queries.lines(session, request_id)
    asked = {each.item_code: each.quantity for each in lines}
    granted = asked | {each.item: each.quantity for each in order.lines}
    packs = {code: items.item(session, code).pack_size for code in asked}
    if wrong := rules.wrong_with(granted, asked, packs):
        code, problem = wrong
        name = items.name_of(items.item(session, code)) if code in asked else code
        text = str(SAID[problem]) % {"item": name}
        raise Invalid(text, [FieldError("lines", problem, text)])
    disaster = disasters.disaster(session, found.disaster_id)
    found.priority = max(found.priority, order.priority or found.priority)
    depot = register.depot(session, found.depot_id)
    found.area_id = depot.area_id  # where it lies now
    for each in lines:
        each.granted = granted[each.item_code]
        if each.granted:
            need = needs.open_need(
                session, queries.need_id(found.id, each.item_code),
                needs.Asked(item=each.item_code, quantity=each.granted, priority=found.priority,
                            due_at=found.due_at, basis=Basis.REQUEST),
                disaster=disaster, place_id=found.depot_id, area_id=found.area_id,
                actor_id=actor_id,
            )  # fmt: skip
            need.opened_by = found.asked_by  # who asked for it never promises it
    found.state, found.answer = RequestState.GRANTED, order.answer
    event = events.SupplyGranted(disaster.id, sum(map(bool, granted.values())), granted == asked)
    return _answered(session, attempt, found, event, actor_id)


def refuse(
    session: Session, attempt: Attempt, order: schemas.PutRefusal, request_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Refuse a request."""
    if receipt := receipts.replay(session, attempt):
        return receipt.of(request_id)
    found = _to_answer(session, request_id, actor_id)
    found.state, found.answer = RequestState.REFUSED, order.reason
    return _answered(session, attempt, found, events.SupplyRefused(found.disaster_id), actor_id)


def _to_answer(session: Session, request_id: UUID, actor_id: UUID) -> SupplyRequest:
    found = queries.request(session, request_id, lock=True)
    if found.state != RequestState.ASKED:
        raise IllegalTransition(_("Only a request that waits for its answer can be answered."))
    if found.asked_by == actor_id:
        raise Forbidden(_("Whoever asked for it does not answer it: another person must."))
    if disasters.disaster(session, found.disaster_id).state == State.CLOSED:
        raise IllegalTransition(_("This disaster is closed. Nothing more is asked for."))
    return found


def _answered(
    session: Session, attempt: Attempt, found: SupplyRequest, event: Event, actor_id: UUID
) -> Receipt:
    disaster = disasters.disaster(session, found.disaster_id)
    found.answered_by, found.answered_at = actor_id, disasters.now_of(session, disaster)
    return _done(session, attempt, found, event, actor_id)


def withdraw(
    session: Session, attempt: Attempt, order: schemas.PutWithdrawal, request_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Withdraw a request and what of it is not met; what is on the road still arrives."""
    if receipt := receipts.replay(session, attempt):
        return receipt.of(request_id)
    found = queries.request(session, request_id, lock=True)
    if found.state not in (RequestState.ASKED, RequestState.GRANTED):
        raise IllegalTransition(_("This request is over."))
    if queries.one(session, request_id).stage == rules.Stage.MET:
        raise IllegalTransition(_("This request is met; there is nothing to withdraw."))
    for each in queries.lines(session, request_id):
        if each.granted:
            need = needs.lock_need(session, queries.need_id(found.id, each.item_code))
            if not need.withdrawn_at and need.received < need.quantity:
                needs.withdraw(session, need, actor_id=actor_id)
    found.state, found.withdrawn_reason = RequestState.WITHDRAWN, order.reason
    event = events.SupplyRequestWithdrawn(found.disaster_id)
    return _done(session, attempt, found, event, actor_id)


def _done(
    session: Session, attempt: Attempt, found: SupplyRequest, event: Event, actor_id: UUID
) -> Receipt:
    found.revision += 1
    _say(session, event, found, actor_id)
    return receipts.keep(session, attempt, revision=found.revision).of(found.id)


def _say(session: Session, event: Event, found: SupplyRequest, actor_id: UUID) -> None:
    areas = [found.area_id, found.asked_of]
    record(session, event, actor_id=actor_id, subject=found.id, areas=areas)
