"""The one state machine of needs: open, substitute, promise, release, ship, receive, withdraw.

Callers lock the need first (`lock_need`), then their own rows, so nobody waits in a circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import plugins, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.rules import stood_in, whole_packs
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import events, queries, schemas
from relief_ops.disasters.needs.models import Need, Substitution
from relief_ops.disasters.needs.queries import hold_forecasts, lock_need
from relief_ops.disasters.needs.rules import Basis, done_for, state_of
from relief_ops.disasters.rules import State
from relief_ops.errors import BodyDiffers, FieldError, IllegalTransition, Invalid
from relief_ops.events import Code, Event, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

__all__ = [
    "Asked", "check_due", "check_not_over", "hold_forecasts", "lock_need", "open_need",
    "promise", "put_need", "receive", "release", "ship", "substitute", "turn_back", "withdraw",
    "withdraw_need", "withdraw_substitution",
]  # fmt: skip
LATEST_DUE = timedelta(days=366)  # from now


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: an item, how much in base units, how urgent (1 first), by when."""

    item: str
    quantity: int
    priority: int = 3
    due_at: datetime | None = None
    basis: Basis = Basis.ACTUAL


def open_need(
    session: Session, need_id: UUID, asked: Asked, *, disaster: Disaster, place_id: UUID,
    area_id: UUID, actor_id: UUID | None,
) -> Need:  # fmt: skip
    """Open a need at a place, rounded up to whole packs. Raises Invalid for unknown items.

    One that people asked for takes the place of what was forecast there, as far as nobody has
    promised that. Whoever opens several locks the forecasts first (`hold_forecasts`).
    """
    item = items.item(session, asked.item)
    if asked.basis in (Basis.ACTUAL, Basis.FORECAST):
        items.check_goes_on(item)
    now = disasters.now_of(session, disaster)
    need = Need(
        id=need_id, disaster_id=disaster.id, drill_id=disaster.drill_id, area_id=area_id,
        place_id=place_id, item_code=item.code,
        quantity=whole_packs(asked.quantity, item.pack_size),
        promised=0, shipped=0, received=0, priority=asked.priority, due_at=asked.due_at,
        basis=asked.basis, state=state_of(1, 0, 0, 0, withdrawn=False), opened_by=actor_id,
        opened_at=now, changed_at=now, revision=1,
    )  # fmt: skip
    session.add(need)
    event = events.NeedOpened(disaster.id, place_id, Code(item.code), need.quantity, need.priority)
    _say(session, need, event, actor_id)
    if asked.basis == Basis.ACTUAL:
        _take_over(session, need, disaster, actor_id)
    return need


def _take_over(session: Session, need: Need, disaster: Disaster, actor_id: UUID | None) -> None:
    """Let a need take the place of forecasts, unit for unit; one with nothing left ends."""
    left = need.quantity
    for each in queries.forecasts_for(
        session, disaster, item=need.item_code, place_id=need.place_id, area_id=need.area_id
    ):
        taken = min(left, each.outstanding)
        if not taken:
            return
        left -= taken
        each.quantity -= taken
        if not each.quantity:
            each.withdrawn_at = need.opened_at
        code = Code(need.item_code)
        event = events.NeedTakenOver(disaster.id, code, need.id, taken, each.quantity)
        _moved(session, each, event, actor_id)


def put_need(
    session: Session, attempt: Attempt, order: schemas.PutNeed, *, disaster: Disaster,
    area_id: UUID, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Open a need, or change its quantity, class or due time. Never below what is promised."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    need = queries.lock(session, attempt.id)
    revision = receipts.next_revision(attempt, need.revision if need else None)
    asked = Asked(
        item=order.item, quantity=order.quantity, priority=order.priority, due_at=order.due_at
    )
    check_due(order.due_at, disaster, now=disasters.now_of(session, disaster))
    check_not_over(session, disaster.id)
    if need is None:
        place_id = queries.place_for(session, order.place, area_id=area_id, disaster=disaster)
        open_need(
            session, attempt.id, asked, disaster=disaster, place_id=place_id, area_id=area_id,
            actor_id=actor_id,
        )  # fmt: skip
    else:
        if (need.area_id, need.disaster_id) != (area_id, disaster.id):
            raise Invalid(_("A need keeps its place and its item. Withdraw it and open another."))
        _change(session, need, asked, place_id=order.place, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=revision)


def check_not_over(session: Session, disaster_id: UUID) -> None:
    """Raise IllegalTransition where the disaster is closed: nothing new is asked or promised."""
    if disasters.disaster(session, disaster_id).state == State.CLOSED:
        raise IllegalTransition(_("This disaster is closed. Nothing more is shared for it."))


def check_due(due_at: datetime | None, disaster: Disaster, *, now: datetime) -> None:
    """Raise Invalid for a due time that cannot be meant: before the disaster, or years away."""
    if due_at is None:
        return
    if due_at < disaster.started_at:
        why = FieldError("due_at", "before_disaster", _("That is before the disaster began."))
    elif due_at > now + LATEST_DUE:
        why = FieldError("due_at", "far_off", _("This is more than a year from now."))
    else:
        return
    raise Invalid(_("Some fields need another look."), [why])


def _change(
    session: Session, need: Need, asked: Asked, *, place_id: UUID | None, actor_id: UUID
) -> None:
    if asked.item != need.item_code or place_id not in (None, need.place_id):
        raise Invalid(_("A need keeps its place and its item. Withdraw it and open another."))
    if need.withdrawn_at:
        raise IllegalTransition(_("This need was withdrawn."))
    _check_not_granted(need)
    quantity = whole_packs(asked.quantity, items.item(session, asked.item).pack_size)
    if need.basis == Basis.SUBSTITUTE and quantity != need.quantity:
        raise IllegalTransition(
            _("This stands in for another need: withdraw it and decide anew how much.")
        )
    if quantity < need.promised:
        raise IllegalTransition(
            _("%(promised)d are promised already; take those back first.", promised=need.promised)
        )
    need.quantity, need.priority, need.due_at = quantity, asked.priority, asked.due_at
    _say_changed(session, need, actor_id)
    for each, stand_in, _item in queries.substitutions(session, need.id):
        if stand_in.withdrawn_at is None:  # as urgent as what it stands in for
            also = lock_need(session, each.id)
            also.priority, also.due_at = need.priority, need.due_at
            _say_changed(session, also, actor_id)


def _say_changed(session: Session, need: Need, actor_id: UUID | None) -> None:
    event = events.NeedChanged(need.disaster_id, Code(need.item_code), need.quantity, need.priority)
    _moved(session, need, event, actor_id)


def _check_not_granted(need: Need) -> None:
    """Raise IllegalTransition for what the level above granted: its request says how much."""
    if need.basis == Basis.REQUEST:
        raise IllegalTransition(
            _("The level above granted this to a depot: withdraw the request and ask anew.")
        )


def substitute(
    session: Session, attempt: Attempt, order: schemas.PutSubstitution, need_id: UUID, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Meet so much of what nobody has promised yet by a stand-in: it is asked for instead.

    The stand-in's need has the id of the decision. Raises IllegalTransition for more than is
    outstanding and for needs that people did not ask for; Invalid for what does not stand in.
    """
    if receipt := receipts.replay(session, attempt):
        if not queries.stands_in(session, attempt.id, of=need_id):
            raise BodyDiffers(
                _("This id was already used for another content. Nothing was changed.")
            )
        return receipt
    need = lock_need(session, need_id)
    _check_asked(need)
    rate = items.rate(session, need.item_code, order.stand_in)
    _check_amount(session, need, order.quantity)
    if queries.lock(session, attempt.id, anywhere=True) is not None:
        raise BodyDiffers(_("This id was already used for another content. Nothing was changed."))
    brings = stood_in(order.quantity, rate, items.item(session, order.stand_in).pack_size)
    asked = Asked(
        item=order.stand_in, quantity=brings, priority=need.priority, due_at=need.due_at,
        basis=Basis.SUBSTITUTE,
    )  # fmt: skip
    made = open_need(
        session, attempt.id, asked, disaster=disasters.disaster(session, need.disaster_id),
        place_id=need.place_id, area_id=need.area_id, actor_id=actor_id,
    )  # fmt: skip
    made.opened_by = need.opened_by  # who asked for the first never promises this one either
    session.flush()
    session.add(
        Substitution(
            id=made.id, need_id=need.id, taken=order.quantity, brings=made.quantity, returned=0,
            per_hundred=rate, reason=order.reason, decided_by=actor_id, decided_at=made.opened_at,
        )
    )  # fmt: skip
    need.quantity -= order.quantity
    event = events.NeedSubstituted(
        need.disaster_id, Code(need.item_code), Code(made.item_code), made.id, order.quantity,
        need.quantity,
    )  # fmt: skip
    _moved(session, need, event, actor_id)
    return receipts.keep(session, attempt, revision=1)


def _check_asked(need: Need) -> None:
    """Raise IllegalTransition for a need that nothing may stand in for."""
    if need.withdrawn_at:
        raise IllegalTransition(_("This need was withdrawn."))
    _check_not_granted(need)
    if need.basis == Basis.SUBSTITUTE:
        raise IllegalTransition(
            _("This stands in for another need: withdraw it and decide anew how much.")
        )
    if need.basis != Basis.ACTUAL:
        raise IllegalTransition(_("Nobody has asked for this yet: nothing stands in for it."))


def _check_amount(session: Session, need: Need, quantity: int) -> None:
    if quantity > need.outstanding:
        raise IllegalTransition(
            _("Only %(left)d are still outstanding for this need.", left=need.outstanding)
        )
    pack = items.item(session, need.item_code).pack_size
    if quantity % pack and quantity != need.outstanding:
        words = _("Only whole packs of %(pack)d go.", pack=pack)
        raise Invalid(words, [FieldError("quantity", "packs", words)])


def promise(session: Session, need: Need, *, quantity: int, actor_id: UUID | None) -> None:
    """Count so much as promised. Raises IllegalTransition for more than is outstanding."""
    if not 0 < quantity <= need.outstanding:
        raise IllegalTransition(
            _("Only %(left)d are still outstanding for this need.", left=need.outstanding)
        )
    need.promised += quantity
    event = events.NeedPromised(need.disaster_id, Code(need.item_code), quantity, need.promised)
    _moved(session, need, event, actor_id)


def release(session: Session, need: Need, *, quantity: int, actor_id: UUID | None) -> None:
    """Take a promise back. Raises IllegalTransition for what is on the road already."""
    if not 0 < quantity <= need.promised - need.shipped:
        raise IllegalTransition(_("This is on the road already and cannot be taken back."))
    need.promised -= quantity
    _let_move_go(session, need)
    event = events.NeedReleased(need.disaster_id, Code(need.item_code), quantity, need.promised)
    _moved(session, need, event, actor_id)


def _let_move_go(session: Session, need: Need) -> None:
    """Let a move of stock ask for no more than is promised: it is advised anew if it should."""
    if need.basis == Basis.MOVE and not need.withdrawn_at:
        need.quantity = need.promised
        if not need.quantity:
            need.withdrawn_at = queries.now_of(session, need)


def ship(session: Session, need: Need, *, quantity: int, actor_id: UUID | None) -> None:
    """Count so much as on the road. Raises IllegalTransition for more than was promised."""
    if not 0 < quantity <= need.promised - need.shipped:
        raise IllegalTransition(_("More would be shipped than was promised."))
    need.shipped += quantity
    event = events.NeedShipped(need.disaster_id, Code(need.item_code), quantity, need.shipped)
    _moved(session, need, event, actor_id)


def turn_back(session: Session, need: Need, *, quantity: int, actor_id: UUID | None) -> None:
    """Count so much as not arriving: the need is open again for it, unless withdrawn."""
    if not 0 < quantity <= need.shipped - need.received:
        raise IllegalTransition(_("Nothing of that is on the road."))
    need.shipped -= quantity
    need.promised -= quantity
    if need.withdrawn_at:
        need.quantity = need.promised
    _let_move_go(session, need)
    event = events.NeedTurnedBack(need.disaster_id, Code(need.item_code), quantity, need.shipped)
    _moved(session, need, event, actor_id)
    if need.withdrawn_at:
        _give_back(session, need, actor_id)


def receive(session: Session, need: Need, *, quantity: int, actor_id: UUID | None) -> None:
    """Count so much as arrived, at most what was shipped: the surplus is the ledger's."""
    need.received = min(need.shipped, need.received + quantity)
    event = events.NeedReceived(need.disaster_id, Code(need.item_code), quantity, need.received)
    _moved(session, need, event, actor_id)


def withdraw_need(session: Session, attempt: Attempt, need_id: UUID, *, actor_id: UUID) -> Receipt:
    """Withdraw a need over the API; a retry gets the first receipt."""
    if receipt := receipts.replay(session, attempt):
        receipt.id = need_id
        return receipt
    queries.hold_together(session, need_id)
    need = lock_need(session, need_id)
    _check_not_granted(need)
    withdraw(session, need, actor_id=actor_id)
    receipt = receipts.keep(session, attempt, revision=need.revision)
    receipt.id = need_id
    return receipt


def withdraw_substitution(
    session: Session, attempt: Attempt, need_id: UUID, stand_in_id: UUID, *, actor_id: UUID
) -> Receipt:
    """Withdraw what stands in for a need; the need asks again for what will not come."""
    queries.substitution(session, stand_in_id, of=need_id)
    if receipt := receipts.replay(session, attempt):
        return receipt.of(stand_in_id)
    queries.hold_together(session, stand_in_id)
    need = lock_need(session, stand_in_id)
    withdraw(session, need, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=need.revision).of(stand_in_id)


def withdraw(session: Session, need: Need, *, actor_id: UUID | None) -> None:
    """Withdraw a need: promises are given back; after dispatch it asks for what is shipped.

    What stands in for it is withdrawn with it. What it stood in for asks again for the rest.
    """
    if need.withdrawn_at:
        raise IllegalTransition(_("This need was withdrawn."))
    if need.received and need.received >= need.quantity:
        raise IllegalTransition(_("This need is met; there is nothing to withdraw."))
    for give_back in plugins.contributed("gives_back"):
        give_back(session, need.id, actor_id)
    need.withdrawn_at = queries.now_of(session, need)
    if need.shipped:
        need.quantity = need.promised = need.shipped
    event = events.NeedWithdrawn(need.disaster_id, Code(need.item_code), need.quantity)
    _moved(session, need, event, actor_id)
    _give_back(session, need, actor_id)
    for _found, other, _item in queries.substitutions(session, need.id):
        if not other.withdrawn_at and other.received < other.quantity:
            withdraw(session, lock_need(session, other.id, anywhere=True), actor_id=actor_id)


def _give_back(session: Session, need: Need, actor_id: UUID | None) -> None:
    """Let the need that a withdrawn one stood in for ask again for what will not come of it."""
    found = session.get(Substitution, need.id)
    if found is None:
        return
    first = lock_need(session, found.need_id, anywhere=True)
    pack = items.item(session, first.item_code).pack_size
    kept = done_for(found.taken, found.brings, need.shipped, pack)
    back = found.taken - found.returned - kept
    if first.withdrawn_at or back <= 0:
        return
    found.returned += back
    first.quantity += back
    event = events.NeedGivenBack(
        first.disaster_id, Code(first.item_code), need.id, back, first.quantity
    )
    _moved(session, first, event, actor_id)


def _moved(session: Session, need: Need, event: Event, actor_id: UUID | None) -> None:
    need.state = state_of(
        need.quantity, need.promised, need.shipped, need.received,
        withdrawn=need.withdrawn_at is not None,
    )  # fmt: skip
    need.revision += 1
    need.changed_at = queries.now_of(session, need)
    _say(session, need, event, actor_id)


def _say(session: Session, need: Need, event: Event, actor_id: UUID | None) -> None:
    record(session, event, actor_id=actor_id, subject=need.id, areas=[need.area_id])
