"""The signed order (动用指令) that lets the goods of a plan leave, or the refusal of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters.needs import services as needs
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.models import Reservation
from stockpile.plans import events, queries, rules, schemas
from stockpile.plans.models import AllocationPlan, DispatchOrder
from stockpile.plans.rules import Means, PlanState
from stockpile.queries import register
from stockpile.services import promises


def sign(
    session: Session, attempt: Attempt, found: AllocationPlan, order: schemas.PutOrder, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Order what a plan promised; from now on it may leave.

    By word of mouth no number is needed yet: the paper follows. Raises Forbidden for whoever
    planned or promised it, IllegalTransition when the plan promises nothing or has its order.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.state != PlanState.APPLIED:
        raise IllegalTransition(_("Only what a plan has promised can be ordered."))
    needs.check_not_over(session, found.disaster_id)
    if not queries.still_promised(session, found):
        raise IllegalTransition(
            _("Everything this plan promised was given back: there is nothing to order.")
        )
    if actor_id in queries.had_a_hand_in(session, found):
        raise Forbidden(_("Whoever planned or promised it does not sign the order."))
    if queries.order_of(session, found.id) is not None:
        raise IllegalTransition(_("The order for this plan is signed already."))
    if order.means == Means.PAPER and not order.number:
        _number_missing()
    now = register.now_in(session, found.drill_id)
    session.add(
        DispatchOrder(
            id=attempt.id, plan_id=found.id, disaster_id=found.disaster_id, area_id=found.area_id,
            drill_id=found.drill_id, means=order.means, number=order.number, signed_at=now,
            signed_by=actor_id, revision=1,
            written_at=now if order.means == Means.PAPER else None,
        )
    )  # fmt: skip
    _let_go(session, found)
    by_word = order.means == Means.WORD
    event = events.OrderSigned(found.disaster_id, found.id, by_word)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=1)


def _number_missing() -> None:
    text = _("A written order has a number.")
    raise Invalid(text, [FieldError("number", "missing", text)])


def refuse(
    session: Session, attempt: Attempt, found: AllocationPlan, order: schemas.PutRefusal, *,
    actor_id: UUID, signs: bool,
) -> Receipt:  # fmt: skip
    """Give back everything a plan promised that has not left, with a reason, all at once.

    What is on the road stays there. Once it is signed, only who `signs` such orders undoes it:
    raises Forbidden for others, and for whoever planned or promised it. Raises IllegalTransition
    when nothing of it is open.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.state != PlanState.APPLIED:
        raise IllegalTransition(_("Only what a plan has promised can be refused."))
    if not queries.may_refuse(session, found, actor_id=actor_id, signs=signs):
        raise Forbidden(
            _("The order is signed: only whoever may sign it can refuse it now, and nobody who"
              " planned or promised it.")
        )  # fmt: skip
    pieces = promises.take_back(session, _promises(session, found), actor_id=actor_id)
    if not pieces:
        raise IllegalTransition(_("Nothing of this plan is left in its depots to be given back."))
    found.state, found.refused_by, found.refused_why = PlanState.REFUSED, actor_id, order.reason
    found.refused_at = register.now_in(session, found.drill_id)
    found.revision += 1
    event = events.PlanRefused(found.disaster_id, pieces)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=found.revision)


def _promises(session: Session, found: AllocationPlan) -> list[UUID]:
    """Return the promises an applied plan made, one to each need it serves."""
    wanted = {line.need_id for line in queries.lines(session, found.id)}
    return [rules.reservation_id(found.id, each) for each in sorted(wanted)]


def _let_go(session: Session, found: AllocationPlan) -> None:
    """Let everything the plan promised leave its depot."""
    session.execute(
        update(Reservation)
        .where(Reservation.id.in_(_promises(session, found)))
        .values(awaits_order=False)
        .execution_options(synchronize_session=False)
    )


def write_down(
    session: Session, attempt: Attempt, found: DispatchOrder, order: schemas.PutPaper, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Put on paper what was ordered by word of mouth. Raises IllegalTransition if it is."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if found.written_at is not None:
        raise IllegalTransition(_("This order is on paper already."))
    if actor_id in queries.had_a_hand_in(session, queries.plan(session, found.plan_id)):
        raise Forbidden(_("Whoever planned or promised it does not put the order on paper."))
    found.number, found.written_at = order.number, register.now_in(session, found.drill_id)
    found.revision += 1
    event = events.OrderWritten(found.disaster_id, found.plan_id)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=found.revision)
