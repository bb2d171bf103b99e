"""Entering agreements; calling off, signing, delivering, ending."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid5

from sqlalchemy import delete
from sqlalchemy.orm import Session

from relief_ops import clock, receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.rules import whole_packs
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.rules import State
from relief_ops.errors import BodyDiffers, FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, Event, record
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.receipts import Attempt, Receipt
from stockpile import services as stock
from stockpile.models import Depot
from stockpile.queries import register
from stockpile.rules import Move
from stockpile.schemas import PutMovement
from stockpile.suppliers import events, queries, rules, schemas
from stockpile.suppliers.models import AgreementLine, CallOff, CallOffDelivery, SupplyAgreement
from stockpile.suppliers.rules import OPEN, CallState, Means, Problem

TABLE = SupplyAgreement.__tablename__
SAID = {
    Problem.NOT_OFFERED: ("item", lazy("This agreement does not hold that item.")),
    Problem.NOT_IN_FORCE: ("agreement", lazy("This agreement is not in force today.")),
    Problem.TOO_MUCH: ("quantity", lazy("Only %(left)s of it can still be called off.")),
}


def put_agreement(
    session: Session, attempt: Attempt, order: schemas.PutAgreement, *, area_id: UUID,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Enter an agreement or change it; it never holds less than is called off already."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.find(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = SupplyAgreement(id=attempt.id, drill_id=register.drill(session, order.drill_id))
    elif found.drill_id != order.drill_id:
        raise Invalid(_("An agreement stays in the drill it was entered in."))
    found.supplier, found.kind, found.document = order.supplier, order.kind, order.document
    found.valid_from, found.valid_to = order.valid_from, order.valid_to
    found.contact_sealed = _sealed("contact", found.id, order.contact)
    found.phone_sealed = _sealed("phone", found.id, order.phone)
    found.area_id, found.revision = area_id, revision
    session.add(found)
    session.flush()
    _set_lines(session, found, order)
    _say(session, events.AgreementWritten(found.id, revision), found.id, area_id, actor_id)
    return receipts.keep(session, attempt, revision=revision)


def _sealed(column: str, row_id: UUID, text: str) -> bytes | None:
    return vault.seal(TABLE, column, row_id, text.strip()) if text.strip() else None


def _set_lines(session: Session, found: SupplyAgreement, order: schemas.PutAgreement) -> None:
    called = queries.called(session, [found.id])
    before = {
        code: each.quantity for (_id, code), each in queries.offers(session, [found.id]).items()
    }
    wanted = {each.item: each for each in order.lines}
    for (_agreement, code), quantity in called.items():
        offered = wanted[code].quantity if code in wanted else 0
        if offered < min(quantity, before.get(code, 0)):  # more than agreed may have come
            name = items.name_of(items.item(session, code))
            words = _("%(item)s: %(n)s are called off already.", item=name, n=quantity)
            raise Invalid(words, [FieldError("lines", "called", words)])
    session.execute(delete(AgreementLine).where(AgreementLine.agreement_id == found.id))
    for code, each in sorted(wanted.items()):
        items.item(session, code)
        price = None if each.price_yuan is None else int(each.price_yuan * 100)
        session.add(
            AgreementLine(agreement_id=found.id, item_code=code, quantity=each.quantity,
                          lead_hours=each.lead_hours, price_fen=price)
        )  # fmt: skip


def read_contact(session: Session, found: SupplyAgreement, *, actor_id: UUID) -> dict[str, str]:
    """Return whom to call in full; that somebody read it is on the record."""
    event = events.SupplierContactRead(found.id)
    _say(session, event, found.id, found.area_id, actor_id)
    return queries.contact(found)


def call_off(
    session: Session, attempt: Attempt, order: schemas.PutCallOff, *, found: SupplyAgreement,
    disaster: Disaster, depot: Depot, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Call goods off; holds the agreement, so that nobody else calls off the same.

    Raises IllegalTransition for a closed disaster, Invalid for what the agreement does not hold.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if disaster.state == State.CLOSED:
        raise IllegalTransition(_("This disaster is closed. Nothing more is called off for it."))
    if len({found.drill_id, disaster.drill_id, depot.drill_id}) > 1:
        raise Invalid(_("Agreement, depot and disaster must be of the same drill, or all real."))
    queries.agreement(session, found.id, lock=True)
    item = items.item(session, order.item)
    items.check_goes_on(item)
    pack = item.pack_size
    now = register.now_in(session, depot.drill_id)
    offer = queries.offers(session, [found.id]).get((found.id, order.item))
    quantity = rules.in_packs(order.quantity, whole_packs(order.quantity, pack), offer)
    holds = rules.in_force(found.valid_from, found.valid_to, clock.local_date(now))
    if problem := rules.wrong_with(offer, quantity, in_force=holds):
        name, words = SAID[problem]
        text = str(words) % {"left": offer.left if offer else 0}
        raise Invalid(text, [FieldError(name, problem, text)])
    said = queries.line(session, found.id, order.item)
    made = CallOff(
        id=attempt.id, agreement_id=found.id, disaster_id=disaster.id, item_code=order.item,
        depot_id=depot.id, area_id=depot.area_id, drill_id=depot.drill_id, quantity=quantity,
        price_fen=said.price_fen if said else None, received=0,
        state=CallState.ASKED, reason=order.reason, called_by=actor_id, called_at=now, revision=1,
    )  # fmt: skip
    session.add(made)
    session.flush()
    event = events.SupplyCalled(disaster.id, found.id, depot.id, Code(order.item), quantity)
    areas = list(dict.fromkeys([depot.area_id, found.area_id]))
    record(session, event, actor_id=actor_id, subject=made.id, areas=areas)
    return receipts.keep(session, attempt, revision=1)


def sign(
    session: Session, attempt: Attempt, order: schemas.PutSignature, call_off_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Order a call-off: another person than asked for it; by word of mouth the paper follows."""
    if receipt := receipts.replay(session, attempt):
        return receipt.of(call_off_id)
    found = queries.call_off(session, call_off_id, lock=True)
    if found.state != CallState.ASKED:
        raise IllegalTransition(_("Only what waits for its signature can be signed."))
    if found.called_by == actor_id:
        raise Forbidden(_("Whoever called it off does not sign it: another person must."))
    _check_still_meant(session, found)
    if order.means == Means.PAPER and not order.number:
        words = _("A written order has a number.")
        raise Invalid(words, [FieldError("number", "missing", words)])
    lead = queries.line(session, found.agreement_id, found.item_code)
    found.signed_at = register.now_in(session, found.drill_id)
    found.signed_by, found.means, found.number = actor_id, order.means, order.number
    found.due_at = rules.expected_at(found.signed_at, lead.lead_hours if lead else 0)
    found.state = CallState.SIGNED
    event = events.CallSigned(found.disaster_id, order.means == Means.WORD)
    return _done(session, attempt, found, event, actor_id)


def _check_still_meant(session: Session, found: CallOff) -> None:
    """Raise IllegalTransition where the disaster or the agreement has ended since."""
    if disasters.disaster(session, found.disaster_id).state == State.CLOSED:
        raise IllegalTransition(_("This disaster is closed. Nothing more is called off for it."))
    agreed = queries.of_call(session, found)
    today = clock.local_date(register.now_in(session, found.drill_id))
    if not rules.in_force(agreed.valid_from, agreed.valid_to, today):
        raise IllegalTransition(_("This agreement is not in force today."))


def write_down(
    session: Session, attempt: Attempt, order: schemas.PutPaper, call_off_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Put on paper what was ordered by word of mouth."""
    if receipt := receipts.replay(session, attempt):
        return receipt.of(call_off_id)
    found = queries.call_off(session, call_off_id, lock=True)
    if found.signed_at is None or found.number:
        raise IllegalTransition(_("This order is on paper already, or not given yet."))
    found.number = order.number
    return _done(session, attempt, found, events.CallWritten(found.disaster_id), actor_id)


def deliver(
    session: Session, attempt: Attempt, order: schemas.PutDelivery, call_off_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Book what the supplier brought into its depot; more than was called for is booked too."""
    if receipt := receipts.replay(session, attempt):
        if queries.delivered_to(session, attempt.id) != call_off_id:
            raise BodyDiffers(
                _("This id was already used for another content. Nothing was changed.")
            )
        return receipt.of(call_off_id)
    found = queries.call_off(session, call_off_id, lock=True)
    if found.state != CallState.SIGNED:
        raise IllegalTransition(_("Only what is ordered and still to come can be delivered."))
    movement_id = uuid5(attempt.id, Move.RECEIVE)
    line = queries.line(session, found.agreement_id, found.item_code)
    price = found.price_fen
    if price is None and line is not None:
        price = line.price_fen
    said = PutMovement(
        kind=Move.RECEIVE, to=found.depot_id, item=found.item_code, quantity=order.quantity,
        made_on=order.made_on, expires_on=order.expires_on, document=found.number,
        price_yuan=None if price is None else Decimal(price) / 100,
    )  # fmt: skip
    entry = Attempt(id=movement_id, base="", digest=attempt.digest)
    stock.put_movement(session, entry, said, actor_id=actor_id, ordered=True)
    now = register.now_in(session, found.drill_id)
    session.add(
        CallOffDelivery(id=attempt.id, call_off_id=found.id, quantity=order.quantity,
                        movement_id=movement_id, actor_id=actor_id, at=now)
    )  # fmt: skip
    found.received += order.quantity
    found.state = rules.after_delivery(found.quantity, found.received)
    found.ended_at = now if found.state == CallState.DELIVERED else None
    code = Code(found.item_code)
    event = events.SupplyDelivered(
        found.disaster_id, found.depot_id, code, order.quantity, found.received
    )
    return _done(session, attempt, found, event, actor_id)


def end(
    session: Session, attempt: Attempt, order: schemas.PutEnd, call_off_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Take a call-off back, or end it with what came: the rest is free to be called off again."""
    if receipt := receipts.replay(session, attempt):
        return receipt.of(call_off_id)
    found = queries.call_off(session, call_off_id, lock=True)
    if found.state not in OPEN:
        raise IllegalTransition(_("This call-off is over."))
    asked = found.state == CallState.ASKED
    found.state = CallState.CANCELLED if asked else CallState.CLOSED
    found.ended_at, found.end_reason = register.now_in(session, found.drill_id), order.reason
    event = events.CallEnded(found.disaster_id, found.quantity, found.received)
    return _done(session, attempt, found, event, actor_id)


def _done(
    session: Session, attempt: Attempt, found: CallOff, event: Event, actor_id: UUID
) -> Receipt:
    found.revision += 1
    _say(session, event, found.id, found.area_id, actor_id)
    return receipts.keep(session, attempt, revision=found.revision).of(found.id)


def _say(session: Session, event: Event, subject: UUID, area_id: UUID, actor_id: UUID) -> None:
    record(session, event, actor_id=actor_id, subject=subject, areas=[area_id])
